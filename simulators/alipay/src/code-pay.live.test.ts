import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { callByHand, type Form, folder, merchant, newNumber, StillClock, sdkOf, until } from './fixtures.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from './simulator.ts'

/* Pay codes: what is refused, what waits for the driver, and what goes wrong on purpose. The clock moves when pushed. */

const clock = new StillClock()
let simulator: AlipaySimulator
let shop: Awaited<ReturnType<typeof merchant>>

before(async () => {
  simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
})
after(() => simulator.close())
beforeEach(async () => {
  shop = await merchant()
})
afterEach(() => {
  shop.close()
  simulator.control.clearFaults()
})

const said = (method: string, biz: object, top: Form = {}) =>
  callByHand(simulator.settings, { method, biz, now: clock.now(), top })
const fault = (kind: FaultKind, more: { ms?: number; method?: string } = {}) =>
  simulator.control.fault({ kind, times: 1, ...more })
const aPayment = (told: object = {}) => ({
  out_trade_no: newNumber(),
  total_amount: '10.00',
  subject: '停车费',
  scene: 'bar_code',
  auth_code: simulator.control.payCodeOf('driver-1'),
  ...told,
})
const pay = (biz: object) => said('alipay.trade.pay', biz, { notify_url: shop.url })
const query = async ({ out_trade_no }: { out_trade_no: string }) =>
  (await said('alipay.trade.query', { out_trade_no })).trade_status
const short = ({ code, sub_code: sub }: Form) => (sub ? `${code} ${sub}` : code)

describe('a payment by pay code', () => {
  const rows: [what: string, change: object, expected: string][] = [
    ['as it should be', {}, '10000'],
    ['without a scene', { scene: undefined }, '40004 ACQ.INVALID_PARAMETER'],
    ['with the scene of old', { scene: 'wave_code' }, '40004 ACQ.INVALID_PARAMETER'],
    ['without a code', { auth_code: undefined }, '40004 ACQ.INVALID_PARAMETER'],
    ['with a code nobody shows', { auth_code: '281234567890123456' }, '40004 ACQ.PAYMENT_AUTH_CODE_INVALID'],
    ["with WeChat's code", { auth_code: '134567890123456789' }, '40004 ACQ.PAYMENT_AUTH_CODE_INVALID'],
    ['as a page payment', { product_code: 'QUICK_WAP_WAY' }, '40004 ACQ.INVALID_PARAMETER'],
    ['of nothing', { total_amount: '0.00' }, '40004 ACQ.INVALID_PARAMETER'],
    ['with a subject that breaks statements', { subject: 'a&b' }, '40004 ACQ.INVALID_PARAMETER'],
    ['that is over before it begins', { timeout_express: '0m' }, '40004 ACQ.INVALID_PARAMETER'],
  ]
  for (const [what, change, expected] of rows)
    test(`${what}: ${expected}`, async () => assert.equal(short(await pay(aPayment(change))), expected))

  test('is paid at once, told, and its code is spent', async () => {
    const payment = aPayment()
    const answer = await pay(payment)
    assert.equal(answer.gmt_payment, '2026-11-24 12:00:00')
    assert.equal(answer.receipt_amount, '10.00')
    assert.equal(await query(payment), 'TRADE_SUCCESS')
    await until(() => shop.heard.some((form) => form.out_trade_no === payment.out_trade_no), 'the notification')
    assert.equal(short(await pay(aPayment({ auth_code: payment.auth_code }))), '40004 ACQ.PAYMENT_AUTH_CODE_INVALID')
    assert.equal(short(await pay(payment)), '40004 ACQ.TRADE_HAS_SUCCESS')
  })

  test('with a code of three minutes ago is refused', async () => {
    const payment = aPayment()
    clock.advance(3 * 60_000)
    assert.equal(short(await pay(payment)), '40004 ACQ.PAYMENT_AUTH_CODE_INVALID')
  })

  test('over a thousand yuan wants the password, which the driver types on the phone', async () => {
    const payment = aPayment({ total_amount: '1000.01' })
    assert.equal(short(await pay(payment)), '10003')
    assert.equal(short(await pay(payment)), '10003', 'the same once more waits for the same')
    assert.equal(
      short(await pay({ ...payment, auth_code: simulator.control.payCodeOf('driver-1') })),
      '40004 ACQ.CONTEXT_INCONSISTENT',
    )
    const { url } = simulator
    const asked = (await (await fetch(`${url}/wallet/asked?x-wallet-user=driver-1`)).json()) as {
      sheet: { tradeNo: string; amountFen: number }
    }
    assert.equal(asked.sheet.amountFen, 100_001)
    const body = JSON.stringify({ tradeNo: asked.sheet.tradeNo, user: 'driver-1' })
    assert.deepEqual(await (await fetch(`${url}/wallet/pay`, { method: 'POST', body })).json(), { result: '9000' })
    assert.equal(await query(payment), 'TRADE_SUCCESS')
    assert.deepEqual(await (await fetch(`${url}/wallet/asked?x-wallet-user=driver-1`)).json(), { sheet: null })
  })
})

