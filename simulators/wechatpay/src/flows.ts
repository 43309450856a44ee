import type { Book, Order } from './book.ts'
import { feeBackOf, feeOf, restOf } from './rest.ts'

/** One movement of an account's money, as its fund-flow bill tells it (wechat-pay.md 13.4). */
export type Flow = {
  readonly at: number
  /** Of what caused it. */
  readonly channelNo: string
  readonly business: string
  readonly type: string
  readonly way: 'in' | 'out'
  readonly fen: number
  readonly voucher: string
  readonly note: string
}

/** Whose money an order is. */
export const ownerOf = ({ content }: Order): string => content.sub_mchid ?? content.mchid ?? ''

/** Every movement of this account, in the order of time: computed from the books, so there is nothing to disagree with. */
export function flowsOf(book: Book, mchid: string): readonly Flow[] {
  const flows: Flow[] = []
  const add = (way: Flow['way'], fen: number, told: Omit<Flow, 'way' | 'fen'>) => {
    if (fen > 0) flows.push({ way, fen, ...told })
  }
  for (const order of book.orders()) {
    if (!order.paid) continue
    if (ownerOf(order) === mchid) addPayment(book, order, add)
    addShares(book, order, mchid, add)
  }
  for (const one of book.all('withdrawal')) {
    if (one.owner !== mchid) continue
    const told = { channelNo: one.withdrawId, type: '提现', voucher: one.withdrawalNumber, note: one.remark ?? '' }
    add('out', one.amount, { at: one.createdAt, business: '提现', ...told })
    const isBack = one.status === 'FAIL' || one.status === 'REFUND'
    if (isBack) add('in', one.amount, { at: one.updatedAt, business: '提现退票', ...told })
  }
  // Set aside as soon as it is taken on, and back when nobody took it (†: not in wechat-pay.md, nor how it is called).
  for (const { owner, billNo, transferNumber, business, content, createdAt, step } of book.all('transfer')) {
    if (owner !== mchid) continue
    const told = { channelNo: billNo, business, voucher: transferNumber, note: content.transfer_remark }
    add('out', content.transfer_amount, { at: createdAt, type: '转账', ...told })
    const isBack = step.state === 'FAIL' || step.state === 'CANCELLED'
    if (isBack) add('in', content.transfer_amount, { at: step.at, type: '转账退回', ...told })
  }
  for (const { owner, settlementId: channelNo, amount, at, returnedAt } of book.all('settlement')) {
    if (owner !== mchid) continue
    const told = { channelNo, type: '提现', voucher: '', note: '自动提现' }
    add('out', amount, { at, business: '提现', ...told })
    if (returnedAt !== undefined) add('in', amount, { at: returnedAt, business: '提现退票', ...told })
  }
  return flows.toSorted((a, b) => a.at - b.at)
}

type Add = (way: Flow['way'], fen: number, told: Omit<Flow, 'way' | 'fen'>) => void

function addPayment(book: Book, order: Order, add: Add): void {
  const { transactionId, at } = order.paid!
  const { total } = order.content.amount
  const fee = feeOf(order)
  const paid = { at, channelNo: transactionId, voucher: order.tradeNumber, note: '' }
  add('in', total, { ...paid, business: '交易', type: '交易' })
  add('out', fee, { ...paid, business: '扣除交易手续费', type: '交易手续费' })
  if (order.reversedAt !== undefined) {
    const undone = { ...paid, at: order.reversedAt, business: '撤销', type: '退款' }
    add('out', total, undone)
    add('in', fee, undone)
  }
  for (const refund of book.refundsOf(order.tradeNumber)) {
    if (refund.status === 'CLOSED') continue
    const { refund: fen } = refund.content.amount
    const told = { at: refund.createdAt, channelNo: refund.refundId, voucher: refund.refundNumber, note: '' }
    add('out', fen, { ...told, business: '退款', type: '退款' })
    add('in', feeBackOf(order, fen), { ...told, business: '退还交易手续费', type: '交易手续费' })
  }
}

function addShares(book: Book, order: Order, mchid: string, add: Add): void {
  const owner = ownerOf(order)
  for (const share of book.sharesOf(order.tradeNumber)) {
    for (const part of share.parts) {
      if (part.result !== 'SUCCESS') continue
      const told = {
        at: share.endedAt!,
        channelNo: share.orderId,
        business: '分账',
        type: '分账',
        voucher: share.shareNumber,
        note: part.description,
      }
      if (owner === mchid) add('out', part.amount, told)
      if (part.type === 'MERCHANT_ID' && part.account === mchid) add('in', part.amount, told)
    }
  }
  for (const one of book.all('share-return')) {
    const share = book.get('share', one.shareNumber)
    if (one.result !== 'SUCCESS' || share?.tradeNumber !== order.tradeNumber) continue
    const told = {
      at: one.endedAt!,
      channelNo: one.returnId,
      business: '分账回退',
      type: '分账回退',
      voucher: one.returnNumber,
      note: one.description,
    }
    if (owner === mchid) add('in', one.amount, told)
    if (one.from === mchid) add('out', one.amount, told)
  }
}

/** What may be paid out, and what waits to be shared or released. */
export function balanceOf(
  book: Book,
  mchid: string,
  now: number,
): { readonly availableFen: number; readonly frozenFen: number } {
  const total = flowsOf(book, mchid).reduce((sum, { way, fen }) => sum + (way === 'in' ? fen : -fen), 0)
  let frozenFen = 0
  for (const order of book.orders()) {
    if (ownerOf(order) !== mchid || !order.paid) continue
    frozenFen += restOf(book, order, now)
    for (const { parts } of book.sharesOf(order.tradeNumber))
      for (const part of parts) if (part.result === 'PENDING') frozenFen += part.amount
  }
  return { availableFen: total - frozenFen, frozenFen }
}
