import type { ChannelError } from '../channel.ts'

/** A signed answer that is not a success. Its signature held: an unsigned one is `unclear` before it gets here. */
export type Failure = {
  /** The gateway's result (alipay.md 2.10), e.g. `40004`. */
  readonly code: string
  /** The reason, e.g. `ACQ.TRADE_NOT_EXIST`; empty when there was none. */
  readonly subCode: string
  readonly message: string
}

type Class = 'unclear' | 'already-paid' | 'number-used' | 'refused' | 'refused-alarm'

/** Without the prefix, which some APIs leave out and one misspells as `AQC.` (alipay.md 7.11). */
export const bareCode = (subCode: string): string => subCode.replace(/^(ACQ|AQC|isv|isp|aop)\./, '')

/** Alipay had a bad moment or wants us slower, under whatever result code (alipay.md 2.10, 2.11). */
const passing = [
  'SYSTEM_ERROR',
  'SYSTEM_BUSY',
  'FREQUENCY_LIMITED',
  'unknow-error',
  'app-call-limited',
  'method-call-limited',
  'exceed-api-balance',
]

/** What the business said no to (alipay.md 7.11). Not listed: refused with an alarm, somebody should look at it once. */
const classOfReason: Readonly<Record<string, Class>> = {
  TRADE_HAS_SUCCESS: 'already-paid',
  CONTEXT_INCONSISTENT: 'number-used',
  TRADE_HAS_CLOSE: 'number-used',
  NOW_TIME_AFTER_EXPIRE_TIME_ERROR: 'number-used',
  TRADE_BUYER_NOT_MATCH: 'number-used', // another driver opened the order
  PAYER_UNMATCHED: 'number-used',
  BUYER_SELLER_EQUAL: 'refused',
  BUYER_ENABLE_STATUS_FORBID: 'refused',
  ERROR_BUYER_CERTIFY_LEVEL_LIMIT: 'refused',
  NOT_CERTIFIED_USER: 'refused',
  BUYER_NOT_MAINLAND_CERT: 'refused',
  BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR: 'refused',
  BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR: 'refused',
  BEYOND_PAY_RESTRICTION: 'refused',
  PAYMENT_REQUEST_HAS_RISK: 'refused',
  TRADE_NOT_EXIST: 'refused',
  TRADE_HAS_FINISHED: 'refused',
  TRADE_NOT_ALLOW_REFUND: 'refused',
  TRADE_CANCEL_TIME_OUT: 'refused',
  CANCEL_NOT_ALLOWED: 'refused',
}

function classOf({ code, subCode }: Failure): Class {
  const reason = bareCode(subCode)
  if (passing.includes(reason)) return 'unclear'
  switch (code) {
    case '40004':
      return classOfReason[reason] ?? 'refused-alarm'
    case '20001': // authorisation
    case '40001': // missing parameter
    case '40002': // invalid parameter, signature, time or application
    case '40003': // conditions not met
    case '40006': // no permission
      return 'refused-alarm'
    default: // 10003 still working, 20000 unavailable, 40005 limited, and whatever is added next year
      return 'unclear'
  }
}

const codeOf = ({ code, subCode }: Failure) => subCode || code

/** What a caller may do about a signed refusal (alipay.md 2.10, 2.11, 7.11). */
export function channelErrorOf(failure: Failure): ChannelError {
  const kind = classOf(failure)
  switch (kind) {
    case 'already-paid':
      return { kind }
    case 'number-used':
      return { kind, code: codeOf(failure) }
    case 'unclear':
      return unclearOf(failure)
    case 'refused':
    case 'refused-alarm':
      return { kind: 'refused', code: codeOf(failure), message: failure.message, alarm: kind === 'refused-alarm' }
  }
}

export const unclearOf = (failure: Failure): ChannelError => ({
  kind: 'unclear',
  code: codeOf(failure),
  message: failure.message,
})

/** Reasons that end a refund for good: nothing that is repeated under this number would move money (alipay.md 7.11). */
const finalForRefunds = [
  'INVALID_PARAMETER',
  'ILLEGAL_ARGUMENT',
  'ACCESS_FORBIDDEN',
  'TRADE_NOT_EXIST',
  'TRADE_HAS_CLOSE',
  'TRADE_STATUS_ERROR',
  'REASON_TRADE_STATUS_INVALID',
  'REASON_ILLEGAL_STATUS',
  'REFUND_AMT_NOT_EQUAL_TOTAL',
  'REFUND_FEE_ERROR',
  'REASON_TRADE_REFUND_FEE_ERR',
  'DISCORDANT_REPEAT_REQUEST',
  'TRADE_HAS_FINISHED',
  'TRADE_NOT_ALLOW_REFUND',
  'NOT_ALLOW_PARTIAL_REFUND',
  'ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND',
  'ALLOC_AMOUNT_VALIDATE_ERROR',
  'REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST',
  'REFUNDALLOC_UNAUTH_LIMIT',
  'TRADE_SETTLE_ERROR',
  'BUYER_ERROR',
  'BUYER_NOT_EXIST',
  'USER_NOT_MATCH_ERR',
  'REFUND_ACCOUNT_NOT_EXIST',
  'REFUND_CHARGE_ERROR',
  'ENTERPRISE_PAY_BIZ_ERROR',
  'TRADE_CANCEL_TIME_OUT',
  'CANCEL_NOT_ALLOWED',
]
const windowIsOver = ['TRADE_HAS_FINISHED', 'TRADE_NOT_ALLOW_REFUND', 'TRADE_CANCEL_TIME_OUT', 'CANCEL_NOT_ALLOWED']

/**
 * The same for what moves money back (refund, cancel). A reason nobody here knows stays unclear there, to be asked again
 * under the same number (alipay.md 7.11, last line); "number used" would pay twice and becomes a refusal with an alarm.
 */
export function refundErrorOf(failure: Failure): ChannelError {
  const error = channelErrorOf(failure)
  if (error.kind === 'unclear' || failure.code !== '40004') return error
  const reason = bareCode(failure.subCode)
  if (!finalForRefunds.includes(reason) && !reason.startsWith('OVERDRAFT_')) return unclearOf(failure)
  return { kind: 'refused', code: codeOf(failure), message: failure.message, alarm: !windowIsOver.includes(reason) }
}

const says = (failure: Failure, ...reasons: readonly string[]): boolean =>
  failure.code === '40004' && reasons.includes(bareCode(failure.subCode))

/** For wap orders not proof: their trade comes to be only when the driver confirms in the cashier (alipay.md 7.1). */
export const saysUnknown = (failure: Failure): boolean => says(failure, 'TRADE_NOT_EXIST')

/** Not in a state for this: the driver may have paid, or it was done before. Ask, then decide (alipay.md 7.10, 7.11). */
export const saysOtherState = (failure: Failure): boolean =>
  says(failure, 'TRADE_STATUS_ERROR', 'REASON_TRADE_STATUS_INVALID', 'REASON_ILLEGAL_STATUS', 'TRADE_HAS_CLOSE')

/** The seller's money is short or frozen today: the refund waits, under its number (alipay.md 7.11). */
export const saysLater = (failure: Failure): boolean =>
  says(failure, 'SELLER_BALANCE_NOT_ENOUGH', 'REASON_TRADE_BEEN_FREEZEN')

/** The code of the authorise page was used, has expired or never was (alipay.md 5). */
export const saysStaleCode = (failure: Failure): boolean => bareCode(failure.subCode) === 'code-invalid'
