import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { BilledChannel, Id, Instant } from '@lanepay/domain/types.ts'
import type { OutlookView } from '../refund/api.ts'
import { screenLimitFen } from '../refund/routes.ts'
import { type Screens, type Somebody, startScreens } from '../refund/screens.testing.ts'
import { aChannel } from '../share/channel.testing.ts'
import { aParty } from '../share/party.testing.ts'
import { minute, startSharing } from '../share/share.testing.ts'
import { secondFactorLastsMs } from '../staff/decide.ts'
import type { PaymentStory } from './api.ts'
import { paymentRoutes } from './routes.ts'

/* One payment as persons read it, and what a refund of it would be: held against what the refund then is. */

let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = {
  now: () => now,
  pass: (ms: number) => {
    now = (now + ms) as Instant
  },
}
let house: Awaited<ReturnType<typeof startSharing>>
let screens: Screens
const anyChannel = (hasReturns: boolean) => aChannel({ hasReturns, now: clock.now })
let made = { wechatpay: anyChannel(true), alipay: anyChannel(false) }
/** Which the routes ask: each test has its own. */
const channels = { wechatpay: made.wechatpay.channel, alipay: made.alipay.channel }
let finance: Somebody
before(async () => {
  house = await startSharing(clock)
  const { database, newId } = house
  screens = await startScreens({ database, clock, newId, houseKey: Buffer.from('the house key of payments') }, [
    paymentRoutes({ database, clock, channels }),
  ])
})
after(async () => {
  await screens.close()
  await house.stop()
})
beforeEach(async () => {
  made = { wechatpay: anyChannel(true), alipay: anyChannel(false) }
  Object.assign(channels, { wechatpay: made.wechatpay.channel, alipay: made.alipay.channel })
  await house.newLot({ ...channels })
  // Money of other payments, out of which refunds can be given.
  for (const channel of ['wechatpay', 'alipay'] as const) await house.aPayment(channel, 1_000_000)
  finance = await screens.somebody({ role: 'finance', operatorId: '1' })
})
afterEach(() => house.holds())

const numberOfPayment = (id: Id) => numberOf('trade', house.lot, id)
async function paid(channel: BilledChannel, amountFen: number): Promise<Id> {
  const id = await house.aPayment(channel, amountFen)
  made[channel].receive([`42-${id}`, numberOfPayment(id)], amountFen)
  return id
}
const storyOf = (id: Id, person = finance) => person.get(`/api/operator/payments/${numberOfPayment(id)}`)
const outlook = async (id: Id, amountFen?: number, person = finance): Promise<OutlookView> => {
  const words = amountFen === undefined ? '' : `?amountFen=${amountFen}`
  const { status, json } = await person.get(`/api/operator/payments/${numberOfPayment(id)}/refund-outlook${words}`)
  assert.equal(status, 200, JSON.stringify(json))
  return json
}

describe('one payment', () => {
  test('is told whole: quote line by line, clearing, gate, shares, refunds, returns and every entry of the ledger', async () => {
    await house.aRule('wechatpay', aParty())
    const id = await paid('wechatpay', 10_000)
    const quote = house.newId()
    const line = { kind: 'time', text: { 'zh-CN': '2 小时', en: '2 h' }, amountFen: 10_000 }
    await house.rows(
      `insert into quote (bucket, lot_id, id, session_id, driver, plate, price_fen, paid_before_fen, owed_fen, lines, leave_minutes,
                          quoted_at, expires_at, payment_id)
       select bucket, lot_id, $2, session_id, driver, plate, amount_fen, 0, amount_fen, $3, 15, created_at, expires_at, id
         from payment where lot_id = $1 and id = $4`,
      ...[quote, JSON.stringify([line]), id],
    )
    await house.rows(
      'update payment set quote_id = $2, lane_id = 2, occupancy = 77 where lot_id = $1 and id = $3',
      ...[quote, id],
    )
    await house.rows(
      `insert into gate_opening (bucket, lot_id, epoch, seq, lane_id, at, occupancy, cause_kind, cause_id, silent)
       values (3, $1, 1, 1, 2, $2, 77, 'clearance', $3, false)`,
      ...[new Date(now), id],
    )
    await house.works(10)
    await house.refund(id, 4_000)
    await house.works(10)
    const story: PaymentStory = (await storyOf(id)).json
    assert.deepEqual(
      [story.state, story.amountFen, story.refundedFen, story.plate, story.channelNumber],
      ['partly-refunded', 10_000, 4_000, '粤B12345', `42-${id}`],
    )
    assert.deepEqual(story.quote?.lines, [line])
    assert.deepEqual(story.gates, [{ lane: 2, at: story.gates[0]!.at, cause: 'clearance', silent: false }])
    assert.equal(story.clearance?.leaveBy, story.paidAt! + 15 * minute)
    assert.deepEqual(
      [story.shares, story.returns].map((all) => all.map(({ party, amountFen, state }) => [party, amountFen, state])),
      [[['2001', 994, 'done']], [['2001', 397, 'done']]],
    )
    assert.deepEqual(
      story.refunds.map(({ amountFen, state, askedBy, reason }) => [amountFen, state, askedBy, reason]),
      [[4_000, 'done', '张经理', '多收了']],
    )
    // What the two workers post at one instant has no order.
    const causes = new Set(story.entries.map(({ cause }) => cause))
    assert.deepEqual(
      causes,
      new Set(['payment-paid', 'share-owed', 'share-paid', 'refund-asked', 'share-taken-back', 'refund-done']),
    )
    assert.equal(
      story.entries.reduce((sum, { amountFen }) => sum + amountFen, 0),
      0,
    )
  })

  const readers: [string, Parameters<Screens['somebody']>[0], number, string | null | undefined][] = [
    ['its manager', { role: 'manager', operatorId: '1' }, 200, '粤B12345'],
    ['who sees no plates', { role: 'platform-finance' }, 200, null],
    ['who sees other lots only', { role: 'finance', operatorId: '1', lots: [{ lot: 9_999 }] }, 404, undefined],
  ]
  for (const [who, told, status, plate] of readers)
    test(`is read by ${who}: ${status}`, async () => {
      const id = await paid('wechatpay', 500)
      const side = told.role === 'platform-finance' ? '/api/platform/operators/1' : '/api/operator'
      const answer = await (await screens.somebody(told)).get(`${side}/payments/${numberOfPayment(id)}`)
      assert.deepEqual([answer.status, answer.json.plate], [status, plate])
    })
  test('that is nowhere is not found, and no number that is none', async () => {
    assert.equal((await storyOf(house.newId())).status, 404)
    assert.equal((await finance.get('/api/operator/payments/123')).status, 400)
  })
})

