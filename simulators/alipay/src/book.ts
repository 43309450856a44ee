import type { Instant } from '@lanepay/domain/types.ts'
import type { Store, Table } from '@lanepay/simulator-wire/store.ts'
import { openIdOf, userIdOf } from './account.ts'
import { asOf, isWap, type OpenTrade, type Trade, type Typing } from './trade.ts'

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

/** Trades by both their numbers, drivers by both their ids. */
export class Book {
  readonly #trades: Table<Trade>
  readonly #numbers = new Map<string, string>()
  readonly #users: Table<string>
  /** Unpaid wap trades: the only ones whose timeout is told to anybody. */
  readonly #dying = new Set<string>()
  readonly #typing = new Set<string>()
  readonly codes: Table<Code>
  readonly refreshTokens: Table<RefreshToken>
  readonly visits: Table<CashierVisit>
  readonly payCodes: Table<PayCode>

  constructor(store: Store) {
    this.#trades = store.table('trade')
    this.#users = store.table('user')
    this.codes = store.table('code')
    this.refreshTokens = store.table('refresh-token')
    this.visits = store.table('visit')
    this.payCodes = store.table('pay-code')
    for (const trade of this.#trades.values()) this.#index(trade)
  }

  #index(trade: Trade): void {
    this.#numbers.set(`${trade.pid} ${trade.outTradeNo}`, trade.tradeNo)
    if (trade.state === 'open' && isWap(trade)) this.#dying.add(trade.tradeNo)
    else this.#dying.delete(trade.tradeNo)
    if (trade.state === 'open' && trade.typing) this.#typing.add(trade.tradeNo)
    else this.#typing.delete(trade.tradeNo)
  }

  keep(trade: Trade): void {
    this.#trades.put(trade.tradeNo, trade)
    this.#index(trade)
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

  userOf(id: { userId: string } | { openId: string; appId: string }): string | undefined {
    return this.#users.get('userId' in id ? `user_id ${id.userId}` : `open_id ${id.appId} ${id.openId}`)
  }
}
