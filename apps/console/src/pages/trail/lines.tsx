import type { LineView, Role, TrailView } from '@lanepay/cloud/staff/api.ts'
import { aboutAsKept, aboutInWords, saidInWords } from '@lanepay/domain/trail-said.ts'
import { trailWords } from '@lanepay/domain/trail-words.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { FileButtons } from '../../kit/export.tsx'
import { Choice, Field } from '../../kit/field.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { OrderField } from '../../kit/order.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { roleTexts } from '../../kit/role-texts.ts'
import { dayAfter, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

const fields = ['account', 'act', 'about', 'lot', 'from', 'until'] as const
type Asked = Partial<Record<(typeof fields)[number], string>>

/** A day of Beijing as the instant on which it begins. */
const startOf = (day: string | undefined): number | undefined =>
  day === undefined ? undefined : Date.parse(`${day}T00:00:00+08:00`)

/** Lines of a trail in order of time, searched by what stands in the address. */
export function Lines({
  title,
  path,
  withOperator,
}: {
  readonly title: string
  readonly path: string
  readonly withOperator?: true
}) {
  const t = useTexts(texts)
  const roles: Readonly<Record<string, string>> = useTexts<Readonly<Record<Role, string>>>(roleTexts)
  const { words } = useAddress()
  const asked: Asked = Object.fromEntries(fields.flatMap((key) => (words[key] ? [[key, words[key]]] : [])))
  const { from, until, about, ...same } = asked
  const said = language.use()
  const found = {
    ...same,
    about: about && aboutAsKept(about),
    from: startOf(from),
    until: until === undefined ? undefined : startOf(dayAfter(until, 1)),
    order: words.order === 'asc' ? words.order : undefined,
  }
  const trail = useAsk<TrailView>(path, { ...found, before: words.before }, { keepsOld: true })
  const plain = (key: keyof LineView, name: string) => ({ key, title: name, show: (line: LineView) => line[key] ?? '' })
  return (
    <Page title={title} lead={t.lead}>
      <Search key={JSON.stringify(asked)} asked={asked} />
      <div className="lp-actions">
        <FileButtons path={`${path}/file`} words={found} />
      </div>
      <Answered ask={trail}>
        {({ lines, next }) => (
          <>
            {lines.length === 0 ? (
              <Empty title={t.none}>
                <p>{t.noneHow}</p>
              </Empty>
            ) : (
              <DataTable
                label={title}
                extent="page"
                rows={lines}
                rowKey={({ id }) => id}
                columns={[
                  { key: 'at', title: t.at, show: ({ at }) => <Time at={at} /> },
                  plain('account', t.who),
                  {
                    key: 'role',
                    title: t.role,
                    show: ({ role }) => (role === 'server' ? t.server : (roles[role] ?? role)),
                  },
                  { key: 'act', title: t.act, show: ({ act }) => trailWords[act]?.[said] ?? act },
                  { key: 'about', title: t.about, show: ({ about }) => aboutInWords(about, said) },
                  ...(withOperator ? [plain('operator', t.operator)] : []),
                  plain('lot', t.lot),
                  { key: 'before', title: t.before, show: ({ before }) => saidInWords(before, said) },
                  { key: 'after', title: t.after, show: ({ after }) => saidInWords(after, said) },
                  plain('reason', t.reason),
                  plain('look', t.look),
                  plain('address', t.address),
                ]}
              />
            )}
            <Pager next={next} by="before" />
          </>
        )}
      </Answered>
    </Page>
  )
}

function Search({ asked }: { readonly asked: Asked }) {
  const t = useTexts(texts)
  const said = language.use()
  const { set } = useAddress()
  const [typed, setTyped] = useState(asked)
  const acts = Object.entries(trailWords).map(([value, name]) => ({ value, label: name[said] }))
  const names = { account: t.who, act: t.act, about: t.about, lot: t.lot, from: t.from, until: t.until }
  return (
    <form
      className="lp-filters"
      onSubmit={(event) => {
        event.preventDefault()
        set({ ...Object.fromEntries(fields.map((key) => [key, typed[key]?.trim()])), before: undefined })
      }}
    >
      {fields.map((key) => (
        <Field key={key} label={names[key]} name={key}>
          {(props) =>
            key === 'act' ? (
              <Choice
                {...props}
                value={typed.act ?? ''}
                onChange={(act) => setTyped({ ...typed, act })}
                options={[{ value: '', label: t.anyAct }, ...acts]}
              />
            ) : (
              <Input
                {...props}
                type={key === 'from' || key === 'until' ? 'date' : 'text'}
                maxLength={200}
                value={typed[key] ?? ''}
                onChange={({ target }) => setTyped({ ...typed, [key]: target.value })}
              />
            )
          }
        </Field>
      ))}
      <OrderField />
      <Button type="primary" htmlType="submit">
        {t.search}
      </Button>
      {Object.keys(asked).length > 0 && (
        <Button onClick={() => set(Object.fromEntries([...fields, 'before'].map((key) => [key, undefined])))}>
          {t.clear}
        </Button>
      )}
    </form>
  )
}
