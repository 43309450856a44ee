import { toYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { checkTotp, type HmacSha1, parseTotpSecret, totpStep } from '@lanepay/domain/totp.ts'
import type { Fen } from '@lanepay/domain/types.ts'

/*
 * Who may give money back (domain.md 8): a named person, of the operators it is named for, over a limit with a second factor.
 */

export type RefundRights = {
  /** Above this a second factor is asked for; an operator may have its own limit. */
  readonly limitFen: Fen
  readonly limitOfOperator: Readonly<Record<string, Fen>>
  readonly people: readonly RefundPerson[]
}
export type RefundPerson = {
  readonly name: string
  readonly operators: readonly string[] | 'all'
  /** Of the person's authenticator application, base 32; without it nothing over the limit. */
  readonly totpSecret?: string
}
export type RightRefusal =
  | { readonly kind: 'person-unknown' }
  | { readonly kind: 'no-right'; readonly operatorId: string }
  | { readonly kind: 'no-second-factor'; readonly limitFen: Fen }
  | { readonly kind: 'second-factor-needed'; readonly limitFen: Fen }
  | { readonly kind: 'second-factor-wrong'; readonly because: 'not-six-digits' | 'wrong-code' | 'used-code' }

/** What a person shows beside its name; `shown`: to a screen, shortly before, which has taken the code for good (staff/decide.ts). */
export type SecondFactor = { readonly code: string; readonly usedStep: number | null } | 'shown'

/**
 * Whether this person may give back so much of one payment of this operator: what it asked of that payment before counts too,
 * so that a large refund is not many small ones. Answers the step of the code, to be noted as used; null where none was needed.
 */
export function decideRight(
  hmac: HmacSha1,
  rights: RefundRights,
  asked: {
    readonly by: string
    readonly operatorId: string
    readonly amountFen: number
    readonly secondFactor: SecondFactor | null
    readonly now: number
  },
): Result<number | null, RightRefusal> {
  const person = rights.people.find(({ name }) => name === asked.by)
  if (!person) return err({ kind: 'person-unknown' })
  if (person.operators !== 'all' && !person.operators.includes(asked.operatorId))
    return err({ kind: 'no-right', operatorId: asked.operatorId })
  const limitFen = rights.limitOfOperator[asked.operatorId] ?? rights.limitFen
  if (asked.amountFen <= limitFen) return ok(null)
  if (asked.secondFactor === 'shown') return ok(totpStep(asked.now))
  const secret = person.totpSecret === undefined ? null : parseTotpSecret(person.totpSecret)
  if (!secret?.ok) return err({ kind: 'no-second-factor', limitFen })
  if (asked.secondFactor === null) return err({ kind: 'second-factor-needed', limitFen })
  const checked = checkTotp(hmac, { secret: secret.value, now: asked.now, ...asked.secondFactor })
  return checked.ok ? checked : err({ kind: 'second-factor-wrong', because: checked.error })
}

/** What a person reads of it. */
export function rightRefusalSays(refusal: RightRefusal): string {
  switch (refusal.kind) {
    case 'person-unknown':
      return 'nobody of this name may give money back'
    case 'no-right':
      return `not of operator ${refusal.operatorId}`
    case 'no-second-factor':
      return `over ¥${toYuan(refusal.limitFen)} for one payment a second factor is needed, and none is set for this person`
    case 'second-factor-needed':
      return `over ¥${toYuan(refusal.limitFen)} for one payment the code of the authenticator is needed`
    case 'second-factor-wrong':
      return {
        'not-six-digits': 'the code is six digits',
        'wrong-code': 'the code is not that of now: look again, and at the clocks of both devices',
        'used-code': 'this code was used: wait for the next one',
      }[refusal.because]
  }
}

/** Rights of a rule that the lot's plan has set, up to so much of one payment. */
export const rightsOf = (name: string, limitFen: Fen): RefundRights => ({
  limitFen,
  limitOfOperator: {},
  people: [{ name, operators: 'all' }],
})
