import type { ChannelError } from '../channel.ts'
import { bareCode, channelErrorOf, type Failure, unclearOf } from './errors.ts'

/*
 * What a signed "no" to a payout means (alipay.md 10.4). Only what is listed is a no: the rest, an account that is short
 * today included, is asked about and sent again under the same number, never under a new one.
 */

/** Somebody's mistake or contract: looked at by a person. */
const alarming =
  /^(PAYMENT_INFO_INCONSISTENCY|REP_INCONSISTENT|BIZ_UNIQUE_EXCEPTION|INVALID_PARAMETER|ILLEGAL_ARGUMENT|PRODUCT_NOT_SIGN|NO_PERMISSION_ACCOUNT|NO_ORDER_PERMISSION|ISV_AUTH_ERROR|USER_AGREEMENT_VERIFY_FAIL|NOT_IN_WHITE_LIST|MRCHPROD_QUERY_ERROR|SECURITY_CHECK_FAILED|USER_RISK_FREEZE|JUDICIAL_FREEZE|PERMIT_.*|BLOCK_USER_.*|RELEASE_USER_.*|SIGN_.*|TRANSFER_SCENE_.*|PAYER_(?!BALANCE).*)$/

/** The payee's matter or a limit of the day: the operator is told, nobody else has to look. */
const told =
  /^(PAYEE_.*|PERM_AML_NOT_REALNAME_REV|CARD_BIN_ERROR|INVALID_CARDNO|BANKCODE_OR_BRANCHNAME_INFO_ERROR|RECEIVER_USER_RISK_FREEZE|EXCEED_LIMIT_.*|RESOURCE_LIMIT_EXCEED|TRUSTEESHIP_RECIEVE_QUOTA_LIMIT|MEMO_REQUIRED_IN_TRANSFER_ERROR|REMARK_HAS_SENSITIVE_WORD|INST_PAY_REMARK_UNVALID_CHARS)$/

export function transferErrorOf(failure: Failure): ChannelError {
  const error = channelErrorOf(failure)
  if (error.kind === 'unclear' || failure.code !== '40004') return error
  const reason = bareCode(failure.subCode)
  const isAlarming = alarming.test(reason)
  if (!isAlarming && !told.test(reason)) return unclearOf(failure)
  return { kind: 'refused', code: failure.subCode, message: failure.message, alarm: isAlarming }
}

/** Never accepted: it may be sent again with the same number. */
export const saysNoOrder = (failure: Failure): boolean =>
  failure.code === '40004' && bareCode(failure.subCode) === 'ORDER_NOT_EXIST'
