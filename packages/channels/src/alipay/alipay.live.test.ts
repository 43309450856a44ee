import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import type { Heard, Merchant, Order, RefundOrder } from '../channel.ts'
import { type AlipayChannel, alipayChannel } from './channel.ts'
import { aKeyPair, anOrder, aRefund, bare, noon, stranger } from './fixtures.ts'
import type { KeyEvent } from './keys.ts'
import type { AlipaySettings } from './settings.ts'

/*
 * The adapter against the simulator, which checks what we sign and answers signed, or as badly as it is told to. Both keep
 * the same clock, which stands still unless a test moves it.
 */

let now = noon
const clock = { now: () => now }
const second = 1_000
const minute = 60 * second

let alipay: AlipaySimulator
let channel: AlipayChannel
let events: KeyEvent[]
let ours: Awaited<ReturnType<typeof ourServer>>
let numbers = 100_000

async function start(verify: AlipaySettings['verify']['mode'], identity: AlipaySettings['identity'] = 'user_id') {
  alipay = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock, verify, identity })
  channel = aChannel()
  ours = await ourServer()
}

function aChannel(told: Partial<AlipaySettings> = {}): AlipayChannel {
  events = []
  return alipayChannel({ ...alipay.settings, ...told }, { clock, onKeyEvent: (event) => events.push(event) })
}

