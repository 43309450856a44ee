import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { Store, Table } from '@lanepay/simulator-wire/store.ts'
import { openIdOf, userIdOf } from './account.ts'
import type { BillLink } from './bill-methods.ts'
import { effectFen } from './flows.ts'
import type { Person } from './people.ts'
import type { Relation, Settlement } from './shares.ts'
import { asOf, isWap, type OpenTrade, type PaidTrade, type ReturnedTrade, type Trade, type Typing } from './trade.ts'
import type { Transfer } from './transfers.ts'
import type { ZftImage, ZftOrder } from './zft.ts'

/** A code of the authorise page, for one application, once (alipay.md 5). */
export type Code = {
  readonly code: string
  readonly user: string
  readonly appId: string
  readonly at: Instant
  readonly used: boolean
}

export type RefreshToken = {
  readonly token: string
  readonly user: string
  readonly appId: string
  readonly at: Instant
  readonly used: boolean
}

/** A signed page request somebody opened: not a trade until the driver confirms (alipay.md 7.1). */
export type CashierVisit = {
  readonly id: string
  /** The checked parameters of the request. */
  readonly params: Readonly<Record<string, string>>
  readonly at: Instant
}

/** What the wallet shows to be read by a merchant (alipay.md 7.6). */
export type PayCode = { readonly code: string; readonly user: string; readonly at: Instant; readonly used: boolean }

/** Money that came from a bank, or went to it; `of`: what the bank sent back. */
export type Deposit = {
  readonly id: string
  readonly pid: string
  readonly amountFen: Fen
  readonly at: Instant
  readonly of?: string
}

/** Trades by both their numbers, drivers by both their ids. */
export class Book {
  readonly #trades: Table<Trade>
  readonly #numbers = new Map<string, string>()
  readonly #users: Table<string>
  /** Unpaid wap trades: the only ones whose timeout is told to anybody. */
  readonly #dying = new Set<string>()
  readonly #typing = new Set<string>()
  /** Paid and frozen for sharing once, whether or not that is over. */
  readonly #frozen = new Set<string>()
  /** Trades of which receivers of shares gave something back. */
  readonly #pulled = new Set<string>()
  /** What the trades of each seller came to, so that nobody has to add up all of them. */
  readonly #received = new Map<string, number>()
  readonly #orderIds = new Map<string, string>()
  readonly #settlements = new Map<string, Settlement[]>()
  readonly codes: Table<Code>
  readonly refreshTokens: Table<RefreshToken>
  readonly visits: Table<CashierVisit>
  readonly payCodes: Table<PayCode>
  readonly people: Table<Person>
  readonly relations: Table<Relation>
  readonly settlements: Table<Settlement>
  readonly transfers: Table<Transfer>
  readonly deposits: Table<Deposit>
  readonly billLinks: Table<BillLink>
  readonly zftImages: Table<ZftImage>
  readonly zftOrders: Table<ZftOrder>

  constructor(store: Store) {
    this.#trades = store.table('trade')
    this.#users = store.table('user')
    this.codes = store.table('code')
    this.zftImages = store.table('zft-image')
    this.zftOrders = store.table('zft-order')
    this.refreshTokens = store.table('refresh-token')
    this.visits = store.table('visit')
    this.payCodes = store.table('pay-code')
    this.people = store.table('person')
    this.relations = store.table('relation')
    this.settlements = store.table('settlement')
    this.transfers = store.table('transfer')
    this.deposits = store.table('deposit')
    this.billLinks = store.table('bill-link')
    for (const trade of this.#trades.values()) this.#index(trade)
    for (const transfer of this.transfers.values()) this.#indexTransfer(transfer)
    for (const settlement of this.settlements.values()) this.#indexSettlement(settlement)
  }

  #index(trade: Trade, before?: Trade): void {
    const received = this.#received.get(trade.sellerId) ?? 0
    this.#received.set(trade.sellerId, received + effectFen(trade) - (before ? effectFen(before) : 0))
    if (trade.royaltyFreeze && trade.state === 'paid') this.#frozen.add(trade.tradeNo)
    else this.#frozen.delete(trade.tradeNo)
    if ('refunds' in trade && trade.refunds.some(({ pulls }) => pulls)) this.#pulled.add(trade.tradeNo)
    this.#numbers.set(`${trade.pid} ${trade.outTradeNo}`, trade.tradeNo)
    if (trade.state === 'open' && isWap(trade)) this.#dying.add(trade.tradeNo)
    else this.#dying.delete(trade.tradeNo)
    if (trade.state === 'open' && trade.typing) this.#typing.add(trade.tradeNo)
    else this.#typing.delete(trade.tradeNo)
  }

