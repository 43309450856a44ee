import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import type { TariffView } from './api.ts'

/* A manager publishes price lists; the lot is told by an order, and what it says of it is shown. */

let cloud: Enrolling
const clock = new SimulatedClock()
let manager: Readonly<Record<string, string>>
before(async () => {
  cloud = await startEnrolling({ clock })
  await cloud.aLot({ number: 4001, bucket: 7 })
  manager = await signedInAs(cloud.data.database, clock.now(), { role: 'manager', operatorId: '1', houseKey })
})
after(() => cloud?.close())

const tariff = (hourFen: number) => simpleTariff({ hourFen })
async function ask(method: 'GET' | 'POST', path: string, body?: object) {
  const response = await fetch(`${cloud.cloud.url}/api/operator/lots/${path}`, {
    ...{ method, headers: { ...manager, ...(body ? { 'content-type': 'application/json' } : {}) } },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  return { status: response.status, json: (await response.json()) as any }
}
/** A minute after the last one. */
const publish = (hourFen: number, over: object = {}, lot = 4001) => {
  clock.advance(60_000)
  return ask('POST', `${lot}/tariff/publish`, {
    ...{ tariff: tariff(hourFen), from: null, carsInside: 'old', reason: '业主大会决定', seen: 0 },
    ...over,
  })
}
const view = async (lot = 4001): Promise<TariffView> => (await ask('GET', `${lot}/tariff`)).json
const orders = async (lot: number) =>
  (
    await cloud.sql.query(
      `select id, state, because, body from lot_command where lot_id = $1 and kind = 'tariff' order by id`,
      [lot],
    )
  ).rows
/** As the lot's own answer leaves it. */
const answer = (id: string, state: string, because: string | null) =>
  cloud.sql.query(
    'update lot_command set state = $2, because = $3, answered_at = issued_at, send_at = null where id = $1',
    [...[id, state, because]],
  )

describe('the price list of a lot', () => {
  test('is unknown until one is published', async () => {
    const { now: _, ...rest } = await view()
    assert.deepEqual(rest, {
      version: 0,
      told: null,
      elsewhere: false,
      decidesItself: false,
      areas: [],
      versions: [],
      history: [],
    })
    const simulated = await ask('POST', '4001/tariff/simulate', { in: 0, out: 1 })
    assert.deepEqual([simulated.status, simulated.json.error.code], [404, 'version-unknown'])
  })
  test('is published from now on: kept, ordered from the lot, and written down', async () => {
    assert.deepEqual((await publish(500)).json, { version: 1 })
    const { version, told, versions, history } = await view()
    assert.deepEqual([version, told?.state], [1, 'queued'])
    assert.deepEqual(
      versions.map(({ state, carsInside }) => [state, carsInside]),
      [['in-force', 'old']],
    )
    assert.match(history[0]!.account, /^test-/)
    assert.equal(history[0]!.reason, '业主大会决定')
    const [order] = await orders(4001)
    assert.equal(order.body.version, 1)
    assert.deepEqual(order.body.schedule.versions[0].tariff, tariff(500))
    const { rows } = await cloud.sql.query(`select about, reason from staff_line where act = 'prices.change'`)
    assert.deepEqual(rows, [{ about: 'tariff version 1', reason: '业主大会决定' }])
  })
  test('what the lot says of it is shown: accepted, or refused with why', async () => {
    const [order] = await orders(4001)
    await answer(order.id, 'done', null)
    assert.equal((await view()).told?.state, 'done')
    await publish(600, { seen: 1 })
    await answer((await orders(4001)).at(-1)!.id, 'refused', '/versions/0: no')
    const { told, history } = await view()
    assert.deepEqual([told?.state, told?.because], ['refused', '/versions/0: no'])
    assert.deepEqual(
      history.map((one) => one.told?.state),
      ['refused', 'done'],
    )
  })
  test('only the newest is told: one that the lot has not answered is replaced', async () => {
    await publish(700, { seen: 2 })
    await publish(800, { seen: 3, from: clock.now() + 3_600_000 })
    const states = (await view()).history.map((one) => one.told?.state)
    assert.deepEqual(states, ['queued', 'replaced', 'refused', 'done'])
    assert.deepEqual(
      (await view()).versions.map(({ state }) => state),
      ['past', 'past', 'in-force', 'to-come'],
    )
  })
  test('what was announced is taken back; what is in force is not', async () => {
    const { versions } = await view()
    const back = await ask('POST', '4001/tariff/take-back', { from: versions[3]!.from, reason: '再议一次', seen: 4 })
    assert.deepEqual(back.json, { version: 5 })
    assert.equal((await view()).versions.length, 3)
    const not = await ask('POST', '4001/tariff/take-back', { from: versions[2]!.from, reason: '再议一次', seen: 5 })
    assert.deepEqual([not.status, not.json.error.code], [409, 'already-in-force'])
  })
  test('its versions and who published what are taken away as files', async () => {
    const file = async (words: string) => {
      const url = `${cloud.cloud.url}/api/operator/lots/4001/tariff-file?as=csv&lang=en&${words}`
      return (await (await fetch(url, { headers: manager })).text()).trim().split('\r\n').slice(1)
    }
    const { versions, history } = await view()
    const [newest] = await file('of=versions')
    assert.equal((await file('of=versions')).length, versions.length)
    assert.match(newest!, /in force,by the list of their entry,/)
    assert.equal((await file('of=history')).length, history.length)
    assert.equal((await file('of=history&text=taken%20back')).length, 1, 'as narrowed on the screen')
    const { rows } = await cloud.sql.query(
      `select count(*)::int4 as taken from staff_line where about like 'price list %'`,
    )
    assert.equal(rows[0].taken, 4, 'each with its line in the trail')
  })
  test('is not published over one that was never seen', async () => {
    const refused = await publish(900, { seen: 4 })
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'seen-is-old'])
  })
  test('with a mistake is refused with every place', async () => {
    const refused = await publish(900, {
      seen: 5,
      tariff: { ...tariff(900), choose: [{ plan: 'x' }], plans: { a: { bands: [] } } },
    })
    assert.equal(refused.status, 400)
    assert.deepEqual(
      refused.json.error.faults.map(({ path }: { path: string }) => path),
      ['/plans/a/bands', '/choose/0/plan'],
    )
    assert.equal((await view()).version, 5)
  })
  test('is simulated by the version that priced a stay then', async () => {
    const { versions } = await view()
    const at = versions[2]!.from
    const simulated = await ask('POST', '4001/tariff/simulate', { in: at, out: at + 1.5 * 3_600_000 })
    assert.deepEqual([simulated.json.quote.priceFen, simulated.json.versionFrom], [1400, at])
  })
  test('is looked at against the one in force', async () => {
    const looked = await ask('POST', '4001/tariff/look', { tariff: tariff(900), upToHours: 2 })
    assert.deepEqual(looked.json.changes[0].stays[0], { overS: 0, toS: 3600, before: 700, after: 900 })
  })
  test('counts on from what was told by a command, and says that this was not kept', async () => {
    await cloud.aLot({ number: 4002, bucket: 7 })
    await cloud.sql.query(
      `insert into lot_command (bucket, lot_id, id, kind, body, issued_at, expires_at, state)
       values (7, 4002, 5, 'tariff', '{"version": 41}', now(), now(), 'done')`,
    )
    assert.equal((await view(4002)).elsewhere, true)
    assert.deepEqual((await publish(500, {}, 4002)).json, { version: 42 })
    assert.equal((await view(4002)).elsewhere, false)
  })
})

