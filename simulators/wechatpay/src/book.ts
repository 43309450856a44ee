import type { Store, Table } from '@lanepay/simulator-wire/store.ts'

/** What a driver's wallet shows as its code: good for one attempt, within a minute. */
export type PayCode = { readonly code: string; readonly user: string; readonly at: number; readonly used: boolean }

/** One order as WeChat Pay keeps it. `NOTPAY` past `expiresAt` counts as closed: ask `stateOf` (orders.ts). */
export type Order = {
  readonly tradeNumber: string
  readonly world: 'direct' | 'partner'
  /** The order call's body; the same number must come with the same. */
  readonly content: OrderContent
  readonly createdAt: number
  readonly expiresAt: number
  readonly state: 'NOTPAY' | 'USERPAYING' | 'PAYERROR' | 'SUCCESS' | 'CLOSED' | 'REVOKED'
  /**
   * Made by a scan of the driver's code (wechat-pay.md 11): nobody is notified, and it is reversed instead of closed. While
   * the driver is asked for the password: when and how that ends; `null` is never.
   */
  readonly byCode?: {
    readonly code: string
    readonly user: string
    readonly endsAt: number | null
    readonly endsAs: 'SUCCESS' | 'PAYERROR'
  }
  readonly paid?: {
    readonly transactionId: string
    readonly at: number
    readonly user: string
    readonly bankType: string
  }
  readonly closedAt?: number
  /** A code payment that was undone; what was paid went back. */
  readonly reversedAt?: number
}

/** What was checked at the door (fields.ts), so these are the only keys there are. */
export type OrderContent = {
  readonly appid?: string
  readonly mchid?: string
  readonly sp_appid?: string
  readonly sp_mchid?: string
  readonly sub_appid?: string
  readonly sub_mchid?: string
  readonly description: string
  readonly out_trade_no: string
  readonly time_expire?: string
  readonly attach?: string
  /** Absent for code payments. */
  readonly notify_url?: string
  readonly settle_info?: { readonly profit_sharing?: boolean }
  readonly amount: { readonly total: number; readonly currency?: string }
  readonly payer: { readonly openid?: string; readonly sp_openid?: string; readonly sub_openid?: string }
  readonly scene_info?: { readonly device_id?: string; readonly payer_client_ip?: string }
}

/** A handle on an order, good for two hours. */
export type Prepay = { readonly id: string; readonly tradeNumber: string; readonly at: number }

export type RefundContent = {
  readonly sub_mchid?: string
  readonly transaction_id?: string
  readonly out_trade_no?: string
  readonly out_refund_no: string
  readonly reason?: string
  readonly notify_url?: string
  readonly amount: { readonly refund: number; readonly total: number; readonly currency: string }
}

export type Refund = {
  readonly refundNumber: string
  readonly refundId: string
  readonly tradeNumber: string
  readonly content: RefundContent
  readonly createdAt: number
  /** When a refund in progress comes to its end, and which. */
  readonly endsAt: number
  readonly endsAs: RefundEnd
  readonly status: 'PROCESSING' | RefundEnd
  readonly endedAt?: number
  /** Asked for over the older interface, and so told in its manner (wechat-pay.md 12.5). */
  readonly manner?: 'v2'
  /** Set once an abnormal refund was sent on to another account (wechat-pay.md 12.6). */
  readonly toCard?: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
}
export type RefundEnd = 'SUCCESS' | 'ABNORMAL' | 'CLOSED'

/** A code of the silent OAuth (wechat-pay.md 21.1). */
export type Code = {
  readonly code: string
  readonly appid: string
  readonly user: string
  readonly scope: string
  readonly at: number
  readonly used: boolean
}

/** Whose openid this is. Only openids that were handed out are in the book. */
export type OpenidOwner = { readonly openid: string; readonly appid: string; readonly user: string }

type Tables = {
  readonly order: Order
  readonly prepay: Prepay
  readonly refund: Refund
  readonly code: Code
  readonly openid: OpenidOwner
  readonly 'pay-code': PayCode
}
type Shelves = { readonly [Name in keyof Tables]: Table<Tables[Name]> }

/** Orders, the handles on them, refunds, codes and openids; orders also by WeChat Pay's number, refunds by their order. */
export class Book {
  readonly #shelves: Shelves
  readonly #refundsByOrder = new Map<string, Set<string>>()
  readonly #orderByTransaction = new Map<string, string>()
  /** Numbers of the orders whose driver is asked for the password. */
  readonly ordersInWaiting = new Set<string>()
  /** Numbers of the refunds in progress: work that the clock will make due. */
  readonly refundsInProgress = new Set<string>()

  constructor(store: Store) {
    this.#shelves = {
      order: store.table('order'),
      prepay: store.table('prepay'),
      refund: store.table('refund'),
      code: store.table('code'),
      openid: store.table('openid'),
      'pay-code': store.table('pay-code'),
    }
    for (const order of this.#shelves.order.values()) this.#indexOrder(order)
    for (const refund of this.#shelves.refund.values()) this.#indexRefund(refund)
  }

  #indexOrder({ tradeNumber, paid, state }: Order): void {
    if (state === 'USERPAYING') this.ordersInWaiting.add(tradeNumber)
    else this.ordersInWaiting.delete(tradeNumber)
    if (paid) this.#orderByTransaction.set(paid.transactionId, tradeNumber)
  }

  #indexRefund({ tradeNumber, refundNumber, status }: Refund): void {
    const known = this.#refundsByOrder.get(tradeNumber)
    if (known) known.add(refundNumber)
    else this.#refundsByOrder.set(tradeNumber, new Set([refundNumber]))
    if (status === 'PROCESSING') this.refundsInProgress.add(refundNumber)
    else this.refundsInProgress.delete(refundNumber)
  }

  put<Name extends keyof Tables>(name: Name, key: string, value: Tables[Name]): void {
    this.#shelves[name].put(key, value)
    if (name === 'order') this.#indexOrder(value as Order)
    if (name === 'refund') this.#indexRefund(value as Refund)
  }

  get<Name extends keyof Tables>(name: Name, key: string): Tables[Name] | undefined {
    return this.#shelves[name].get(key)
  }

  orders(): Order[] {
    return [...this.#shelves.order.values()]
  }

  refundsOf(tradeNumber: string): Refund[] {
    return [...(this.#refundsByOrder.get(tradeNumber) ?? [])].map((key) => this.#shelves.refund.get(key)!)
  }

  orderOfTransaction(transactionId: string): Order | undefined {
    const tradeNumber = this.#orderByTransaction.get(transactionId)
    return tradeNumber === undefined ? undefined : this.#shelves.order.get(tradeNumber)
  }
}
