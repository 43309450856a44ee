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
    assert.deepEqual(rest, { version: 0, told: null, elsewhere: false, versions: [], history: [] })
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
  test('of a lot with charging software of its own is not ours', async () => {
    await cloud.aLot({ number: 4003, bucket: 7 })
    await cloud.sql.query(`update lot set system = 'bolink' where lot_id = 4003`)
    const refused = await publish(500, {}, 4003)
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'lot-decides-itself'])
  })
})
