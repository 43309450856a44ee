import { createHmac } from 'node:crypto'
import { fen } from '@lanepay/domain/money.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { HmacSha1 } from '@lanepay/domain/totp.ts'
import { decideRight, type RefundRights, type RightRefusal, type SecondFactor } from '../refund/right.ts'

const hmac: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest()

/**
 * Whether this person may send an operator's money to a bank, or say to which (domain.md 8): always with a second factor,
 * whatever the amount. Answers the step of the code, to be noted as used.
 */
export const decideMoneyOut = (
  { people }: Pick<RefundRights, 'people'>,
  asked: {
    readonly by: string
    readonly operatorId: string
    readonly secondFactor: SecondFactor | null
    readonly now: number
  },
): Result<number | null, RightRefusal> =>
  decideRight(
    hmac,
    { limitFen: fen(0), limitOfOperator: {}, people },
    // Over any limit: of what leaves for a bank there is no amount at which nobody looks.
    { ...asked, amountFen: Number.POSITIVE_INFINITY },
  )