/** Where notifications arrive: read by the channel, answered by the channel. */
async function ourServer() {
  const heard: Heard[] = []
  const refused: string[] = []
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const read = await channel.readNotification({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks),
    })
    if (read.ok) heard.push(read.value)
    else refused.push(read.error.kind)
    const { status, contentType, body } = channel.replyTo(read.ok ? 'accepted' : 'refused')
    response.writeHead(status, { 'content-type': contentType }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { heard, refused, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify/alipay`, close }
}

async function stop() {
  now = noon
  await Promise.all([alipay.close(), ours.close()])
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let left = 1_200; !holds(); left--) {
    if (left === 0) throw new Error(`never happened: ${what}`)
    await sleep(25)
  }
}

const order = (told: Partial<Order> = {}): Order =>
  anOrder({
    tradeNumber: `10010000007000000000000000${++numbers}`,
    payer: alipay.control.identityOf('driver-1'),
    createdAt: now,
    expiresAt: (now + 5 * minute) as Instant,
    notifyUrl: ours.url,
    ...told,
  })
const refundOf = ({ tradeNumber }: Order, told: Partial<RefundOrder> = {}): RefundOrder =>
  aRefund({ tradeNumber, refundNumber: `20010000007000000000000000${++numbers}`, ...told })

/** What came of a call in a few words: `paid`, `pending ACQ.X`, `refused! isv.x` where somebody must be alarmed. */
function word(result: { readonly ok: boolean; readonly value?: unknown; readonly error?: unknown }): string {
  const said = (result.ok ? result.value : result.error) as string | Readonly<Record<string, unknown>>
  if (typeof said === 'string') return said
  return [`${said.state ?? said.kind}${said.alarm ? '!' : ''}`, said.code].filter(Boolean).join(' ')
}

async function aPaidOrder(merchant: Merchant = {}): Promise<Order> {
  const paid = order()
  assert.equal(word(await channel.create(merchant, paid)), 'alipay-trade')
  alipay.control.pay(paid.tradeNumber)
  return paid
}

/** What the driver's browser does with `identityUrl`; the code that comes back. */
async function authorise(user: string): Promise<string> {
  const url = channel.identityUrl({}, { redirectUri: 'https://pay.example.com/back?lot=1', state: 'abc123' })
  const answer = await fetch(url, { redirect: 'manual', headers: { 'x-wallet-user': user } })
  const back = new URL(answer.headers.get('location') ?? '')
  assert.equal(back.origin + back.pathname, 'https://pay.example.com/back')
  assert.deepEqual([back.searchParams.get('lot'), back.searchParams.get('state')], ['1', 'abc123'])
  return back.searchParams.get('auth_code') ?? ''
}

after(() => assert.equal(now, noon))

const modes = [
  ['public-key', 'user_id'],
  ['certificate', 'open_id'],
] as const
for (const [mode, identity] of modes)
  describe(`in ${mode} mode, where drivers have a ${identity}`, () => {
    beforeEach(() => start(mode, identity))
    afterEach(stop)

    test('a driver is told from another, once per code', async () => {
      const code = await authorise('driver-7')
      assert.deepEqual(await channel.identify({}, code), { ok: true, value: alipay.control.identityOf('driver-7') })
      assert.notEqual(alipay.control.identityOf('driver-7'), alipay.control.identityOf('driver-1'))
      assert.equal(word(await channel.identify({}, code)), 'stale-code')
      assert.equal(word(await channel.identify({}, 'made-up')), 'stale-code')
    })

    test('an order is made once however often it is asked for, paid once, and heard and asked to the same facts', async () => {
      const asked = order()
      const sheet = await channel.create({}, asked)
      assert.deepEqual(await channel.create({}, asked), sheet)
      assert.ok(sheet.ok && sheet.value.kind === 'alipay-trade')
      assert.equal(sheet.value.tradeNo, alipay.control.trade(asked.tradeNumber).tradeNo)
      assert.equal(word(await channel.query({}, asked.tradeNumber)), 'pending')

      alipay.control.pay(asked.tradeNumber)
      const paid = await channel.query({}, asked.tradeNumber)
      assert.deepEqual(paid, {
        ok: true,
        value: {
          state: 'paid',
          paid: {
            tradeNumber: asked.tradeNumber,
            accountKey: channel.accountKey({}),
            amountFen: 1000,
            currency: 'CNY',
            channelTradeNo: sheet.value.tradeNo,
            paidAt: now,
            payer: asked.payer,
          },
        },
      })
      await until(() => ours.heard.length > 0, 'the notification arrives')
      const [heard] = ours.heard
      assert.ok(heard?.kind === 'payment' && paid.ok)
      assert.deepEqual([heard.tradeNumber, heard.state], [asked.tradeNumber, paid.value])

      assert.equal(word(await channel.create({}, asked)), 'already-paid')
      assert.equal(word(await channel.close({}, asked.tradeNumber)), 'already-paid')
    })

    test('money goes back in parts, each part once, and the payment stays one that was paid', async () => {
      const paid = await aPaidOrder()
      const part = refundOf(paid, { amountFen: fen(400) })
      assert.equal(word(await channel.queryRefund({}, part)), 'pending REFUND_NOT_FOUND')
      const done = { state: 'done', refundNumber: part.refundNumber, amountFen: 400, doneAt: now }
      assert.deepEqual(await channel.refund({}, part), { ok: true, value: done })
      assert.deepEqual(await channel.refund({}, part), { ok: true, value: done })
      assert.deepEqual(await channel.queryRefund({}, part), { ok: true, value: done })
      assert.equal(alipay.control.trade(paid.tradeNumber).refundedFen, 400)

      now = (now + 4 * second) as Instant
      const tooMuch = refundOf(paid, { amountFen: fen(601) })
      assert.equal(word(await channel.refund({}, tooMuch)), 'refused! ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
      assert.equal(
        word(await channel.refund({}, { ...part, amountFen: fen(500) })),
        'refused! ACQ.DISCORDANT_REPEAT_REQUEST',
      )

      const rest = refundOf(paid, { amountFen: fen(600) })
      assert.equal(word(await channel.refund({}, rest)), 'done')
      assert.equal(alipay.control.trade(paid.tradeNumber).status, 'TRADE_CLOSED')
      assert.equal(word(await channel.query({}, paid.tradeNumber)), 'paid')
      assert.equal(word(await channel.refund({}, rest)), 'done')
      assert.equal(word(await channel.refund({}, refundOf(paid))), 'refused! ACQ.TRADE_HAS_CLOSE')
      await until(() => ours.heard.length === 3, 'a payment and two refunds are told')
      assert.deepEqual(
        ours.heard.filter((heard) => heard.kind === 'refund').map((heard) => [heard.refundNumber, heard.state.state]),
        [
          [part.refundNumber, 'pending'],
          [rest.refundNumber, 'pending'],
        ],
      )
    })

    test('an order is closed before it is paid, twice if need be, and dies of time as well', async () => {
      const closed = order()
      await channel.create({}, closed)
      assert.equal(word(await channel.close({}, closed.tradeNumber)), 'closed')
      assert.equal(word(await channel.close({}, closed.tradeNumber)), 'closed')
      assert.equal(word(await channel.query({}, closed.tradeNumber)), 'closed')
      assert.equal(word(await channel.create({}, closed)), 'number-used ACQ.TRADE_HAS_CLOSE')
      assert.equal(word(await channel.refund({}, refundOf(closed))), 'refused! ACQ.TRADE_HAS_CLOSE')

      const expired = order()
      await channel.create({}, expired)
      now = (now + 6 * minute) as Instant
      assert.equal(word(await channel.query({}, expired.tradeNumber)), 'closed')
      assert.equal(word(await channel.close({}, expired.tradeNumber)), 'closed')
    })

    test('a number nobody heard of is said to be unknown', async () => {
      const never = order()
      assert.equal(word(await channel.query({}, never.tradeNumber)), 'unknown-order')
      assert.equal(word(await channel.close({}, never.tradeNumber)), 'refused ACQ.TRADE_NOT_EXIST')
      assert.equal(word(await channel.refund({}, refundOf(never))), 'refused! ACQ.TRADE_NOT_EXIST')
      assert.equal(word(await channel.queryRefund({}, refundOf(never))), 'pending ACQ.TRADE_NOT_EXIST')
    })

    test('the same number with other content, or for another driver, is used up', async () => {
      const asked = order()
      await channel.create({}, asked)
      assert.equal(
        word(await channel.create({}, { ...asked, amountFen: fen(999) })),
        'number-used ACQ.CONTEXT_INCONSISTENT',
      )
      const other = { ...asked, payer: alipay.control.identityOf('driver-2') }
      assert.equal(word(await channel.create({}, other)), 'number-used ACQ.TRADE_BUYER_NOT_MATCH')
    })

    const bad = ['answer-5xx', 'answer-cut', 'answer-wrong-signature', 'answer-second-root'] as const
    for (const kind of bad)
      test(`${kind}: whatever was asked is unclear, and asking again makes it clear without doing it twice`, async () => {
        const paid = await aPaidOrder()
        const asked = order()
        const part = refundOf(paid)
        const calls: readonly (readonly [act: () => Promise<Parameters<typeof word>[0]>, word: string])[] = [
          [() => channel.create({}, asked), 'alipay-trade'],
          [() => channel.query({}, asked.tradeNumber), 'pending'],
          [() => channel.close({}, asked.tradeNumber), 'closed'],
          [() => channel.query({}, paid.tradeNumber), 'paid'],
          [() => channel.refund({}, part), 'done'],
          [() => channel.queryRefund({}, part), 'done'],
        ]
        const code = {
          'answer-5xx': 'HTTP_502',
          'answer-cut': 'NO_ANSWER',
          'answer-wrong-signature': 'UNVERIFIED_ANSWER',
          'answer-second-root': 'MALFORMED_ANSWER',
        }[kind]
        for (const [act, clear] of calls) {
          alipay.control.fault({ kind, times: 1 })
          assert.equal(word(await act()), `unclear ${code}`)
          assert.equal(word(await act()), clear)
        }
        assert.equal(alipay.control.trade(paid.tradeNumber).refundedFen, 400)
        alipay.control.fault({ kind, times: 1 })
        assert.equal(word(await channel.identify({}, await authorise('driver-1'))), `unclear ${code}`)
      })

    test('an answer that takes too long is unclear', async () => {
      const asked = order()
      await channel.create({}, asked)
      alipay.control.fault({ kind: 'answer-slow', times: 1, ms: 3_000 })
      const impatient = aChannel({ answerTimeoutMs: 300 })
      assert.equal(word(await impatient.query({}, asked.tradeNumber)), 'unclear NO_ANSWER')
    })

    test('a system error after the fact is unclear, and asking again tells', async () => {
      const paid = await aPaidOrder()
      const asked = order()
      const part = refundOf(paid)
      alipay.control.fault({ kind: 'error-after-create', times: 1 })
      assert.equal(word(await channel.create({}, asked)), 'unclear ACQ.SYSTEM_ERROR')
      assert.equal(word(await channel.create({}, asked)), 'alipay-trade')
      alipay.control.fault({ kind: 'error-after-close', times: 1 })
      assert.equal(word(await channel.close({}, asked.tradeNumber)), 'unclear ACQ.SYSTEM_ERROR')
      assert.equal(word(await channel.close({}, asked.tradeNumber)), 'closed')
      alipay.control.fault({ kind: 'error-after-refund', times: 1 })
      assert.equal(word(await channel.refund({}, part)), 'unclear ACQ.SYSTEM_ERROR')
      assert.equal(word(await channel.refund({}, part)), 'done')
      assert.equal(alipay.control.trade(paid.tradeNumber).refundedFen, 400)
    })

    test('a seller without money today leaves the refund pending under its number', async () => {
      const part = refundOf(await aPaidOrder())
      alipay.control.fault({ kind: 'refund-no-balance', times: 1 })
      assert.equal(word(await channel.refund({}, part)), 'pending ACQ.SELLER_BALANCE_NOT_ENOUGH')
      assert.equal(word(await channel.refund({}, part)), 'done')
    })

    test('a forged notification is refused and the genuine one heard; doubled or replayed it says the same', async () => {
      alipay.control.fault({ kind: 'notify-forge', times: 1 })
      alipay.control.fault({ kind: 'notify-double', times: 1 })
      const paid = await aPaidOrder()
      await until(() => ours.heard.length === 2, 'it is told twice')
      assert.deepEqual(ours.refused, ['bad-signature'])
      alipay.control.fault({ kind: 'notify-replay', times: 1 })
      const replayed = await aPaidOrder()
      await until(() => ours.heard.length === 4, 'the next is told and replayed')
      const [first, again, next, nextAgain] = ours.heard
      assert.deepEqual([again, nextAgain], [first, next])
      for (const [heard, { tradeNumber }] of [[first, paid] as const, [next, replayed] as const])
        assert.ok(heard?.kind === 'payment' && heard.state.state === 'paid' && heard.tradeNumber === tradeNumber)
      assert.equal(await alipay.control.forge(paid.tradeNumber), '400 fail')
      assert.equal(await alipay.control.renotify(paid.tradeNumber), '200 success')
    })

    test('a pay code of unknown result is cancelled: closed when unpaid, refunded when paid, for good', async () => {
      const unpaid = order()
      await channel.create({}, unpaid)
      assert.equal(word(await channel.cancel({}, unpaid.tradeNumber)), 'closed')
      const paid = await aPaidOrder()
      assert.equal(word(await channel.cancel({}, paid.tradeNumber)), 'refunded')
      assert.equal(word(await channel.cancel({}, paid.tradeNumber)), 'refunded')
      assert.equal(alipay.control.trade(paid.tradeNumber).refundedFen, 1000)
      alipay.control.fault({ kind: 'answer-wrong-signature', times: 1 })
      assert.equal(word(await channel.cancel({}, unpaid.tradeNumber)), 'unclear UNVERIFIED_ANSWER')
      const late = order()
      await channel.create({}, late)
      now = (now + 24 * 60 * minute) as Instant
      assert.equal(word(await channel.cancel({}, late.tradeNumber)), 'refused ACQ.TRADE_CANCEL_TIME_OUT')
    })

    test('a refund whose answer does not say that money moved is asked about, and is done', async () => {
      const paid = await aPaidOrder()
      alipay.control.fault({ kind: 'refund-unseen', times: 1 })
      assert.equal(word(await channel.refund({}, refundOf(paid))), 'done')
      now = (now + 3 * second) as Instant
      alipay.control.fault({ kind: 'answer-20000', times: 1, method: 'alipay.trade.refund' })
      const lost = refundOf(paid)
      assert.equal(word(await channel.refund({}, lost)), 'unclear isp.unknow-error')
      assert.equal(word(await channel.queryRefund({}, lost)), 'done')
      assert.equal(word(await channel.refund({}, lost)), 'done')
      assert.equal(alipay.control.trade(paid.tradeNumber).refundedFen, 800)
    })

    test('an ordinary browser is sent to the cashier, where the trade comes to be when the driver confirms', async () => {
      const asked = order({ place: 'browser', returnUrl: 'https://pay.example.com/back?a=1&b=停车' })
      const sheet = await channel.create({}, asked)
      assert.ok(sheet.ok && sheet.value.kind === 'redirect')
      const page = await fetch(sheet.value.url)
      const html = await page.text()
      assert.equal(page.status, 200)
      assert.match(html, /openAlipaySheet/)
      assert.match(html, /粤B·1\*\*45/)
      assert.equal(word(await channel.query({}, asked.tradeNumber)), 'unknown-order')
      alipay.control.pay(asked.tradeNumber)
      assert.equal(word(await channel.query({}, asked.tradeNumber)), 'paid')
      assert.equal(word(await channel.cancel({}, asked.tradeNumber)), 'refused ACQ.CANCEL_NOT_ALLOWED')
      await until(() => ours.heard.length === 1, 'the notification arrives')
    })

    test('keys that can verify are current', async () => {
      await channel.refreshKeys(now)
      assert.deepEqual(events, [])
    })

    const wrong: readonly (readonly [word: string, why: string, told: () => Partial<AlipaySettings>])[] = [
      ['unclear UNSIGNED_ANSWER', 'no such application', () => ({ appId: '2021000000000000' })],
      ['unclear NOT_SENT', 'nobody listens', () => ({ gateway: 'http://127.0.0.1:1/gateway.do' })],
    ]
    for (const [expected, why, told] of wrong)
      test(`${expected}: ${why}`, async () =>
        assert.equal(word(await aChannel(told()).query({}, order().tradeNumber)), expected))

    test('a clock that is wrong is refused, and looked at', async () => {
      const { tradeNumber } = order()
      const late = alipayChannel(alipay.settings, { clock: { now: () => (now - 60 * minute) as Instant } })
      assert.equal(word(await late.query({}, tradeNumber)), 'refused! isv.invalid-timestamp')
      // An order that was not closed may still be paid, so closing stays worth another try.
      assert.equal(word(await late.close({}, tradeNumber)), 'unclear isv.invalid-timestamp')
    })
  })

describe('on behalf of an operator', () => {
  beforeEach(() => start('public-key'))
  afterEach(stop)

  test('the money is theirs, and so is the book it is in', async () => {
    const { appAuthToken, sellerId } = alipay.control.operator
    const merchant = { appAuthToken, sellerId }
    const paid = await aPaidOrder(merchant)
    const state = await channel.query(merchant, paid.tradeNumber)
    assert.ok(state.ok && state.value.state === 'paid')
    assert.equal(state.value.paid.accountKey, sellerId)
    assert.equal(channel.accountKey(merchant), sellerId)
    await until(() => ours.heard.length === 1, 'the notification arrives')
    assert.ok(ours.heard[0]?.kind === 'payment')
    assert.deepEqual(ours.heard[0].state, state.value)
    assert.equal(word(await channel.query({}, paid.tradeNumber)), 'unknown-order')
    assert.equal(word(await channel.refund(merchant, refundOf(paid))), 'done')
  })

  test('an authorisation that was taken back is refused, and looked at', async () => {
    const merchant = { appAuthToken: 'revoked', sellerId: alipay.control.operator.sellerId }
    assert.equal(word(await channel.create(merchant, order())), 'refused! aop.invalid-app-auth-token')
  })

  test('a token without a PID is refused before anything is signed', async () => {
    const merchant = { appAuthToken: alipay.control.operator.appAuthToken }
    assert.equal(word(await channel.query(merchant, order().tradeNumber)), 'refused! SELLER_ID_MISSING')
    assert.throws(() => channel.accountKey(merchant), RangeError)
  })
})

describe('keys', () => {
  afterEach(stop)

  test('requests signed by another key are refused, and looked at', async () => {
    await start('public-key')
    const other = aChannel({ appPrivateKey: bare(aKeyPair().privateKey) })
    assert.equal(word(await other.query({}, order().tradeNumber)), 'refused! isv.invalid-signature')
  })

  test("with another's public key nothing is believed, though everything is sent", async () => {
    await start('public-key')
    channel = aChannel({ verify: { mode: 'public-key', alipayPublicKey: bare(stranger.publicKey) } })
    const asked = order()
    assert.equal(word(await channel.create({}, asked)), 'unclear UNVERIFIED_ANSWER')
    alipay.control.pay(asked.tradeNumber)
    await until(() => ours.refused.length > 0, 'the notification arrives')
    assert.deepEqual(ours.refused, ['bad-signature'])
  })

  test('an application that is given another kind of identity than configured is refused, and looked at', async () => {
    await start('public-key', 'open_id')
    const code = await authorise('driver-1')
    assert.equal(word(await aChannel({ identity: 'user_id' }).identify({}, code)), 'refused! IDENTITY_MISSING')
  })

  test('JSAPI orders name their program', async () => {
    await start('public-key')
    const asked = order()
    assert.equal(word(await aChannel({ opAppId: alipay.settings.appId }).create({}, asked)), 'alipay-trade')
    assert.equal(alipay.control.trade(asked.tradeNumber).productCode, 'JSAPI_PAY')
  })

  test('when Alipay changes its certificate, the first answer that names the new one brings it', async () => {
    await start('certificate')
    const asked = order()
    await channel.create({}, asked)
    await alipay.control.rotateCertificate()
    assert.equal(word(await channel.query({}, asked.tradeNumber)), 'pending')
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['unknown-certificate', 'certificate-downloaded'],
    )
    assert.equal(word(await channel.query({}, asked.tradeNumber)), 'pending')
    assert.equal(events.length, 2)
  })

  test('so does the first notification', async () => {
    await start('certificate')
    const asked = order()
    await channel.create({}, asked)
    await alipay.control.rotateCertificate()
    alipay.control.pay(asked.tradeNumber)
    await until(() => ours.heard.length + ours.refused.length > 0, 'the notification arrives')
    assert.deepEqual(
      [ours.heard.length, events.map(({ kind }) => kind)],
      [1, ['unknown-certificate', 'certificate-downloaded']],
    )
  })

  test('a download that fails leaves the answer unclear, and is tried again later, not at once', async () => {
    await start('certificate')
    const asked = order()
    await channel.create({}, asked)
    await alipay.control.rotateCertificate()
    const method = 'alipay.open.app.alipaycert.download'
    alipay.control.fault({ kind: 'answer-wrong-signature', times: 1, method })
    assert.equal(word(await channel.query({}, asked.tradeNumber)), 'unclear UNVERIFIED_ANSWER')
    assert.equal(word(await channel.query({}, asked.tradeNumber)), 'unclear UNVERIFIED_ANSWER')
    now = (now + 30 * second) as Instant
    assert.equal(word(await channel.query({}, asked.tradeNumber)), 'pending')
  })

  test('a certificate that has expired verifies nothing: readiness goes, and so does belief', async () => {
    await start('certificate')
    now = (now + 6 * 365 * 24 * 60 * minute) as Instant
    await assert.rejects(channel.refreshKeys(now), /application certificate/)
    assert.equal(word(await channel.query({}, order().tradeNumber)), 'unclear UNVERIFIED_ANSWER')
  })
})
