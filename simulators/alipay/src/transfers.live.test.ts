import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Fen } from '@lanepay/domain/types.ts'
import { callByHand, type Form, folder, newNumber, requestSnsOf, StillClock, sdkOf } from './fixtures.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from './simulator.ts'

/* Payouts from the merchant's balance: what is refused, what takes its time, what a bank sends back. */

const day = 86_400_000
const clock = new StillClock()
let simulator: AlipaySimulator

before(async () => {
  simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false, verify: 'certificate' })
  simulator.control.deposit(simulator.settings.sellerId, 1_000_00 as Fen)
  simulator.control.personOf({ loginName: 'owner@example.com', name: '张三' })
  simulator.control.personOf({ loginName: 'new@example.com', name: '李四', certified: false })
})
after(() => simulator.close())
afterEach(() => simulator.control.clearFaults())

const said = (method: string, biz: object) =>
  callByHand(simulator.settings, { method, biz, now: clock.now(), top: requestSnsOf(simulator.settings) })
const short = ({ code, sub_code: sub }: Form) => (sub ? `${code} ${sub}` : code)
const fault = (kind: FaultKind, ms?: number) =>
  simulator.control.fault({ kind, times: 1, ...(ms === undefined ? {} : { ms }) })
const available = () => simulator.control.balance(simulator.settings.sellerId).availableFen

const toAccount = { identity_type: 'ALIPAY_LOGON_ID', identity: 'owner@example.com', name: '张三' }
const toCard = {
  identity_type: 'BANKCARD_ACCOUNT',
  identity: '6222021234567890128',
  name: '张三',
  bankcard_ext_info: { account_type: '2', inst_name: '工商银行' },
}
const company = { ...toCard, identity: '44050158000100000123' }
const aTransfer = (told: object = {}) => ({
  out_biz_no: newNumber(),
  trans_amount: '10.00',
  product_code: 'TRANS_ACCOUNT_NO_PWD',
  biz_scene: 'DIRECT_TRANSFER',
  order_title: '停车费结算',
  payee_info: toAccount,
  ...told,
})
const card = { product_code: 'TRANS_BANKCARD_NO_PWD', payee_info: toCard }
const transfer = (biz: object) => said('alipay.fund.trans.uni.transfer', biz)
const query = ({ out_biz_no, product_code, biz_scene }: ReturnType<typeof aTransfer>) =>
  said('alipay.fund.trans.common.query', { out_biz_no, product_code, biz_scene })

