import type { Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from './channel.ts'

/*
 * The banks, cities and branches that a channel knows, as its forms want them named (wechat-pay.md 18.5). A channel without such a list has no
 * such ability.
 */

/** One page of a list; `next` is where the following one begins, null behind the last. */
export type ListPage<T> = { readonly rows: readonly T[]; readonly next: number | null }

export type ListedBank = {
  /** By which its branches are asked for. */
  readonly code: string
  /** As people call it, e.g. `工商银行`; of smaller banks their own name. */
  readonly alias: string
  /** What an application or a settlement card names as its bank: many small banks share one name. */
  readonly accountBank: string
}
/** A province or a city, under the channel's own code. */
export type ListedArea = { readonly code: string; readonly name: string }
export type ListedBranch = { readonly id: string; readonly name: string }

/** Which accounts a bank is listed for. */
export const bankingKinds = ['personal', 'corporate'] as const
export type BankingKind = (typeof bankingKinds)[number]

export interface BankLists {
  /** @param from where the page begins: 0, then the `next` of the page before */
  banks(kind: BankingKind, from: number): Promise<Result<ListPage<ListedBank>, ChannelError>>
  provinces(): Promise<Result<readonly ListedArea[], ChannelError>>
  cities(provinceCode: string): Promise<Result<readonly ListedArea[], ChannelError>>
  /** None is an answer, too: not every bank is in every city. */
  branches(bankCode: string, cityCode: string, from: number): Promise<Result<ListPage<ListedBranch>, ChannelError>>
}
