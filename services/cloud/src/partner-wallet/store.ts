import type { Statement } from '@lanepay/database/database.ts'

export type WalletRow = { union_id: string; name: string; sealed: string; pay_url: string; notice_url: string | null }
export const upsertWallet: Statement = {
  name: 'upsert-partner-wallet',
  text: `
  insert into partner_wallet (union_id, name, sealed, pay_url, notice_url) values ($1, $2, $3, $4, $5)
  on conflict (union_id) do update set name = excluded.name, sealed = excluded.sealed, pay_url = excluded.pay_url, notice_url = excluded.notice_url`,
}
export const selectWallet: Statement = {
  name: 'select-partner-wallet',
  text: 'select union_id, name, sealed, pay_url, notice_url from partner_wallet where union_id = $1',
}
