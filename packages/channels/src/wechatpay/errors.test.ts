import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  channelErrorOf,
  type Failure,
  refundErrorOf,
  saysClosed,
  saysNotEnough,
  saysNotFound,
  saysUnknown,
  transferErrorOf,
} from './errors.ts'

const failure = (status: number, code: string | null, requestNumber: string | null = null): Failure => ({
  status,
  code,
  message: '',
  requestNumber,
})
/** The kind, with `!` where somebody must be alarmed. */
const verdict = (error: ReturnType<typeof channelErrorOf>) =>
  error.kind === 'refused' && error.alarm ? 'refused!' : error.kind

const table: readonly (readonly [status: number, code: string | null, verdict: string, why: string])[] = [
  [400, 'PARAM_ERROR', 'refused!', 'a field of ours is wrong: never repeated'],
  [400, 'INVALID_REQUEST', 'refused!', 'a rule of ours is broken: never repeated'],
  [400, 'APPID_MCHID_NOT_MATCH', 'refused!', 'configuration'],
  [400, 'MCH_NOT_EXISTS', 'refused!', 'configuration'],
  [401, 'SIGN_ERROR', 'refused!', 'key, serial or clock is wrong: repeating would not help'],
  [403, 'NO_AUTH', 'refused!', 'the product is not granted: somebody must act'],
  [403, 'NOAUTH', 'refused!', 'the same code in its other spelling'],
  [403, 'RULE_LIMIT', 'refused', 'a limit of the merchant or the payer: another method'],
  [403, 'RULELIMIT', 'refused', 'the same code in its other spelling'],
  [403, 'TRADE_ERROR', 'refused', 'risk control said no'],
  [403, 'ACCOUNT_ERROR', 'refused', "the payer's account is in trouble"],
  [403, 'NOT_ENOUGH', 'refused', 'the payer has too little money'],
  [404, 'ORDER_NOT_EXIST', 'refused', 'nothing there'],
  [400, 'ORDER_CLOSED', 'number-used', 'the number is spent'],
  [400, 'ORDERCLOSED', 'number-used', 'the same code in its other spelling'],
  [403, 'OUT_TRADE_NO_USED', 'number-used', 'the number carries something else'],
  [400, 'ORDER_PAID', 'already-paid', 'the driver was faster'],
  [403, 'ORDERPAID', 'already-paid', 'the same code in its other spelling and status'],
  [429, 'FREQUENCY_LIMITED', 'unclear', 'throttled: later, same number'],
  [429, 'RATELIMIT_EXCEEDED', 'unclear', 'throttled: later, same number'],
  [403, 'RATELIMIT_EXCEED', 'unclear', 'throttled, whatever the status'],
  [429, null, 'unclear', 'throttled without a word'],
  [429, 'PARAM_ERROR', 'unclear', 'a throttled call is never final'],
  [500, 'SYSTEM_ERROR', 'unclear', 'server: same number and body again'],
  [500, 'SYSTEMERROR', 'unclear', 'the same code in its other spelling'],
  [500, 'BANK_ERROR', 'unclear', 'the bank is in trouble: ask'],
  [503, null, 'unclear', 'a gateway speaks, not WeChat Pay'],
  [502, 'PARAM_ERROR', 'unclear', 'a refusal with a server status is not believed'],
  [500, 'ORDER_PAID', 'already-paid', 'asking is always safe'],
  [500, 'OPENID_MISMATCH', 'refused!', 'wrong input in spite of the status'],
  [500, 'INVALID_TRANSACTIONID', 'refused!', 'wrong input in spite of the status'],
  [403, null, 'unclear', 'a proxy may refuse too: that is not an answer about our order'],
  [404, null, 'unclear', 'a foreign 404 page says nothing about our order'],
  [302, null, 'unclear', 'a redirect is no answer'],
  [403, 'ADDED_NEXT_YEAR', 'refused!', 'a refusal nobody here knows is final, and looked at'],
  [202, 'USERPAYING', 'unclear', 'code pay still in progress'],
]
for (const [status, code, expected, why] of table)
  test(`${status} ${code ?? 'without code'} is ${expected}: ${why}`, () =>
    assert.equal(verdict(channelErrorOf(failure(status, code))), expected))

const numbers: readonly (readonly [requestNumber: string, verdict: string, why: string])[] = [
  ['268498688', 'number-used', 'same number, other content'],
  ['268447914', 'number-used', 'the order has expired'],
  ['268449538', 'already-paid', 'already paid'],
  ['268498689', 'already-paid', 'already paid'],
  ['268447840', 'unclear', 'rate limit'],
  ['268443704', 'refused!', 'sub_mchid missing'],
]
for (const [requestNumber, expected, why] of numbers)
  test(`INVALID_REQUEST with Request-ID ending -${requestNumber} is ${expected}: ${why}`, () =>
    assert.equal(verdict(channelErrorOf(failure(400, 'INVALID_REQUEST', requestNumber))), expected))

test('a refund in doubt never asks for a new number: that would pay twice', () => {
  assert.equal(verdict(refundErrorOf(failure(403, 'OUT_TRADE_NO_USED'))), 'refused!')
  assert.equal(verdict(refundErrorOf(failure(400, 'REFUND_FEE_MISMATCH'))), 'refused!')
  assert.equal(verdict(refundErrorOf(failure(429, 'FREQUENCY_LIMITED'))), 'unclear')
  assert.equal(verdict(refundErrorOf(failure(500, 'SYSTEM_ERROR'))), 'unclear')
  assert.equal(verdict(refundErrorOf(failure(403, 'TRADE_OVERDUE'))), 'refused')
})

test('nor does a transfer; and an account of ours that is short of money is looked at', () => {
  assert.equal(verdict(transferErrorOf(failure(403, 'OUT_TRADE_NO_USED'))), 'refused!')
  assert.equal(verdict(transferErrorOf(failure(403, 'NOT_ENOUGH'))), 'refused!')
  assert.equal(verdict(transferErrorOf(failure(403, 'RULE_LIMIT'))), 'refused')
  assert.equal(verdict(transferErrorOf(failure(500, 'NOT_ENOUGH'))), 'unclear')
  assert.equal(verdict(transferErrorOf(failure(429, 'FREQUENCY_LIMITED'))), 'unclear')
})

test('"unknown transfer" has a word more, which is no unknown order', () => {
  assert.ok(saysNotFound(failure(404, 'NOT_FOUND')) && saysNotFound(failure(404, 'RESOURCE_NOT_EXISTS')))
  assert.ok(!saysNotFound(failure(404, null)) && !saysNotFound(failure(500, 'NOT_FOUND')))
  assert.ok(!saysUnknown(failure(404, 'NOT_FOUND')))
})

test('"unknown order" is believed by its code only', () => {
  assert.ok(saysUnknown(failure(404, 'ORDER_NOT_EXIST')))
  assert.ok(saysUnknown(failure(404, 'ORDERNOTEXIST')))
  assert.ok(saysUnknown(failure(404, 'RESOURCE_NOT_EXISTS')))
  assert.ok(!saysUnknown(failure(404, null)))
  assert.ok(!saysUnknown(failure(500, 'ORDER_NOT_EXIST')))
})

test('"closed" and "balance short" are known in both spellings', () => {
  assert.ok(saysClosed(failure(400, 'ORDER_CLOSED')) && saysClosed(failure(400, 'ORDERCLOSED')))
  assert.ok(saysNotEnough(failure(403, 'NOT_ENOUGH')) && saysNotEnough(failure(403, 'NOTENOUGH')))
  assert.ok(!saysNotEnough(failure(500, 'NOT_ENOUGH')))
})
