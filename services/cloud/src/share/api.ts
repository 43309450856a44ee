import { channelNames } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'
import { wholeFileAsk } from '../report/file-ask.ts'
import type { WrittenParty } from './rule-file.ts'

/*
 * What the pages of shares and the cloud say to each other; under `/api/operator`, and for the platform under
 * `/api/platform/operators/:operator`. Money is whole fen, parts are 1/10000, instants are ms since 1970 UTC.
 *
 *   GET  .../share-rules                          -> RulesView   of every lot the person may see, which hold and which are to come
 *   GET  .../share-rules-file     RulesFileQuery  -> the same as Excel or CSV, a line for each party
 *   GET  .../share-limit          LimitQuery      -> LimitView   asked of the channel now: what it lets anybody share of a payment
 *   POST .../share-asks           {lot}           -> {ask}       one intention of a person, made before it is sent
 *   POST .../share-rules          RuleAsk         -> RuleView    the same `ask` again is the same rule
 *   POST .../share-rules/end      EndAsk          -> RuleView    nothing is shared of what is paid from two minutes on
 *   POST .../payments/:payment/shares-again, shares-left  BecauseAsk -> DecidedView   what a channel did not pay and waits for a person
 *
 * What a rule cannot keep is answered all at once: `error.mistakes`, each with its field and rule.
 */

const strict = { additionalProperties: false } as const
const lot = Type.Integer({ minimum: 1, maximum: 9_999_999 })
const channel = Type.Unsafe<(typeof channelNames)[number]>(Type.Union(channelNames.map((name) => Type.Literal(name))))
const ask = Type.String({ maxLength: 300 })
const reason = Type.String({ pattern: '^[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]{2,199}$' })

const LotNumber = Type.String({ pattern: '^[1-9]\\d{0,6}$' })
const When = Type.Union([Type.Literal('to come'), Type.Literal('holds now'), Type.Literal('over')])
export const RulesFileQuery = Type.Object(
  { lot: Type.Optional(LotNumber), when: Type.Optional(When), ...wholeFileAsk },
  strict,
)
export const LimitQuery = Type.Object({ lot: LotNumber, channel }, strict)
export const IntentionAsk = Type.Object({ lot }, strict)
/** `rule` as a person writes it down (rule-file.ts). */
export const RuleAsk = Type.Object({ ask, lot, reason, rule: Type.Unknown() }, strict)
export type RuleAsk = Static<typeof RuleAsk>
export const EndAsk = Type.Object({ ask, lot, channel, reason }, strict)

/** The parts are ordered once more, or are the operator's; `nothing-waits` where somebody has said so before. */
export const BecauseAsk = Type.Object({ reason }, strict)
export type DecidedView = { readonly shareNumber: string; readonly amountFen: number }

/** What names a person is not shown whole. */
export type PartyView = Omit<WrittenParty, 'receiver'> & {
  readonly receiver: { readonly kind: 'merchant' | 'person'; readonly account: string }
}
export type RuleView = {
  readonly version: string
  readonly lot: number
  readonly channel: string
  readonly fromAt: number
  readonly when: 'to come' | 'holds now' | 'over'
  readonly waitMinutes: number
  /** What the channel let anybody share of a payment when the rule was put. */
  readonly limitBasisPoints: number
  /** Nobody: nothing is shared from then on. */
  readonly parties: readonly PartyView[]
  readonly madeAt: number
}
export type RulesView = {
  readonly now: number
  /** So long before it holds a rule must be put. */
  readonly aheadMs: number
  readonly lots: readonly { readonly lot: number; readonly name: string; readonly platformFeeBasisPoints: number }[]
  /** By lot, the latest first. */
  readonly rules: readonly RuleView[]
}
export type LimitView = { readonly channel: string; readonly limitBasisPoints: number }
