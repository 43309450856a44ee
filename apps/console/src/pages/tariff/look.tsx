import type { LookAsk, LookView, Remark } from '@lanepay/cloud/tariff/api.ts'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { wayOf } from '../../kit/ask.ts'
import { ChoiceField } from '../../kit/field.tsx'
import { useHere } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { Chart } from '../../kit/lazy-chart.tsx'
import { Answered } from '../../kit/page.tsx'
import type { Problem } from '../../kit/problem.ts'
import { request } from '../../kit/request.ts'
import { Money, useDuration, yuanText } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { problems, texts } from './texts.ts'

/** A value once it has rested for a while: whoever types is not asked about every letter. */
function useRested<T>(value: T, ms = 400): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return rested
}

/** What there is to see of a price list that is being written. */
export function useLook(lot: number, tariff: object | null, asked: Omit<LookAsk, 'tariff'>) {
  const here = useHere()
  const way = wayOf(`~/lots/${lot}/tariff/look`, here)
  const body = useRested(JSON.stringify({ tariff, ...asked }))
  return useQuery<LookView, Problem>({
    queryKey: [way.path, body, way.headers],
    queryFn: ({ signal }) =>
      request(way.path, { method: 'POST', body: JSON.parse(body), headers: way.headers, signal }),
    enabled: JSON.parse(body).tariff !== null,
    placeholderData: (before) => before,
  })
}

/** Mistakes, notes, prices by length as a chart and a table, and what changes. */
export function Look({
  lot,
  area,
  tariff,
}: {
  readonly lot: number
  readonly area: string | undefined
  readonly tariff: object | null
}) {
  const t = useTexts(texts)
  const [hours, setHours] = useState('24')
  const [cls, setCls] = useState('')
  const look = useLook(lot, tariff, {
    upToHours: Number(hours),
    ...(area === undefined ? {} : { area }),
    ...(cls === '' ? {} : { vehicleClass: cls }),
  })
  if (tariff === null) return null
  return (
    <section className="lp-card">
      <h2>{t.look}</h2>
      <Answered ask={look} own={problems}>
        {(view) =>
          view.faults.length > 0 ? (
            <>
              <p className="lp-bad" role="alert">
                {t.faults}
              </p>
              <Remarks remarks={view.faults} label={t.faults} />
            </>
          ) : (
            <>
              {view.notes.length > 0 && (
                <details>
                  <summary>
                    {t.notes} ({view.notes.length})
                  </summary>
                  <Remarks remarks={view.notes} label={t.notes} />
                </details>
              )}
              <div className="lp-filters">
                <ChoiceField
                  label={t.upTo}
                  name="hours"
                  value={hours}
                  onChange={setHours}
                  options={['6', '12', '24', '48', '72'].map((value) => ({ value, label: t.hours(Number(value)) }))}
                />
                {view.classes.length > 1 && (
                  <ChoiceField
                    label={t.cls}
                    name="class"
                    value={cls === '' ? view.classes[0]! : cls}
                    onChange={setCls}
                    options={view.classes.map((value) => ({ value, label: value }))}
                  />
                )}
              </div>
              <Steps view={view} />
              <Changes view={view} />
            </>
          )
        }
      </Answered>
    </section>
  )
}

export function Remarks({ remarks, label }: { readonly remarks: readonly Remark[]; readonly label: string }) {
  const t = useTexts(texts)
  const said = language.use() === 'zh' ? 'zh-CN' : 'en'
  return (
    <DataTable
      label={label}
      extent="part"
      rows={remarks}
      rowKey={({ path, rule }) => `${path} ${rule}`}
      columns={[
        { key: 'place', title: t.place, show: ({ path }) => <code className="lp-code">{path || '/'}</code> },
        { key: 'what', title: t.what, show: ({ why }) => why[said] },
      ]}
    />
  )
}

/** A length of stay: whole minutes, and a second where there is one. */
export function useStayText(): (seconds: number) => string {
  const duration = useDuration()
  return (seconds) => (seconds % 60 === 0 ? duration(seconds * 1000) : `${duration(seconds * 1000)} ${seconds % 60} s`)
}

function Steps({ view }: { readonly view: LookView }) {
  const t = useTexts(texts)
  const stayText = useStayText()
  const price = (fen: number | null) => (fen === null ? t.noPrice : fen === 0 ? t.freeWord : <Money fen={fen} />)
  // As far apart as time is: the steps themselves stand in the table.
  const lengths = Array.from({ length: 49 }, (_, n) => Math.round((view.lookedS * n) / 48))
  return (
    <div className="lp-wide-cards">
      <Chart
        kind="line"
        label={t.table}
        labels={lengths.map(stayText)}
        series={[{ name: t.price, values: lengths.map((s) => view.steps.find(({ toS }) => toS >= s)?.fen ?? null) }]}
        format={yuanText}
      />
      <DataTable
        label={t.table}
        extent="part"
        rows={view.steps}
        rowKey={({ toS }) => String(toS)}
        columns={[
          { key: 'stay', title: t.stay, show: ({ toS }) => t.upToStay(stayText(toS)) },
          { key: 'price', title: t.price, end: true, show: ({ fen }) => price(fen) },
        ]}
      />
    </div>
  )
}

const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

function Changes({ view }: { readonly view: LookView }) {
  const t = useTexts(texts)
  const said = language.use() === 'zh' ? 'zh-CN' : 'en'
  const stayText = useStayText()
  if (view.changes === null) return null
  const rows = view.changes.flatMap(({ stays, ...who }, n) =>
    stays.map((stay, m) => ({ ...who, ...stay, key: `${n} ${m}` })),
  )
  const price = (fen: number | null) => (fen === null ? t.noPrice : <Money fen={fen} />)
  return (
    <>
      <h3>{t.changes}</h3>
      {rows.length === 0 ? (
        <p>{t.same}</p>
      ) : (
        <DataTable
          label={t.changes}
          extent="part"
          rows={rows.slice(0, 100)}
          rowKey={({ key }) => key}
          columns={[
            {
              key: 'cls',
              title: t.cls,
              show: ({ vehicle, occupancy }) => (occupancy === null ? vehicle : `${vehicle} ${occupancy}%`),
            },
            { key: 'days', title: t.days, show: ({ day }) => day[said] },
            {
              key: 'entering',
              title: t.entering,
              show: ({ fromHour, toHour }) => `${hourText(fromHour)}-${hourText(toHour)}`,
            },
            {
              key: 'stays',
              title: t.stays,
              show: ({ overS, toS }) =>
                overS < 0 ? t.upToStay(stayText(toS)) : `${t.over(stayText(overS))}, ${t.upToStay(stayText(toS))}`,
            },
            { key: 'before', title: t.before, end: true, show: ({ before }) => price(before) },
            { key: 'after', title: t.after, end: true, show: ({ after }) => price(after) },
          ]}
        />
      )}
    </>
  )
}
