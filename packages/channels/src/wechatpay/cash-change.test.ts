import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import type { CashChangeOrder } from '../cash-change.ts'
import type { ChannelError } from '../channel.ts'
import { giveRequest, wechatPayCashChange } from './cash-change.ts'
import { wechatPaySettingsFaults } from './check-settings.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import { at, someSettings } from './fixtures.ts'
import type { Json } from './json.ts'
import { readHeard } from './notification.ts'
import { type CashChangeTerms, usualCashChangeTerms } from './settings.ts'

const settings = someSettings({ cashChange: usualCashChangeTerms })
const order: CashChangeOrder = {
  changeNumber: '60010000007000000000000000123459',
  amountFen: fen(350),
  payee: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  remark: '停车找零 阳光花园🚗',
  notifyUrl: 'https://pay.example.com/notify/wechatpay',
}
const root = '/v3/fund-app/mch-transfer/transfer-bills'
const { changeNumber } = order
type Answer = Result<Json, Unanswered>
const failure = (status: number, code: string): Answer =>
  err({ kind: 'failure', failure: { status, code, message: '', requestNumber: null } })
const unanswered: Answer = err({ kind: 'unclear', error: { kind: 'unclear', code: 'NO_ANSWER', message: '' } })
const unknown = failure(404, 'NOT_FOUND')

/** WeChat Pay answers each kind of call as told; what was asked, in order. */
function cashChange(told: { give?: Answer; query?: Answer; cancel?: Answer }, mode: 'direct' | 'partner' = 'direct') {
  const asked: ApiRequest[] = []
  const client: Client = async (request) => {
    asked.push(request)
    const answer = request.method === 'GET' ? told.query : request.path.endsWith('/cancel') ? told.cancel : told.give
    assert.ok(answer, `nobody expected ${request.method} ${request.path}`)
    return answer
  }
  return { ability: wechatPayCashChange(someSettings({ mode }), usualCashChangeTerms, client), asked }
}
const said = (read: Result<unknown, ChannelError>): string => {
  if (read.ok) {
    const { state, sheet, code } = read.value as Json
    return [state, ...(sheet ? ['with its sheet'] : []), ...(code ? [code] : [])].join(' ')
  }
  return read.error.kind === 'refused'
    ? `${read.error.alarm ? 'alarm' : 'refused'} ${read.error.code}`
    : read.error.kind
}

test('what is given: to one wallet, under the scene and with its reports, and the same bytes each time', () => {
  const request = giveRequest(settings, usualCashChangeTerms, order)
  assert.deepEqual([request.method, request.path], ['POST', root])
  assert.deepEqual(JSON.parse(request.body), {
    appid: settings.appid,
    out_bill_no: changeNumber,
    transfer_scene_id: '1011',
    openid: order.payee,
    transfer_amount: 350,
    transfer_remark: '停车找零 阳光花园',
    notify_url: order.notifyUrl,
    transfer_scene_report_infos: [{ info_type: '赔付原因', info_content: '停车缴费找零' }],
  })
  assert.equal(giveRequest(settings, usualCashChangeTerms, { ...order }).body, request.body)
  const terms: CashChangeTerms = { ...usualCashChangeTerms, perception: '商家赔付' }
  assert.equal(JSON.parse(giveRequest(settings, terms, order).body).user_recv_perception, '商家赔付')
})

test('the remark is never empty and never too long, whatever it was', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20_000 }), (remark, amountFen) => {
      const { body } = giveRequest(settings, usualCashChangeTerms, { ...order, remark, amountFen: amountFen as Fen })
      const sent = JSON.parse(body) as { transfer_remark: string; transfer_amount: number }
      assert.ok(sent.transfer_remark !== '' && Buffer.byteLength(sent.transfer_remark) <= 32)
      assert.equal(sent.transfer_amount, amountFen)
    }),
  ))

const givenAs = (told: Json): Answer =>
  ok({ out_bill_no: changeNumber, transfer_bill_no: 'B1', create_time: '2026-06-01T12:00:00+08:00', ...told })
const foundAs = (told: Json): Answer =>
  ok({
    mch_id: settings.mchid,
    appid: settings.appid,
    out_bill_no: changeNumber,
    transfer_bill_no: 'B1',
    transfer_amount: 350,
    openid: order.payee,
    create_time: '2026-06-01T12:00:00+08:00',
    update_time: '2026-06-01T12:03:00+08:00',
    ...told,
  })
