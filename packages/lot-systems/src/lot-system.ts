import type { Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { QuoteAnswer } from '@lanepay/lot-link/messages.ts'

/*
 * How the cloud asks a lot, whoever runs it: our own agent today, somebody else's charging software behind the same
 * interface. What was paid is not here: it goes out through the outbox (cloud/command) until the lot has answered.
 */

/** About which vehicle: the one that stands in a lane, the one with this plate (or pass), or one stay. */
export type AskBy = { readonly lane: number } | { readonly plate: string } | { readonly session: string }

export type LotError =
  /** The lot said no, with its reason (lot-link/messages.ts `refusals`). Permanent for this question. */
  | { readonly kind: 'refused'; readonly because: string; readonly detail?: string }
  /** No answer in time. Nothing is known; ask again. */
  | { readonly kind: 'offline' }

export interface LotSystem {
  /** What is owed, priced by the lot itself, never guessed. */
  quote(lot: LotKey, by: AskBy): Promise<Result<QuoteAnswer, LotError>>
  /** Lets a car without plate in. The same request id is one admission, however often it is asked. */
  admitUnplated(
    lot: LotKey,
    admission: { lane: number; pass: string; requestId: string },
  ): Promise<Result<{ session: string; gate: 'opened' | 'silent' }, LotError>>
  /** Whether the lot was heard of lately. */
  isOnline(lot: LotKey): boolean
}
