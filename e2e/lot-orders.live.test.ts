import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { type LotOrder, parseOrder } from '@lanepay/cloud/lot-order/decide.ts'
import { orderLot } from '@lanepay/cloud/lot-order/order.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import { lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* What the cloud tells a lot, and what the lot makes of it, over the real line: lists, price lists, what persons put right. */

let road: Road
before(async () => {
  road = await startRoad()
})
after(() => road.close())
afterEach(async () => {
  await road.emptyLanes()
  await road.settled()
  await road.audit()
})

const lot = { bucket: lotPlan.bucket, lotId: lotPlan.number }
const newId = idMaker(() => road.clock.now(), 1021)
/** Orders, and waits for the lot's answer. */
async function order(unchecked: object): Promise<{ state: string; because: string | null }> {
  const parsed = parseOrder(unchecked)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  const number = await orderLot({ database: road.database, clock: road.clock, newId }, lot, parsed.value as LotOrder)
  return until(`the lot answers ${parsed.value.kind}`, async () => {
    const [row] = await road.rows<{ state: string; because: string | null }>(
      `select state, because from lot_command where bucket = $1 and lot_id = $2 and body->>'id' = $3 and send_at is null`,
      [lot.bucket, lot.lotId, number],
    )
    return row ?? null
  })
}
const session = async (id: string) =>
  (
    await road.rows<
      Record<'plate' | 'state' | 'standing' | 'left_how' | 'vehicle_class' | 'ended_because', string | null>
    >(
      `select plate, state, standing, left_how, vehicle_class, ended_because from session where bucket = $1 and id = $2`,
      [lot.bucket, id],
    )
  )[0]!
let version = 0
const lists = (over: object) => ({
  kind: 'lists',
  lists: { version: ++version, cards: [], free: [], guests: [], blocked: [], capacity: null, ...over },
})
const day = 24 * 3_600_000
const person = { by: '张师傅', reason: '看了照片' }

