import { type Static, Type } from 'typebox'
import { Reason } from '../staff/api.ts'

/*
 * What was told in vain and is told no more by itself: payments and refunds to the software of a lot, notices to the partner's wallet of its
 * operator. A person who has put right what was in the way has it told again.
 *
 *   GET  .../lots/:lot/untold        -> UntoldView       under /api/operator and /api/platform/operators/:operator
 *   POST .../lots/:lot/untold/again  UntoldAsk -> {}     under /api/operator; `not-found` (404) where it is told already, or must not be
 */

export type UntoldRow = {
  readonly to: 'lot' | 'wallet'
  readonly id: string
  readonly what: 'payment' | 'refund' | 'in-notice' | 'out-notice' | 'prepay-result'
  /** The number of the wallet; null: to the lot. */
  readonly wallet: string | null
  /** Not all of it is shown. */
  readonly plate: string | null
  /** Of what is for the lot when it was paid or given back; of what is for a wallet when it was put aside. */
  readonly at: number
}
/** In the order in which it is told, 200 of each at most. */
export type UntoldView = { readonly rows: readonly UntoldRow[] }

export const UntoldAsk = Type.Object(
  {
    to: Type.Union([Type.Literal('lot'), Type.Literal('wallet')]),
    id: Type.String({ pattern: '^[1-9]\\d{0,18}$' }),
    reason: Reason,
  },
  { additionalProperties: false },
)
export type UntoldAsk = Static<typeof UntoldAsk>
