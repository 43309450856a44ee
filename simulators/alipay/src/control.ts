import { randomUUID } from 'node:crypto'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { enter, visitFor } from './cashier.ts'
import { showPayCode } from './code-pay.ts'
import type { Fault } from './faults.ts'
import { type Balance, balanceOf } from './flows.ts'
import { settle, takeMoney, type Works } from './money.ts'
import { buyerFields, noticeOf } from './notices.ts'
import type { Notification } from './notifier.ts'
import { openPerson, type Person } from './people.ts'
import type { Settlement } from './shares.ts'
import { pay, type Refund, refundedFen, statusOf, type Trade } from './trade.ts'
import type { Transfer } from './transfers.ts'
import { rejectZft } from './zft.ts'

/** A trade as `GET /control` and `trades()` show it. Times in ms since 1970. */
export type TradeView = {
  readonly tradeNo: string
  readonly outTradeNo: string
  readonly status: string
  readonly totalFen: number
  readonly refundedFen: number
  readonly refunds: readonly Refund[]
  readonly subject: string
  readonly sellerId: string
  readonly buyer: string
  readonly productCode: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly paidAt: number | null
  readonly closedAt: number | null
}

/** The hand behind the scenes. Every function that names a trade throws RangeError when there is none. */
export type Control = {
  fault(fault: Fault): void
  clearFaults(): void
  faults(): readonly Fault[]
  trades(): TradeView[]
  trade(outTradeNo: string): TradeView
  notifications(): Notification[]
  /** All shares and payouts that are in the books, to be held against somebody else's. */
  settlements(): Settlement[]
  transfers(): Transfer[]
  /** The driver pays without a phone. Throws RangeError when the trade is not open. */
  pay(outTradeNo: string): TradeView
  /** Money for a trade that was closed unpaid: the expensive kind of news. Throws RangeError when it is not closed. */
  payAfterClose(outTradeNo: string): TradeView
  /** Sends the last notification about the trade again, now; what was answered, or null when there never was one. */
  renotify(outTradeNo: string): Promise<string | null>
  /** Sends this very notification again, now. What was answered. Throws RangeError when there is none with this id. */
  resend(notificationId: string): Promise<string>
  /** A stranger claims that the trade is paid. What was answered. */
  forge(outTradeNo: string): Promise<string>
  /** Somebody who may get a share or a payout, by their login; `certified` unless told otherwise. */
  personOf(told: { readonly loginName: string; readonly name: string; readonly certified?: boolean }): Person
  /** Money from a bank onto the account of a merchant or of a person; less than nothing is a withdrawal in the merchant portal. */
  deposit(pid: string, amountFen: Fen): void
  /** Whether each morning at nine pays out what was there when the day before ended, from the next one on; kept over restarts. */
  setDailySettlement(on: boolean): void
  /** What an account has: to spend, and frozen for sharing. */
  balance(pid: string): Balance
  /** The trade bill of the next day has this payment, a second after midnight. Throws RangeError when it is not paid. */
  billTomorrow(outTradeNo: string): void
  /** The code that this driver's wallet shows now. */
  payCodeOf(user: string): string
  /** The id a driver pays under, without a visit to the authorise page. */
  identityOf(user: string): string
  /** Refuses an application of a second-tier merchant. Throws RangeError where there is none under way. */
  rejectApplication(externalId: string, reason: string): void
  /** An operator we may act for: its own PID and the token to send. */
  readonly operator: { readonly appId: string; readonly sellerId: string; readonly appAuthToken: string }
  /** Certificate mode: signs with a new certificate from now on. */
  rotateCertificate(): Promise<void>
}

const viewOf = (works: Works, trade: Trade): TradeView => ({
  tradeNo: trade.tradeNo,
  outTradeNo: trade.outTradeNo,
  status: statusOf(trade, works.clock.now()),
  totalFen: trade.totalFen,
  refundedFen: refundedFen(trade),
  refunds: 'refunds' in trade ? trade.refunds : [],
  subject: trade.subject,
  sellerId: trade.sellerId,
  buyer: trade.buyer,
  productCode: trade.productCode,
  createdAt: trade.createdAt,
  expiresAt: trade.expiresAt,
  paidAt: 'paidAt' in trade ? trade.paidAt : null,
  closedAt: 'closedAt' in trade ? trade.closedAt : null,
})

