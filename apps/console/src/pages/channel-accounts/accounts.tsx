import type { AccountView } from '@lanepay/cloud/integrator/api.ts'
import { useTexts } from '../../kit/language.ts'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Accounts with the channels: as whom, on which terms, and whether they work. */
export function Accounts({ accounts, of }: { readonly accounts: readonly AccountView[]; readonly of?: 'one' }) {
  const t = useTexts(texts)
  return (
    <DataTable
      label={t.accounts}
      extent={of === 'one' ? 'part' : 'page'}
      rows={accounts}
      rowKey={({ account }) => String(account)}
      columns={[
        {
          key: 'account',
          title: t.account,
          show: ({ account, channel, active }) => `${account} ${t.names[channel]}${active ? '' : ` (${t.ended})`}`,
        },
        ...(of === 'one'
          ? []
          : [
              {
                key: 'operator',
                title: t.operator,
                show: (row: AccountView) => `${row.operator} ${row.operatorName}`,
              },
            ]),
        {
          key: 'merchant',
          title: t.merchant,
          show: ({ merchant: { subMchid, smid, sellerId } }) => subMchid ?? smid ?? sellerId ?? t.own,
        },
        { key: 'fee', title: t.fee, end: true, show: (row) => `${row.channelFeeBasisPoints / 100} %` },
        { key: 'payout', title: t.payout, show: ({ payout }) => t.payouts[payout] },
        { key: 'health', title: t.health, show: (row) => <Health account={row} /> },
        { key: 'bill', title: t.bill, show: ({ lastBillDay }) => lastBillDay ?? t.noBill },
      ]}
    />
  )
}

function Health({ account: { goodAt, troubleAt, trouble } }: { readonly account: AccountView }) {
  const t = useTexts(texts)
  if (trouble !== null)
    return (
      <span className="lp-bad">
        {trouble} {troubleAt !== null && <Time at={troubleAt} short />}
      </span>
    )
  if (goodAt === null) return t.never
  return (
    <span className="lp-good">
      {t.good} <Time at={goodAt} short />
    </span>
  )
}
