import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { Rsa, type Wechatpay } from 'wechatpay-axios-plugin'
import {
  callsOf,
  envelopeIn,
  type Heard,
  type Json,
  type Merchant,
  merchant,
  newNumber,
  openCertificates,
  orderBody,
  type PlatformKeys,
  placeOf,
  plaintextOf,
  sdkOf,
  until,
  verifies,
} from './fixtures.ts'
import { startWechatPaySimulator, type Verification, type WechatPaySimulator } from './simulator.ts'

/* The independent SDK on the other end: it signs the requests, verifies the answers, and opens the notifications. */

const second = 1_000
/** The keys a merchant of this kind of account holds: given to it, or downloaded. */
async function keysOf(simulator: WechatPaySimulator, clock: SimulatedClock): Promise<PlatformKeys> {
  const { publicKey, certificates } = simulator.settings
  const given = publicKey ? { [publicKey.id]: publicKey.pem } : {}
  if (!certificates) return given
  const { body } = await callsOf(simulator, clock).get('/v3/certificates')
  return { ...given, ...openCertificates(simulator.settings, body) }
}
type Refusal = { readonly response?: { readonly status: number; readonly data: Json }; readonly code?: string }
/** What the SDK throws. */
const refusal = async (asked: PromiseLike<unknown>): Promise<Refusal> => {
  try {
    await asked
  } catch (error) {
    return error as Refusal
  }
  throw new Error('it was not refused')
}