describe('a payout', () => {
  const rows: [what: string, change: object, expected: string][] = [
    ['to a login', {}, '10000'],
    ['to a card', card, '10000'],
    ['of nine fen', { trans_amount: '0.09' }, '40004 INVALID_PARAMETER'],
    ['of more than there is', { trans_amount: '100000.00' }, '40004 PAYER_BALANCE_NOT_ENOUGH'],
    ['under a product not signed', { product_code: 'STD_RED_PACKET' }, '40004 PRODUCT_NOT_SIGN'],
    ['without a scene', { biz_scene: undefined }, '40004 INVALID_PARAMETER'],
    ['without a title', { order_title: undefined }, '40004 INVALID_PARAMETER'],
    ['to nobody', { payee_info: undefined }, '40004 INVALID_PARAMETER'],
    ['to a login alone', { payee_info: { ...toAccount, name: undefined } }, '40004 INVALID_PARAMETER'],
    ['under another name', { payee_info: { ...toAccount, name: '王五' } }, '40004 PAYEE_USER_INFO_ERROR'],
    ['to a login nobody has', { payee_info: { ...toAccount, identity: 'none@example.com' } }, '40004 PAYEE_NOT_EXIST'],
    [
      'to somebody whose name nobody checked',
      { payee_info: { ...toAccount, identity: 'new@example.com', name: '李四' } },
      '40004 PAYEE_NOT_RELNAME_CERTIFY',
    ],
    ['to a card as an account', { payee_info: toCard }, '40004 INVALID_PARAMETER'],
    ['to an account as a card', { ...card, payee_info: toAccount }, '40004 INVALID_PARAMETER'],
    [
      'to a card with a wrong digit',
      { ...card, payee_info: { ...toCard, identity: '6222021234567890127' } },
      '40004 INVALID_CARDNO',
    ],
    ['to a card of nobody', { ...card, payee_info: { ...toCard, name: undefined } }, '40004 INVALID_PARAMETER'],
    ['to a card of no kind', { ...card, payee_info: { ...toCard, bankcard_ext_info: {} } }, '40004 INVALID_PARAMETER'],
    [
      "to a company's account without its branch",
      { ...card, payee_info: { ...company, bankcard_ext_info: { account_type: '1', inst_name: '建设银行' } } },
      '40004 BANKCODE_OR_BRANCHNAME_INFO_ERROR',
    ],
    [
      "to a company's account",
      {
        ...card,
        payee_info: {
          ...company,
          bankcard_ext_info: { account_type: '1', inst_name: '建设银行', inst_branch_name: '广州支行' },
        },
      },
      '10000',
    ],
  ]
  for (const [what, change, expected] of rows)
    test(`${what}: ${expected}`, async () => assert.equal(short(await transfer(aTransfer(change))), expected))

  test('moves money once, however often it is asked for; other content under its number is refused', async () => {
    const biz = aTransfer()
    const has = available()
    const first = await transfer(biz)
    assert.deepEqual([first.status, available() - has], ['SUCCESS', -1000])
    const again = await transfer(biz)
    assert.deepEqual([again.order_id, available() - has], [first.order_id, -1000])
    assert.equal(short(await transfer({ ...biz, trans_amount: '10.01' })), '40004 PAYMENT_INFO_INCONSISTENCY')
  })

  test('nobody heard of can be sent: that is what the query says of it', async () => {
    assert.equal(short(await query(aTransfer())), '40004 ORDER_NOT_EXIST')
  })

  test('to a card is in process until the bank has it', async () => {
    const biz = aTransfer(card)
    assert.equal((await transfer(biz)).status, 'DEALING')
    clock.advance(5_000)
    const asked = await query(biz)
    assert.deepEqual([asked.status, asked.trans_amount], ['SUCCESS', '10.00'])
  })
})

describe('on purpose', () => {
  test('transfer-waits: in process, the money is gone meanwhile', async () => {
    fault('transfer-waits')
    const has = available()
    const biz = aTransfer()
    assert.equal((await transfer(biz)).status, 'DEALING')
    clock.advance(30 * day)
    assert.deepEqual([(await query(biz)).status, available() - has], ['DEALING', -1000])
  })

  test('transfer-fails: in process, then failed with a reason, and the money is back', async () => {
    fault('transfer-fails', 3_000)
    const has = available()
    const biz = aTransfer(card)
    assert.equal((await transfer(biz)).status, 'DEALING')
    clock.advance(3_000)
    const asked = await query(biz)
    assert.deepEqual([asked.status, asked.error_code, available() - has], ['FAIL', 'PAYEE_CARD_INFO_ERROR', 0])
  })

  test('transfer-returned: paid, and two days later the bank sends it back', async () => {
    fault('transfer-returned')
    const has = available()
    const biz = aTransfer(card)
    await transfer(biz)
    clock.advance(5_000)
    assert.deepEqual([(await query(biz)).status, available() - has], ['SUCCESS', -1000])
    clock.advance(2 * day)
    assert.deepEqual([(await query(biz)).status, available() - has], ['REFUND', 0])
  })

  test('error-after-transfer: taken on, and only a query or a repeat tells', async () => {
    fault('error-after-transfer')
    const biz = aTransfer()
    assert.equal(short(await transfer(biz)), '40004 SYSTEM_ERROR')
    assert.equal((await query(biz)).status, 'SUCCESS')
    assert.equal((await transfer(biz)).status, 'SUCCESS')
  })
})

