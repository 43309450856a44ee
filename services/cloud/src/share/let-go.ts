import type { Tx } from '@lanepay/database/database.ts'
import { fen } from '@lanepay/domain/money.ts'
import { keptOf } from '@lanepay/domain/share/kept.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { LetGo } from '../refund/take-back.ts'
import { atChannel, type OrderDeps } from './order.ts'
import { leaveAll } from './person.ts'
import {
  endSharing,
  lockSharedPayment,
  type PartOfPaymentRow,
  type SharedPaymentRow,
  type ShareRow,
  selectGone,
  selectOrdersOfPayment,
  selectPartsOfPayment,
  selectSharedPayment,
} from './store.ts'

/** With these nothing of a receipt is kept back any more, once they are through. */
const ends = ({ kind, finish, state }: ShareRow): boolean => finish && (kind === 'release' || state !== 'failed')

/**
 * Lets go of a receipt that is kept back, when it alone is too little for a refund (wechat-pay.md 12.2): what is not shared of it pays
 * a refund, and what goes beyond that is refused. The fee comes back rounded down with every refund, so the last of many are short
 * by a few fen; and what is shared is the receipt's no more, though it was taken back. To share what is left would wait for the refund.
 * Twice is once.
 */
export function lettingGo(deps: OrderDeps): LetGo {
  const { database, clock, newId } = deps
  return async (refund) => {
    const lot = { bucket: refund.bucket, lotId: refund.lot_id }
    const key = [refund.bucket, refund.lot_id, refund.payment_id] as const
    const home = database.of(refund.bucket)
    const [shared] = await home.query<SharedPaymentRow>(selectSharedPayment, key)
    if (!shared || shared.share_rule === null) return 'nothing-held'
    const ending = (await home.query<ShareRow>(selectOrdersOfPayment, key)).filter(ends)
    if (ending.length > 0) return ending.some(({ state }) => state === 'asked') ? 'under-way' : 'nothing-held'
    const { payment, shares, merchant } = await atChannel(deps, lot, refund.payment_id)
    if (!shares.returns) return 'nothing-held' // the others give back within the refund, out of all that the seller has (alipay.md 9.2)
    const rest = await shares.rest(merchant, payment.channel_trade_no!)
    if (!rest.ok) return rest.error.kind === 'unclear' ? 'under-way' : 'nothing-held'
    if (rest.value >= refund.amount_fen) return 'nothing-held' // it is not this money that is missing
    const [release, lost] = [newId(), newId()]
    const act = async (tx: Tx): ReturnType<LetGo> => {
      const [row] = await tx.query<SharedPaymentRow>(lockSharedPayment, key)
      const orders = await tx.query<ShareRow>(selectOrdersOfPayment, key)
      if (!row || orders.some((one) => ends(one) || one.state === 'asked')) return 'under-way'
      const parts = (await tx.query<PartOfPaymentRow>(selectPartsOfPayment, key)).filter(
        ({ state }) => state === 'with-a-person',
      )
      const [gone] = await tx.query<{ gone_fen: number }>(selectGone, [...key, refund.id])
      const gonePayment = { amountFen: fen(row.amount_fen), goneFen: fen(gone?.gone_fen ?? 0) }
      if (parts.some((part) => keptOf(fen(part.whole_fen), gonePayment) > 0)) return 'for-a-person'
      await tx.query(endSharing, key)
      const round = Math.max(1, ...orders.map((one) => one.round))
      await leaveAll({ clock }, tx, { release, lost }, { payment: row, round, parts })
      return 'under-way'
    }
    return twiceIfUnknown(() => home.transaction(act))
  }
}