for (const mode of ['direct', 'partner'] as const)
  for (const verification of ['public-key', 'certificate'] as const)
    describe(`wechatpay-axios-plugin, ${mode}, an account with ${verification}`, () => {
      const clock = new SimulatedClock()
      let simulator: WechatPaySimulator
      let shop: Merchant
      let keys: PlatformKeys
      let sdk: Wechatpay
      let root = ''
      let params: Record<string, string> = {}
      let whoBody: Json = {}
      let sub: Json = {}

      before(async () => {
        shop = await merchant()
        simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode, verification })
        keys = await keysOf(simulator, clock)
        sdk = sdkOf(simulator.settings, keys)
        const place = placeOf(simulator)
        root = place.root.slice(1)
        params = Object.fromEntries(new URLSearchParams(place.who))
        whoBody = place.whoBody
        sub = mode === 'partner' ? { sub_mchid: simulator.subMchid } : {}
      })
      after(async () => {
        shop.close()
        await simulator.close()
      })

      const create = (number: string, changes: Json = {}) =>
        sdk
          .chain(`${root}/jsapi`)
          .post(orderBody(simulator, { out_trade_no: number, notify_url: shop.url, attach: 'lot=1', ...changes }))
      const query = async (number: string) =>
        (await sdk.chain(`${root}/out-trade-no/{number}`).get({ params, number })).data as Json
      const close = (number: string) => sdk.chain(`${root}/out-trade-no/{number}/close`).post(whoBody, { number })
      const heardNext = async (what: string): Promise<Heard> => {
        await until(() => shop.heard.length > 0, what)
        return shop.heard.shift()!
      }

      test('order, query, payment, query by both numbers, notification', async () => {
        const number = newNumber()
        const { data } = await create(number)
        assert.match(String(data.prepay_id), /^wx\d{14}[0-9a-f]{20}$/)
        const open = await query(number)
        assert.deepEqual([open.trade_state, open.transaction_id], ['NOTPAY', undefined])

        simulator.control.pay(number)
        const paid = await query(number)
        assert.equal(paid.trade_state, 'SUCCESS')
        assert.match(String(paid.transaction_id), /^42\d{26}$/)
        assert.equal(paid.attach, 'lot=1')
        const amount = { total: 1000, payer_total: 1000, currency: 'CNY', payer_currency: 'CNY' }
        assert.deepEqual(paid.amount, amount)
        const { data: same } = await sdk
          .chain(`${root}/id/{transaction}`)
          .get({ params, transaction: String(paid.transaction_id) })
        assert.deepEqual(same, paid)

        const heard = await heardNext('the notification of the payment')
        assert.equal(verifies(keys, heard), true)
        assert.equal(verifies(keys, { ...heard, body: heard.body.replace('TRANSACTION', 'transaction') }), false)
        const envelope = envelopeIn(heard)
        assert.deepEqual(
          [envelope.event_type, envelope.resource_type, envelope.resource.original_type, envelope.resource.algorithm],
          ['TRANSACTION.SUCCESS', 'encrypt-resource', 'transaction', 'AEAD_AES_256_GCM'],
        )
        assert.match(envelope.id, /^.{36}$/)
        assert.deepEqual(plaintextOf(simulator.settings, heard), paid, 'it says what the query says')
      })

      test('refund in two parts, refund query, notifications', async () => {
        const number = newNumber()
        await create(number)
        simulator.control.pay(number)
        await heardNext('the notification of the payment')
        const refund = (out_refund_no: string, fen: number) =>
          sdk.chain('v3/refund/domestic/refunds').post<Json>({
            ...sub,
            out_trade_no: number,
            out_refund_no,
            reason: '重复支付',
            notify_url: shop.url,
            amount: { refund: fen, total: 1000, currency: 'CNY' },
          })
        const r1 = `${number}a`
        const { data: first } = await refund(r1, 300)
        assert.deepEqual([first.status, first.out_refund_no], ['PROCESSING', r1])
        assert.equal((await refund(r1, 300)).data.refund_id, first.refund_id, 'the same number is the same refund')
        clock.advance(2 * second)
        const { data: done } = await sdk.chain('v3/refund/domestic/refunds/{number}').get({ params: sub, number: r1 })
        assert.deepEqual([done.status, done.amount.refund], ['SUCCESS', 300])
        assert.match(done.success_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)

        const heard = await heardNext('the notification of the refund')
        assert.equal(verifies(keys, heard), true)
        assert.equal(envelopeIn(heard).event_type, 'REFUND.SUCCESS')
        assert.equal(envelopeIn(heard).resource.original_type, 'refund')
        const said = plaintextOf(simulator.settings, heard)
        assert.deepEqual([said.refund_status, said.out_refund_no, said.refund_id], ['SUCCESS', r1, first.refund_id])
        assert.deepEqual(said.amount, { total: 1000, refund: 300, payer_total: 1000, payer_refund: 300 })
        assert.equal('status' in said, false, 'its name is refund_status here')

        await refund(`${number}b`, 700)
        assert.equal((await query(number)).trade_state, 'REFUND')
        const { response } = await refusal(refund(`${number}c`, 1))
        assert.deepEqual([response?.status, response?.data.code], [400, 'INVALID_REQUEST'])
      })

      test('close answers 204, also again; a closed number is spent', async () => {
        const number = newNumber()
        await create(number)
        assert.equal((await close(number)).status, 204)
        assert.equal((await close(number)).status, 204)
        assert.equal((await query(number)).trade_state, 'CLOSED')
        const { response } = await refusal(create(number))
        assert.deepEqual([response?.status, response?.data.code], [400, 'ORDER_CLOSED'])
      })

      test('a sensitive field goes there and back', async () => {
        const text = '张三 6225760000000000'
        const [serial = ''] = Object.keys(keys)
        const encrypted = Rsa.encrypt(text, Rsa.from(keys[serial]!, 'public'))
        const { data } = await sdk
          .chain('v3/security/echo')
          .post(
            { echo_message: 'hello', encrypted_echo_message: encrypted },
            { headers: { 'Wechatpay-Serial': serial } },
          )
        assert.equal(data.echo_message, 'hello')
        const back = Rsa.decrypt(
          data.encrypted_echo_message,
          Rsa.from(simulator.settings.merchantPrivateKey, 'private'),
        )
        assert.equal(back, text)
      })

      test('answer-wrong-signature and answer-probe: the SDK refuses the answer', async () => {
        const number = newNumber()
        await create(number)
        for (const kind of ['answer-wrong-signature', 'answer-probe'] as const) {
          simulator.control.fault({ kind, times: 1 })
          assert.equal((await refusal(query(number))).code, 'EV3_RES_HEADER_SIGNATURE_DIGEST')
        }
        assert.equal((await query(number)).trade_state, 'NOTPAY')
      })
    })

