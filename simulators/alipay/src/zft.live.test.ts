import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type AlipayChannel, alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import { anOrder, appId } from '@lanepay/channels/alipay/fixtures.ts'
import { readHeard } from '@lanepay/channels/alipay/notification.ts'
import { anApplication, aPhotograph } from '@lanepay/channels/application-fixtures.ts'
import type { Application, Applications } from '@lanepay/channels/applications.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, startAlipaySimulator } from './simulator.ts'

/* A second-tier merchant on its way in, as the adapter sees it (alipay.md 13.1). */

const minute = 60_000
const clock = new SimulatedClock()
const value = <T>(result: Result<T, unknown>): T => {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

let simulator: AlipaySimulator
let channel: AlipayChannel
let lanepay: Applications
before(async () => {
  simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  channel = alipayChannel(simulator.settings, { clock })
  lanepay = channel.applications!
})
after(() => simulator.close())
beforeEach(() => clock.advance(minute))
afterEach(() => simulator.control.clearFaults())

let count = 0
const fresh = async (told: Parameters<typeof anApplication>[1] = {}) =>
  anApplication(value(await lanepay.upload(aPhotograph)), { applicationNumber: `7${++count}`, ...told })
const stateOf = async ({ applicationNumber }: Application) => value(await lanepay.query(applicationNumber))
/** Taken on, whoever reviews it. */
async function live(): Promise<string> {
  const application = await fresh()
  value(await lanepay.send(application))
  const state = await stateOf(application)
  assert.ok(state.state === 'to-sign')
  assert.equal((await fetch(state.url, { method: 'POST' })).status, 200)
  assert.equal((await stateOf(application)).state, 'reviewing')
  clock.advance(minute)
  const done = await stateOf(application)
  assert.ok(done.state === 'live' && done.merchant.smid)
  return done.merchant.smid
}

test('it is confirmed, reviewed, live, and money is received for it: for nobody else', async () => {
  const smid = await live()
  const now = clock.now()
  const order = anOrder({
    ...{ payer: simulator.control.identityOf('driver-1'), createdAt: now, expiresAt: (now + 5 * minute) as Instant },
    tradeNumber: '10010000007000000000000000123457',
  })
  value(await channel.create({ smid }, order))
  const stranger = await channel.create(
    { smid: '2088000000000099' },
    { ...order, tradeNumber: '10010000007000000000000000123458' },
  )
  assert.ok(!stranger.ok && stranger.error.kind === 'refused')
  assert.equal(stranger.error.code, 'ACQ.SECONDARY_MERCHANT_ID_INVALID')
  simulator.control.pay(order.tradeNumber)
  const paid = value(await channel.query({ smid }, order.tradeNumber))
  assert.ok(paid.state === 'paid' && paid.paid.accountKey === channel.accountKey({ smid }))
})

describe('an application', () => {
  test('of nobody is unknown', async () => assert.deepEqual(value(await lanepay.query('nobody')), { state: 'unknown' }))

  test('taken on without an answer is found by our number, and the same again is the same one', async () => {
    const application = await fresh()
    simulator.control.fault({ kind: 'answer-20000', times: 1, method: 'ant.merchant.expand.indirect.zft.create' })
    const sent = await lanepay.send(application)
    assert.equal(!sent.ok && sent.error.kind, 'unclear')
    const { state } = await stateOf(application)
    assert.equal(state, 'to-sign')
    const first = value(await lanepay.send(application))
    assert.deepEqual(value(await lanepay.send(application)), first)
    const other = await lanepay.send({ ...application, business: { ...application.business, shortName: '别名' } })
    assert.equal(!other.ok && other.error.kind, 'to-mend')
  })

  test('rejected it says why, and goes on under the same number', async () => {
    const application = await fresh()
    value(await lanepay.send(application))
    simulator.control.rejectApplication(application.applicationNumber, 'legal_cert_front_image 不清晰')
    const returned = await stateOf(application)
    assert.ok(returned.state === 'returned')
    assert.deepEqual(
      returned.toMend.map(({ field }) => field),
      ['legalPerson.idFront'],
    )
    value(await lanepay.send(application))
    assert.equal((await stateOf(application)).state, 'to-sign')
  })

  const wrong: readonly (readonly [field: string, told: Parameters<typeof anApplication>[1]])[] = [
    ['legalPerson.idNumber', { legalPerson: { idNumber: '110101199003074291' } }],
    ['business.licenceNumber', { business: { licenceNumber: '123' } }],
    ['contact.phone', { contact: { phone: '123' } }],
    ['card.number', { card: { number: '12' } }],
    ['card.holder', { card: { holder: '别的公司' } }],
    ['lot.areaCode', { lot: { areaCode: 'abc' } }],
  ]
  for (const [field, told] of wrong)
    test(`is refused at ${field}`, async () => {
      const refused = await lanepay.send(await fresh(told))
      assert.ok(!refused.ok && refused.error.kind === 'to-mend', JSON.stringify(refused))
      assert.deepEqual(
        refused.error.toMend.map((one) => one.field),
        [field],
      )
    })

  test('whose papers are gone asks for them anew; a picture that is none is refused', async () => {
    const refused = await lanepay.send(anApplication('nothing.jpg', { applicationNumber: '8' }))
    assert.deepEqual(!refused.ok && refused.error, { kind: 'papers-lost' })
    const picture = await lanepay.upload({ type: 'image/png', bytes: aPhotograph.bytes })
    assert.equal(!picture.ok && picture.error.kind, 'to-mend')
  })
})

test('another settlement card is taken, or refused with why, and the end of the one that holds is told', async () => {
  const smid = await live()
  const { card } = anApplication('p')
  assert.equal(value(await lanepay.cardIs({ smid })).ending, '2345')
  const { changeNo } = value(await lanepay.changeCard({ smid }, { ...card, number: '4000023009200177777' }))
  assert.deepEqual(value(await lanepay.queryCard({ smid }, changeNo)), { state: 'pending' })
  clock.advance(minute)
  assert.deepEqual(value(await lanepay.queryCard({ smid }, changeNo)), { state: 'done' })
  assert.equal(value(await lanepay.cardIs({ smid })).ending, '7777')
  const bad = value(await lanepay.changeCard({ smid }, { ...card, number: '4000023009200100000' }))
  const told = value(await lanepay.queryCard({ smid }, bad.changeNo))
  const others = await lanepay.changeCard({ smid }, { ...card, holder: '别的公司' })
  assert.ok(!others.ok && others.error.kind === 'to-mend' && others.error.toMend[0]?.field === 'card.holder')
  assert.ok(told.state === 'refused' && told.why.includes('银行卡'))
  assert.equal(value(await lanepay.cardIs({ smid })).ending, '7777')
})

test('a message of the application gateway says which application to ask about', () => {
  const message = (msg_method: string) =>
    readHeard(
      { appId },
      { app_id: appId, notify_id: '1', msg_method, biz_content: JSON.stringify({ order_id: '2', external_id: '71' }) },
    )
  const heard = message('ant.merchant.expand.indirect.zft.passed')
  assert.ok(heard.ok && heard.value.kind === 'other')
  assert.deepEqual(heard.value.application, { applicationNumber: '71' })
  const other = message('alipay.fund.trans.order.changed')
  assert.ok(other.ok && other.value.kind === 'other' && other.value.application === undefined)
})
