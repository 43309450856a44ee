import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawNotification } from '../channel.ts'
import { alipayChannel } from './channel.ts'
import { asNotification, noon, paidNotice, rsa2, sellerId, signNotice, someSettings, stranger } from './fixtures.ts'
import { signedText } from './sign.ts'

const channel = alipayChannel(someSettings(), { clock: { now: () => noon } })
const number = '10010000007000000000000000123456'

/** What was heard in one word, or why it was refused. */
async function verdict(raw: RawNotification): Promise<string> {
  const heard = await channel.readNotification(raw)
  if (!heard.ok) return heard.error.kind
  return heard.value.kind === 'payment' ? heard.value.state.state : heard.value.kind
}

type Told = Readonly<Record<string, string | undefined>>
const said: readonly (readonly [told: Told, verdict: string, why: string])[] = [
  [{}, 'paid', 'the ordinary one'],
  [{ trade_status: 'TRADE_FINISHED' }, 'paid', 'past the time for refunds'],
  [{ trade_status: 'WAIT_BUYER_PAY', gmt_payment: undefined }, 'pending', 'waiting'],
  [
    { trade_status: 'TRADE_CLOSED', gmt_payment: undefined, receipt_amount: undefined, buyer_pay_amount: undefined },
    'closed',
    'never paid',
  ],
  [{ out_biz_no: '20010000007000000000000000123457', refund_fee: '4.00' }, 'refund', 'a refund looks like a success'],
  [{ trade_status: 'TRADE_CLOSED', out_biz_no: '20010000007000000000000000123457' }, 'refund', 'a full one like a no'],
  [{ gmt_refund: '2026-06-01 12:05:00.320' }, 'other', 'given back by another hand'],
  [{ refund_fee: '4.00' }, 'other', 'given back by another hand'],
  [{ notify_type: 'servicemarket_order_notify' }, 'other', 'another subject'],
  [{ notify_type: undefined, msg_method: 'alipay.trade.order.settle.notify' }, 'other', 'another subject'],
  [{ app_id: '2021000122671081' }, 'not-ours', 'for another application'],
  [{ notify_id: undefined }, 'malformed', 'the signed way back of a page is no notification'],
  [{ seller_id: undefined }, 'malformed', 'nobody received it'],
  [{ total_amount: '10' }, 'paid', 'yuan without fen'],
  [{ total_amount: 'ten' }, 'malformed', 'not money'],
  [{ out_trade_no: undefined }, 'malformed', 'about no order'],
  [{ gmt_payment: undefined }, 'malformed', 'paid at no time'],
  [{ charset: 'GBK' }, 'malformed', 'not the charset we ask for'],
  [{ charset: 'UTF-8' }, 'paid', 'the same charset in another spelling'],
  [{ sign_type: 'RSA' }, 'bad-signature', 'the old, weak kind of signature'],
]
for (const [told, expected, why] of said)
  test(`a genuine notification with ${JSON.stringify(told, (_, value) => value ?? null)} is ${expected}: ${why}`, async () =>
    assert.equal(await verdict(asNotification(signNotice(paidNotice(told)))), expected))

test('a payment is heard with everything money hangs on', async () => {
  const heard = await channel.readNotification(asNotification(signNotice(paidNotice())))
  assert.ok(heard.ok && heard.value.kind === 'payment' && heard.value.state.state === 'paid')
  assert.equal(heard.value.notificationId, '2026060100222120031000000000000001')
  assert.equal(heard.value.tradeNumber, number)
  assert.equal(heard.value.state.paid.accountKey, channel.accountKey({ sellerId }))
  assert.equal(heard.value.state.paid.amountFen, 1000)
})

test('money for an operator is reported as theirs: the comparison with our own row is for the caller', async () => {
  const heard = await channel.readNotification(
    asNotification(signNotice(paidNotice({ seller_id: '2088000000000002' }))),
  )
  assert.ok(heard.ok && heard.value.kind === 'payment' && heard.value.state.state === 'paid')
  assert.equal(heard.value.state.paid.accountKey, channel.accountKey({ sellerId: '2088000000000002' }))
})

