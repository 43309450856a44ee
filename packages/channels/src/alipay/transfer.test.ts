import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { WithdrawalOrder } from '../withdrawals.ts'
import { sellerId } from './fixtures.ts'
import { readBalance, readTransfer, readTransferQuery, transferRequest } from './transfer.ts'
import { transferErrorOf } from './transfer-errors.ts'

const account = { sellerId, appAuthToken: undefined }
const number = '20010000007000000000000000123460'
const order = (told: Partial<WithdrawalOrder> = {}): WithdrawalOrder => ({
  withdrawalNumber: number,
  amountFen: fen(1000),
  remark: '6月1日',
  bankMemo: '停车费结算',
  payee: { kind: 'account', identity: 'owner@example.com', name: '张三' },
  ...told,
})
const common = {
  out_biz_no: number,
  trans_amount: '10.00',
  biz_scene: 'DIRECT_TRANSFER',
  order_title: '停车费结算',
  remark: '6月1日',
}

const payees: readonly (readonly [
  what: string,
  payee: NonNullable<WithdrawalOrder['payee']>,
  product: string,
  info: object,
])[] = [
  [
    'a login',
    { kind: 'account', identity: 'owner@example.com', name: '张三' },
    'TRANS_ACCOUNT_NO_PWD',
    { identity: 'owner@example.com', identity_type: 'ALIPAY_LOGON_ID', name: '张三' },
  ],
  [
    'a PID',
    { kind: 'account', identity: '2088000000000002' },
    'TRANS_ACCOUNT_NO_PWD',
    { identity: '2088000000000002', identity_type: 'ALIPAY_USER_ID' },
  ],
  [
    "a person's card",
    { kind: 'bank-card', cardNumber: '6222021234567890128', name: '张三', owner: 'person', bank: '工商银行' },
    'TRANS_BANKCARD_NO_PWD',
    {
      identity: '6222021234567890128',
      identity_type: 'BANKCARD_ACCOUNT',
      name: '张三',
      bankcard_ext_info: { account_type: '2', inst_name: '工商银行' },
    },
  ],
  [
    "a company's account",
    {
      kind: 'bank-card',
      cardNumber: '44050158000100000123',
      name: '阳光物业',
      owner: 'company',
      bank: '建设银行',
      branch: '广州支行',
    },
    'TRANS_BANKCARD_NO_PWD',
    {
      identity: '44050158000100000123',
      identity_type: 'BANKCARD_ACCOUNT',
      name: '阳光物业',
      bankcard_ext_info: { account_type: '1', inst_name: '建设银行', inst_branch_name: '广州支行' },
    },
  ],
]
for (const [what, payee, product, info] of payees)
  test(`a payout to ${what}`, () =>
    assert.deepEqual(transferRequest(account, order({ payee })), {
      ok: true,
      value: {
        method: 'alipay.fund.trans.uni.transfer',
        biz: { ...common, product_code: product, payee_info: info },
        beside: { app_auth_token: undefined },
      },
    }))

test('texts are cut to what the interface takes, and a title is never missing', () => {
  const request = transferRequest(account, order({ bankMemo: 'a'.repeat(300), remark: 'b'.repeat(300) }))
  assert.ok(request.ok)
  assert.deepEqual([request.value.biz?.order_title, request.value.biz?.remark], ['a'.repeat(128), 'b'.repeat(200)])
  const silent = transferRequest(account, order({ bankMemo: ' ', remark: '' }))
  assert.ok(silent.ok && silent.value.biz?.order_title === '结算' && !('remark' in silent.value.biz))
})

test('a payout to nobody is not sent', () => {
  const { payee: _, ...nobody } = order()
  const request = transferRequest(account, nobody)
  assert.ok(!request.ok && request.error.kind === 'refused')
})

