import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { Book } from './book.ts'
import { feeOf } from './fees.ts'
import { frozenFen, stateOf } from './shares.ts'
import type { Refund, Trade } from './trade.ts'
import { arrivedAt, returnedAt } from './transfers.ts'

/*
 * The money of an account, made from the trades, shares and payouts of the book and nothing else: what it has, and every
 * movement in order, which is what its bills are written from.
 */

/** One movement on one account. Money out is negative. */
export type Flow = {
  readonly at: Instant
  readonly fen: number
  /** 业务类型 of the account's bill. */
  readonly kind: string
  /** Alipay's number for what moved it. */
  readonly number: string
  readonly outNumber: string
  readonly title: string
  /** The account on the other side. */
  readonly other: string
  readonly memo: string
}

export type Balance = { readonly availableFen: Fen; readonly frozenFen: Fen }

/** What an account has at this instant, and how much of it waits for its sharing. */
export function balanceOf(book: Book, pid: string, now: Instant): Balance {
  const outside = flowsBesideTrades(book, pid, now).reduce((total, { fen }) => total + fen, 0)
  const frozen = book.frozen(pid).reduce((total, trade) => total + frozenFen(trade, book.settled(trade), now), 0)
  return { availableFen: (book.receivedFen(pid) + outside - frozen) as Fen, frozenFen: frozen as Fen }
}

/** Every movement on an account up to this instant, in order of time. */
export function flowsOf(book: Book, pid: string, now: Instant): Flow[] {
  const trades = book.trades(now).filter(({ sellerId }) => sellerId === pid)
  return [...trades.flatMap(flowsOfTrade), ...flowsBesideTrades(book, pid, now)].sort(
    (one, other) => one.at - other.at, // stable: a fee stays behind its receipt
  )
}

/** What a trade put on its seller's account, all in all. */
export const effectFen = (trade: Trade): number => flowsOfTrade(trade).reduce((total, { fen }) => total + fen, 0)

function flowsOfTrade(trade: Trade): Flow[] {
  if (trade.state !== 'paid' && trade.state !== 'returned') return []
  const about = { number: trade.tradeNo, outNumber: trade.outTradeNo, title: trade.subject, other: trade.buyer }
  const flow = (at: Instant, kind: string, fen: number, memo = ''): Flow[] =>
    fen === 0 ? [] : [{ ...about, at, kind, fen, memo }]
  let kept: number = trade.totalFen
  const back = (refund: Refund): Flow[] => {
    const before = kept
    kept -= refund.amountFen
    const pulled = (refund.pulls ?? []).reduce((total, { amountFen }) => total + amountFen, 0)
    return [
      ...flow(refund.at, '分账退回', pulled, refund.requestNo),
      ...flow(refund.at, '交易退款', -refund.amountFen, refund.requestNo),
      ...flow(refund.at, '退费', feeOf(before) - feeOf(kept), refund.requestNo),
    ]
  }
  return [
    ...flow(trade.paidAt, '在线支付', trade.totalFen),
    ...flow(trade.paidAt, '收费', -feeOf(trade.totalFen)),
    ...trade.refunds.flatMap(back),
  ]
}

function flowsBesideTrades(book: Book, pid: string, now: Instant): Flow[] {
  const flows: Flow[] = []
  for (const { settleNo, outRequestNo, tradeNo, shares } of book.settlements.values()) {
    const trade = book.byTradeNo(tradeNo, now)
    for (const share of shares) {
      if (!trade || share.doneAt === null || stateOf(share, now) !== 'SUCCESS') continue
      const about = { at: share.doneAt, kind: '分账', number: settleNo, outNumber: outRequestNo, title: trade.subject }
      const memo = trade.tradeNo
      if (trade.sellerId === pid) flows.push({ ...about, memo, fen: -share.amountFen, other: share.userId })
      if (share.userId === pid) flows.push({ ...about, memo, fen: share.amountFen, other: trade.sellerId })
    }
  }
  for (const trade of book.pulled())
    for (const { at, requestNo, pulls = [] } of trade.refunds)
      for (const { userId, amountFen } of pulls)
        if (userId === pid) {
          const about = { number: trade.tradeNo, outNumber: requestNo, title: trade.subject, other: trade.sellerId }
          flows.push({ ...about, at, kind: '分账退回', fen: -amountFen, memo: '' })
        }
  for (const transfer of book.transfers.values()) {
    const { orderId: number, outBizNo: outNumber, title, amountFen, payee } = transfer
    const about = { number, outNumber, title, memo: transfer.remark ?? '' }
    if (transfer.pid === pid) {
      const out = { ...about, other: payee.userId ?? `****${payee.identity.slice(-4)}` }
      flows.push({ ...out, at: transfer.at, kind: '转账', fen: -amountFen })
      const backAt = returnedAt(transfer, now)
      if (backAt !== null) flows.push({ ...out, at: backAt, kind: '转账退回', fen: amountFen })
    }
    const at = arrivedAt(transfer)
    if (payee.userId === pid && at !== null && at <= now)
      flows.push({ ...about, at, kind: '转账', fen: amountFen, other: transfer.pid })
  }
  for (const { id, pid: owner, at, amountFen, of } of book.deposits.values())
    if (owner === pid && amountFen !== 0 && at <= now)
      flows.push({
        at,
        kind: of !== undefined ? '提现退回' : amountFen < 0 ? '提现' : '充值',
        fen: amountFen,
        number: of ?? id,
        outNumber: '',
        title: '',
        other: '',
        memo: '',
      })
  return flows
}
