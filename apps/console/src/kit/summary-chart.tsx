import type { Row, SummaryView } from '@lanepay/cloud/report/api.ts'
import { useAsk } from './ask.ts'
import { now } from './clock.ts'
import { useLot } from './here.tsx'
import { language, useTexts } from './language.ts'
import { Chart } from './lazy-chart.tsx'
import type { Period } from './period.tsx'
import { dayAfter, dayText, yuanText } from './shown.tsx'

/** Over more days than that a bar for each is too thin to be read: months are drawn. */
const daysDrawn = 92

const texts = {
  zh: { each: { day: '每天', month: '每月' }, sums: (each: string, of: string) => `${each}：${of}` },
  en: { each: { day: 'Each day', month: 'Each month' }, sums: (each: string, of: string) => `${each}: ${of}` },
}

/** What each day of a period came to, or each month of a long one, over all lots that are shown: some figures of the summaries, all money or all counts. */
export function SummaryChart({
  period: { from, until },
  by,
  figures,
}: {
  readonly period: Period
  /** Left out: as long as the period is. */
  readonly by?: 'day' | 'month'
  readonly figures: readonly string[]
}) {
  const t = useTexts(texts)
  const said = language.use()
  const lot = useLot()
  const drawn = by === 'month' || dayAfter(from, daysDrawn) < until ? 'month' : 'day'
  const { data } = useAsk<SummaryView>('~/summaries', {
    ...{ from, until, by: drawn, of: 'all', order: 'asc', limit: 200, lot },
  })
  if (!data || data.rows.length === 0) return null
  const labels = drawn === 'day' ? daysOf(from, until) : data.rows.map(({ period }) => String(period))
  const rows = new Map<string, Row>(data.rows.map((row) => [String(row.period), row]))
  const titles = figures.map((key) => data.columns.find((column) => column.key === key)?.title[said] ?? key)
  const isMoney = figures.every((key) => key.endsWith('Fen'))
  const label = t.sums(t.each[drawn], titles.join(said === 'zh' ? '、' : ', '))
  return (
    <section className="lp-card">
      <h2>{label}</h2>
      <Chart
        kind="bar"
        label={label}
        labels={labels}
        series={figures.map((key, at) => ({
          name: titles[at] ?? key,
          // A day on which nothing happened has no row.
          values: labels.map((period) => Number(rows.get(period)?.[key] ?? 0)),
        }))}
        format={isMoney ? yuanText : String}
      />
    </section>
  )
}

/** Every day of a period that has begun. */
function daysOf(from: string, until: string): string[] {
  const end = dayAfter(dayText(now()), 1)
  const days: string[] = []
  for (let day = from; day < until && day < end; day = dayAfter(day, 1)) days.push(day)
  return days
}
