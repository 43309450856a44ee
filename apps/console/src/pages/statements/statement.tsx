import type { ListView, PageView, Row } from '@lanepay/cloud/report/api.ts'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { cellOf, isFigure } from '../../kit/cell.tsx'
import { ExportButtons } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { useLot } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { OrderField } from '../../kit/order.tsx'
import { Answered, Empty } from '../../kit/page.tsx'
import { Pager } from '../../kit/pager.tsx'
import { PeriodFields, usePeriod } from '../../kit/period.tsx'
import { Money } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** A statement with its filters and files; whoever has one account of its own chooses none. */
export function Statement({ list }: { readonly list: ListView }) {
  const t = useTexts(texts)
  const said = language.use()
  const { words, set } = useAddress()
  const period = usePeriod()
  const lot = useLot()
  const wordsOf = (key: string) => Object.entries(list.columns.find((one) => one.key === key)?.words ?? {})
  const accounts = wordsOf('account')
  const account = accounts.length === 0 ? undefined : (words.account ?? 'operator-payable')
  const order = words.order === 'desc' ? 'desc' : 'asc'
  const asked = { ...period, account, channel: words.channel, order, lot }
  const page = useAsk<PageView>('~/reports/money/statement', { ...asked, after: words.after }, { keepsOld: true })
  return (
    <>
      <form className="lp-filters" onSubmit={(event) => event.preventDefault()}>
        <PeriodFields period={period} />
        {account !== undefined && (
          <ChoiceField
            label={t.account}
            name="account"
            value={account}
            onChange={(value) => set({ account: value, after: undefined })}
            options={accounts.map(([value, names]) => ({ value, label: names[said] }))}
          />
        )}
        <ChoiceField
          label={t.channel}
          name="channel"
          value={words.channel ?? ''}
          onChange={(value) => set({ channel: value, after: undefined })}
          options={[
            { value: '', label: t.all },
            ...wordsOf('channel').map(([value, names]) => ({ value, label: names[said] })),
          ]}
        />
        <OrderField usual="asc" />
      </form>
      <Answered ask={page}>
        {({ rows, next, openingFen, closingFen }) => (
          <>
            <div className="lp-head">
              {openingFen !== undefined && closingFen !== undefined ? (
                <dl className="lp-facts">
                  <dt>{t.opening}</dt>
                  <dd>
                    <Money fen={openingFen} />
                  </dd>
                  <dt>{t.closing}</dt>
                  <dd>
                    <Money fen={closingFen} />
                  </dd>
                </dl>
              ) : (
                <p />
              )}
              <div className="lp-actions">
                <ExportButtons path="~/exports/statement" words={asked} />
              </div>
            </div>
            {rows.length === 0 ? (
              <Empty title={t.none}>
                <p>{t.noneHow}</p>
              </Empty>
            ) : (
              <DataTable
                label={t.title}
                extent="page"
                rows={rows}
                rowKey={(row) => String(rows.indexOf(row))}
                columns={list.columns
                  .filter(({ key }) => key !== 'account')
                  .map((column) => ({
                    key: column.key,
                    title: column.title[said],
                    end: isFigure(column),
                    show: (row: Row) => cellOf(column, row[column.key] ?? null, said),
                  }))}
              />
            )}
            <Pager next={next} />
          </>
        )}
      </Answered>
    </>
  )
}
