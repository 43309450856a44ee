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
  /** When the trade bill has it as paid, where that is not when it was. */
  readonly billedAt?: number
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

/** Somebody who may get shares of one operator's payments; in direct mode `owner` is the merchant itself. */
export type ShareReceiver = {
  readonly owner: string
  readonly type: 'MERCHANT_ID' | 'PERSONAL_OPENID' | 'PERSONAL_SUB_OPENID'
  readonly account: string
  readonly name?: string
}

export type SharePart = Pick<ShareReceiver, 'type' | 'account'> & {
  readonly amount: number
  readonly description: string
  readonly detailId: string
  readonly result: 'PENDING' | 'SUCCESS' | 'CLOSED'
  /** How it will end: a reason is a failure. */
  readonly endsBy: string | null
}

/** One request to share, or to release what is left. */
export type Share = {
  readonly shareNumber: string
  readonly orderId: string
  readonly tradeNumber: string
  /** What the same number must come with. */
  readonly content: string
  readonly finish: boolean
  readonly parts: readonly SharePart[]
  readonly createdAt: number
  readonly endsAt: number
  readonly endedAt?: number
}

export type ShareReturn = {
  readonly returnNumber: string
  readonly returnId: string
  readonly shareNumber: string
  readonly content: string
  readonly from: string
  readonly amount: number
  readonly description: string
  readonly createdAt: number
  readonly endsAt: number
  readonly endsBy: string | null
  readonly result: 'PROCESSING' | 'SUCCESS' | 'FAILED'
  readonly endedAt?: number
}

/** An operator's balance on its way to its bank. */
export type Withdrawal = {
  readonly withdrawalNumber: string
  readonly withdrawId: string
  readonly owner: string
  readonly content: string
  readonly amount: number
  readonly remark?: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly status: 'CREATE_SUCCESS' | 'SUCCESS' | 'FAIL' | 'REFUND'
  /** What the clock brings next, if anything. */
  readonly ahead: readonly {
    readonly at: number
    readonly status: 'SUCCESS' | 'FAIL' | 'REFUND'
    readonly reason: string
  }[]
  readonly reason?: string
}

/** What was checked at the door, so these are the only keys there are. */
export type TransferContent = {
  readonly appid: string
  readonly out_bill_no: string
  readonly transfer_scene_id: string
  readonly openid: string
  readonly transfer_amount: number
  readonly transfer_remark: string
  readonly notify_url?: string
  readonly user_recv_perception?: string
}
export type TransferState =
  | 'ACCEPTED'
  | 'PROCESSING'
  | 'WAIT_USER_CONFIRM'
  | 'TRANSFERING' // sic
  | 'SUCCESS'
  | 'FAIL'
  | 'CANCELING'
  | 'CANCELLED'
/** Where a transfer is, and since when. */
export type TransferStep = { readonly at: number; readonly state: TransferState; readonly reason?: string }
/** Money for a driver's wallet, which the driver takes by hand (transfers.ts). */
export type Transfer = {
  readonly transferNumber: string
  readonly billNo: string
  readonly owner: string
  /** What fund-flow bills call it. */
  readonly business: string
  /** What the page hands to the wallet. */
  readonly packageInfo: string
  readonly content: TransferContent
  /** What the same number must come with. */
  readonly whole: string
  readonly createdAt: number
  readonly step: TransferStep
  /** What the clock brings next, if anything. */
  readonly ahead: readonly TransferStep[]
}

/** A picture that was uploaded (wechat-pay.md 18.3). What it showed is nobody's business any more. */
export type Media = { readonly mediaId: string; readonly sha256: string; readonly bytes: number; readonly at: number }

export type ApplymentState =
  | 'EDITTING' // sic
  | 'AUDITING'
  | 'REJECTED'
  | 'TO_BE_CONFIRMED'
  | 'TO_BE_SIGNED'
  | 'SIGNING'
  | 'FINISHED'
  | 'CANCELED'
