import type { OperatorsView } from '@lanepay/cloud/integrator/api.ts'
import { Button } from 'antd'
import { useLocation } from 'wouter'
import { Found } from '../../kit/found.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Empty, Page } from '../../kit/page.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Everybody's operators, found by number or name. */
export default function Operators() {
  const t = useTexts(texts)
  const [, go] = useLocation()
  const here = useHere()
  const open = (
    <Button type="primary" onClick={() => go('/platform/open-lot')}>
      {t.open}
    </Button>
  )
  return (
    <Page title={t.title} lead={t.lead} {...(here.may('lots.open', 'platform') ? { actions: open } : {})}>
      <Found<OperatorsView>
        path="/api/platform/operators"
        file="/api/platform/operators-file"
        find={{ label: t.find, hint: t.hint }}
      >
        {({ operators }, { isSearch }) =>
          operators.length === 0 ? (
            <Empty title={isSearch ? t.noneFound : t.none}>
              <p>{isSearch ? t.noneFoundHow : t.noneHow}</p>
            </Empty>
          ) : (
            <DataTable
              label={t.table}
              extent="page"
              rows={operators}
              rowKey={({ operator }) => operator}
              open={({ operator }) => go(`/platform/operators/${operator}`)}
              columns={[
                { key: 'number', title: t.number, show: ({ operator }) => operator },
                { key: 'name', title: t.name, show: ({ name }) => name },
                { key: 'lots', title: t.lots, end: true, show: ({ lots }) => lots },
                {
                  key: 'channels',
                  title: t.channels,
                  show: ({ channels }) =>
                    channels.length === 0 ? (
                      <span className="lp-bad">{t.noChannel}</span>
                    ) : (
                      channels.map((one) => t.names[one]).join(', ')
                    ),
                },
                { key: 'since', title: t.since, show: ({ since }) => <Time at={since} /> },
              ]}
            />
          )
        }
      </Found>
    </Page>
  )
}
