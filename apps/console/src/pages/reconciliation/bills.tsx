import type { BillsView } from '@lanepay/cloud/reconciliation/api.ts'
import { useAsk } from '../../kit/ask.ts'
import { FileButtons } from '../../kit/export.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty } from '../../kit/page.tsx'
import { PeriodFields, usePeriod } from '../../kit/period.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Which days' bills came, were compared and were closed, of every account. */
export function Bills() {
  const t = useTexts(texts)
  const period = usePeriod()
  const bills = useAsk<BillsView>('/api/platform/bills', period, { keepsOld: true })
  return (
    <section className="lp-card">
      <h2>{t.bills}</h2>
      <form className="lp-filters" onSubmit={(event) => event.preventDefault()}>
        <PeriodFields period={period} />
      </form>
      <div className="lp-actions">
        <FileButtons path="/api/platform/bills/file" words={period} />
      </div>
      <Answered ask={bills}>
        {(view) =>
          view.bills.length === 0 ? (
            <Empty title={t.billsNone}>
              <p>{t.billsHow}</p>
            </Empty>
          ) : (
            <DataTable
              label={t.bills}
              extent="whole"
              rows={view.bills}
              rowKey={({ day, account, kind }) => `${day} ${account} ${kind}`}
              sort="bills"
              columns={[
                { key: 'day', title: t.day, show: ({ day }) => day, by: ({ day }) => day },
                {
                  key: 'account',
                  title: t.account,
                  by: ({ account }) => account,
                  show: ({ account, channel }) =>
                    `${t.channels[channel as keyof typeof t.channels] ?? channel} ${account}`,
                },
                {
                  key: 'operators',
                  title: t.operators,
                  show: ({ operators }) => operators.join(', '),
                  by: ({ operators }) => operators.join(', '),
                },
                { key: 'kind', title: t.kind, show: ({ kind }) => t.kinds[kind], by: ({ kind }) => t.kinds[kind] },
                {
                  key: 'state',
                  title: t.state,
                  show: ({ state }) => t.states[state],
                  by: ({ state }) => t.states[state],
                },
                { key: 'lines', title: t.lines, end: true, show: ({ lines }) => lines ?? '', by: ({ lines }) => lines },
                {
                  key: 'open',
                  title: t.open,
                  end: true,
                  show: ({ open }) => (open === 0 ? '' : open),
                  by: ({ open }) => open,
                },
                {
                  key: 'closed',
                  title: t.closedAt,
                  show: ({ closedAt }) => (closedAt === null ? '' : <Time at={closedAt} />),
                  by: ({ closedAt }) => closedAt,
                },
                { key: 'because', title: t.because, show: ({ because }) => because ?? '' },
              ]}
            />
          )
        }
      </Answered>
    </section>
  )
}
