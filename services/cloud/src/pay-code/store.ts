import type { Statement } from '@lanepay/database/database.ts'

/** What became of a scan so far. */
export type ScanRow = {
  payment_id: string
  because: string | null
  state: 'created' | 'pending' | 'paid' | 'unapplied' | 'partly-refunded' | 'refunded' | 'closed'
  amount_fen: number
  reversing: boolean | null
  /** The channel is not certain yet. */
  open: boolean
  /** Its money counted for no stay, and went back or will. */
  unapplied: boolean
}
export const selectScan: Statement = {
  name: 'select-code-scan',
  text: `
  select s.payment_id, s.because, p.state, p.amount_fen, p.reversing, p.query_at is not null as open,
         exists (select from transfer t
                  where t.bucket = p.bucket and t.lot_id = p.lot_id and t.cause_id = p.id and t.cause = 'payment-unapplied') as unapplied
    from code_scan s
    join payment p on p.bucket = $1 and p.lot_id = $2 and p.id = s.payment_id
   where s.bucket = $1 and s.lot_id = $2 and s.request = $3`,
}
/** Answers nothing where the scan was there before. */
export const insertScan: Statement = {
  name: 'insert-code-scan',
  text: `
  insert into code_scan (bucket, lot_id, request, payment_id, scanned_at, scanned_by)
  values ($1, $2, $3, $4, $5, $6) on conflict do nothing
  returning payment_id`,
}
/** It may be at the channel from now on. */
export const markScanned: Statement = {
  name: 'mark-payment-scanned',
  text: `
  update payment set state = 'pending', scanned_at = $4, query_at = $5
   where bucket = $1 and lot_id = $2 and id = $3 and state = 'created'`,
}
export const setBecause: Statement = {
  name: 'set-code-scan-because',
  text: `update code_scan set because = $4 where bucket = $1 and lot_id = $2 and payment_id = $3`,
}
/** Closed for us, asked about until it is certain. Answers nothing where it was paid meanwhile, or is over. */
export const beginReversal: Statement = {
  name: 'begin-reversal',
  text: `
  update payment set state = 'closed', reversing = true
   where bucket = $1 and lot_id = $2 and id = $3 and query_at is not null and (state in ('created', 'pending') or reversing)
  returning id`,
}
export const endReversal: Statement = {
  name: 'end-reversal',
  text: `update payment set query_at = null where bucket = $1 and lot_id = $2 and id = $3 and state = 'closed'`,
}
