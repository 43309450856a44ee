import type { Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { LotError } from './lot-system.ts'

/*
 * What a lot is asked for as a list (lot-devices.md 6.2): it changes nothing there, and nothing is asked again by itself; no answer in time is
 * `offline`. Of our own agent its log says as much, so it is not asked.
 */

/** A part of a list, as the system names it: a text that nobody else reads. Null: the first, or there is none after it. */
export type PageName = string | null
export type PageOf<T> = { readonly rows: readonly T[]; readonly next: PageName }

/** A lane as the system knows it. `channel`: written as a lot's plan names it; direction null: it does not say. */
export type SystemLane = {
  readonly channel: string
  readonly name: string
  readonly direction: 'entry' | 'exit' | 'both' | null
}
/** Of a plate that the system says is inside now. `stay` as its prices and its events name it; lanes by its own names; null: it does not say. */
export type StayInside = {
  readonly stay: string
  readonly plate: string
  readonly enteredAt: number
  readonly lane: string | null
}
/** A vehicle that came in or went out. */
export type Passage = {
  readonly plate: string
  readonly way: 'in' | 'out'
  readonly at: number
  readonly lane: string | null
  readonly stay: string | null
}
/** From an instant on, and before another. */
export type Span = { readonly from: number; readonly to: number }

/** Each of them where the system has its ability; elsewhere it is answered `noWord`. */
export type LotLists = {
  /** `lists-lanes` */
  lanes(lot: LotKey): Promise<Result<readonly SystemLane[], LotError>>
  /** `lists-inside`: who is inside now; from one page to the next somebody may have come or gone. */
  inside(lot: LotKey, page: PageName): Promise<Result<PageOf<StayInside>, LotError>>
  /** `lists-passages`: who came and went in a span of time. */
  passages(lot: LotKey, of: Span & { readonly page: PageName }): Promise<Result<PageOf<Passage>, LotError>>
}
