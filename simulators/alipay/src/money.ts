import type { Clock } from '@lanepay/domain/clock.ts'
import type { Store } from '@lanepay/simulator-wire/store.ts'
import type { Book } from './book.ts'
import type { Faults } from './faults.ts'
import { buyerFields, noticeOf } from './notices.ts'
import type { Notifier } from './notifier.ts'
import type { House } from './people.ts'
import { isWap, type OpenTrade, pay, type Refund, type Trade } from './trade.ts'

/** Everything the parts of the simulator work on together. */
export type Works = {
  readonly store: Store
  readonly book: Book
  readonly clock: Clock
  readonly faults: Faults
  readonly notifier: Notifier
  readonly appId: string
  readonly house: House
  /** Where it is reached, once it listens. */
  readonly url: () => string
  readonly identity: 'user_id' | 'open_id'
  /** Whether balances go to the bank by themselves (settlements.ts). */
  readonly daily: { on: boolean }
}

/** Writes a changed trade down, together with what is to be told of it. */
export function settle(works: Works, trade: Trade, tell: 'told' | 'silent' | Refund): void {
  const now = works.clock.now()
  works.store.together(() => {
    works.book.keep(trade)
    if (tell === 'silent' || trade.notifyUrl === null) return
    const buyer = buyerFields(works.book.idsOf(trade.buyer, trade.authAppId), works.identity)
    const refund = tell === 'told' ? {} : { refund: tell }
    const { tradeNo, outTradeNo, notifyUrl: url } = trade
    works.notifier.enqueue({ tradeNo, outTradeNo, url }, noticeOf(trade, { appId: works.appId, buyer, now, ...refund }))
  })
}

/** A closing that nobody paid for: merchants hear of it for wap orders only (alipay.md 8.4). */
export const settleClosed = (works: Works, trade: Trade): void => settle(works, trade, isWap(trade) ? 'told' : 'silent')

/** Takes the driver's money and tells the merchant. */
export const takeMoney = (works: Works, trade: OpenTrade): void => settle(works, pay(trade, works.clock.now()), 'told')

/** What time brings about: orders that run out of it, passwords that are typed. Called as often as the clock is looked at. */
export function passTime(works: Works): void {
  const now = works.clock.now()
  for (const trade of works.book.justDied(now)) settleClosed(works, trade)
  for (const { trade, typing } of works.book.doneTyping(now)) {
    if (typing.ends === 'paid') settle(works, pay(trade, typing.endsAt), 'told')
    else settleClosed(works, { ...trade, state: 'dead', closedAt: typing.endsAt, closedBy: 'driver' })
  }
}
