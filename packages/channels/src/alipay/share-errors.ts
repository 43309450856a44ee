import type { ChannelError } from '../channel.ts'
import { bareCode, channelErrorOf, type Failure, unclearOf } from './errors.ts'

/** Ends a sharing for good: a bug, a receiver to mend, a trade that is past it, a product not signed (alipay.md 9.2). */
const final = [
  'INVALID_PARAMETER',
  'ILLEGAL_ARGUMENT',
  'DISCORDANT_REPEAT_REQUEST',
  'ALLOC_AMOUNT_VALIDATE_ERROR',
  'INVALID_REPLENISH_AMOUNT',
  'ALREADY_FINISH_ALLOC',
  'ALLOC_REFUSE_AFTER_REFUND',
  'ALLOC_REFUSE_BEFORE_SETTLE',
  'ILLEGAL_SETTLE_STATE',
  'TRADE_NOT_EXIST',
  'TRADE_STATUS_ERROR',
  'REASON_TRADE_STATUS_INVALID',
  'USER_LOGONID_DUP',
  'USER_ACCOUNT_HAD_FREEZEN',
  'MERCHANT_RISK_LIMIT',
  'NOT_SUPPORT_ROYALTY',
  'UN_SUPPORT_BIZ_TYPE',
  'SETTLE_SCENE_NOT_SUPPORT',
  'SETTLE_TO_CARD_NOT_SUPPORT',
  'ASYNC_ALLOC_NOT_SUPPORT_IN_PERIOD',
  'MUST_ALLOC_FROM_ROOT_ACCOUNT',
  'ACCESS_FORBIDDEN',
  'PARTNER_ERROR',
  'SECONDARY_MERCHANT_ID_INVALID',
  'SETTLE_ENTITY_ID_INVALID',
  'REPLENISH_ACCOUNT_INVALID',
]
const finalFamilies = /^ROYALTY_(RECEIVER|ACCOUNT|ACCOUNTS|PAYER_ACCOUNT)_/

/**
 * What a signed "no" to a sharing means. A reason that nobody here knows, and a seller who is short today, stay unclear: it
 * is asked for again under the same number, which moves no money twice (alipay.md 7.14).
 */
export function shareErrorOf(failure: Failure): ChannelError {
  const error = channelErrorOf(failure)
  if (error.kind === 'unclear' || failure.code !== '40004') return error
  const reason = bareCode(failure.subCode)
  if (!final.includes(reason) && !finalFamilies.test(reason)) return unclearOf(failure)
  return { kind: 'refused', code: failure.subCode, message: failure.message, alarm: true }
}

const says = (failure: Failure, reason: string): boolean =>
  failure.code === '40004' && bareCode(failure.subCode) === reason

/** Its number was taken on before: a query says what became of it. */
export const saysKnownShare = (failure: Failure): boolean => says(failure, 'DUP_OUT_REQUEST_NO')
/** Nothing is left to release, which is all that a release wants. */
export const saysFinished = (failure: Failure): boolean => says(failure, 'ALREADY_FINISH_ALLOC')