describe('what a refund would be', () => {
  const cases: [string, BilledChannel, readonly number[], OutlookView['partners'][number]['way']][] = [
    ['the channel takes shares back by a call', 'wechatpay', [4_000, 1, 3_333, 2_666], 'call'],
    ['the refund itself takes them back', 'alipay', [1, 9_999], 'refund'],
  ]
  for (const [what, channel, amounts, way] of cases)
    test(`where ${what} is what it then is, fen for fen, refund after refund: ${amounts.join(', ')}`, async () => {
      await house.aRule(channel, aParty({ takes: { basisPoints: 1_500 } }))
      const id = await paid(channel, 10_000)
      assert.equal((await outlook(id)).sharesLater, true)
      await house.works(10)
      for (const amountFen of amounts) {
        const before = [await house.owed('operator-payable'), await house.owed('platform-fee', '0')]
        const returnsBefore = await house.returnsOf(id)
        const said = await outlook(id, amountFen)
        assert.deepEqual([said.refusal, said.amountFen, said.sharesLater], [null, amountFen, false])
        await house.refund(id, amountFen)
        await house.works(10)
        const back = (await house.returnsOf(id)).slice(returnsBefore.length)
        assert.deepEqual(
          said.partners,
          back.map((one) => ({ party: one.party, amountFen: one.amount_fen, way: one.way })),
        )
        for (const one of said.partners) assert.equal(one.way, way)
        const fromPartners = said.partners.reduce((sum, one) => sum + one.amountFen, 0)
        const after = [await house.owed('operator-payable'), await house.owed('platform-fee', '0')]
        assert.deepEqual(after, [before[0]! - said.operatorFen + fromPartners, before[1]! - said.platformFeeFen])
      }
      assert.deepEqual([(await outlook(id)).leftFen, (await outlook(id)).refusal], [0, 'more-than-left'])
    })

  test('is carried by the operator where the rule says so, and that is said', async () => {
    await house.aRule('wechatpay', aParty({ onRefund: 'operator' }))
    const id = await paid('wechatpay', 10_000)
    await house.works(10)
    assert.deepEqual((await outlook(id, 5_000)).partners, [{ party: '2001', amountFen: 497, way: 'none' }])
  })

  test('says whether a second factor is asked for, with what was given back before', async () => {
    const id = await paid('wechatpay', 50_000)
    assert.deepEqual([(await outlook(id, screenLimitFen)).secondFactor, screenLimitFen], ['not-needed', 20_000])
    assert.equal((await outlook(id, screenLimitFen + 1)).secondFactor, 'shown')
    await house.refund(id, 1)
    clock.pass(secondFactorLastsMs)
    assert.equal((await outlook(id, screenLimitFen)).secondFactor, 'needed')
  })

  test('says why there would be none', async () => {
    const unpaid = await house.aPayment('wechatpay', 1_000, { unpaid: true })
    assert.equal((await outlook(unpaid)).refusal, 'not-paid')
    const id = await paid('wechatpay', 1_000)
    assert.equal((await outlook(id, 1_001)).refusal, 'more-than-left')
  })

  test('is not for who may give nothing back', async () => {
    const id = await paid('wechatpay', 1_000)
    const reader = await screens.somebody({ role: 'read-only', operatorId: '1' })
    assert.equal((await reader.get(`/api/operator/payments/${numberOfPayment(id)}/refund-outlook`)).code, 'not-allowed')
  })
})