type BankCard = {
  readonly isCompany: boolean
  readonly bank: string
  readonly branch: string
  readonly number: string
  /** Left out where no application has said whose it is. */
  readonly holder?: string
}
/** An application of a sub-merchant (wechat-pay.md 18). */
export type Applyment = {
  readonly businessCode: string
  readonly applymentId: number
  /** What a repeat is compared by, unsealed. */
  readonly content: string
  readonly bank: BankCard
  readonly state: ApplymentState
  readonly since: number
  /** When the clock brings the next state; null: it never does. */
  readonly endsAt: number | null
  /** How often it was handed in. */
  readonly times: number
  readonly reasons?: readonly { readonly field: string; readonly reason: string }[]
  readonly signToken?: string
  readonly subMchid?: string
}
/** Another settlement card for a sub-merchant, and the one it has (18.4). */
export type CardChange = {
  readonly changeNo: string
  readonly owner: string
  readonly card: BankCard
  readonly createdAt: number
  readonly endsAt: number
  readonly endsBy: string | null
  readonly result: 'AUDITING' | 'AUDIT_SUCCESS' | 'AUDIT_FAIL'
  readonly endedAt?: number
}
export type KeptCard = BankCard & { readonly verified: 'VERIFYING' | 'VERIFY_SUCCESS' | 'VERIFY_FAIL' }

/** What was paid out to a bank without anybody asking; of nothing where there was nothing on that morning. */
export type Settlement = {
  readonly settlementId: string
  readonly owner: string
  readonly amount: number
  readonly at: number
  readonly returnedAt?: number
}

/** A way to a bill's file, for seconds. */
export type BillTicket = {
  readonly token: string
  readonly kind: 'trade' | 'fund-flow'
  readonly day: string
  /** Whose, where it is one operator's. */
  readonly sub?: string
  readonly which: 'ALL' | 'SUCCESS' | 'REFUND'
  readonly packed: boolean
  readonly damage?: BillDamage
  readonly harm?: BillHarm
  /** One piece of a bill that is sealed for the merchant (wechat-pay.md 13.1). */
  readonly sealed?: { readonly part: number; readonly parts: number; readonly key: string; readonly nonce: string }
  readonly at: number
}
/** A whole file that says something else than the books. */
export const billHarms = [
  'bill-line-lost',
  'bill-line-twice',
  'bill-line-more',
  'bill-fee-more',
  'bill-line-reversed',
  'bill-line-foreign',
  'flow-line-lost',
  'flow-line-more',
  'flow-line-foreign',
  'flow-line-again',
] as const
export type BillHarm = (typeof billHarms)[number]
export type BillDamage =
  | 'cut'
  | 'end-lost'
  | 'row-lost'
  | 'mangled'
  | 'of-another'
  | 'of-another-day'
  | 'new-column'
  | 'changed'

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
  readonly receiver: ShareReceiver
  readonly share: Share
  readonly 'share-return': ShareReturn
  readonly withdrawal: Withdrawal
  readonly transfer: Transfer
  readonly settlement: Settlement
  readonly 'bill-ticket': BillTicket
  readonly media: Media
  readonly applyment: Applyment
  readonly 'card-change': CardChange
  readonly 'settlement-card': KeptCard
}
type Shelves = { readonly [Name in keyof Tables]: Table<Tables[Name]> }