describe('the change-over from certificates to the public key', () => {
  test('answers follow the serial that was sent, notifications come by both', async (t) => {
    const clock = new SimulatedClock()
    const shop = await merchant()
    t.after(() => shop.close())
    const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, verification: 'both' })
    t.after(() => simulator.close())
    const keys = await keysOf(simulator, clock)
    const serials = Object.keys(keys)
    assert.equal(serials.length, 2)
    const sdk = sdkOf(simulator.settings, keys)
    for (const serial of serials) {
      const headers = { 'Wechatpay-Serial': serial }
      const answer = await sdk
        .chain('v3/pay/transactions/jsapi')
        .post(orderBody(simulator, { notify_url: shop.url }), { headers })
      assert.equal(answer.headers['wechatpay-serial'], serial)
    }
    const { headers } = await sdk.chain('v3/certificates').get()
    assert.doesNotMatch(headers['wechatpay-serial'], /^PUB_KEY_ID_/, 'nothing sent: by the older kind')

    for (const { tradeNumber } of simulator.control.orders()) simulator.control.pay(tradeNumber)
    await until(() => shop.heard.length === 2, 'both notifications')
    assert.deepEqual(new Set(shop.heard.map((heard) => heard.headers['wechatpay-serial'])), new Set(serials))
    assert.ok(shop.heard.every((heard) => verifies(keys, heard)))
  })

  const afterwards: [Verification, RegExp][] = [
    ['certificate', /^[0-9A-F]{40}$/],
    ['public-key', /^PUB_KEY_ID_\d+$/],
  ]
  for (const [verification, serial] of afterwards)
    test(`an account with only ${verification} signs with that, and refuses the other kind's serial`, async (t) => {
      const clock = new SimulatedClock()
      const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
      t.after(() => simulator.close())
      const all = await keysOf(simulator, clock)
      simulator.control.setVerification(verification)
      const sdk = sdkOf(simulator.settings, all)
      const create = (headers: Record<string, string> = {}) =>
        sdk.chain('v3/pay/transactions/jsapi').post(orderBody(simulator), { headers })
      assert.match((await create()).headers['wechatpay-serial'], serial)
      const other = Object.keys(all).find((one) => !serial.test(one)) ?? ''
      const { response } = await refusal(create({ 'Wechatpay-Serial': other }))
      assert.deepEqual([response?.status, response?.data.code], [400, 'PARAM_ERROR'])
    })
})

test('after a rotation the new certificate signs, and a fresh download brings both', async (t) => {
  const clock = new SimulatedClock()
  const options = { dir: '', port: 0, clock, durable: false, verification: 'certificate' } as const
  const simulator = await startWechatPaySimulator(options)
  t.after(() => simulator.close())
  const old = await keysOf(simulator, clock)
  const serial = await simulator.control.rotateCertificate()
  const list = (keys: PlatformKeys) => sdkOf(simulator.settings, keys).chain('v3/certificates').get()
  assert.equal((await refusal(list(old))).code, 'EV3_RES_HEADER_PLATFORM_SERIAL')
  const fresh = await keysOf(simulator, clock)
  assert.deepEqual(Object.keys(fresh).sort(), [...Object.keys(old), serial].sort())
  const { data, headers } = await list(fresh)
  assert.equal(headers['wechatpay-serial'], serial)
  assert.equal(data.data.length, 2)
})

test('an account with only the public key has no certificates to download', async (t) => {
  const clock = new SimulatedClock()
  const options = { dir: '', port: 0, clock, durable: false, verification: 'public-key' } as const
  const simulator = await startWechatPaySimulator(options)
  t.after(() => simulator.close())
  const sdk = sdkOf(simulator.settings, await keysOf(simulator, clock))
  const { response } = await refusal(sdk.chain('v3/certificates').get())
  assert.deepEqual([response?.status, response?.data.code], [404, 'RESOURCE_NOT_EXISTS'])
})

