import type { Store } from '@lanepay/simulator-wire/store.ts'
import type { Book, Order } from './book.ts'
import { writeTime } from './fields.ts'
import { paidNotice, refundNotice } from './notices.ts'
import type { Notifier } from './notifier.ts'
import { randomDigits } from './sealing.ts'

/** What moving money needs. */
export type Till = { readonly store: Store; readonly book: Book; readonly notifier: Notifier }

/** Takes the money for an order, closed or not, and tells the merchant: kept together. */
export function takeMoney({ store, book, notifier }: Till, order: Order, user: string, now: number): Order {
  const day = writeTime(now).replace(/\D/g, '').slice(0, 8)
  const transactionId = `4200${randomDigits(6)}${day}${randomDigits(10)}`
  const paid: Order = { ...order, state: 'SUCCESS', paid: { transactionId, at: now, user, bankType: 'OTHERS' } }
  const { notify_url: url } = order.content
  store.together(() => {
    book.put('order', order.tradeNumber, paid)
    // Code payments are told to nobody (wechat-pay.md 10).
    if (url !== undefined) notifier.enqueue({ tradeNumber: order.tradeNumber, url }, paidNotice(book, paid, now))
  })
  return paid
}

/** Brings refunds whose time has come to their end and tells the merchant, where it gave an address for that. */
export function endDueRefunds({ store, book, notifier }: Till, now: number): void {
  for (const refundNumber of [...book.refundsInProgress]) {
    const refund = book.get('refund', refundNumber)!
    if (refund.endsAt > now) continue
    const ended = { ...refund, status: refund.endsAs, endedAt: refund.endsAt }
    const order = book.get('order', refund.tradeNumber)!
    store.together(() => {
      book.put('refund', refundNumber, ended)
      const url = refund.content.notify_url
      if (url !== undefined) notifier.enqueue({ tradeNumber: order.tradeNumber, url }, refundNotice(order, ended, now))
    })
  }
}