/** Everything that is remembered; orders also by WeChat Pay's number, refunds and shares by their order. */
export class Book {
  readonly #shelves: Shelves
  readonly #refundsByOrder = new Map<string, Set<string>>()
  readonly #sharesByOrder = new Map<string, Set<string>>()
  readonly #orderByTransaction = new Map<string, string>()
  /** Numbers of the orders whose driver is asked for the password. */
  readonly ordersInWaiting = new Set<string>()
  /** Likewise of shares, returns, withdrawals, transfers, applications and changes of cards. */
  readonly unfinished = {
    share: new Set<string>(),
    'share-return': new Set<string>(),
    withdrawal: new Set<string>(),
    transfer: new Set<string>(),
    applyment: new Set<string>(),
    'card-change': new Set<string>(),
  } as const
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
      receiver: store.table('receiver'),
      share: store.table('share'),
      'share-return': store.table('share-return'),
      withdrawal: store.table('withdrawal'),
      transfer: store.table('transfer'),
      settlement: store.table('settlement'),
      'bill-ticket': store.table('bill-ticket'),
      media: store.table('media'),
      applyment: store.table('applyment'),
      'card-change': store.table('card-change'),
      'settlement-card': store.table('settlement-card'),
    }
    for (const order of this.#shelves.order.values()) this.#indexOrder(order)
    for (const refund of this.#shelves.refund.values()) this.#indexRefund(refund)
    for (const share of this.#shelves.share.values()) this.#indexShare(share)
    for (const one of this.#shelves['share-return'].values()) this.#indexReturn(one)
    for (const one of this.#shelves.withdrawal.values()) this.#indexWithdrawal(one)
    for (const one of this.#shelves.transfer.values()) this.#indexTransfer(one)
    for (const one of this.#shelves.applyment.values()) this.#indexApplyment(one)
    for (const one of this.#shelves['card-change'].values()) this.#indexCardChange(one)
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

  #keepUnfinished(name: keyof Book['unfinished'], key: string, isUnfinished: boolean): void {
    if (isUnfinished) this.unfinished[name].add(key)
    else this.unfinished[name].delete(key)
  }

  #indexReturn({ returnNumber, result }: ShareReturn): void {
    this.#keepUnfinished('share-return', returnNumber, result === 'PROCESSING')
  }

  #indexWithdrawal({ withdrawalNumber, ahead }: Withdrawal): void {
    this.#keepUnfinished('withdrawal', withdrawalNumber, ahead.length > 0)
  }

  #indexTransfer({ transferNumber, ahead }: Transfer): void {
    this.#keepUnfinished('transfer', transferNumber, ahead.length > 0)
  }

  #indexApplyment({ businessCode, endsAt }: Applyment): void {
    this.#keepUnfinished('applyment', businessCode, endsAt !== null)
  }

  #indexCardChange({ changeNo, endedAt }: CardChange): void {
    this.#keepUnfinished('card-change', changeNo, endedAt === undefined)
  }

  #indexShare({ tradeNumber, shareNumber, endedAt }: Share): void {
    this.#keepUnfinished('share', shareNumber, endedAt === undefined)
    const known = this.#sharesByOrder.get(tradeNumber)
    if (known) known.add(shareNumber)
    else this.#sharesByOrder.set(tradeNumber, new Set([shareNumber]))
  }

  put<Name extends keyof Tables>(name: Name, key: string, value: Tables[Name]): void {
    this.#shelves[name].put(key, value)
    if (name === 'order') this.#indexOrder(value as Order)
    if (name === 'refund') this.#indexRefund(value as Refund)
    if (name === 'share') this.#indexShare(value as Share)
    if (name === 'share-return') this.#indexReturn(value as ShareReturn)
    if (name === 'withdrawal') this.#indexWithdrawal(value as Withdrawal)
    if (name === 'transfer') this.#indexTransfer(value as Transfer)
    if (name === 'applyment') this.#indexApplyment(value as Applyment)
    if (name === 'card-change') this.#indexCardChange(value as CardChange)
  }

  get<Name extends keyof Tables>(name: Name, key: string): Tables[Name] | undefined {
    return this.#shelves[name].get(key)
  }

  remove(name: keyof Tables, key: string): void {
    this.#shelves[name].delete(key)
  }

  all<Name extends keyof Tables>(name: Name): Tables[Name][] {
    return [...this.#shelves[name].values()]
  }

  sharesOf(tradeNumber: string): Share[] {
    return [...(this.#sharesByOrder.get(tradeNumber) ?? [])].map((key) => this.#shelves.share.get(key)!)
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