describe('on purpose', () => {
  test('pay-waits-then-paid: 10003, then paid at the very moment, and told', async () => {
    fault('pay-waits-then-paid', { ms: 7_000 })
    const payment = aPayment()
    assert.equal(short(await pay(payment)), '10003')
    clock.advance(6_999)
    assert.equal(await query(payment), 'WAIT_BUYER_PAY')
    clock.advance(1)
    assert.equal(await query(payment), 'TRADE_SUCCESS')
    await until(() => shop.heard.some((form) => form.out_trade_no === payment.out_trade_no), 'the notification')
  })

  test('pay-waits-then-fails: 10003, then closed', async () => {
    fault('pay-waits-then-fails', { ms: 7_000 })
    const payment = aPayment()
    assert.equal(short(await pay(payment)), '10003')
    clock.advance(7_000)
    assert.equal(await query(payment), 'TRADE_CLOSED')
  })

  test('pay-waits: 10003 and nothing more; a cancel ends it, on the second try where cancel-again is asked for', async () => {
    fault('pay-waits')
    fault('cancel-again')
    const payment = aPayment()
    assert.equal(short(await pay(payment)), '10003')
    clock.advance(60_000)
    const cancel = () => said('alipay.trade.cancel', { out_trade_no: payment.out_trade_no })
    const first = await cancel()
    assert.deepEqual([first.retry_flag, first.action], ['Y', undefined])
    assert.equal(await query(payment), 'WAIT_BUYER_PAY')
    const second = await cancel()
    assert.deepEqual([second.retry_flag, second.action], ['N', 'close'])
    assert.equal(short(await pay(payment)), '40004 ACQ.TRADE_HAS_CLOSE')
  })

  test('pay-waits: nobody types, and the order dies in its own time', async () => {
    fault('pay-waits')
    const payment = aPayment({ timeout_express: '2m' })
    assert.equal(short(await pay(payment)), '10003')
    clock.advance(2 * 60_000)
    assert.equal(await query(payment), 'TRADE_CLOSED')
  })

  test('pay-no-money: refused, no trade, and the code is spent', async () => {
    fault('pay-no-money')
    const payment = aPayment()
    assert.equal(short(await pay(payment)), '40004 ACQ.BUYER_BALANCE_NOT_ENOUGH')
    assert.equal(
      short(await said('alipay.trade.query', { out_trade_no: payment.out_trade_no })),
      '40004 ACQ.TRADE_NOT_EXIST',
    )
    assert.equal(short(await pay(payment)), '40004 ACQ.PAYMENT_AUTH_CODE_INVALID')
  })

  test('answer-20000: the money is taken and nobody says so', async () => {
    fault('answer-20000', { method: 'alipay.trade.pay' })
    const payment = aPayment()
    assert.equal(short(await pay(payment)), '20000 isp.unknow-error')
    assert.equal(await query(payment), 'TRADE_SUCCESS')
    const cancelled = await said('alipay.trade.cancel', { out_trade_no: payment.out_trade_no })
    assert.equal(cancelled.action, 'refund')
  })

  test('refund-unseen: the money went back and the answer does not say so, the query does', async () => {
    fault('refund-unseen')
    const payment = aPayment()
    await pay(payment)
    const refund = { out_trade_no: payment.out_trade_no, out_request_no: 'r1', refund_amount: '4.00' }
    assert.equal((await said('alipay.trade.refund', refund)).fund_change, 'N')
    assert.equal((await said('alipay.trade.fastpay.refund.query', refund)).refund_status, 'REFUND_SUCCESS')
  })
})

test('a driver who was asked for the password is still asked after a restart', async (t) => {
  const options = { dir: folder(t), port: 0, clock }
  const first = await startAlipaySimulator(options)
  first.control.fault({ kind: 'pay-waits-then-paid', times: 1, ms: 5_000 })
  const biz = aPayment({ auth_code: first.control.payCodeOf('driver-1') })
  const waiting = await callByHand(first.settings, { method: 'alipay.trade.pay', biz, now: clock.now() })
  await first.close()
  assert.equal(waiting.code, '10003')
  const second = await startAlipaySimulator(options)
  t.after(() => second.close())
  const ask = { method: 'alipay.trade.query', biz: { out_trade_no: biz.out_trade_no } }
  assert.equal((await callByHand(second.settings, { ...ask, now: clock.now() })).trade_status, 'WAIT_BUYER_PAY')
  clock.advance(5_000)
  assert.equal((await callByHand(second.settings, { ...ask, now: clock.now() })).trade_status, 'TRADE_SUCCESS')
})

test('the independent client: a pay code, its trade and its end', async (t) => {
  const live = await startAlipaySimulator({
    dir: '',
    durable: false,
    port: 0,
    clock: { now: () => Date.now() as never },
  })
  t.after(() => live.close())
  const sdk = sdkOf(live.settings)
  const bizContent = aPayment({ auth_code: live.control.payCodeOf('driver-1') })
  const paid = await sdk.exec('alipay.trade.pay', { bizContent }, { validateSign: true })
  assert.deepEqual([paid.code, paid.totalAmount], ['10000', '10.00'], JSON.stringify(paid))
  const about = { bizContent: { out_trade_no: bizContent.out_trade_no } }
  const cancelled = await sdk.exec('alipay.trade.cancel', about, { validateSign: true })
  assert.deepEqual([cancelled.action, cancelled.retryFlag], ['refund', 'N'])
})
