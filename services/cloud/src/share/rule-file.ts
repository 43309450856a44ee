import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { RuleMistake } from '@lanepay/domain/share/mistakes.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

const strict = { additionalProperties: false } as const
const WhoCarries = Type.Union([Type.Literal('operator'), Type.Literal('person')])
const Party = Type.Object(
  {
    /** The number of a partner; `0` is the platform. */
    party: Type.String({ pattern: '^(0|[1-9]\\d{0,17})$' }),
    /** Who is served first where a payment is too small for all. */
    order: Type.Integer({ minimum: 1, maximum: 1000 }),
    takes: Type.Union([
      Type.Object({ basisPoints: Type.Integer({ minimum: 1, maximum: 10_000 }) }, strict),
      Type.Object({ fixedFen: Type.Integer({ minimum: 1, maximum: 100_000_000 }) }, strict),
      Type.Literal('platform-fee'),
    ]),
    receiver: Type.Object(
      {
        kind: Type.Union([Type.Literal('merchant'), Type.Literal('person')]),
        account: Type.String({ minLength: 1, maxLength: 64 }),
        /** Told to the channel, which compares it, and kept nowhere. */
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      },
      strict,
    ),
    /** Shown to the receiver. */
    description: Type.String({ minLength: 1, maxLength: 60 }),
    /** Who bears the party's part of a refund; through Alipay always the party. */
    onRefund: Type.Union([Type.Literal('taken-back'), Type.Literal('operator')]),
    /** What becomes of a part that cannot be paid: it is the operator's, or a person says. */
    ifNotPaid: WhoCarries,
    /** Whose loss it is, when a part should come back and cannot: the operator's, or a person gets it back outside. */
    ifNotReturned: WhoCarries,
  },
  strict,
)
const RuleFile = Type.Object(
  {
    channel: Type.Union([Type.Literal('wechatpay'), Type.Literal('alipay'), Type.Literal('zldpay')]),
    /** With its offset, like `2026-12-01T00:00:00+08:00`; left out, as soon as may be. */
    from: Type.Optional(
      Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?([+-]\\d{2}:\\d{2}|Z)$' }),
    ),
    /** How long after the order is over its payment is shared: the later, the fewer shares are taken back for refunds. */
    waitMinutes: Type.Integer({ minimum: 1, maximum: 28_800 }),
    parties: Type.Array(Party, { minItems: 1, maxItems: 200 }),
  },
  strict,
)
type RuleFile = Static<typeof RuleFile>
const file = Compile(RuleFile)

/** A party as it is written: who, how much, to which account, and what becomes of what goes wrong. */
export type WrittenParty = Static<typeof Party>
/** A rule as a person writes it down, before the channel has been asked. */
export type WrittenRule = Omit<RuleFile, 'from'> & { readonly from: Instant | null }

/** So long before it holds a rule must be there, so that every process knows it by then. */
export const knownAheadMs = 120_000

/** Checks what is written by itself; every mistake at once, with its place. What the channel says comes after (`rules.ts`). */
export function parseRuleFile(unchecked: unknown, now: number): Result<WrittenRule, readonly RuleMistake[]> {
  if (!file.Check(unchecked))
    return err(
      [...file.Errors(unchecked)].map(({ instancePath, message }) => ({ field: instancePath || '/', rule: message })),
    )
  const from = unchecked.from === undefined ? null : Date.parse(unchecked.from)
  const mistakes: RuleMistake[] = []
  if (Number.isNaN(from)) mistakes.push({ field: '/from', rule: 'is no day of the calendar' })
  else if (from !== null && from < now + knownAheadMs)
    mistakes.push({ field: '/from', rule: 'must be two minutes ahead or more: what is paid already is never touched' })
  for (const [n, { receiver, onRefund }] of unchecked.parties.entries()) {
    // It takes back in proportion where nothing is said, and there is no saying "nothing" (alipay.md 7.9).
    if (unchecked.channel === 'alipay' && onRefund === 'operator')
      mistakes.push({
        field: `/parties/${n}/onRefund`,
        rule: 'must be taken-back: a refund at Alipay takes shares back',
      })
    const same = unchecked.parties.findIndex((one) => one.receiver.account === receiver.account)
    if (same < n) mistakes.push({ field: `/parties/${n}/receiver/account`, rule: 'is there twice' })
    if (unchecked.channel === 'wechatpay' && receiver.kind === 'merchant' && receiver.name === undefined)
      mistakes.push({ field: `/parties/${n}/receiver/name`, rule: 'WeChat Pay wants the full name of a merchant' })
  }
  return mistakes.length > 0 ? err(mistakes) : ok({ ...unchecked, from: from as Instant | null })
}
