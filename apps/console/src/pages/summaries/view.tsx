import type { Column, Row, SummaryView, Telling } from '@lanepay/cloud/report/api.ts'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { cellOf, isFigure } from '../../kit/cell.tsx'
import { ExportButtons } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { useLot } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { OrderField } from '../../kit/order.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { PeriodFields, usePeriod } from '../../kit/period.tsx'
import { onPhone } from '../../kit/phone.ts'
import { withWords } from '../../kit/request.ts'
import { dayAfter, useDuration } from '../../kit/shown.tsx'
import { SummaryChart } from '../../kit/summary-chart.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Which figures stand beside each other; a file has all of them. */
const shows = {
  money: [
    ...['payments', 'paidFen', 'refunds', 'refundedFen', 'channelFeeFen', 'platformFeeFen', 'sharedFen', 'netFen'],
    ...['unappliedPayments', 'unappliedFen'],
  ],
  cash: ['cashPayments', 'cashFen', 'cashGivenBack', 'cashGivenBackFen', 'handOvers', 'overShortFen'],
  traffic: ['entries', 'exits', 'staySeconds', 'freeExits', 'releasedOwing', 'escaped', 'owedFen'],
  gates: [...['openedForEntry', 'openedForPayment', 'openedFree', 'openedByCard', 'openedByPerson', 'openedUnordered']],
} as const satisfies Record<string, readonly string[]>
type Show = keyof typeof shows
const drawn: Readonly<Record<Show, readonly string[]>> = {
  ...{ money: ['paidFen', 'netFen'], cash: ['cashFen'], traffic: ['entries', 'exits'] },
  gates: ['openedByPerson', 'openedUnordered'],
}
const choiceOf = <T extends string>(word: string | undefined, known: Readonly<Record<T, unknown>>, usual: T): T =>
  word !== undefined && word in known ? (word as T) : usual

/** What each day or month came to, of all lots together or told apart, as a chart and as numbers. */
export default function Summaries() {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  const lot = useLot()
  const by = choiceOf<'day' | 'month'>(words.by, t.bys, 'day')
  const of = choiceOf<Telling>(words.of, t.ofs, 'all')
  const show = choiceOf<Show>(words.show, shows, 'money')
  const order = words.order === 'asc' ? 'asc' : 'desc'
  const usual = usePeriod(by === 'month' ? 335 : 31)
  // Whole months, where nobody has said from when.
  const period = by === 'month' && words.from === undefined ? { ...usual, from: `${usual.from.slice(0, 8)}01` } : usual
  const asked = { ...period, by, of, order, lot }
  const page = useAsk<SummaryView>(
    '~/summaries',
    { ...asked, after: words.after, limit: onPhone ? 20 : undefined },
    { keepsOld: true },
  )
  return (
    <Page title={t.title} lead={t.lead}>
      <form className="lp-filters" onSubmit={(event) => event.preventDefault()}>
        <PeriodFields period={period} />
        <ChoiceField
          label={t.by}
          name="by"
          value={by}
          onChange={(value) => set({ by: value, from: undefined, until: undefined, after: undefined })}
          options={optionsOf(t.bys)}
        />
        <ChoiceField
          label={t.of}
          name="of"
          value={of}
          onChange={(value) => set({ of: value, after: undefined })}
          options={optionsOf(t.ofs)}
        />
        <ChoiceField
          label={t.show}
          name="show"
          value={show}
          onChange={(value) => set({ show: value })}
          options={optionsOf(t.shows)}
        />
        <OrderField />
      </form>
      <SummaryChart period={period} by={by} figures={drawn[show]} />
      <Answered ask={page}>{(view) => <Rows view={view} by={by} of={of} show={show} asked={asked} />}</Answered>
    </Page>
  )
}
const optionsOf = <T extends string>(names: Readonly<Record<T, string>>) =>
  (Object.entries(names) as [T, string][]).map(([value, label]) => ({ value, label }))

function Rows({
  view: { columns, rows, next, totals },
  by,
  of,
  show,
  asked,
}: {
  readonly view: SummaryView
  readonly by: 'day' | 'month'
  readonly of: Telling
  readonly show: Show
  readonly asked: Readonly<Record<string, string | undefined>>
}) {
  const t = useTexts(texts)
  const said = language.use()
  const lasts = useDuration()
  const [, go] = useLocation()
  const averageOf = (row: Readonly<Record<string, unknown>>): string =>
    Number(row.exits) > 0 ? lasts((Number(row.staySeconds) / Number(row.exits)) * 1000) : ''
  const cell = (column: Column, row: Row): ReactNode => {
    if (column.key === 'staySeconds') return averageOf(row)
    if (column.key === 'member') return memberOf(column, row)
    if (column.key !== 'state') return cellOf(column, row[column.key] ?? null, said)
    const times = Number(row.corrections)
    return (
      <span className="lp-nowrap">
        {cellOf(column, row.state ?? null, said)}
        {times > 0 && ` (${t.corrected(times)})`}
      </span>
    )
  }
  const memberOf = (column: Column, row: Row): ReactNode => {
    const member = String(row.member)
    if (member === '') return t.nobody
    return of === 'product' && member.startsWith('parking:')
      ? `${t.parking} ${member.slice('parking:'.length)}`
      : cellOf(column, member, said)
  }
  const keys: readonly string[] = ['period', 'lot', 'member', ...shows[show], 'state']
  const shown = columns.filter(({ key }) => keys.includes(key))
  const titleOf = ({ key, title }: Column) => (key === 'staySeconds' ? t.average : title[said])
  return (
    <>
      <div className="lp-actions">
        <ExportButtons path="~/exports/summaries" words={asked} />
      </div>
      {rows.length === 0 ? (
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      ) : (
        <DataTable
          label={t.table}
          extent="page"
          rows={rows}
          rowKey={(row) => `${row.period} ${row.lot ?? ''} ${row.member ?? ''}`}
          columns={shown.map((column) => ({
            key: column.key,
            title: titleOf(column),
            end: isFigure(column),
            show: (row: Row) => cell(column, row),
          }))}
          {...(by === 'month'
            ? {
                open: ({ period }: Row) =>
                  go(withWords('/summaries', { ...monthOf(String(period)), of: asked.of, show, order: asked.order })),
              }
            : {})}
          {...(totals
            ? {
                footer: Object.fromEntries([
                  ['period', t.total],
                  ...shown
                    .filter(({ total }) => total)
                    .map((column) => [column.key, cell(column, totals as unknown as Row)] as const),
                ]),
              }
            : {})}
        />
      )}
      <Pager next={next} />
    </>
  )
}

/** The days of a month, `2026-11`. */
const monthOf = (month: string) => {
  const from = `${month}-01`
  return { from, until: `${dayAfter(from, 31).slice(0, 8)}01` }
}
