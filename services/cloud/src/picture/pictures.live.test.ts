import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { GateCause } from '@lanepay/lot-link/messages.ts'
import { type LotError, noWord } from '@lanepay/lot-systems/lot-system.ts'
import pg from 'pg'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { leavingPictures } from './of-openings.ts'
import { pictures } from './pictures.ts'
import { keptForMs, wantPicture } from './store.ts'

/* Pictures stay at the lot until somebody looks or an act must leave one; then they are sealed, kept for a month, and fetched no more. */
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 5, 6, 7, 8])
let data: TestDatabase
let sql: pg.Client
let lotId = 0
let time = Date.UTC(2026, 5, 1)
const clock = { now: () => time as Instant }
before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
})
after(async () => {
  await sql.end()
  await data.close()
})
/** The lot as it is asked: where it is, what it has, and how often it was asked. */
let there = { online: true, has: new Map<number, Buffer>(), asked: 0, error: null as LotError | null }
beforeEach(async () => {
  there = { online: true, has: new Map(), asked: 0, error: null }
  await provision(data.database, aLotPlan({ bucket: 3, lotId: ++lotId }, { accounts: [] }), clock.now())
})
const lot = () => ({ bucket: 3, lotId })
const shelf = () =>
  pictures({
    ...{ database: data.database, clock, houseKey: Buffer.from('a house key') },
    lots: {
      isOnline: () => there.online,
      stayPicture: async () => err(noWord),
      picture: async (_, { at }) => {
        there.asked += 1
        if (there.error) return err(there.error)
        const of = at ?? Math.max(...there.has.keys())
        const found = there.has.get(of)
        return found ? ok({ at: of, jpeg: found }) : err({ kind: 'refused', because: 'no-picture' })
      },
    },
  })
const kept = async () =>
  (await sql.query('select at, content, ask_at from lot_picture where lot_id = $1 order by at', [lotId])).rows

describe('a picture', () => {
  const at = Date.UTC(2026, 4, 31, 12)
  test('is fetched when somebody looks, sealed, and not fetched again, not even from a lot that is away', async () => {
    there.has.set(at, jpeg)
    for (let n = 0; n < 3; n += 1) assert.deepEqual(await shelf().of(lot(), 2, at), ok(jpeg))
    there.online = false
    assert.deepEqual(await shelf().of(lot(), 2, at), ok(jpeg))
    assert.equal(there.asked, 1)
    const [{ content }] = await kept()
    assert.ok(!content.includes(jpeg.subarray(0, 6)), 'what is kept says nothing of it')
  })
  test('that was sealed for one read is not shown as another’s', async () => {
    there.has.set(at, jpeg)
    await shelf().of(lot(), 2, at)
    await sql.query("update lot_picture set at = at + interval '1 second' where lot_id = $1", [lotId])
    await assert.rejects(shelf().of(lot(), 2, at + 1_000))
  })
  const none: [string, () => void, string][] = [
    ['that the lot does not have', () => {}, 'no-picture'],
    ['of a lot that is away', () => Object.assign(there, { online: false }), 'lot-offline'],
    ['of a lot that does not answer', () => Object.assign(there, { error: { kind: 'offline' } }), 'lot-offline'],
    [
      'of a lot that gives none',
      () => Object.assign(there, { error: { kind: 'refused', because: 'unsupported' } }),
      'unsupported',
    ],
  ]
  for (const [what, given, code] of none)
    test(`${what} is none: ${code}, and nothing is kept`, async () => {
      given()
      assert.deepEqual(await shelf().of(lot(), 2, at), err(code))
      assert.deepEqual(await kept(), [])
    })
  test('that is the last is asked of the lot; of one that is away the last that was kept is named', async () => {
    there.has.set(at, jpeg).set(at + 1, jpeg)
    assert.deepEqual(await shelf().last(lot(), 2), ok({ at: at + 1, asked: true }))
    there.online = false
    assert.deepEqual(await shelf().last(lot(), 2), ok({ at: at + 1, asked: false }))
    assert.deepEqual(await shelf().last(lot(), 1), err('lot-offline'))
  })
})

describe('a picture that an act leaves', () => {
  const at = Date.UTC(2026, 4, 31, 13)
  const want = () => data.database.of(3).transaction((tx) => wantPicture(tx, lot(), { lane: 2, at, now: clock.now() }))
  const rounds = async (count: number) => {
    for (let n = 0; n < count; n += 1) {
      await shelf().round()
      time += 3_600_000
    }
  }
  test('is fetched when the lot is there, once, however often it is wanted', async () => {
    there.has.set(at, jpeg)
    there.online = false
    await want()
    await rounds(3)
    assert.equal((await kept())[0].content, null)
    there.online = true
    await want()
    await rounds(3)
    assert.equal(there.asked, 1)
    assert.deepEqual([(await kept()).length, (await kept())[0].ask_at], [1, null])
    await want()
    await rounds(1)
    assert.equal(there.asked, 1)
  })
  test('that the lot never has is given up in the end', async () => {
    await want()
    await rounds(12)
    assert.ok(there.asked < 12, `${there.asked} times`)
    assert.equal((await kept())[0].ask_at, null)
  })
  test('is let go when its time is over', async () => {
    there.has.set(at, jpeg)
    await want()
    await rounds(1)
    time += keptForMs
    await rounds(1)
    assert.deepEqual(await kept(), [])
  })
  test('is of each vehicle that a person let through, and of no other', async () => {
    const causes: [GateCause, boolean][] = [
      [{ kind: 'attendant', by: '张师傅', reason: '抢修' }, true],
      [{ kind: 'command', command: '3'.repeat(32), by: 'manager', reason: '放行' }, true],
      [{ kind: 'command', command: '4'.repeat(32) }, false],
      [{ kind: 'clearance', clearance: '7' }, false],
      [{ kind: 'entry' }, false],
    ]
    const takeIn = leavingPictures(async () => 1, { database: data.database, clock })
    for (const [n, [cause, leaves]] of causes.entries()) {
      const occupancy = String(70 + n)
      await sql.query(
        `insert into lane_occupancy (bucket, lot_id, lane_id, occupancy, since) values (3, $1, 1, $2, $3)
         on conflict (bucket, lot_id, lane_id) do update set occupancy = excluded.occupancy, since = excluded.since`,
        [lotId, occupancy, new Date(at + n)],
      )
      const event = { seq: n + 1, at: at + n, kind: 'gate-opened' as const, lane: 1, occupancy, session: null, cause }
      for (let twice = 0; twice < 2; twice += 1)
        await takeIn({ ...lot(), device: 'agent' }, { epoch: '1', events: [event] })
      const wanted = (await kept()).map((row) => row.at.getTime())
      assert.equal(wanted.filter((one) => one === at + n).length, leaves ? 1 : 0, cause.kind)
    }
  })
})