describe('the price list of an area inside a lot', () => {
  const of = (area: string) => ask('GET', `4004/tariff?area=${encodeURIComponent(area)}`)
  const inArea = (hourFen: number, over: object = {}) => publish(hourFen, { area: '地库', ...over }, 4004)
  before(async () => {
    for (const number of [4004, 4005]) await cloud.aLot({ number, bucket: 7 })
    // As their agents say of their plans.
    await cloud.sql.query(`update lot set areas = '{地库}' where lot_id = 4004`)
    await cloud.sql.query(`update lot set areas = '{二层}' where lot_id = 4005`)
  })
  const unknown: [string, () => ReturnType<typeof ask>][] = [
    ['published', () => inArea(300, { area: '二层' })],
    ['taken back', () => ask('POST', '4004/tariff/take-back', { area: '二层', from: 0, reason: '再议一次', seen: 0 })],
    ['shown', () => of('二层')],
    ['looked at', () => ask('POST', '4004/tariff/look', { area: '二层', tariff: tariff(300) })],
    [
      'simulated',
      () => ask('POST', '4004/tariff/simulate', { in: 0, out: 9, inside: { area: '二层', in: 1, out: 2 } }),
    ],
  ]
  for (const [what, tried] of unknown)
    test(`is not ${what} of an area that this lot does not have, though another one does`, async () => {
      const { status, json } = await tried()
      assert.deepEqual([status, json.error.code, json.error.field], [404, 'area-unknown', 'area'])
    })
  test('waits for that of the lot, together with which it is told', async () => {
    const refused = await inArea(300)
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'lot-list-first'])
    assert.deepEqual(await orders(4004), [])
  })
  test('is told with that of the lot, and stands beside it', async () => {
    await publish(500, {}, 4004)
    assert.deepEqual((await inArea(300, { seen: 1 })).json, { version: 2 })
    const { body } = (await orders(4004)).at(-1)!
    assert.deepEqual(body.schedule.versions[0].tariff, tariff(500))
    assert.deepEqual(body.areas.地库.versions[0].tariff, tariff(300))
    const { areas, versions, history } = (await of('地库')).json
    assert.deepEqual(areas, ['地库'])
    assert.deepEqual([versions.length, versions[0].tariff], [1, tariff(300)])
    assert.deepEqual(
      history.map(({ version, area }: TariffView['history'][number]) => [version, area]),
      [
        [2, '地库'],
        [1, null],
      ],
    )
    assert.deepEqual((await view(4004)).versions[0]!.tariff, tariff(500))
    const { rows } = await cloud.sql.query(`select about from staff_line where about like 'tariff version 2 of%'`)
    assert.equal(rows[0].about, 'tariff version 2 of 地库')
  })
  test('stays what it is when another one of the lot is published', async () => {
    await publish(600, { seen: 2 }, 4004)
    assert.deepEqual((await orders(4004)).at(-1)!.body.areas.地库.versions[0].tariff, tariff(300))
  })
  test('counts from an instant that comes, and not from one that is over; announced it is taken back', async () => {
    const late = await inArea(400, { seen: 3, from: clock.now() - 3_600_000 })
    assert.deepEqual([late.status, late.json.error.code], [400, 'in-the-past'])
    const from = Math.ceil(clock.now() / 1000) * 1000 + 3_600_000
    await inArea(400, { seen: 3, from })
    // For the same instant it is another one in its place.
    assert.deepEqual((await inArea(450, { seen: 4, from })).json, { version: 5 })
    const states = async () => (await of('地库')).json.versions.map(({ state }: { state: string }) => state)
    assert.deepEqual(await states(), ['in-force', 'to-come'])
    assert.equal((await view(4004)).versions.length, 2)
    const back = await ask('POST', '4004/tariff/take-back', { area: '地库', from, reason: '再议一次', seen: 5 })
    assert.deepEqual(back.json, { version: 6 })
    assert.deepEqual(await states(), ['in-force'])
  })
  test('is looked at against the one of the area that is in force', async () => {
    const looked = await ask('POST', '4004/tariff/look', { area: '地库', tariff: tariff(350), upToHours: 1 })
    assert.deepEqual(looked.json.changes[0].stays[0], { overS: 0, toS: 3600, before: 300, after: 350 })
  })
  test('is simulated by itself, and in a stay that goes through it, of which the lot prices the rest', async () => {
    const [hour, at] = [3_600_000, clock.now()]
    const priced = async (over: object) =>
      (await ask('POST', '4004/tariff/simulate', { in: at, out: at + 4 * hour, ...over })).json.quote.priceFen
    assert.equal(await priced({ area: '地库', tariff: tariff(350) }), 4 * 350)
    const inside = { area: '地库', in: at + hour, out: at + 3 * hour }
    assert.equal(await priced({ inside }), 2 * 600 + 2 * 300)
    assert.equal(await priced({ inside, area: '地库', tariff: tariff(350) }), 2 * 600 + 2 * 350)
    assert.equal(await priced({ inside, tariff: tariff(700) }), 2 * 700 + 2 * 300)
  })
  test('is not simulated in a stay that the time in the area sticks out of, or of which a list is missing', async () => {
    const sticking = { in: 0, out: 9, inside: { area: '地库', in: 1, out: 10 } }
    const refused = await ask('POST', '4004/tariff/simulate', sticking)
    assert.deepEqual([refused.status, refused.json.error.code], [400, 'outside-the-stay'])
    const unpublished = { in: 0, out: 9, tariff: tariff(300), inside: { area: '二层', in: 1, out: 2 } }
    const missing = await ask('POST', '4005/tariff/simulate', unpublished)
    assert.deepEqual([missing.status, missing.json.error.code], [409, 'list-unknown'])
  })
})

describe('a lot with charging software of its own', () => {
  test('has no price list of ours', async () => {
    await cloud.aLot({ number: 4003, bucket: 7 })
    await cloud.sql.query(`update lot set system = 'bolink' where lot_id = 4003`)
    assert.deepEqual([(await view(4003)).decidesItself, (await view()).decidesItself], [true, false])
    const refused = await publish(500, {}, 4003)
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'lot-decides-itself'])
  })
})
