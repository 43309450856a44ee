import type { SimulateAsk, SimulateView } from '@lanepay/cloud/tariff/api.ts'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { instantIn, instantOf } from '../../kit/lot/instant.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { Money, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { Remarks } from './look.tsx'
import { problems, texts } from './texts.ts'

/** One stay by the list that is being written, line by line; a time of it may be spent in an area inside. */
export function Simulate({
  lot,
  area,
  areas,
  tariff,
  now,
}: {
  readonly lot: number
  /** Of which the list is; undefined: of the lot itself. */
  readonly area: string | undefined
  readonly areas: readonly string[]
  readonly tariff: object | null
  readonly now: number
}) {
  const t = useTexts(texts)
  const today = instantIn(now).slice(0, 10)
  const [enters, setEnters] = useState(`${today}T09:00`)
  const [leaves, setLeaves] = useState(`${today}T12:30`)
  const [cls, setCls] = useState('')
  const [through, setThrough] = useState('')
  const [goesIn, setGoesIn] = useState(`${today}T09:30`)
  const [comesOut, setComesOut] = useState(`${today}T11:30`)
  const tell = useTell<SimulateAsk, SimulateView>(`~/lots/${lot}/tariff/simulate`)
  const [from, to] = [instantOf(enters), instantOf(leaves)]
  const [insideFrom, insideTo] = [instantOf(goesIn), instantOf(comesOut)]
  const isWhole =
    from !== null && to !== null && tariff !== null && (through === '' || (insideFrom !== null && insideTo !== null))
  const time = (name: string, label: string, value: string, set: (typed: string) => void) => (
    <Field label={label} name={name}>
      {(props) => <Input {...props} type="datetime-local" value={value} onChange={({ target }) => set(target.value)} />}
    </Field>
  )
  return (
    <section className="lp-card">
      <h2>{t.simulate}</h2>
      <form
        className="lp-filters"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isWhole) return
          tell.mutate({
            ...{ tariff: tariff as Record<string, unknown>, in: from, out: to },
            ...(area === undefined ? {} : { area }),
            ...(through === '' ? {} : { inside: { area: through, in: insideFrom!, out: insideTo! } }),
            ...(cls.trim() === '' ? {} : { vehicleClass: cls.trim() }),
          })
        }}
      >
        {time('in', t.in, enters, setEnters)}
        {time('out', t.out, leaves, setLeaves)}
        {areas.length > 0 && (
          <ChoiceField
            label={t.through}
            name="through"
            value={through}
            onChange={setThrough}
            options={[
              { value: '', label: area === undefined ? t.throughNone : t.throughOnly(area) },
              ...areas.map((name) => ({ value: name, label: name })),
            ]}
          />
        )}
        {through !== '' && time('goes-in', t.goesIn, goesIn, setGoesIn)}
        {through !== '' && time('comes-out', t.comesOut, comesOut, setComesOut)}
        <Field label={t.cls} name="class">
          {(props) => (
            <Input {...props} placeholder="small" value={cls} onChange={({ target }) => setCls(target.value)} />
          )}
        </Field>
        <Button htmlType="submit" loading={tell.isPending} disabled={!isWhole}>
          {t.run}
        </Button>
      </form>
      <ProblemBox problem={tell.error} own={problems} />
      {tell.data && <Simulated view={tell.data} />}
    </section>
  )
}

function Simulated({ view }: { readonly view: SimulateView }) {
  const t = useTexts(texts)
  const said = language.use() === 'zh' ? 'zh-CN' : 'en'
  if (!('quote' in view)) return <Remarks remarks={view.faults} label={t.faults} />
  if (view.quote === null) return <p role="status">{t.noPrice}</p>
  const { lines, priceFen } = view.quote
  return (
    <DataTable
      label={t.simulate}
      extent="part"
      rows={lines.map((line, n) => ({ ...line, n }))}
      rowKey={({ n }) => String(n)}
      footer={{ line: t.sum, amount: <Money fen={priceFen} /> }}
      columns={[
        { key: 'line', title: t.line, show: ({ text }) => text[said] },
        {
          key: 'when',
          title: t.when,
          show: ({ from, to }) => (
            <>
              {from !== undefined && <Time at={from} short />}
              {to !== undefined && to !== from && (
                <>
                  {' - '}
                  <Time at={to} short />
                </>
              )}
            </>
          ),
        },
        { key: 'place', title: t.place, show: ({ rule }) => rule && <code className="lp-code">{rule}</code> },
        { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
      ]}
    />
  )
}
