import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelError } from '../channel.ts'
import {
  bareCode,
  channelErrorOf,
  type Failure,
  refundErrorOf,
  saysLater,
  saysOtherState,
  saysStaleCode,
  saysUnknown,
} from './errors.ts'

const failure = (code: string, subCode = ''): Failure => ({ code, subCode, message: '' })
const business = (reason: string) => failure('40004', `ACQ.${reason}`)
/** The kind, with `!` where somebody must be alarmed. */
const verdict = (error: ChannelError) => (error.kind === 'refused' && error.alarm ? 'refused!' : error.kind)

const table: readonly (readonly [code: string, subCode: string, verdict: string, why: string])[] = [
  ['20000', 'isp.unknow-error', 'unclear', 'the service is away: same number again'],
  ['20000', 'aop.unknow-error', 'unclear', 'the same, by another part of the gateway'],
  ['20000', '', 'unclear', 'the same, without a word'],
  ['10003', '', 'unclear', 'still at it'],
  ['40005', 'isv.app-call-limited', 'unclear', 'throttled: later'],
  ['40006', 'isv.method-call-limited', 'unclear', 'throttled, whatever the code'],
  ['40002', 'isp.unknow-error', 'unclear', 'a passing fault, whatever the code'],
  ['20001', 'aop.invalid-app-auth-token', 'refused!', 'the operator has to authorise again'],
  ['40001', 'isv.missing-signature', 'refused!', 'our bug'],
  ['40002', 'isv.invalid-signature', 'refused!', 'configuration: repeating would not help'],
  ['40002', 'isv.invalid-timestamp', 'refused!', 'our clock is wrong'],
  ['40003', 'isv.decryption-error-unknown', 'refused!', 'configuration'],
  ['40006', 'isv.insufficient-isv-permissions', 'refused!', 'the product is not signed'],
  ['40004', 'ACQ.SYSTEM_ERROR', 'unclear', 'same number again'],
  ['40004', 'AQC.SYSTEM_ERROR', 'unclear', 'the same code as cancel misspells it'],
  ['40004', 'ACQ.INVALID_PARAMETER', 'refused!', 'our bug'],
  ['40004', 'ACQ.ACCESS_FORBIDDEN', 'refused!', 'the operator lacks the product'],
  ['40004', 'ACQ.EXIST_FORBIDDEN_WORD', 'refused!', 'the lot needs another name'],
  ['40004', 'ACQ.SELLER_BEEN_BLOCKED', 'refused!', "the operator's account"],
  ['40004', 'ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION', 'refused!', "the operator's limit"],
  ['40004', 'ACQ.BUYER_NOT_EXIST', 'refused!', 'the identity is of the wrong kind'],
  ['40004', 'ACQ.TRADE_HAS_SUCCESS', 'already-paid', 'the driver was faster'],
  ['40004', 'ACQ.CONTEXT_INCONSISTENT', 'number-used', 'same number, other content'],
  ['40004', 'ACQ.TRADE_HAS_CLOSE', 'number-used', 'the number is spent'],
  ['40004', 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR', 'number-used', 'the order has expired'],
  ['40004', 'ACQ.TRADE_BUYER_NOT_MATCH', 'number-used', 'another driver opened it'],
  ['40004', 'ACQ.PAYER_UNMATCHED', 'number-used', 'another driver opened it'],
  ['40004', 'ACQ.BUYER_SELLER_EQUAL', 'refused', 'nobody pays themselves'],
  ['40004', 'ACQ.NOT_CERTIFIED_USER', 'refused', "the driver's account: another wallet"],
  ['40004', 'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR', 'refused', "the driver's limit: another wallet"],
  ['40004', 'ACQ.PAYMENT_REQUEST_HAS_RISK', 'refused', 'risk control said no'],
  ['40004', 'ACQ.TRADE_NOT_EXIST', 'refused', 'nothing there'],
  ['40004', 'ACQ.ADDED_NEXT_YEAR', 'refused!', 'a refusal nobody here knows is final, and looked at'],
  ['50000', 'ADDED.NEXT_YEAR', 'unclear', 'a result nobody here knows is no result'],
  ['CODE_MISSING', '', 'unclear', 'no result'],
]
for (const [code, subCode, expected, why] of table)
  test(`${code} ${subCode} is ${expected}: ${why}`, () =>
    assert.equal(verdict(channelErrorOf(failure(code, subCode))), expected))

const refunds: readonly (readonly [failure: Failure, verdict: string, why: string])[] = [
  [business('SYSTEM_ERROR'), 'unclear', 'same number again'],
  [business('DISCORDANT_REPEAT_REQUEST'), 'refused!', 'our bug'],
  [business('REFUND_AMT_NOT_EQUAL_TOTAL'), 'refused!', 'more than is left'],
  [business('TRADE_STATUS_ERROR'), 'refused!', 'nothing to give back'],
  [business('TRADE_HAS_CLOSE'), 'refused!', 'a spent number: a new one would pay twice'],
  [business('TRADE_NOT_EXIST'), 'refused!', 'a payment we believe in must exist'],
  [business('OVERDRAFT_AGREEMENT_NOT_MATCH'), 'refused!', 'by hand'],
  [business('TRADE_HAS_FINISHED'), 'refused', 'the time for refunds is over'],
  [business('TRADE_NOT_ALLOW_REFUND'), 'refused', 'the time for refunds is over'],
  [business('ADDED_NEXT_YEAR'), 'unclear', 'money may have moved'],
  [business('CONTEXT_INCONSISTENT'), 'unclear', 'no answer that belongs to a refund'],
  [business('TRADE_HAS_SUCCESS'), 'unclear', 'no answer that belongs to a refund'],
  [failure('20000', 'isp.unknow-error'), 'unclear', 'same number again'],
  [failure('40002', 'isv.invalid-signature'), 'refused!', 'configuration'],
  [failure('50000'), 'unclear', 'no result'],
]
for (const [refused, expected, why] of refunds)
  test(`a refund that meets ${refused.code} ${refused.subCode} is ${expected}: ${why}`, () =>
    assert.equal(verdict(refundErrorOf(refused)), expected))

test('prefixes are of no consequence, the rest of a code is', () => {
  assert.equal(bareCode('ACQ.TRADE_NOT_EXIST'), 'TRADE_NOT_EXIST')
  assert.equal(bareCode('TRADE_NOT_EXIST'), 'TRADE_NOT_EXIST')
  assert.equal(bareCode('isv.code-invalid'), 'code-invalid')
  assert.equal(bareCode('OTHER.TRADE_NOT_EXIST'), 'OTHER.TRADE_NOT_EXIST')
})

test('what decides the next step is believed from the business only', () => {
  assert.ok(saysUnknown(business('TRADE_NOT_EXIST')) && saysUnknown(failure('40004', 'TRADE_NOT_EXIST')))
  assert.ok(!saysUnknown(failure('20000', 'ACQ.TRADE_NOT_EXIST')) && !saysUnknown(business('SYSTEM_ERROR')))
  for (const reason of [
    'TRADE_STATUS_ERROR',
    'REASON_TRADE_STATUS_INVALID',
    'REASON_ILLEGAL_STATUS',
    'TRADE_HAS_CLOSE',
  ])
    assert.ok(saysOtherState(business(reason)) && !saysOtherState(failure('20000', `ACQ.${reason}`)))
  for (const reason of ['SELLER_BALANCE_NOT_ENOUGH', 'REASON_TRADE_BEEN_FREEZEN'])
    assert.ok(saysLater(business(reason)) && !saysLater(failure('40006', `ACQ.${reason}`)))
  assert.ok(saysStaleCode(failure('40002', 'isv.code-invalid')))
  assert.ok(!saysStaleCode(failure('40002', 'isv.unmatched-app-id')))
})