/** The controls over these works. */
export function controlOver(
  works: Works,
  given: Pick<Control, 'operator' | 'rotateCertificate' | 'setDailySettlement'> & { pids: readonly string[] },
): Control {
  const find = (outTradeNo: string): Trade | undefined =>
    given.pids.map((pid) => works.book.byOutTradeNo(pid, outTradeNo, works.clock.now())).find((trade) => trade)
  const need = (outTradeNo: string): Trade => {
    const trade = find(outTradeNo)
    if (!trade) throw new RangeError(`there is no trade ${outTradeNo}`)
    return trade
  }
  const see = (outTradeNo: string) => viewOf(works, need(outTradeNo))
  return {
    operator: given.operator,
    rotateCertificate: given.rotateCertificate,
    setDailySettlement: given.setDailySettlement,
    fault: (fault) => works.faults.add(fault),
    clearFaults: () => works.faults.clear(),
    faults: () => works.faults.list(),
    trades: () => works.book.trades(works.clock.now()).map((trade) => viewOf(works, trade)),
    trade: see,
    notifications: () => works.notifier.list(),
    settlements: () => [...works.book.settlements.values()],
    transfers: () => [...works.book.transfers.values()],
    pay(outTradeNo) {
      const visit = find(outTradeNo) ? undefined : visitFor(works, outTradeNo)
      const trade = visit ? enter(works, visit, 'driver-1') : need(outTradeNo)
      if (trade.state !== 'open')
        throw new RangeError(`trade ${outTradeNo} is ${statusOf(trade, works.clock.now())}, not open`)
      takeMoney(works, trade)
      return see(outTradeNo)
    },
    payAfterClose(outTradeNo) {
      const trade = need(outTradeNo)
      if (trade.state !== 'dead')
        throw new RangeError(`trade ${outTradeNo} is ${statusOf(trade, works.clock.now())}, not closed unpaid`)
      settle(works, pay(trade, works.clock.now()), 'told')
      return see(outTradeNo)
    },
    async renotify(outTradeNo) {
      const latest = works.notifier.latestAbout(need(outTradeNo).tradeNo)
      return latest ? works.notifier.resend(latest) : null
    },
    async resend(notificationId) {
      const one = works.notifier.list().find(({ id }) => id === notificationId)
      if (!one) throw new RangeError(`there is no notification ${notificationId}`)
      return works.notifier.resend(one)
    },
    async forge(outTradeNo) {
      const trade = need(outTradeNo)
      if (trade.notifyUrl === null) throw new RangeError(`trade ${outTradeNo} has no notify_url`)
      const now = works.clock.now()
      const buyer = buyerFields(works.book.idsOf(trade.buyer, trade.authAppId), works.identity)
      const paid: Trade = { ...trade, state: 'paid', paidAt: now, refunds: [] } as Trade
      const fields = { ...noticeOf(paid, { appId: works.appId, buyer, now }), total_amount: toYuan(trade.totalFen) }
      return works.notifier.forge({ url: trade.notifyUrl, outTradeNo, fields })
    },
    personOf: (told) => openPerson(works.book.people, { certified: true, ...told }),
    deposit(pid, amountFen) {
      if (!works.house.pids.includes(pid) && !works.book.people.get(pid)) throw new RangeError(`${pid} is nobody here`)
      const id = `deposit-${randomUUID()}`
      works.book.deposits.put(id, { id, pid, amountFen, at: works.clock.now() })
    },
    balance: (pid) => balanceOf(works.book, pid, works.clock.now()),
    billTomorrow(outTradeNo) {
      const trade = need(outTradeNo)
      if (trade.state !== 'paid') throw new RangeError(`trade ${outTradeNo} is not paid`)
      const day = 86_400_000
      const midnight = (Math.floor((trade.paidAt + day / 3) / day) + 1) * day - day / 3
      works.book.keep({ ...trade, billedAt: (midnight + 1_000) as Instant })
    },
    rejectApplication: (externalId, reason) => rejectZft(works, externalId, reason),
    payCodeOf: (user) => showPayCode(works, user),
    identityOf(user) {
      const ids = works.book.idsOf(user, works.appId)
      return works.identity === 'user_id' ? ids.userId : ids.openId
    },
  }
}