test('an application without certificates pays nobody out', async (t) => {
  const plain = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  t.after(() => plain.close())
  const call = (method: string, biz: object) => callByHand(plain.settings, { method, biz, now: clock.now() })
  assert.equal(short(await call('alipay.fund.trans.uni.transfer', aTransfer())), '40001 isv.missing-app-cert-sn')
})

test('the balance is what is there, for whom it belongs to', async () => {
  const { sellerId } = simulator.settings
  const ask = { alipay_user_id: sellerId, account_type: 'ACCTRANS_ACCOUNT' }
  const asked = await said('alipay.fund.account.query', ask)
  assert.equal(Math.round(Number(asked.available_amount) * 100), available())
  const { operator } = simulator.control
  const other = await said('alipay.fund.account.query', { ...ask, alipay_user_id: operator.sellerId })
  assert.equal(short(other), '40004 NO_PERMISSION_ACCOUNT')
  const bill = await said('alipay.data.bill.balance.query', {})
  assert.deepEqual([bill.available_amount, bill.total_amount], [asked.available_amount, asked.available_amount])
})

test('people and deposits are made from another process as well', async () => {
  const control = async (what: string, body: object) =>
    fetch(`${simulator.url}/control/${what}`, { method: 'POST', body: JSON.stringify(body) })
  const person = await control('person', { loginName: 'owner@example.com', name: '张三' })
  assert.match(((await person.json()) as { userId: string }).userId, /^2088\d{12}$/)
  const pid = simulator.control.operator.sellerId
  const balance = await control('deposit', { pid, amountFen: 500 })
  assert.deepEqual(await balance.json(), { availableFen: 500, frozenFen: 0 })
  for (const wrong of [
    { pid, amountFen: '5' },
    { pid, amountFen: 0.5 },
    { pid: '1', amountFen: 5 },
  ])
    assert.equal((await control('deposit', wrong)).status, 400)
})

test('a payout that a bank will return is returned after a restart as well', async (t) => {
  const options = { dir: folder(t), port: 0, clock, verify: 'certificate' } as const
  const first = await startAlipaySimulator(options)
  const top = requestSnsOf(first.settings)
  first.control.personOf({ loginName: 'owner@example.com', name: '张三' })
  first.control.deposit(first.settings.sellerId, 10_00 as Fen)
  first.control.fault({ kind: 'transfer-returned', times: 1 })
  const biz = aTransfer()
  const done = await callByHand(first.settings, {
    method: 'alipay.fund.trans.uni.transfer',
    biz,
    now: clock.now(),
    top,
  })
  assert.equal(done.status, 'SUCCESS')
  await first.close()
  const second = await startAlipaySimulator(options)
  t.after(() => second.close())
  assert.equal(second.control.balance(second.settings.sellerId).availableFen, 0)
  clock.advance(2 * day)
  assert.equal(second.control.balance(second.settings.sellerId).availableFen, 1000)
})

test('the independent client: a payout and its query', async (t) => {
  const real = { now: () => Date.now() as never }
  const live = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock: real, verify: 'certificate' })
  t.after(() => live.close())
  live.control.personOf({ loginName: 'owner@example.com', name: '张三' })
  live.control.deposit(live.settings.sellerId, 10_00 as Fen)
  const sdk = sdkOf(live.settings)
  const biz = aTransfer()
  const exec = (method: string, bizContent: object) => sdk.exec(method, { bizContent }, { validateSign: true })
  const done = await exec('alipay.fund.trans.uni.transfer', biz)
  assert.equal(done.status, 'SUCCESS', JSON.stringify(done))
  const { out_biz_no, product_code, biz_scene } = biz
  const asked = await exec('alipay.fund.trans.common.query', { out_biz_no, product_code, biz_scene })
  assert.deepEqual([asked.orderId, asked.transAmount], [done.orderId, '10.00'])
})
