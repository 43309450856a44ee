import type { Row, SummaryView } from '@lanepay/cloud/report/api.ts'
import { Button } from 'antd'
import { Fragment } from 'react'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { cellOf, isFigure } from '../../kit/cell.tsx'
import { now } from '../../kit/clock.ts'
import { useTake } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { useHere, useLot } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page, ProblemBox } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { dayAfter, dayText, Money } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** As far back as is offered; an address may say any month. */
const monthsOffered = 24
const dayBefore = (day: string) => dayAfter(day, -1)
const monthBefore = (month: string): string => dayBefore(`${month}-01`).slice(0, 7)
const columnsByLot = ['lot', 'payments', 'paidFen', 'refundedFen', 'netFen', 'cashFen', 'state', 'corrections']

/** A month as a whole: whether it is closed, what it came to, and all of it as a file. */
export default function Books() {
  const t = useTexts(texts)
  const { words, set } = useAddress()
  const lot = useLot()
  const current = dayText(now()).slice(0, 7)
  const month = /^\d{4}-(?:0[1-9]|1[0-2])$/.test(words.month ?? '') ? words.month! : monthBefore(current)
  const from = `${month}-01`
  const asked = { from, until: `${dayAfter(from, 31).slice(0, 8)}01`, by: 'month', lot }
  const all = useAsk<SummaryView>('~/summaries', { ...asked, of: 'all' }, { keepsOld: true })
  const lots = useAsk<SummaryView>('~/summaries', { ...asked, of: 'lot', after: words.after }, { keepsOld: true })
  return (
    <Page title={t.title} lead={t.lead}>
      <form className="lp-filters" onSubmit={(event) => event.preventDefault()}>
        <ChoiceField
          label={t.month}
          name="month"
          value={month}
          onChange={(value) => set({ month: value, after: undefined })}
          options={monthsUntil(current, month).map((value) => ({
            value,
            label: value === current ? t.thisMonth(value) : value,
          }))}
        />
      </form>
      <Answered ask={all}>{({ rows: [row] }) => <Whole key={month} row={row} />}</Answered>
      <Files month={month} lot={lot} />
      <section className="lp-card">
        <h2>{t.inside}</h2>
        <ul className="lp-worth">
          {t.tables.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      </section>
      <Answered ask={lots}>{(view) => <ByLot view={view} />}</Answered>
    </Page>
  )
}

/** The newest first, and the one that is shown. */
function monthsUntil(current: string, shown: string): readonly string[] {
  const months = [current]
  while (months.length < monthsOffered) months.push(monthBefore(months.at(-1)!))
  return months.includes(shown) ? months : [...months, shown].sort().reverse()
}

function Whole({ row }: { readonly row: Row | undefined }) {
  const t = useTexts(texts)
  if (!row)
    return (
      <Empty title={t.none}>
        <p>{t.noneHow}</p>
      </Empty>
    )
  const figures = {
    ...{ paidFen: t.paid, refundedFen: t.refunded, channelFeeFen: t.fees, platformFeeFen: t.platform },
    ...{ sharedFen: t.shared, netFen: t.net, cashFen: t.cash },
  }
  return (
    <section className="lp-card" role="status">
      <p className={row.state === 'closed' ? 'lp-good' : 'lp-what'}>{row.state === 'closed' ? t.closed : t.open}</p>
      <dl className="lp-facts">
        {Object.entries(figures).map(([key, name]) => (
          <Fragment key={key}>
            <dt>{name}</dt>
            <dd>
              <Money fen={Number(row[key])} />
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  )
}

function Files({ month, lot }: { readonly month: string; readonly lot: string | undefined }) {
  const t = useTexts(texts)
  const here = useHere()
  const lang = language.use()
  const { busy, problem, take } = useTake('~/books')
  if (!here.may('export', 'operator')) return <p className="lp-hint">{t.not}</p>
  return (
    <>
      <div className="lp-actions">
        {(['xlsx', 'zip'] as const).map((as) => (
          <Button
            key={as}
            type={as === 'xlsx' ? 'primary' : 'default'}
            loading={busy === as}
            disabled={busy !== null}
            onClick={() => void take(as, { month, lot, as, lang })}
          >
            {as === 'xlsx' ? t.excel : t.zip}
          </Button>
        ))}
        <span role="status">{busy === null ? '' : t.making}</span>
      </div>
      <ProblemBox problem={problem} />
    </>
  )
}

/** Which lots the month is made of, and which of them have not closed it. */
function ByLot({ view: { columns, rows, next } }: { readonly view: SummaryView }) {
  const t = useTexts(texts)
  const said = language.use()
  if (rows.length === 0) return null
  return (
    <section className="lp-card">
      <h2>{t.byLot}</h2>
      <DataTable
        label={t.byLot}
        extent="part"
        rows={rows}
        rowKey={({ lot }) => String(lot)}
        columns={columns
          .filter(({ key }) => columnsByLot.includes(key))
          .map((column) => ({
            key: column.key,
            title: column.title[said],
            end: isFigure(column),
            show: (row: Row) => cellOf(column, row[column.key] ?? null, said),
          }))}
      />
      <Pager next={next} />
    </section>
  )
}