  keep(trade: Trade): void {
    const before = this.#trades.get(trade.tradeNo)
    this.#trades.put(trade.tradeNo, trade)
    this.#index(trade, before)
  }

  #indexSettlement(settlement: Settlement): void {
    this.#settlements.set(settlement.tradeNo, [...(this.#settlements.get(settlement.tradeNo) ?? []), settlement])
  }

  keepSettlement(settlement: Settlement): void {
    this.settlements.put(settlement.settleNo, settlement)
    this.#indexSettlement(settlement)
  }

  #indexTransfer(transfer: Transfer): void {
    this.#orderIds.set(`${transfer.pid} ${transfer.outBizNo}`, transfer.orderId)
  }

  keepTransfer(transfer: Transfer): void {
    this.transfers.put(transfer.orderId, transfer)
    this.#indexTransfer(transfer)
  }

  transferOf(pid: string, outBizNo: string): Transfer | undefined {
    return this.transfers.get(this.#orderIds.get(`${pid} ${outBizNo}`) ?? '')
  }

  /** What was shared of a trade, in order. */
  settled({ tradeNo }: { readonly tradeNo: string }): readonly Settlement[] {
    return this.#settlements.get(tradeNo) ?? []
  }

  /** What the trades of a seller came to: receipts and fees, refunds and what they took back from receivers. */
  receivedFen(sellerId: string): number {
    return this.#received.get(sellerId) ?? 0
  }

  frozen(sellerId: string): Trade[] {
    return [...this.#frozen]
      .flatMap((tradeNo) => this.#trades.get(tradeNo) ?? [])
      .filter((trade) => trade.sellerId === sellerId)
  }

  pulled(): (PaidTrade | ReturnedTrade)[] {
    return [...this.#pulled].flatMap((tradeNo) => {
      const trade = this.#trades.get(tradeNo)
      return trade && 'refunds' in trade ? [trade] : []
    })
  }

  byTradeNo(tradeNo: string, now: Instant): Trade | undefined {
    const trade = this.#trades.get(tradeNo)
    return trade && asOf(trade, now)
  }

  byOutTradeNo(pid: string, outTradeNo: string, now: Instant): Trade | undefined {
    const tradeNo = this.#numbers.get(`${pid} ${outTradeNo}`)
    return tradeNo === undefined ? undefined : this.byTradeNo(tradeNo, now)
  }

  trades(now: Instant): Trade[] {
    return [...this.#trades.values()].map((trade) => asOf(trade, now))
  }

  /** Wap trades whose time ran out and of whom nobody was told. */
  justDied(now: Instant): Trade[] {
    if (this.#dying.size === 0) return []
    return [...this.#dying].flatMap((tradeNo) => {
      const trade = this.byTradeNo(tradeNo, now)
      return trade?.state === 'dead' ? [trade] : []
    })
  }

  /** Open trades whose driver has typed the password by now, or has given up on it. */
  doneTyping(now: Instant): { trade: OpenTrade; typing: Typing & { readonly endsAt: Instant } }[] {
    return [...this.#typing].flatMap((tradeNo) => {
      const trade = this.#trades.get(tradeNo)
      if (trade?.state !== 'open' || !trade.typing) return []
      const { endsAt, ends } = trade.typing
      return endsAt !== null && endsAt <= now && endsAt < trade.expiresAt ? [{ trade, typing: { endsAt, ends } }] : []
    })
  }

  /** The trade this driver is asked for the password of, if any. */
  asking(user: string, now: Instant): OpenTrade | undefined {
    const trades = [...this.#typing].map((tradeNo) => this.byTradeNo(tradeNo, now))
    return trades.find((trade): trade is OpenTrade => trade?.state === 'open' && trade.buyer === user)
  }

  /** The ids a driver has under an application; from here on both are known to be theirs. */
  idsOf(user: string, appId: string): { userId: string; openId: string } {
    const ids = { userId: userIdOf(user), openId: openIdOf(user, appId) }
    if (this.#users.get(`user_id ${ids.userId}`) === undefined) this.#users.put(`user_id ${ids.userId}`, user)
    const openKey = `open_id ${appId} ${ids.openId}`
    if (this.#users.get(openKey) === undefined) this.#users.put(openKey, user)
    return ids
  }

  /** Whether this is a known driver's id under one of these applications. */
  hasOpenId(openId: string, appIds: readonly string[]): boolean {
    const users = [...new Set(this.#users.values())]
    return users.some((user) => appIds.some((appId) => openIdOf(user, appId) === openId))
  }

  userOf(id: { userId: string } | { openId: string; appId: string }): string | undefined {
    return this.#users.get('userId' in id ? `user_id ${id.userId}` : `open_id ${id.appId} ${id.openId}`)
  }
}
