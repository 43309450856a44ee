import { type Static, Type } from 'typebox'
import type { CardAt } from './card-at.ts'
import type { WithdrawalRefusal } from './decide.ts'
import type { HeldState } from './held-store.ts'
import type { Payout } from './store.ts'

/*
 * What the pages of an operator's money and the cloud say to each other about withdrawals. Money is whole fen, instants are ms since
 * 1970 UTC. Errors are `ErrorView` of driver/api.ts, with the codes of errors.ts.
 *
 *   GET  /api/operator/balances                      -> BalancesView   what there is, what is coming, what may be asked for
 *   GET  /api/operator/withdrawals/:withdrawal       -> WithdrawalView with every step
 *   POST /api/operator/withdrawal-asks  AccountAsk   -> {ask}          one intention of a person, made before it is sent
 *   POST /api/operator/withdrawals      WithdrawalAsk -> AskedView     the same `ask` again is the same withdrawal
 *   GET  /api/operator/accounts/:account/card        -> CardView       masked, with every change
 *   POST /api/operator/accounts/:account/card        CardAsk    -> {version}
 *   POST /api/operator/accounts/:account/card/end    CardEndAsk -> {version}
 *
 * The three that only read are served under `/api/platform/operators/:operator/` too. All of it is the operator's as a whole: who may see
 * only some of its lots is refused.
 */

const strict = { additionalProperties: false } as const
export const accountPattern = '^[1-9]\\d{0,8}$'
/** One line of at most 80 characters, as the history keeps it. */
const Reason = Type.String({ pattern: '^[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]{0,79}$' })
const bucket = Type.Integer({ minimum: 0, maximum: 255 })
const account = Type.Integer({ minimum: 1, maximum: 999_999_999 })

export const AccountParams = Type.Object({ account: Type.String({ pattern: accountPattern }) })
export const WithdrawalParams = Type.Object({ withdrawal: Type.String({ pattern: '^\\d{32}$' }) })
export const AccountAsk = Type.Object({ bucket, account }, strict)
export const WithdrawalAsk = Type.Object(
  {
    ask: Type.String({ maxLength: 300 }),
    bucket,
    account,
    /** Of it the fee is taken. `all`: what is available. */
    amountFen: Type.Union([Type.Integer({ minimum: 1, maximum: 2_000_000_000 }), Type.Literal('all')]),
  },
  strict,
)
export type WithdrawalAsk = Static<typeof WithdrawalAsk>
const seen = Type.Integer({ minimum: 0, maximum: 1_000_000 })
/** `seen` is the version that was shown, 0 for none; `card` as a person writes it down (card-file.ts). */
export const CardAsk = Type.Object({ seen, reason: Reason, card: Type.Unknown() }, strict)
export const CardEndAsk = Type.Object({ seen, reason: Reason }, strict)
export type CardAsk = Static<typeof CardAsk>

/** What came in on a day and no closed day proves yet; from `expectedAt` on its bill is fetched. */
export type ComingView = { readonly day: string; readonly amountFen: number; readonly expectedAt: number }
/** A card as it is shown, ever: the end of its number, the beginning of its holder's name. */
export type MaskedCard = {
  readonly kind: 'card' | 'alipay'
  readonly bank: string | null
  readonly ending: string | null
  readonly holder: string | null
}
/** Of one account and the lots of one bucket, from which one withdrawal is paid. */
export type BalanceView = {
  readonly account: number
  readonly bucket: number
  readonly channel: string
  /** `mirrored`: its channel pays it out by itself, and nothing is asked for here. */
  readonly payout: Payout
  /** What the book has: of it `availableFen` may leave, the rest is coming or in question. */
  readonly heldFen: number
  readonly availableFen: number
  readonly inQuestionFen: number
  /** Asked for, and neither at the bank nor back. */
  readonly inFlightFen: number
  /** The last day up to which everything is proven; null: none yet. */
  readonly provenDay: string | null
  readonly coming: readonly ComingView[]
  /** What one at once costs, out of what is asked for, and its limits. */
  readonly instant: {
    readonly feeFen: number
    readonly floorFen: number
    readonly mostAtOnceFen: number
    readonly mostPerDayFen: number
    readonly leftTodayFen: number
    readonly refusal: WithdrawalRefusal['kind'] | null
  }
  readonly cardAt: CardAt
  readonly card: MaskedCard | null
  /** Until then nothing goes to it at once, because it was changed; null: it may. */
  readonly cardLockedUntil: number | null
}
export type BalancesView = { readonly now: number; readonly balances: readonly BalanceView[] }

export type AskedView = { readonly withdrawal: string; readonly amountFen: number; readonly feeFen: number }

export type WithdrawalView = {
  readonly now: number
  readonly withdrawal: string
  readonly account: number
  readonly channel: string
  readonly kind: 'instant' | 'automatic'
  readonly state: 'asked' | 'sent' | 'paid' | 'returned' | 'refused'
  readonly amountFen: number
  readonly feeFen: number
  readonly askedAt: number
  readonly paidAt: number | null
  readonly channelNumber: string | null
  /** To which card it went; null: to the one that the channel has. */
  readonly card: MaskedCard | null
  /** While it is watched a bank may still send it back. */
  readonly watched: boolean
  readonly parts: readonly { readonly lot: number; readonly amountFen: number; readonly feeFen: number }[]
  readonly steps: readonly { readonly state: string; readonly at: number; readonly who: string; readonly why: string }[]
}

export type CardChange = {
  readonly version: number
  readonly kind: 'card' | 'alipay' | 'none'
  readonly bank: string | null
  readonly branch: string | null
  readonly ending: string | null
  readonly holder: string | null
  readonly owner: 'person' | 'company' | null
  readonly by: string
  readonly reason: string
  readonly at: number
  /** `applied` where the card is kept here; else what has become of it at the channel, `lost` where that is not known. */
  readonly state: HeldState
  /** In the channel's words, or `no-interface`, `account-ended`. */
  readonly because: string | null
  readonly endedAt: number | null
}
export type CardView = {
  readonly now: number
  readonly account: number
  readonly channel: string
  readonly payout: Payout
  readonly cardAt: CardAt
  /** The last version, 0 for none: said back with the next change. */
  readonly version: number
  /** Where the channel has it: the last one that it has taken from here; null: none yet. */
  readonly card: MaskedCard | null
  readonly lockedUntil: number | null
  /** The newest first. */
  readonly changes: readonly CardChange[]
}
