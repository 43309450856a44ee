import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { ShareOrder } from '../shares.ts'
import { aRefund, sellerId } from './fixtures.ts'
import { refundRequest } from './refund.ts'
import { accountIn, readLimit, readShareQuery, relationRequest, shareRequest } from './share.ts'
import { shareErrorOf } from './share-errors.ts'

const account = { sellerId, appAuthToken: undefined }
const partner = { kind: 'merchant', account: '2088000000000002' } as const
const order = (told: Partial<ShareOrder> = {}): ShareOrder => ({
  shareNumber: '20010000007000000000000000123459',
  tradeNumber: '10010000007000000000000000123456',
  channelTradeNo: '2026060122001400000000000001',
  paymentFen: fen(1000),
  parts: [{ receiver: partner, amountFen: fen(300), description: '分润' }],
  finish: false,
  ...told,
})

test('an account is named by its PID, its login, or its id under our application', () => {
  assert.deepEqual(accountIn(partner), { type: 'userId', account: '2088000000000002' })
  assert.deepEqual(accountIn({ kind: 'merchant', account: 'a@example.com' }), {
    type: 'loginName',
    account: 'a@example.com',
  })
  assert.deepEqual(accountIn({ kind: 'person', account: '0a1B2c' }), { type: 'openId', account: '0a1B2c' })
})

test('a receiver is bound by the number of the request', () =>
  assert.deepEqual(relationRequest('bind', account, { ...partner, name: '张三' }, 'b1'), {
    method: 'alipay.trade.royalty.relation.bind',
    biz: { out_request_no: 'b1', receiver_list: [{ type: 'userId', account: '2088000000000002', name: '张三' }] },
    beside: { app_auth_token: undefined },
  }))

test('a sharing names the trade, every part and who pays it', () =>
  assert.deepEqual(shareRequest(account, order()), {
    method: 'alipay.trade.order.settle',
    biz: {
      out_request_no: '20010000007000000000000000123459',
      trade_no: '2026060122001400000000000001',
      royalty_parameters: [
        {
          royalty_type: 'transfer',
          trans_out: sellerId,
          trans_out_type: 'userId',
          trans_in: '2088000000000002',
          trans_in_type: 'userId',
          amount: '3.00',
          desc: '分润',
        },
      ],
      royalty_mode: 'async',
    },
    beside: { app_auth_token: undefined },
  }))

test('what ends sharing says so, with parts or without', () => {
  assert.deepEqual(shareRequest(account, order({ finish: true })).biz?.extend_params, { royalty_finish: 'true' })
  assert.ok(!('royalty_parameters' in (shareRequest(account, order({ finish: true, parts: [] })).biz ?? {})))
})

test('a refund takes shares back from whom it names, and from nobody otherwise', () => {
  const takeBack = [{ from: partner, amountFen: fen(120) }]
  assert.deepEqual(refundRequest(account, aRefund({ takeBack })).biz?.refund_royalty_parameters, [
    {
      royalty_type: 'transfer',
      trans_out: '2088000000000002',
      trans_out_type: 'userId',
      trans_in: sellerId,
      trans_in_type: 'userId',
      amount: '1.20',
    },
  ])
  for (const refund of [aRefund(), aRefund({ takeBack: [] })])
    assert.ok(!('refund_royalty_parameters' in (refundRequest(account, refund).biz ?? {})))
})

const asked = order()
const detail = (told: object = {}) => ({
  operation_type: 'transfer',
  state: 'SUCCESS',
  amount: '3.00',
  trans_in: '2088000000000002',
  trans_in_type: 'userId',
  execute_dt: '2026-06-01 12:00:30',
  ...told,
})
const answers: readonly (readonly [what: string, details: unknown, meaning: string])[] = [
  ['all done', [detail()], 'finished: done'],
  ['one in process', [detail(), detail({ state: 'PROCESSING' })], 'pending: done pending'],
  ['one failed', [detail(), detail({ state: 'FAIL', error_code: 'X' })], 'finished: done failed'],
  ['a state added next year', [detail({ state: 'HELD' })], 'pending: pending'],
  ['what a refund took back', [detail(), detail({ operation_type: 'transfer_refund' })], 'finished: done'],
  ['nobody', undefined, 'finished: '],
  ['a part without an amount', [detail({ amount: undefined })], 'unclear'],
  ['a part of nobody', [detail({ trans_in: undefined })], 'unclear'],
  ['no list', 'x', 'unclear'],
]
for (const [what, list, meaning] of answers)
  test(`an answer with ${what} is ${meaning}`, () => {
    const read = readShareQuery(asked, { out_request_no: asked.shareNumber, royalty_detail_list: list })
    const word = read.ok
      ? `${read.value.state}: ${read.value.parts.map(({ state }) => state).join(' ')}`
      : read.error.kind
    assert.equal(word, meaning)
  })

test('an answer about another sharing is none', () => {
  const read = readShareQuery(asked, { out_request_no: 'other', royalty_detail_list: [detail()] })
  assert.ok(!read.ok && read.error.kind === 'unclear')
})

test('the limit is percent, as number or as text', () => {
  for (const max_ratio of [30, '30', '30.5']) assert.ok(readLimit({ max_ratio }).ok)
  assert.deepEqual(readLimit({ max_ratio: 30 }), { ok: true, value: 3000 })
  for (const max_ratio of [undefined, null, '', 'x', 101, -1])
    assert.ok(!readLimit({ max_ratio }).ok, String(max_ratio))
})

const failures: readonly (readonly [code: string, reason: string, verdict: string, why: string])[] = [
  ['40004', 'ACQ.SYSTEM_ERROR', 'unclear', 'same number again'],
  ['40004', 'ACQ.FREQUENCY_LIMITED', 'unclear', 'later, same number'],
  ['40004', 'ACQ.TXN_RESULT_ACCOUNT_BALANCE_NOT_ENOUGH', 'unclear', 'after the operator has topped up'],
  ['40004', 'ACQ.ADDED_NEXT_YEAR', 'unclear', 'money may have moved'],
  ['20000', 'isp.unknow-error', 'unclear', 'same number again'],
  ['40004', 'ACQ.DISCORDANT_REPEAT_REQUEST', 'refused', 'our bug'],
  ['40004', 'ACQ.ALLOC_AMOUNT_VALIDATE_ERROR', 'refused', 'more than there is to share'],
  ['40004', 'ACQ.ROYALTY_RECEIVER_INVALID', 'refused', 'to be bound first'],
  ['40004', 'ACQ.ROYALTY_PAYER_ACCOUNT_FREEZE', 'refused', "the operator's account"],
  ['40006', 'isv.insufficient-isv-permissions', 'refused', 'the product is not signed'],
]
for (const [code, subCode, verdict, why] of failures)
  test(`a sharing that meets ${code} ${subCode} is ${verdict}: ${why}`, () =>
    assert.equal(shareErrorOf({ code, subCode, message: '' }).kind, verdict))
