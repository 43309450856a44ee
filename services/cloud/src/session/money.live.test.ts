import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { EveryLot } from '@lanepay/lot-systems/lot-system.ts'
import { type Screens, startScreens } from '../refund/screens.testing.ts'
import { aChannel } from '../share/channel.testing.ts'
import { aParty } from '../share/party.testing.ts'
import { startSharing } from '../share/share.testing.ts'
import type { StoryView } from './api.ts'
import { sessionRoutes } from './routes.ts'

/* What of a stay's payments went back and what of them is whose, in the stay's own story; and who reads it there. */

let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = {
  now: () => now,
  pass: (ms: number) => {
    now = (now + ms) as Instant
  },
}
const lots = { abilitiesOf: async () => [], isOnline: () => true } as unknown as EveryLot
let house: Awaited<ReturnType<typeof startSharing>>
let screens: Screens
/** A stay that came by lane 2 and paid ¥100, of which a tenth was shared and ¥40 went back. */
let session: string
let payment: string
before(async () => {
  house = await startSharing(clock)
  const { database, newId } = house
  const deps = { database, clock, newId, houseKey: Buffer.from('the house key of stays') }
  screens = await startScreens(deps, [sessionRoutes({ ...deps, lots, tell: () => {} })])
  const wechatpay = aChannel({ hasReturns: true, now: clock.now })
  await house.newLot({ wechatpay: wechatpay.channel })
  await house.aPayment('wechatpay', 1_000_000)
  await house.aRule('wechatpay', aParty())
  const id = await house.aPayment('wechatpay', 10_000)
  payment = numberOf('trade', house.lot, id)
  wechatpay.receive([`42-${id}`, payment], 10_000)
  const [row] = await house.rows<{ session_id: string }>(
    `update session set entry_lane = 2 from payment p
      where session.lot_id = $1 and p.lot_id = $1 and p.id = $2 and session.id = p.session_id returning p.session_id`,
    id,
  )
  session = row!.session_id
  await house.works(10)
  await house.refund(id, 4_000)
  await house.works(10)
})
after(async () => {
  await screens?.close()
  await house?.stop()
})
afterEach(() => house.holds())

const lotOf = () => `/api/operator/lots/${house.lot.lotId}`
const storyOf = async (told: Parameters<Screens['somebody']>[0], base = lotOf()): Promise<StoryView> => {
  const answer = await (await screens.somebody(told)).get(`${base}/sessions/${session}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.json))
  return answer.json
}
const ofMoney = ({ story }: StoryView) =>
  story
    .filter(({ kind }) => /^(?:refund|share)/.test(kind))
    .map(({ kind, by, amountFen, state, facts }) => [kind, by ?? facts?.party, amountFen, state])
    // What the two workers do at one instant has no order.
    .sort()

for (const role of ['owner', 'manager', 'finance', 'read-only'] as const)
  test(`${role} reads with each payment what went back, who asked for it, and each party's part`, async () => {
    const story = await storyOf({ role, operatorId: '1' })
    const [paid] = story.payments
    assert.deepEqual([paid?.number, paid?.state, paid?.money?.refundedFen], [payment, 'partly-refunded', 4_000])
    assert.deepEqual(
      paid?.money?.refunds.map((one) => [one.amountFen, one.state, one.askedBy, one.reason]),
      [[4_000, 'done', '张经理', '多收了']],
    )
    assert.deepEqual(
      [paid?.money?.shares, paid?.money?.returns].map((all) =>
        all?.map(({ party, amountFen, state }) => [party, amountFen, state]),
      ),
      [[['2001', 994, 'done']], [['2001', 397, 'done']]],
    )
    assert.deepEqual(ofMoney(story), [
      ['refund-asked', '张经理', 4_000, 'done'],
      ['refund-done', undefined, 4_000, undefined],
      ['share-returned', '2001', 397, 'done'],
      ['shared', '2001', 994, 'done'],
    ])
  })

test('whoever sits at its lane reads that it was paid, and nothing of refunds and shares', async () => {
  const attendant = { role: 'attendant', operatorId: '1', lots: [{ lot: house.lot.lotId, lanes: [2] }] } as const
  const story = await storyOf(attendant, `${lotOf()}/lanes/2`)
  assert.deepEqual(
    story.payments.map(({ number, amountFen, money }) => [number, amountFen, money]),
    [[payment, 10_000, null]],
  )
  assert.deepEqual(ofMoney(story), [])
  assert.ok(story.story.some(({ kind }) => kind === 'paid'))
  assert.doesNotMatch(JSON.stringify(story), /张经理|2001|多收了/)
})

test('of the platform, support does not read it, whoever runs the platform does', async () => {
  const base = `/api/platform/operators/1/lots/${house.lot.lotId}`
  assert.equal((await storyOf({ role: 'support' }, base)).payments[0]?.money, null)
  assert.equal((await storyOf({ role: 'platform-admin' }, base)).payments[0]?.money?.refundedFen, 4_000)
})
