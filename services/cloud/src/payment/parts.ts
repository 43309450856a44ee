import type { Db, Statement } from '@lanepay/database/database.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { PaymentParts } from './api.ts'

/* What of payments went back and what of them is whose, by the keys of the payments. */

const selectRefunds: Statement = {
  name: 'select-refunds-of-payments',
  text: `
  select payment_id, id, amount_fen, platform_fee_fen, reason, state, asked_by, coalesce(second_factor, false) as second_factor, asked_at,
         done_at, because
    from refund where bucket = $1 and lot_id = $2 and payment_id = any ($3::int8[])
   order by id`,
}
type RefundRow = {
  payment_id: string
  id: string
  amount_fen: number
  platform_fee_fen: number
  reason: string
  state: string
  asked_by: string | null
  second_factor: boolean
  asked_at: number
  done_at: number | null
  because: string | null
}
const selectShares: Statement = {
  name: 'select-shares-of-payments',
  text: `
  select s.payment_id, s.id, x.party, x.whole_fen, x.amount_fen, x.state, x.because, s.asked_at, s.done_at
    from share s
    join share_part x on x.bucket = $1 and x.lot_id = $2 and x.share_id = s.id
   where s.bucket = $1 and s.lot_id = $2 and s.payment_id = any ($3::int8[])
   order by s.id, x.party`,
}
type ShareRow = Pick<RefundRow, 'payment_id' | 'id' | 'amount_fen' | 'state' | 'because' | 'asked_at' | 'done_at'> & {
  party: string
  whole_fen: number
}
const selectReturns: Statement = {
  name: 'select-returns-of-payments',
  text: `
  select payment_id, id, party, amount_fen, way, state, because, asked_at, done_at
    from share_return where bucket = $1 and lot_id = $2 and payment_id = any ($3::int8[])
   order by id`,
}
type ReturnRow = Omit<ShareRow, 'whole_fen'> & { way: string }

/** What of each of these payments of a lot went back and is whose; `ids`: of all those refunds, shares and returns. */
export async function partsOf(
  db: Db,
  lot: LotKey,
  payments: readonly string[],
): Promise<{ readonly ids: readonly string[]; of(payment: string): PaymentParts }> {
  const none = payments.length === 0
  const all = async <Row>(statement: Statement): Promise<Row[]> =>
    none ? [] : db.query<Row>(statement, [lot.bucket, lot.lotId, payments])
  const refunds = await all<RefundRow>(selectRefunds)
  const shares = await all<ShareRow>(selectShares)
  const returns = await all<ReturnRow>(selectReturns)
  return {
    ids: [...new Set([...refunds, ...shares, ...returns].map(({ id }) => id))],
    of(payment) {
      const isOf = (row: { readonly payment_id: string }) => row.payment_id === payment
      return {
        refunds: refunds.filter(isOf).map((one) => ({
          ...{ refund: numberOf('refund', lot, one.id as Id), amountFen: one.amount_fen },
          ...{ platformFeeFen: one.platform_fee_fen, reason: one.reason, state: one.state, askedBy: one.asked_by },
          ...{ secondFactor: one.second_factor, askedAt: one.asked_at, doneAt: one.done_at, because: one.because },
        })),
        shares: shares.filter(isOf).map((one) => ({
          ...{ share: numberOf('share', lot, one.id as Id), party: one.party, wholeFen: one.whole_fen },
          ...{ amountFen: one.amount_fen, state: one.state, because: one.because, askedAt: one.asked_at },
          doneAt: one.done_at,
        })),
        returns: returns.filter(isOf).map((one) => ({
          ...{ party: one.party, amountFen: one.amount_fen, way: one.way, state: one.state, because: one.because },
          ...{ askedAt: one.asked_at, doneAt: one.done_at },
        })),
      }
    },
  }
}
