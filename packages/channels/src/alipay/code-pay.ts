import { toYuan } from '@lanepay/domain/money.ts'
import { ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import type { CodeOrder, CodeState, Decline } from '../pay-code.ts'
import type { Account } from './account.ts'
import { toBeijing } from './beijing.ts'
import { bareCode, channelErrorOf, type Failure, unclearOf } from './errors.ts'
import type { ApiRequest } from './gateway.ts'
import { type Json, textOf } from './json.ts'
import { readTrade } from './meaning.ts'
import { extendParams, malformedAnswer, whoseMoney } from './order.ts'
import type { AlipaySettings } from './settings.ts'
import { cleanSubject } from './text.ts'

/** Pay codes, and those of a face (alipay.md 15.5). White space of the reader is not ours to cut: it was cut before. */
export const ownsCode = (code: string): boolean => /^((2[5-9]|30)\d{14,22}|fp.{33})$/.test(code)

type Ours = Pick<AlipaySettings, 'serviceProviderId'>

/**
 * `alipay.trade.pay` (alipay.md 7.6). The same `CodeOrder` gives the same content. It has no address for notifications: the
 * one who asked stands at the gate and asks again.
 */
export function payRequest(ours: Ours, account: Account, order: CodeOrder): ApiRequest {
  const extend = extendParams(ours, order)
  return {
    method: 'alipay.trade.pay',
    biz: {
      out_trade_no: order.tradeNumber,
      total_amount: toYuan(order.amountFen),
      subject: cleanSubject(order.description),
      product_code: 'FACE_TO_FACE_PAYMENT',
      scene: order.code.startsWith('fp') ? 'security_code' : 'bar_code',
      auth_code: order.code,
      ...whoseMoney(account, order.amountFen),
      store_id: order.lotCode,
      terminal_id: order.laneCode,
      time_expire: toBeijing(order.expiresAt), // rounded down: nobody pays later than the instant given
      business_params: { mc_create_trade_ip: order.clientIp },
      ...(extend ? { extend_params: extend } : {}),
    },
    beside: { app_auth_token: account.appAuthToken },
  }
}

/** Says that it is paid, once it names our order and when that was: an answer has no `trade_status` of its own. */
export function readPay(account: Account, tradeNumber: string, answer: Json): Result<CodeState, ChannelError> {
  if (textOf(answer.gmt_payment) === null) return malformedAnswer('gmt_payment is missing')
  const read = readTrade({ ...answer, trade_status: 'TRADE_SUCCESS' }, account.sellerId)
  if (!read.ok) return malformedAnswer(read.error)
  if (read.value.tradeNumber !== tradeNumber) return malformedAnswer('the answer is about another order')
  return read.value.state.state === 'paid' ? ok(read.value.state) : malformedAnswer('neither paid nor not')
}

/** What the driver can do about: another code, another card, another wallet (alipay.md 7.11). */
const declines: Readonly<Record<string, Decline>> = {
  PAYMENT_AUTH_CODE_INVALID: 'stale-code',
  BUYER_BALANCE_NOT_ENOUGH: 'short-of-money',
  BUYER_BANKCARD_BALANCE_NOT_ENOUGH: 'short-of-money',
  BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR: 'card-not-accepted',
  BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR: 'card-not-accepted',
  BEYOND_PAY_RESTRICTION: 'card-not-accepted',
  ERROR_BALANCE_PAYMENT_DISABLE: 'card-not-accepted',
  NO_PAYMENT_INSTRUMENTS_AVAILABLE: 'card-not-accepted',
  NOT_SUPPORT_PAYMENT_INST: 'card-not-accepted',
  BUYER_SELLER_EQUAL: 'other-payer',
  PULL_MOBILE_CASHIER_FAIL: 'refused',
  MOBILE_PAYMENT_SWITCH_OFF: 'refused',
  USER_FACE_PAYMENT_SWITCH_OFF: 'refused',
  PAYMENT_FAIL: 'refused',
  BUYER_ENABLE_STATUS_FORBID: 'refused',
  ERROR_BUYER_CERTIFY_LEVEL_LIMIT: 'refused',
  NOT_CERTIFIED_USER: 'refused',
  BUYER_NOT_MAINLAND_CERT: 'refused',
  PAYMENT_REQUEST_HAS_RISK: 'refused',
}

/** Refusals of ours or of the operator's account, which no driver mends. Whatever is not listed may have moved money. */
const final = [
  'INVALID_PARAMETER',
  'ILLEGAL_ARGUMENT',
  'ACCESS_FORBIDDEN',
  'PARTNER_ERROR',
  'BIZ_PRODUCT_NOT_ALLOWED',
  'UNBOUND_APPLICATION',
  'PRODUCT_NOT_SUPPORT_IN_TINY_APP',
  'EXIST_FORBIDDEN_WORD',
  'TOTAL_FEE_EXCEED',
  'PRODUCT_AMOUNT_LIMIT_ERROR',
  'AMOUNT_OR_CURRENCY_ERROR',
  'CURRENCY_NOT_SUPPORT',
  'SELLER_BEEN_BLOCKED',
  'SELLER_NOT_EXIST',
  'ERROR_SELLER_CERTIFY_LEVEL_LIMIT',
  'MERCHANT_STATUS_NOT_NORMAL',
  'INVALID_RECEIVE_ACCOUNT',
  'RESTRICTED_MERCHANT_INDUSTRY',
  'RISK_MERCHANT_IP_NOT_EXIST',
  'INVALID_STORE_ID',
  'STORE_INFO_INVALID',
  'APPLY_PC_MERCHANT_CODE_ERROR',
  'PLATFORM_BUSINESS_ACQUIRE_MODE_MUST_MERCHANT_ID',
  'TRADE_SETTLE_ERROR',
  'DEFAULT_SETTLE_RULE_NOT_EXIST',
  'SUB_GOODS_SIZE_MAX_COUNT',
]
const finalFamilies =
  /^(MERCHANT_AGREEMENT_|BEYOND_PER_RECEIPT_|MERCHANT_PERM_RECEIPT_|SECONDARY_MERCHANT_|SUB_MERCHANT_)/
/** The number says something already; what, a query tells. */
const aboutTheNumber = [
  'TRADE_HAS_SUCCESS',
  'TRADE_HAS_CLOSE',
  'CONTEXT_INCONSISTENT',
  'NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
]

/** What a signed "no" to a pay code means: the driver's matter is a state, all else is an error (alipay.md 7.6, 7.11). */
export function payFailureOf(failure: Failure): CodeState | { readonly error: ChannelError } {
  if (failure.code === '10003') return { state: 'pending' }
  if (failure.code !== '40004') return { error: channelErrorOf(failure) }
  const reason = bareCode(failure.subCode)
  const because = declines[reason]
  if (because) return { state: 'declined', because, code: failure.subCode, message: failure.message }
  const isKnown = final.includes(reason) || finalFamilies.test(reason) || aboutTheNumber.includes(reason)
  return { error: isKnown ? channelErrorOf(failure) : unclearOf(failure) }
}