test('a transfer: given, asked about by both numbers, taken, taken back, notified', async (t) => {
  const clock = new SimulatedClock()
  const shop = await merchant()
  t.after(() => shop.close())
  const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
  t.after(() => simulator.close())
  const { settings, control } = simulator
  const keys = await keysOf(simulator, clock)
  const sdk = sdkOf(settings, keys)
  const earned = newNumber()
  await callsOf(simulator, clock).create({ out_trade_no: earned })
  control.pay(earned)

  const root = 'v3/fund-app/mch-transfer/transfer-bills'
  const openid = control.openidOf('driver-1')
  const give = async (out_bill_no: string, changes: Json = {}) => {
    const [serial = ''] = Object.keys(keys)
    const user_name = Rsa.encrypt('张三', Rsa.from(keys[serial]!, 'public'))
    const body = {
      appid: settings.appid,
      out_bill_no,
      transfer_scene_id: '1011',
      openid,
      user_name,
      transfer_amount: 120,
      transfer_remark: '停车找零',
      notify_url: shop.url,
      user_recv_perception: '商家赔付',
      transfer_scene_report_infos: [{ info_type: '赔付原因', info_content: '停车找零' }],
      ...changes,
    }
    return (await sdk.chain(root).post<Json>(body, { headers: { 'Wechatpay-Serial': serial } })).data
  }
  const query = async (number: string) => (await sdk.chain(`${root}/out-bill-no/{number}`).get<Json>({ number })).data
  const cancel = (number: string) => sdk.chain(`${root}/out-bill-no/{number}/cancel`).post<Json>(undefined, { number })
  const finished = async (state: string, number: string) => {
    await until(() => shop.heard.length > 0, `the notification of ${number}`)
    const heard = shop.heard.shift()!
    assert.equal(verifies(keys, heard), true)
    const { event_type, resource } = envelopeIn(heard)
    assert.deepEqual([event_type, resource.original_type], ['MCHTRANSFER.BILL.FINISHED', 'mch_payment'])
    const said = plaintextOf(settings, heard)
    assert.deepEqual(
      [said.out_bill_no, said.state, said.mch_id, said.transfer_amount, said.openid],
      [number, state, settings.mchid, 120, openid],
    )
    const { transfer_bill_no, update_time } = await query(number)
    assert.deepEqual([said.transfer_bill_no, said.update_time], [transfer_bill_no, update_time])
  }

  const number = newNumber()
  assert.deepEqual((await refusal(query(number))).response?.data.code, 'NOT_FOUND')
  const first = await give(number)
  assert.deepEqual([first.out_bill_no, first.state, first.package_info], [number, 'ACCEPTED', undefined])
  clock.advance(second)
  const waits = await give(number)
  assert.deepEqual([waits.state, waits.transfer_bill_no], ['WAIT_USER_CONFIRM', first.transfer_bill_no])
  assert.match(String(waits.package_info), /^[A-Za-z0-9+/]+=*$/)
  const other = (await refusal(give(number, { transfer_amount: 121 }))).response
  assert.deepEqual([other?.status, other?.data.code], [400, 'INVALID_REQUEST'])
  control.takeTransfer(number)
  const taken = await query(number)
  assert.deepEqual([taken.state, taken.transfer_amount, taken.openid], ['SUCCESS', 120, openid])
  const { data: same } = await sdk
    .chain(`${root}/transfer-bill-no/{bill}`)
    .get<Json>({ bill: String(taken.transfer_bill_no) })
  assert.deepEqual(same, taken)
  await finished('SUCCESS', number)
  assert.equal((await refusal(cancel(number))).response?.data.code, 'INVALID_REQUEST')

  const back = newNumber()
  await give(back)
  const { data: canceling } = await cancel(back)
  assert.deepEqual([canceling.out_bill_no, canceling.state], [back, 'CANCELING'])
  clock.advance(second)
  await finished('CANCELLED', back)
})