const waiting = { state: 'WAIT_USER_CONFIRM', package_info: 'ABBQO+oYAAA=' }

const given: [what: string, answer: Answer, meaning: string][] = [
  ['ACCEPTED', givenAs({ state: 'ACCEPTED' }), 'pending'],
  ['PROCESSING', givenAs({ state: 'PROCESSING' }), 'pending'],
  ['WAIT_USER_CONFIRM', givenAs(waiting), 'to-take with its sheet'],
  ['WAIT_USER_CONFIRM without a package', givenAs({ ...waiting, package_info: '' }), 'to-take'],
  ['TRANSFERING', givenAs({ state: 'TRANSFERING' }), 'to-take'],
  ['SUCCESS, which only a query proves', givenAs({ state: 'SUCCESS', transfer_amount: 350 }), 'pending'],
  ['FAIL', givenAs({ state: 'FAIL', fail_reason: 'ACCOUNT_FROZEN' }), 'failed ACCOUNT_FROZEN'],
  ['FAIL, overdue', givenAs({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' }), 'returned OVERDUE_CLOSE'],
  ['CANCELING', givenAs({ state: 'CANCELING' }), 'pending'],
  ['CANCELLED', givenAs({ state: 'CANCELLED' }), 'returned CANCELLED'],
  ['a state of next year', givenAs({ state: 'NEW' }), 'pending'],
  ['another number', givenAs({ ...waiting, out_bill_no: '1' }), 'unclear'],
  ['no number of its own', givenAs({ ...waiting, transfer_bill_no: '' }), 'unclear'],
  ['another amount', givenAs({ ...waiting, transfer_amount: 351 }), 'unclear'],
  ['another wallet', givenAs({ ...waiting, openid: 'o2' }), 'unclear'],
  ['another account', givenAs({ ...waiting, mch_id: '1' }), 'unclear'],
  ['another appid', givenAs({ ...waiting, appid: 'wx2' }), 'unclear'],
  ['nothing', unanswered, 'unclear'],
  ['500 SYSTEM_ERROR', failure(500, 'SYSTEM_ERROR'), 'unclear'],
  ['429 FREQUENCY_LIMITED', failure(429, 'FREQUENCY_LIMITED'), 'unclear'],
]
for (const [what, answer, meaning] of given)
  test(`given and answered ${what}: ${meaning}`, async () => {
    const { ability, asked } = cashChange({ give: answer })
    assert.equal(said(await ability.give({}, order)), meaning)
    assert.equal(asked.length, 1)
  })

test('the sheet is what the page hands to the wallet', async () => {
  const read = await cashChange({ give: givenAs(waiting) }).ability.give({}, order)
  const params = { mchId: settings.mchid, appId: settings.appid, package: 'ABBQO+oYAAA=' }
  assert.deepEqual(read, ok({ state: 'to-take', sheet: { kind: 'wechatpay-transfer', params } }))
})

const refusals: [refusal: Answer, query: Answer, meaning: string, why: string][] = [
  [failure(403, 'NOT_ENOUGH'), unknown, 'alarm NOT_ENOUGH', 'our account is short, and somebody has to fill it'],
  [failure(400, 'INVALID_REQUEST'), unknown, 'alarm INVALID_REQUEST', 'a rule is broken'],
  [failure(403, 'NO_AUTH'), unknown, 'alarm NO_AUTH', 'the product is not granted'],
  [failure(400, 'ADDED_NEXT_YEAR'), unknown, 'alarm ADDED_NEXT_YEAR', 'a word nobody knows, of a change nobody knows'],
  [failure(403, 'OUT_TRADE_NO_USED'), unknown, 'alarm OUT_TRADE_NO_USED', 'a new number would give twice'],
  [failure(400, 'INVALID_REQUEST'), foundAs({ state: 'SUCCESS' }), 'taken', 'it was given before, with other words'],
  [failure(400, 'INVALID_REQUEST'), foundAs(waiting), 'to-take', 'it still waits for the driver'],
  [failure(400, 'ADDED_NEXT_YEAR'), foundAs({ state: 'ACCEPTED' }), 'pending', 'it was taken on after all'],
  [failure(403, 'NOT_ENOUGH'), unanswered, 'unclear', 'nobody can say whether it is on its way'],
  [failure(403, 'NOT_ENOUGH'), failure(500, 'SYSTEM_ERROR'), 'unclear', 'nobody can say whether it is on its way'],
]
for (const [refusal, query, meaning, why] of refusals)
  test(`refused ${JSON.stringify(refusal)} and asked ${JSON.stringify(query)}: ${meaning}, ${why}`, async () => {
    const { ability, asked } = cashChange({ give: refusal, query })
    assert.equal(said(await ability.give({}, order)), meaning)
    assert.deepEqual(
      asked.map(({ method, path }) => `${method} ${path}`),
      [`POST ${root}`, `GET ${root}/out-bill-no/${changeNumber}`],
    )
  })

const found: [what: string, answer: Answer, meaning: string][] = [
  ['ACCEPTED', foundAs({ state: 'ACCEPTED' }), 'pending'],
  ['PROCESSING', foundAs({ state: 'PROCESSING' }), 'pending'],
  ['WAIT_USER_CONFIRM', foundAs({ state: 'WAIT_USER_CONFIRM' }), 'to-take'],
  ['TRANSFERING', foundAs({ state: 'TRANSFERING' }), 'to-take'],
  ['SUCCESS', foundAs({ state: 'SUCCESS' }), 'taken'],
  ['FAIL', foundAs({ state: 'FAIL', fail_reason: 'REAL_NAME_CHECK_FAIL' }), 'failed REAL_NAME_CHECK_FAIL'],
  ['FAIL without a reason', foundAs({ state: 'FAIL' }), 'failed FAIL'],
  ['FAIL, overdue', foundAs({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' }), 'returned OVERDUE_CLOSE'],
  ['FAIL, taken back', foundAs({ state: 'FAIL', fail_reason: 'MCH_CANCEL' }), 'returned MCH_CANCEL'],
  ['CANCELING', foundAs({ state: 'CANCELING' }), 'pending'],
  ['CANCELLED', foundAs({ state: 'CANCELLED' }), 'returned CANCELLED'],
  ['a state of next year', foundAs({ state: 'NEW' }), 'pending'],
  ['the account in its other word', foundAs({ state: 'SUCCESS', mch_id: undefined, mchid: settings.mchid }), 'taken'],
  ['SUCCESS of another number', foundAs({ state: 'SUCCESS', out_bill_no: '1' }), 'unclear'],
  ['SUCCESS of another account', foundAs({ state: 'SUCCESS', mch_id: '1' }), 'unclear'],
  ['SUCCESS of another appid', foundAs({ state: 'SUCCESS', appid: 'wx2' }), 'unclear'],
  ['SUCCESS without its number', foundAs({ state: 'SUCCESS', transfer_bill_no: '' }), 'unclear'],
  ['SUCCESS in yuan', foundAs({ state: 'SUCCESS', transfer_amount: '3.50' }), 'unclear'],
  ['unknown', unknown, 'unknown'],
  ['unknown in another word', failure(404, 'RESOURCE_NOT_EXISTS'), 'unknown'],
  ['unknown with a status that is not believed', failure(500, 'NOT_FOUND'), 'unclear'],
  ['403 NO_AUTH', failure(403, 'NO_AUTH'), 'alarm NO_AUTH'],
  ['nothing', unanswered, 'unclear'],
]
for (const [what, answer, meaning] of found)
  test(`asked and told ${what}: ${meaning}`, async () =>
    assert.equal(said(await cashChange({ query: answer }).ability.query({}, changeNumber)), meaning))

test('taken says what and when', async () =>
  assert.deepEqual(
    await cashChange({ query: foundAs({ state: 'SUCCESS' }) }).ability.query({}, changeNumber),
    ok({ state: 'taken', channelNo: 'B1', amountFen: 350, takenAt: at('2026-06-01T12:03:00+08:00') }),
  ))

const cancelled = (told: Json): Answer => ok({ out_bill_no: changeNumber, transfer_bill_no: 'B1', ...told })
const takenBack: [what: string, cancel: Answer, query: Answer | undefined, meaning: string][] = [
  ['CANCELING', cancelled({ state: 'CANCELING' }), undefined, 'pending'],
  ['CANCELLED', cancelled({ state: 'CANCELLED' }), undefined, 'returned CANCELLED'],
  ['a state of next year', cancelled({ state: 'NEW' }), undefined, 'pending'],
  ['another number', cancelled({ state: 'CANCELING', out_bill_no: '1' }), undefined, 'unclear'],
  ['nothing', unanswered, undefined, 'unclear'],
  ['refused: the driver was faster', failure(400, 'INVALID_REQUEST'), foundAs({ state: 'SUCCESS' }), 'taken'],
  [
    'refused: it is overdue already',
    failure(400, 'INVALID_REQUEST'),
    foundAs({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' }),
    'returned OVERDUE_CLOSE',
  ],
  ['refused: it is being taken back', failure(400, 'INVALID_REQUEST'), foundAs({ state: 'CANCELING' }), 'pending'],
  ['refused, and it still waits', failure(403, 'NO_AUTH'), foundAs({ state: 'WAIT_USER_CONFIRM' }), 'alarm NO_AUTH'],
  ['refused: there is none', unknown, unknown, 'alarm NOT_FOUND'],
]
for (const [what, cancel, query, meaning] of takenBack)
  test(`taken back and answered ${what}: ${meaning}`, async () => {
    const { ability, asked } = cashChange({ cancel, ...(query ? { query } : {}) })
    assert.equal(said(await ability.takeBack({}, changeNumber)), meaning)
    const { method, path, body } = asked[0]!
    assert.deepEqual([method, path, body], ['POST', `${root}/out-bill-no/${changeNumber}/cancel`, ''])
  })

test('a sub-merchant of a service provider cannot give by it, and nothing is sent', async () => {
  const { ability, asked } = cashChange({}, 'partner')
  const merchant = { subMchid: '1900000109' }
  for (const read of [
    ability.give(merchant, order),
    ability.query(merchant, changeNumber),
    ability.takeBack(merchant, changeNumber),
  ])
    assert.equal(said(await read), 'alarm NOT_IN_PARTNER_MODE')
  assert.equal(asked.length, 0)
})

const notices: [what: string, facts: unknown, number: string | null][] = [
  ['one of ours', { out_bill_no: changeNumber, mch_id: settings.mchid, state: 'SUCCESS' }, changeNumber],
  ['one of ours in the other word', { out_bill_no: changeNumber, mchid: settings.mchid }, changeNumber],
  ["somebody else's", { out_bill_no: changeNumber, mch_id: '1' }, null],
  ["nobody's", { out_bill_no: changeNumber }, null],
  ['one without a number', { mch_id: settings.mchid }, null],
  ['no JSON', 'hello', null],
]
for (const [what, facts, number] of notices)
  test(`heard of ${what}: ${number === null ? 'nothing to ask about' : 'its number, and nothing to believe'}`, () => {
    const plaintext = typeof facts === 'string' ? facts : JSON.stringify(facts)
    const heard = readHeard(settings, { id: 'EV-1', event: 'MCHTRANSFER.BILL.FINISHED', plaintext })
    const told = number === null ? {} : { cashChange: { changeNumber: number } }
    assert.deepEqual(heard, ok({ kind: 'other', notificationId: 'EV-1', event: 'MCHTRANSFER.BILL.FINISHED', ...told }))
  })

const badTerms: [terms: Partial<CashChangeTerms>, field: string][] = [
  [{ sceneId: '' }, 'cashChange.sceneId'],
  [{ perception: '' }, 'cashChange.perception'],
  [{ reports: [] }, 'cashChange.reports'],
  [{ reports: [{ type: '赔付原因', content: '' }] }, 'cashChange.reports'],
  [{ reports: [{ type: '一'.repeat(16), content: '找零' }] }, 'cashChange.reports'],
]
test('terms that cannot work are named, and so is a service provider that gives', () => {
  const faults = (terms: Partial<CashChangeTerms>, mode: 'direct' | 'partner' = 'direct') =>
    wechatPaySettingsFaults(someSettings({ mode, cashChange: { ...usualCashChangeTerms, ...terms } }))
  assert.deepEqual(faults({}), [])
  for (const [terms, field] of badTerms) {
    const found = faults(terms)
    assert.ok(found.length === 1 && found[0]?.startsWith(`${field}:`), JSON.stringify([terms, found]))
  }
  assert.ok(faults({}, 'partner')[0]?.startsWith('cashChange:'))
})