const at = Date.parse('2026-06-01T12:00:30+08:00')
const answer = {
  out_biz_no: number,
  order_id: '20260601110070001',
  status: 'SUCCESS',
  trans_date: '2026-06-01 12:00:30',
}
const states: readonly (readonly [what: string, change: object, meaning: unknown])[] = [
  ['a success', {}, { state: 'paid', channelNo: '20260601110070001', amountFen: 1000, paidAt: at }],
  ['in process', { status: 'DEALING' }, { state: 'pending' }],
  ['waiting', { status: 'WAIT_PAY' }, { state: 'pending' }],
  ['a state added next year', { status: 'HELD' }, { state: 'pending' }],
  ['no state', { status: undefined }, { state: 'pending' }],
  [
    'a failure',
    { status: 'FAIL', error_code: 'PAYEE_CARD_INFO_ERROR', fail_reason: '卡号有误' },
    { state: 'failed', code: 'PAYEE_CARD_INFO_ERROR', message: '卡号有误' },
  ],
  ['closed', { status: 'CLOSED' }, { state: 'failed', code: 'CLOSED', message: '' }],
  [
    'returned by the bank',
    { status: 'REFUND', error_code: 'X' },
    { state: 'returned', channelNo: '20260601110070001', code: 'X', message: '' },
  ],
]
for (const [what, change, meaning] of states)
  test(`${what} is ${JSON.stringify(meaning)}`, () => {
    assert.deepEqual(readTransfer(order(), { ...answer, ...change }), { ok: true, value: meaning })
    const asked = readTransferQuery(number, { ...answer, trans_amount: '10.00', ...change })
    assert.deepEqual(asked, { ok: true, value: meaning })
  })

for (const [what, change] of [
  ['of another payout', { out_biz_no: 'other' }],
  ['without its number', { order_id: undefined }],
  ['without an amount', { trans_amount: undefined }],
  ['with an amount that is none', { trans_amount: 10 }],
] as const)
  test(`a success ${what} is none`, () => {
    const read = readTransferQuery(number, { ...answer, trans_amount: '10.00', ...change })
    assert.ok(!read.ok && read.error.kind === 'unclear')
  })

test('a balance is yuan, what is frozen beside it', () => {
  const fens = { availableFen: 1234, pendingFen: 500 }
  assert.deepEqual(readBalance({ available_amount: '12.34', freeze_amount: '5.00' }), { ok: true, value: fens })
  assert.deepEqual(readBalance({ available_amount: '12.34' }), { ok: true, value: { ...fens, pendingFen: 0 } })
  for (const wrong of [{}, { available_amount: 12.34 }, { available_amount: '12.34', freeze_amount: 'x' }])
    assert.ok(!readBalance(wrong).ok)
})

const failures: readonly (readonly [code: string, reason: string, verdict: string, why: string])[] = [
  ['40004', 'SYSTEM_ERROR', 'unclear', 'query, then the same number'],
  ['40004', 'REQUEST_PROCESSING', 'unclear', 'it is at it'],
  ['40004', 'BANK_RESPONSE_ERROR', 'unclear', 'the bank may have paid'],
  ['40004', 'PAYER_BALANCE_NOT_ENOUGH', 'unclear', 'top up, same number'],
  ['40004', 'BALANCE_NOT_ENOUGH_FOR_CARD_FEE', 'unclear', 'top up, same number'],
  ['40004', 'ADDED_NEXT_YEAR', 'unclear', 'money may have moved'],
  ['20000', 'isp.unknow-error', 'unclear', 'query, then the same number'],
  ['40004', 'PAYMENT_INFO_INCONSISTENCY', 'refused!', 'our bug'],
  ['40004', 'PRODUCT_NOT_SIGN', 'refused!', 'our contract'],
  ['40004', 'PAYER_STATUS_ERROR', 'refused!', 'our account'],
  ['40004', 'JUDICIAL_FREEZE', 'refused!', 'by hand'],
  ['40004', 'TRANSFER_SCENE_NAME_BLANK', 'refused!', 'to be declared in the portal'],
  ['40004', 'PAYEE_NOT_EXIST', 'refused', 'the operator corrects the payee'],
  ['40004', 'INVALID_CARDNO', 'refused', 'the operator corrects the card'],
  ['40004', 'EXCEED_LIMIT_DM_MAX_AMOUNT', 'refused', 'another day'],
  ['40001', 'isv.missing-app-cert-sn', 'refused!', 'certificates only'],
]
for (const [code, subCode, verdict, why] of failures)
  test(`a payout that meets ${code} ${subCode} is ${verdict}: ${why}`, () => {
    const error = transferErrorOf({ code, subCode, message: '' })
    assert.equal(`${error.kind}${error.kind === 'refused' && error.alarm ? '!' : ''}`, verdict)
  })
