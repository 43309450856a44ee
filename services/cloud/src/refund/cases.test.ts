import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { caseOf, caseSays, type RefundCase } from './cases.ts'

/* What the channels' words about refunds mean (wechat-pay.md 12, 22.1; alipay.md 7.11). */
const words: readonly (readonly [ChannelName, string, RefundCase])[] = [
  ['wechatpay', 'NOT_ENOUGH', 'not-enough-money'],
  ['wechatpay', 'NOTENOUGH', 'not-enough-money'],
  ['wechatpay', 'ABNORMAL', 'dead-card'],
  ['wechatpay', 'CLOSED', 'closed-by-channel'],
  ['wechatpay', 'TRADE_OVERDUE', 'too-late'],
  ['wechatpay', 'USER_ACCOUNT_ABNORMAL', 'payer-gone'],
  ['wechatpay', 'INVALID_REQUEST', 'not-as-booked'],
  ['wechatpay', 'RESOURCE_NOT_EXISTS', 'not-as-booked'],
  ['wechatpay', 'NO_AUTH', 'no-right-at-channel'],
  ['wechatpay', 'NEXT_YEARS_CODE', 'unknown'],
  ['alipay', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', 'not-enough-money'],
  ['alipay', 'AQC.SELLER_BALANCE_NOT_ENOUGH', 'not-enough-money'],
  ['alipay', 'ACQ.TRADE_HAS_FINISHED', 'too-late'],
  ['alipay', 'ACQ.NOT_ALLOW_PARTIAL_REFUND', 'whole-only'],
  ['alipay', 'ACQ.ALLOC_AMOUNT_VALIDATE_ERROR', 'shares-in-the-way'],
  ['alipay', 'ACQ.BUYER_NOT_EXIST', 'payer-gone'],
  ['alipay', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', 'not-as-booked'],
  ['alipay', 'TRADE_NOT_EXIST', 'not-as-booked'],
  ['alipay', 'ACQ.OVERDRAFT_SOMETHING', 'unknown'],
  ['zldpay', 'NO_REFUND_CALL', 'by-hand-at-wallet'],
]
describe('a refund that did not go through', () => {
  for (const [channel, code, expected] of words)
    test(`${channel} says ${code}: ${expected}`, () => {
      assert.equal(caseOf(channel, code), expected)
      assert.match(caseSays(expected, code), /^[a-z-]+ \(\S+\): \S+ \S+/)
    })
})
