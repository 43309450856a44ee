import { issueCertificate, type Verification, verifications } from './account.ts'
import { moveApplyment, signApplyment } from './applyments.ts'
import type {
  Applyment,
  ApplymentState,
  CardChange,
  Order,
  Refund,
  Share,
  ShareReturn,
  Transfer,
  Withdrawal,
} from './book.ts'
import type { Fault } from './faults.ts'
import { isNotifyUrl } from './fields.ts'
import { balanceOf } from './flows.ts'
import { takeMoney } from './money.ts'
import { paidNotice } from './notices.ts'
import type { Aimed, Notification } from './notifier.ts'
import { openidOf } from './oauth.ts'
import { stateOf } from './orders.ts'
import { showPayCode } from './pay-codes.ts'
import { beginSettling } from './settlements.ts'
import { passTime } from './time.ts'
import { type Taken, take, takenBy } from './transfer-wallet.ts'
import { isToTake } from './transfers.ts'
import type { Works } from './works.ts'

/** An order as `GET /control` and `orders()` show it. Times in ms since 1970. */
export type OrderView = {
  readonly tradeNumber: string
  readonly state: Order['state'] | 'REFUND'
  readonly amountFen: number
  readonly description: string
  /** mchid, or sub_mchid. */
  readonly merchant: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly paidAt: number | null
  readonly closedAt: number | null
  readonly transactionId: string | null
  readonly user: string | null
  readonly refunds: readonly Pick<Refund, 'refundNumber' | 'refundId' | 'status'>[]
  readonly refundedFen: number
}

/** The hand behind the scenes. Every function that names an order throws RangeError when there is none. */
export type Control = {
  fault(fault: Fault): void
  clearFaults(): void
  faults(): readonly Fault[]
  orders(): OrderView[]
  order(tradeNumber: string): OrderView
  notifications(): Notification[]
  /** All that is in the books, to be held against somebody else's. */
  refunds(): Refund[]
  shares(): Share[]
  shareReturns(): ShareReturn[]
  withdrawals(): Withdrawal[]
  transfers(): Transfer[]
  /** The driver pays without a phone. Throws RangeError when the order is not open. */
  pay(tradeNumber: string): OrderView
  /** Money for an order that was closed or ran out: the race. Throws RangeError when it is open or paid. */
  payAfterClose(tradeNumber: string): OrderView
  /** Sends the last notification about the order again, now; the status answered, or null when there never was one. */
  renotify(tradeNumber: string): Promise<string | null>
  /** Sends this very notification again, now. The status answered. Throws RangeError when there is none with this id. */
  resend(notificationId: string): Promise<string>
  /** Claims that the order is paid, with the signature probe for a signature. The status answered. */
  probe(tradeNumber: string): Promise<string>
  /** A stranger claims that the order is paid. The status answered. */
  forge(tradeNumber: string): Promise<string>
  /** The trade bill of the next day has this payment, a second after midnight. Throws RangeError when it is not paid. */
  billTomorrow(tradeNumber: string): void
  /** What this driver's wallet shows as its pay code now: 18 digits, good once and for a minute. */
  payCodeOf(user: string): string
  /** The openid a driver pays under, without a visit to the OAuth page; under our own appid when none is named. */
  openidOf(user: string, appid?: string): string
  /** The receiver takes a transfer without a phone. Throws RangeError when there is nothing to take under this number. */
  takeTransfer(transferNumber: string): Transfer
  /** What came into a driver's wallet, in order. */
  takenBy(user: string): readonly Taken[]
  /** What fund-flow bills call the transfers made from now on; 商家转账 at first. Kept over restarts. */
  setTransferBusiness(name: string): void
  /** Applications of sub-merchants (wechat-pay.md 18). */
  applyments(): Applyment[]
  /** Settlement cards that were asked for, refused ones too (18.4). */
  cardChanges(): CardChange[]
  /** What a reviewer does. Throws RangeError when there is none such, or its state does not lead there. */
  moveApplyment(businessCode: string, to: ApplymentState, reasons?: Applyment['reasons']): Applyment
  /** The applicant opens the link and goes through with it. Throws RangeError where there is nothing to sign. */
  signApplyment(businessCode: string): Applyment
  /** A new platform certificate, signing from now on; those before stay valid and listed. Its serial. */
  rotateCertificate(): Promise<string>
  /** How much of a payment operators let be shared, in 1/10000; 3000 at first. */
  setShareLimit(basisPoints: number): void
  /** Whether each morning at nine pays out what was there when the day before ended, from the next one on; kept over restarts. */
  setDailySettlement(on: boolean): void
  /** Where we hear of the shares we receive ourselves. */
  setShareNotifyUrl(url: string): void
  /** What this account holds now; `frozenFen` waits to be shared or released. */
  balanceOf(mchid: string): { readonly availableFen: number; readonly frozenFen: number }
  /** By which keys WeChat Pay signs from now on; kept over restarts. `settings` follow. */
  setVerification(verification: Verification): void
  /** Operators under the service provider: the first is `subMchid` in partner mode. No secrets. */
  subMerchants(): readonly { readonly mchid: string; readonly appid: string }[]
}

function viewOf({ book, clock }: Works, order: Order): OrderView {
  const { content, paid } = order
  const refunds = book.refundsOf(order.tradeNumber)
  return {
    tradeNumber: order.tradeNumber,
    state: stateOf(book, order, clock.now()),
    amountFen: content.amount.total,
    description: content.description,
    merchant: content.sub_mchid ?? content.mchid ?? '',
    createdAt: order.createdAt,
    expiresAt: order.expiresAt,
    paidAt: paid?.at ?? null,
    closedAt: order.closedAt ?? null,
    transactionId: paid?.transactionId ?? null,
    user: paid?.user ?? null,
    refunds: refunds.map(({ refundNumber, refundId, status }) => ({ refundNumber, refundId, status })),
    refundedFen: refunds
      .filter(({ status }) => status !== 'CLOSED')
      .reduce((sum, refund) => sum + refund.content.amount.refund, 0),
  }
}

