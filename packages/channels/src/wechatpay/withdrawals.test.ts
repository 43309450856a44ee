import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import type { WithdrawalOrder } from '../withdrawals.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import { at, someSettings } from './fixtures.ts'
import type { Json } from './json.ts'
import { wechatPayWithdrawals } from './withdrawals.ts'

const partner = { subMchid: '1900000109' }
const order: WithdrawalOrder = {
  withdrawalNumber: '50010000007000000000000000123459',
  amountFen: fen(50_000),
  remark: '即时提现',
  bankMemo: '停车费提现🚗',
}
function withdrawals(answer: Result<Json, Unanswered>, mode: 'direct' | 'partner' = 'partner') {
  const asked: ApiRequest[] = []
  const client: Client = async (request) => {
    asked.push(request)
    return answer
  }
  return { ability: wechatPayWithdrawals(someSettings({ mode, mchid: '1900000100' }), client), asked }
}
const failure = (status: number, code: string): Result<Json, Unanswered> =>
  err({ kind: 'failure', failure: { status, code, message: '', requestNumber: null } })
const said = (read: Result<unknown, ChannelError>): string => {
  if (read.ok) return String((read.value as Json).state)
  return read.error.kind === 'refused'
    ? `${read.error.alarm ? 'alarm' : 'refused'} ${read.error.code}`
    : read.error.kind
}

test('a withdrawal is asked for, taken on, and nothing more', async () => {
  const { ability, asked } = withdrawals(ok({ sub_mchid: '1900000109', withdraw_id: 'W1' }))
  assert.equal(said(await ability.withdraw(partner, order)), 'pending')
  assert.equal(asked[0]?.path, '/v3/ecommerce/fund/withdraw')
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ''), {
    sub_mchid: '1900000109',
    out_request_no: order.withdrawalNumber,
    amount: 50_000,
    remark: '即时提现',
    bank_memo: '停车费提现',
    account_type: 'BASIC',
  })
})

const answered = (told: Json): Result<Json, Unanswered> =>
  ok({
    sub_mchid: '1900000109',
    out_request_no: order.withdrawalNumber,
    withdraw_id: 'W1',
    amount: 50_000,
    update_time: '2026-06-02T10:00:00+08:00',
    reason: '账户户名不符',
    ...told,
  })
const states: [what: string, answer: Result<Json, Unanswered>, meaning: string][] = [
  ['INIT', answered({ status: 'INIT' }), 'pending'],
  ['CREATE_SUCCESS', answered({ status: 'CREATE_SUCCESS' }), 'pending'],
  ['SUCCESS', answered({ status: 'SUCCESS' }), 'paid'],
  ['FAIL', answered({ status: 'FAIL' }), 'failed'],
  ['CLOSE', answered({ status: 'CLOSE' }), 'failed'],
  ['REFUND', answered({ status: 'REFUND' }), 'returned'],
  ['a state of next year', answered({ status: 'NEW' }), 'pending'],
  ['SUCCESS of another number', answered({ status: 'SUCCESS', out_request_no: '1' }), 'unclear'],
  ['SUCCESS of another merchant', answered({ status: 'SUCCESS', sub_mchid: '1' }), 'unclear'],
  ['SUCCESS without its number', answered({ status: 'SUCCESS', withdraw_id: '' }), 'unclear'],
  ['unknown', failure(404, 'RESOURCE_NOT_EXISTS'), 'unknown'],
  ['unknown in the older words', failure(404, 'ORDER_NOT_EXIST'), 'unknown'],
  ['a wrong path', failure(404, 'NOT_FOUND'), 'alarm NOT_FOUND'],
  ['500 SYSTEM_ERROR', failure(500, 'SYSTEM_ERROR'), 'unclear'],
]
for (const [what, answer, meaning] of states)
  test(`asked and told ${what}: ${meaning}`, async () =>
    assert.equal(said(await withdrawals(answer).ability.query(partner, order.withdrawalNumber)), meaning))

test('paid and returned say what and when', async () => {
  const query = async (status: string) =>
    withdrawals(answered({ status })).ability.query(partner, order.withdrawalNumber)
  assert.deepEqual(
    await query('SUCCESS'),
    ok({ state: 'paid', channelNo: 'W1', amountFen: 50_000, paidAt: at('2026-06-02T10:00:00+08:00') }),
  )
  assert.deepEqual(
    await query('REFUND'),
    ok({ state: 'returned', channelNo: 'W1', code: 'REFUND', message: '账户户名不符' }),
  )
})

const refusals: [answer: Result<Json, Unanswered>, meaning: string][] = [
  [failure(403, 'NOT_ENOUGH'), 'refused NOT_ENOUGH'],
  [failure(403, 'NO_AUTH'), 'alarm NO_AUTH'],
  [failure(429, 'FREQUENCY_LIMITED'), 'unclear'],
  [failure(500, 'SYSTEM_ERROR'), 'unclear'],
  [failure(404, 'RESOURCE_NOT_EXISTS'), 'refused RESOURCE_NOT_EXISTS'],
  [ok({ sub_mchid: '1900000109' }), 'unclear'],
  [ok({ sub_mchid: '1900000109', withdraw_id: 'W1', out_request_no: '1' }), 'unclear'],
]
for (const [answer, meaning] of refusals)
  test(`a withdrawal answered ${JSON.stringify(answer.ok ? answer.value : answer.error)}: ${meaning}`, async () =>
    assert.equal(said(await withdrawals(answer).ability.withdraw(partner, order)), meaning))

test('a balance is read whole or not at all', async () => {
  const read = (told: Json) => withdrawals(ok(told)).ability.balance(partner)
  const right = { sub_mchid: '1900000109', available_amount: 70_000, pending_amount: 1_500 }
  assert.deepEqual(await read(right), ok({ availableFen: 70_000, pendingFen: 1_500 }))
  assert.deepEqual(await read({ ...right, pending_amount: undefined }), ok({ availableFen: 70_000, pendingFen: 0 }))
  for (const wrong of [{ sub_mchid: '1' }, { available_amount: '700.00' }, { pending_amount: -1 }])
    assert.equal(said(await read({ ...right, ...wrong })), 'unclear', JSON.stringify(wrong))
})

test('a merchant of its own has no such calls, and nothing is sent', async () => {
  const { ability, asked } = withdrawals(ok({}), 'direct')
  for (const read of [ability.balance({}), ability.withdraw({}, order), ability.query({}, order.withdrawalNumber)])
    assert.equal(said(await read), 'alarm NOT_IN_DIRECT_MODE')
  assert.equal(asked.length, 0)
})
