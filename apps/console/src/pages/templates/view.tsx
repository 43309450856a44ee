import type { TemplatesView, TemplateView } from '@lanepay/cloud/integrator/api.ts'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Time } from '../../kit/shown.tsx'
import { WholeList } from '../../kit/whole-list.tsx'
import { ApplyTemplate } from './apply.tsx'
import { EditTemplate } from './edit.tsx'
import { texts } from './texts.ts'

/** Terms under a name. */
export default function Templates() {
  const t = useTexts(texts)
  const here = useHere()
  const ask = useAsk<TemplatesView>('/api/platform/templates')
  const mayChange = here.may('lots.open', 'platform')
  return (
    <Page title={t.title} lead={t.lead} {...(mayChange ? { actions: <EditTemplate /> } : {})}>
      <Answered ask={ask}>
        {({ templates }) => (
          <WholeList
            label={t.table}
            rows={templates}
            rowKey={({ template }) => template}
            findIn={({ name, by }) => `${name} ${by}`}
            file={{ path: '/api/platform/templates-file', everybody: true }}
            none={
              <Empty title={t.none}>
                <p>{t.noneHow}</p>
              </Empty>
            }
            columns={[
              { key: 'name', title: t.name, show: ({ name }) => name, by: ({ name }) => name },
              {
                key: 'what',
                title: t.what,
                by: ({ platformFeeBasisPoints: fee }) => fee,
                show: ({ platformFeeBasisPoints: fee, rules }) => `${fee / 100} %, ${t.shares(rules.length)}`,
              },
              {
                key: 'changed',
                title: t.changed,
                by: ({ at }) => at,
                show: ({ at, by, version }) => (
                  <>
                    <Time at={at} /> {by}, {t.version(version)}
                  </>
                ),
              },
            ]}
            {...(mayChange
              ? { actions: { title: t.actions, show: (one: TemplateView) => <Acts template={one} /> } }
              : {})}
          />
        )}
      </Answered>
    </Page>
  )
}

function Acts({ template }: { readonly template: TemplateView }) {
  const t = useTexts(texts)
  const end = useTell<object>(`/api/platform/templates/${template.template}/end`)
  return (
    <>
      <ApplyTemplate template={template} />
      <EditTemplate template={template} />
      <Because
        label={t.end}
        title={`${t.end}: ${template.name}`}
        what={t.endWhat}
        danger
        act={async (reason) => {
          await end.mutateAsync({ reason })
          say(t.ended)
        }}
      />
    </>
  )
}