test('a refund is only a reason to ask: what it says of money is cumulative', async () => {
  const told = { out_biz_no: '20010000007000000000000000123457', refund_fee: '9.00' }
  const heard = await channel.readNotification(asNotification(signNotice(paidNotice(told))))
  assert.deepEqual(heard, {
    ok: true,
    value: {
      kind: 'refund',
      notificationId: '2026060100222120031000000000000001',
      tradeNumber: number,
      refundNumber: '20010000007000000000000000123457',
      state: { state: 'pending', code: 'ASK' },
    },
  })
})

const families: readonly (readonly string[])[] = [
  ['sign', 'sign_type'],
  ['sign'],
  ['sign', 'sign_type', 'alipay_cert_sn'],
  ['sign', 'alipay_cert_sn'],
]
for (const without of families)
  test(`a notification signed without ${without} is believed`, async () => {
    const fields = paidNotice({ alipay_cert_sn: '4538e7d736df316c15435d5f9d3a8a1f' })
    assert.equal(await verdict(asNotification(signNotice(fields, { without }))), 'paid')
  })

test('empty fields are not signed and say nothing', async () => {
  const fields = signNotice(paidNotice())
  assert.equal(await verdict(asNotification({ ...fields, out_biz_no: '', voucher_detail_list: '' })), 'paid')
})

const whole = signNotice(paidNotice())
const forged: readonly (readonly [why: string, raw: RawNotification, verdict: string])[] = [
  ['by a stranger', asNotification(signNotice(paidNotice(), { key: stranger.privateKey })), 'bad-signature'],
  ['with another amount', asNotification({ ...whole, total_amount: '0.01' }), 'bad-signature'],
  ['with a field more', asNotification({ ...whole, body: 'x' }), 'bad-signature'],
  ['with a field less', asNotification({ ...whole, subject: '' }), 'bad-signature'],
  ['without a signature', asNotification({ ...whole, sign: '' }), 'malformed'],
  ['with a signature that is not base64', asNotification({ ...whole, sign: '%%%' }), 'bad-signature'],
  ['with a signature over nothing', asNotification({ ...whole, sign: rsa2('') }), 'bad-signature'],
  ['with its signature spelt with spaces', asNotification({ ...whole, sign: ` ${whole.sign}` }), 'bad-signature'],
  [
    'with a second amount behind the signed one',
    { headers: {}, body: Buffer.from(`${new URLSearchParams(whole)}&total_amount=0.01`) },
    'malformed',
  ],
  ['that is JSON', { headers: {}, body: Buffer.from(JSON.stringify(whole)) }, 'malformed'],
  ['that is empty', { headers: {}, body: new Uint8Array() }, 'malformed'],
]
for (const [why, raw, expected] of forged)
  test(`a notification ${why} is ${expected}`, async () => assert.equal(await verdict(raw), expected))

test('the signed way back from the cashier is no notification, wherever it is posted', async () => {
  const back = {
    app_id: someSettings().appId,
    charset: 'utf-8',
    method: 'alipay.trade.wap.pay.return',
    out_trade_no: number,
    trade_no: '2026060122001400000000000001',
    total_amount: '10.00',
    seller_id: sellerId,
    timestamp: '2026-06-01 12:00:31',
    version: '1.0',
  }
  const signed = { ...back, sign_type: 'RSA2', sign: rsa2(signedText(back)) }
  assert.equal(await verdict(asNotification(signed)), 'malformed')
})

test('the answer is exactly the word that Alipay waits for, or not that word', () => {
  assert.deepEqual(channel.replyTo('accepted'), { status: 200, contentType: 'text/plain', body: 'success' })
  assert.equal(channel.replyTo('refused').body, 'fail')
})
