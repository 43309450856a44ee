import { createHmac } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { HmacSha1 } from '@lanepay/domain/totp.ts'
import { decideRight, type RefundRights, type RightRefusal, type SecondFactor } from '../refund/right.ts'

const hmac: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest()

export type MoneyOutDeps = {
  readonly clock: Clock
  /** By which an authenticator's codes are judged where `clock` is a simulated one: a person's telephone knows only the real time. */
  readonly codeClock?: Clock
  readonly rights: Pick<RefundRights, 'people'>
}

/**
 * Whether this person may send an operator's money to a bank, or say to which (domain.md 8): always with a second factor,
 * whatever the amount. Answers the step of the code, to be noted as used.
 */
export const decideMoneyOut = (
  { clock, codeClock = clock, rights: { people } }: MoneyOutDeps,
  asked: { readonly by: string; readonly operatorId: string; readonly secondFactor: SecondFactor | null },
): Result<number | null, RightRefusal> =>
  decideRight(
    hmac,
    { limitFen: fen(0), limitOfOperator: {}, people },
    // Over any limit: of what leaves for a bank there is no amount at which nobody looks.
    { ...asked, amountFen: Number.POSITIVE_INFINITY, now: codeClock.now() },
  )