describe('a lot is told', () => {
  test('its month cards: such a car goes out without paying, and the cloud knows as what it came', async () => {
    const card = {
      card: 'A-101',
      plates: ['粤BA1234'],
      spaces: 1,
      from: road.clock.now() - day,
      until: road.clock.now() + day,
    }
    assert.equal((await order(lists({ cards: [card] }))).state, 'done')
    const id = await road.park('粤BA1234')
    assert.equal((await session(id)).standing, 'month-card')
    road.pass(5 * 3_600_000)
    road.exit.vehicleArrives({ plateText: '粤BA1234', colour: 'blue' })
    await road.driveOut()
    await until('the cloud knows that it left', async () => (await session(id)).state === 'left')
    assert.equal((await session(id)).left_how, 'left')
    const [opening] = await road.openings(`session_id = ${id} and lane_id = 2`)
    assert.deepEqual([opening?.cause_kind, opening?.cause_id], ['month-card', 'A-101'])
  })
  test('who is blocked: it stands at the entry, and the board says so', async () => {
    await order(lists({ blocked: [{ plate: '粤BB1234' }] }))
    road.entry.vehicleArrives({ plateText: '粤BB1234', colour: 'blue' })
    await until('the board says so', () => road.entry.state().display.join().includes('禁止通行'))
    assert.equal(road.entry.state().arm, 'down')
    await until('the cloud knows', async () => {
      const [row] = await road.rows(`select 1 from lot_event where kind = 'refused' and body->>'plate' = '粤BB1234'`)
      return row !== undefined
    })
  })
  test('another price list: who comes in from then on pays by it', async () => {
    const before = await road.park('粤BC1234')
    const from = (hourFen: number, text: string) => ({
      from: text,
      tariff: simpleTariff({ hourFen, leaveMinutes: 15 }),
    })
    road.pass(60_000)
    const now = new Date(road.clock.now()).toISOString()
    const schedule = { versions: [from(500, '2000-01-01T00:00:00Z'), from(1000, `${now.slice(0, 19)}+00:00`)] }
    assert.equal((await order({ kind: 'tariff', version: 1, schedule })).state, 'done')
    const since = await road.park('粤BD1235')
    road.pass(30 * 60_000)
    const owed = async (plate: string) => {
      const who = road.phone(`asks-${plate.slice(1)}`)
      await who.scan(`${road.publicUrl}/p/${road.code('prepay')}`)
      return (await who.quote(road.code('prepay'), plate)).body.owedFen
    }
    assert.deepEqual([await owed('粤BC1234'), await owed('粤BD1235')], [500, 1000])
    for (const id of [before, since]) await order({ kind: 'void', session: id, ...person })
  })
  test('a coupon: the driver is asked for less, pays that and leaves; told again, it is worth nothing more', async () => {
    const plate = '粤BH1234'
    const coupon = {
      kind: 'coupon',
      coupon: 'shop-7-0001',
      for: { plate },
      worth: { kind: 'minutes', minutes: 60 },
      validUntil: road.clock.now() + day,
    }
    const id = await road.park(plate)
    road.pass(110 * 60_000)
    const driver = road.phone('driver-coupon')
    const owedOf = async () => (await driver.quote(road.code('prepay'), plate)).body.owedFen!
    await driver.scan(`${road.publicUrl}/p/${road.code('prepay')}`)
    const full = await owedOf()
    for (let n = 0; n < 2; n += 1) assert.equal((await order(coupon)).state, 'done')
    const less = await owedOf()
    assert.ok(less > 0 && less < full, `${less} of ${full}`)
    const { sheet, payment, quote } = await road.sheet(driver, 'prepay', plate)
    assert.equal(quote.owedFen, less)
    await driver.payInWallet(sheet)
    await road.paymentIs(driver, payment, 'paid')
    await road.toExit(plate)
    await road.driveOut()
    await until('the cloud knows that it left', async () => (await session(id)).state === 'left')
    const told = await road.rows<{ kind: string; coupons: string[] }>(
      `select kind, body->'coupons' as coupons from lot_event where body->>'session' = $1 and body ? 'coupons' order by seq`,
      [id],
    )
    assert.deepEqual(
      told.map(({ kind, coupons }) => [kind, coupons]),
      [
        ['cleared', ['shop-7-0001']],
        ['left', ['shop-7-0001']],
      ],
    )
    assert.deepEqual(await order(coupon), { state: 'done', because: 'it was used' })
    const next = await road.park(plate)
    road.pass(110 * 60_000)
    assert.equal(await owedOf(), full)
    await order({ kind: 'void', session: next, ...person })
  })
  test('a coupon for the whole fee lets a car out that stands at the exit', async () => {
    const plate = '粤BJ1234'
    const id = await road.park(plate)
    road.pass(3 * 3_600_000)
    await road.toExit(plate)
    const whole = { kind: 'coupon', coupon: 'shop-7-0002', for: { session: id }, worth: { kind: 'whole' } }
    await order({ ...whole, validUntil: road.clock.now() + day })
    await road.driveOut()
    await until('the cloud knows that it left', async () => (await session(id)).state === 'left')
    const [opening] = await road.openings(`session_id = ${id} and lane_id = 2`)
    assert.equal(opening?.cause_kind, 'nothing-owed')
  })
  test('that a plate was misread: the stay goes on under the right one; an older word for an unknown stay is refused', async () => {
    const id = await road.park('粤BE1234')
    assert.equal(
      (await order({ kind: 'correct', session: id, plate: '粤BF1234', vehicleClass: 'large', ...person })).state,
      'done',
    )
    await until('the cloud knows', async () => (await session(id)).plate === '粤BF1234')
    assert.equal((await session(id)).vehicle_class, 'large')
    const refused = await order({ kind: 'correct', session: '7', plate: '粤BG1234', ...person })
    assert.deepEqual(refused, { state: 'refused', because: 'no-session' })
    await order({ kind: 'void', session: id, ...person })
    await until('the cloud knows', async () => (await session(id)).state === 'voided')
    assert.equal((await session(id)).ended_because, '张师傅: 看了照片')
  })
})
