import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import { type Biz, isObject, required, requiredYuan, text, wrong } from './fields.ts'
import { balanceOf } from './flows.ts'
import type { Call, Said } from './methods.ts'
import type { Works } from './money.ts'
import { findAccount } from './people.ts'
import { refuseTrade } from './refusal.ts'
import { checkPulls, distributableFen, type Pull, proportionalPulls, sharedBy, stateOf } from './shares.ts'
import { isWap, type Trade } from './trade.ts'

/* Where sharing meets the trade itself: what a refund takes back from receivers, and what a query of the trade tells. */

/**
 * What a refund takes back: what it says, which a receiver must have; or by itself in proportion where the trade was made face to
 * face, from whoever has it; from the seller alone otherwise (alipay.md 7.9). A list of nobody says nothing. Throws `Refused`.
 */
export function pullsOf(works: Works, call: Call, asked: { trade: Trade; amountFen: Fen }): readonly Pull[] {
  const { trade, amountFen } = asked
  const now = works.clock.now()
  const by = sharedBy(trade, works.book.settled(trade), now)
  const hasIt = (pull: Pull) => balanceOf(works.book, pull.userId, now).availableFen >= pull.amountFen
  const list = call.biz.refund_royalty_parameters ?? []
  if (!Array.isArray(list)) return wrong('refund_royalty_parameters', '必须是数组')
  if (list.length === 0)
    return isWap(trade) || trade.state !== 'paid' ? [] : proportionalPulls(trade, by, amountFen).filter(hasIt)
  const pulls = list.map((one: unknown) => {
    if (!isObject(one)) return wrong('refund_royalty_parameters', '元素必须是对象')
    return { userId: payerOf(works, call, one), amountFen: requiredYuan(one, 'amount') }
  })
  const repeated = 'refunds' in trade && trade.refunds.some(({ requestNo }) => requestNo === call.biz.out_request_no)
  if (repeated) return pulls
  checkPulls(pulls, by, amountFen)
  // There is no code for it that anybody wrote down (assumed): it is the one that says to refund without it.
  if (!pulls.every(hasIt)) refuseTrade('ALLOC_AMOUNT_VALIDATE_ERROR', '退分账金额超限')
  return pulls
}

function payerOf({ book, house }: Works, { caller }: Call, biz: Biz): string {
  const type = text(biz, 'trans_out_type', 64) ?? 'userId'
  if (type !== 'userId' && type !== 'loginName') return wrong('trans_out_type', '取值为 userId 或 loginName')
  const found = findAccount(book, house, { type, account: required(biz, 'trans_out', 28), caller })
  if (!found || found === 'other-app')
    return refuseTrade('REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST', '退分账收款方账户不存在')
  return found.userId
}

export const pullSaid = (trade: Trade, { userId, amountFen }: Pull): Said => ({
  trans_in: trade.sellerId,
  trans_out: userId,
  refund_amount: toYuan(amountFen),
  royalty_type: 'transfer',
  result_code: 'SUCCESS',
})

/** `trade_settle_info` of a query (alipay.md 7.8). */
export function settleInfo({ book, clock }: Works, trade: Trade): Said {
  const now = clock.now()
  const settlements = book.settled(trade)
  const shares = settlements.flatMap(({ outRequestNo, shares: made }) =>
    made.flatMap((share) =>
      stateOf(share, now) === 'SUCCESS' && share.doneAt !== null
        ? [operation('transfer', outRequestNo, share.doneAt, [trade.sellerId, share.userId, share.amountFen])]
        : [],
    ),
  )
  const pulls = ('refunds' in trade ? trade.refunds : []).flatMap(({ requestNo, at, pulls: back = [] }) =>
    back.map((pull) => operation('transfer_refund', requestNo, at, [pull.userId, trade.sellerId, pull.amountFen])),
  )
  return {
    trade_unsettled_amount: toYuan(distributableFen(trade, settlements, now)),
    trade_settle_detail_list: [...shares, ...pulls],
  }
}

const operation = (
  type: string,
  serialNo: string,
  at: Parameters<typeof beijing>[0],
  [from, to, amountFen]: readonly [string, string, Fen],
): Said => ({
  operation_type: type,
  operation_serial_no: serialNo,
  operation_dt: beijing(at),
  trans_out: from,
  trans_in: to,
  amount: toYuan(amountFen),
})
