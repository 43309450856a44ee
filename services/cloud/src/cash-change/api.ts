import type { CashChangeSheet } from '@lanepay/channels/cash-change.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'

/*
 * A driver takes the change that a cash machine owes him. The link it shows as a code is `/g/:token`, and good inside
 * WeChat only.
 *
 *   GET  /g/:token                    the page (or, outside WeChat, what to do instead)
 *   GET  /g/:token/who                goes through WeChat to learn who this is, and comes back to /g/:token, with
 *                                     ?anonymous=1 where it did not
 *   GET  /api/driver/change/:token    -> ChangeView
 *   POST /api/driver/change/:token    {} -> ChangeTake   the same link is always the same transfer, however often it is tapped
 *
 * Errors are `ErrorView` of driver/api.ts, with its codes and `cashChangeErrorCodes`.
 */

/** What WeChat's `requestMerchantTransfer` is given. */
export type { CashChangeSheet }

/** What a driver sees of change that is his to take. */
export type ChangeView = {
  readonly now: Instant
  readonly lot: { readonly name: string }
  readonly amountFen: Fen
  /** After this nobody can begin to take it. */
  readonly until: Instant
  readonly helpPhone: string | null
  /**
   * open: nobody has begun. waiting: this driver has, and his wallet asks him (tap again shows it again). sending: the channel is at it.
   * taken: he has it. anothers: somebody else has begun or has it. over: not taken in time, or it could not be given.
   */
  readonly state: 'open' | 'waiting' | 'sending' | 'taken' | 'anothers' | 'over'
}

/** `sheet` null: nothing to show now, ask for the view again. */
export type ChangeTake = { readonly view: ChangeView; readonly sheet: CashChangeSheet | null }

/** Every refusal of a driver who wants his change, and its HTTP status: the page has a text for each. */
export const cashChangeErrorCodes = {
  'change-unknown': 404, // not a link of ours
  'change-over': 409, // not taken in time, or it could not be given
  'change-anothers': 409, // somebody else has begun to take it, or has it
  'change-not-possible': 409, // the account cannot give it now
} as const
export type CashChangeErrorCode = keyof typeof cashChangeErrorCodes