/** The controls over these works. */
export function controlOver(works: Works): Control {
  const { book, clock, faults, keeper, notifier } = works
  const need = (tradeNumber: string): Order => {
    const order = book.get('order', tradeNumber)
    if (!order) throw new RangeError(`there is no order ${tradeNumber}`)
    return order
  }
  const see = (tradeNumber: string) => viewOf(works, need(tradeNumber))
  const payerOf = ({ content: { payer } }: Order): string =>
    book.get('openid', payer.openid ?? payer.sp_openid ?? payer.sub_openid ?? '')?.user ?? 'driver-1'

  function payWhen(states: readonly OrderView['state'][], tradeNumber: string, wanted: string): OrderView {
    const order = need(tradeNumber)
    const state = stateOf(book, order, clock.now())
    if (!states.includes(state)) throw new RangeError(`order ${tradeNumber} is ${state}, not ${wanted}`)
    return viewOf(works, takeMoney(works, order, payerOf(order), clock.now()))
  }

  /** A claim that this order is paid, which it need not be. */
  function claim(tradeNumber: string): Aimed {
    const order = need(tradeNumber)
    const now = clock.now()
    if (order.content.notify_url === undefined) throw new RangeError(`nobody is notified of ${tradeNumber}`)
    const paid = order.paid ?? { transactionId: `4200${'0'.repeat(24)}`, at: now, user: '', bankType: 'OTHERS' }
    return { url: order.content.notify_url, notice: paidNotice(book, { ...order, state: 'SUCCESS', paid }, now) }
  }

  return {
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    faults: () => faults.list(),
    orders: () => book.orders().map((order) => viewOf(works, order)),
    order: see,
    notifications: () => notifier.list(),
    refunds: () => book.all('refund'),
    shares: () => book.all('share'),
    shareReturns: () => book.all('share-return'),
    withdrawals: () => book.all('withdrawal'),
    transfers: () => book.all('transfer'),
    pay: (tradeNumber) => payWhen(['NOTPAY', 'USERPAYING'], tradeNumber, 'open'),
    payAfterClose: (tradeNumber) => payWhen(['CLOSED'], tradeNumber, 'closed'),
    async renotify(tradeNumber) {
      const latest = notifier.latestAbout(need(tradeNumber).tradeNumber)
      return latest ? notifier.resend(latest) : null
    },
    async resend(notificationId) {
      const one = notifier.list().find(({ id }) => id === notificationId)
      if (!one) throw new RangeError(`there is no notification ${notificationId}`)
      return notifier.resend(one)
    },
    probe: async (tradeNumber) => notifier.probe(claim(tradeNumber)),
    forge: async (tradeNumber) => notifier.forge(claim(tradeNumber)),
    billTomorrow(tradeNumber) {
      const order = need(tradeNumber)
      if (!order.paid) throw new RangeError(`order ${tradeNumber} is not paid`)
      const day = 86_400_000
      const midnight = (Math.floor((order.paid.at + day / 3) / day) + 1) * day - day / 3
      book.put('order', tradeNumber, { ...order, billedAt: midnight + 1_000 })
    },
    payCodeOf: (user) => showPayCode(works, user),
    openidOf: (user, appid = keeper.now.appid) => openidOf(works, appid, user),
    takeTransfer(transferNumber) {
      passTime(works, clock.now())
      const one = book.get('transfer', transferNumber)
      if (!one || !isToTake(one.step.state))
        throw new RangeError(`transfer ${transferNumber} is ${one?.step.state ?? 'unknown'}, not to be taken`)
      return take(works, one, clock.now())
    },
    takenBy: (user) => takenBy(works, user),
    setTransferBusiness(name) {
      if (name === '') throw new RangeError('name is not empty')
      keeper.change({ transferBusiness: name })
    },
    applyments: () => book.all('applyment'),
    cardChanges: () => book.all('card-change'),
    moveApplyment: (businessCode, to, reasons) => moveApplyment(works, businessCode, to, reasons ? { reasons } : {}),
    signApplyment(businessCode) {
      const signed = signApplyment(works, book.get('applyment', businessCode)?.signToken ?? '')
      if (!signed) throw new RangeError(`there is nothing to sign for ${businessCode}`)
      return signed
    },
    async rotateCertificate() {
      const fresh = await issueCertificate(clock.now())
      keeper.change({ certificates: [...keeper.now.certificates, fresh] })
      return fresh.serial
    },
    setVerification(verification) {
      if (!verifications.includes(verification))
        throw new RangeError(`verification is one of ${verifications.join(', ')}`)
      keeper.change({ verification })
    },
    setShareLimit(basisPoints) {
      if (!(Number.isInteger(basisPoints) && basisPoints >= 100 && basisPoints <= 10_000))
        throw new RangeError('basisPoints is 100 to 10000')
      keeper.change({ shareLimit: basisPoints })
    },
    setDailySettlement(on) {
      if (on && keeper.now.settlesDaily !== true) beginSettling(works, clock.now())
      keeper.change({ settlesDaily: on })
    },
    setShareNotifyUrl(url) {
      const issue = isNotifyUrl(url)
      if (issue !== null) throw new RangeError(issue)
      keeper.change({ shareNotifyUrl: url })
    },
    balanceOf: (mchid) => balanceOf(book, mchid, clock.now()),
    subMerchants: () => keeper.now.subMerchants.map(({ mchid, appid }) => ({ mchid, appid })),
  }
}
