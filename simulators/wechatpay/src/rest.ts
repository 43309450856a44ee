import type { Book, Order } from './book.ts'

/* What of one payment is whose (wechat-pay.md 12.2, 14.1): the fee, what went back, what is shared, and the rest. */

const feePerThousand = 6
const day = 86_400_000
/** After this time nobody shares any more: the rest is released by itself. */
const releasedAfterMs = 30 * day

/** 0.60 %, to the nearest fen. */
export const feeOf = ({ content }: Order): number => Math.floor((content.amount.total * feePerThousand + 500) / 1_000)

/** The part of the fee that comes back with a refund of this much. */
export const feeBackOf = (order: Order, refundFen: number): number =>
  Math.floor((feeOf(order) * refundFen) / order.content.amount.total)

/** Kept back for sharing, and neither finished nor run out. */
export const isFrozen = (book: Book, order: Order, now: number): boolean =>
  order.content.settle_info?.profit_sharing === true &&
  order.state === 'SUCCESS' &&
  now < order.paid!.at + releasedAfterMs &&
  !book.sharesOf(order.tradeNumber).some(({ finish }) => finish)

/** What was or will be shared; parts that failed went back. */
export const sharedOf = (book: Book, { tradeNumber }: Order): number =>
  book
    .sharesOf(tradeNumber)
    .flatMap(({ parts }) => parts)
    .filter(({ result }) => result !== 'CLOSED')
    .reduce((sum, { amount }) => sum + amount, 0)

/** What can still be shared. */
export function restOf(book: Book, order: Order, now: number): number {
  if (!isFrozen(book, order, now)) return 0
  const refunded = book
    .refundsOf(order.tradeNumber)
    .filter(({ status }) => status !== 'CLOSED')
    .reduce((sum, { content: { amount } }) => sum + amount.refund - feeBackOf(order, amount.refund), 0)
  return Math.max(0, order.content.amount.total - feeOf(order) - refunded - sharedOf(book, order))
}
