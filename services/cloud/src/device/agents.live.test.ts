import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import pg from 'pg'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { agentWatch } from './agents.ts'
import { forgetOldStates, historyMs, notingDevices, tellDevice } from './tell.ts'

/* How devices of a lot are and were: each change once, however often it is told, and nothing of what is as it was. */
let data: TestDatabase
let sql: pg.Client
/** Stands unless told. */
let time = Date.UTC(2026, 5, 1)
const clock = { now: () => time as Instant }
let lotId = 0
before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
})
after(async () => {
  await sql.end()
  await data.close()
})
beforeEach(async () => {
  time += 86_400_000
  await provision(data.database, aLotPlan({ bucket: 3, lotId: ++lotId }, { accounts: [] }), clock.now())
})
const lot = () => ({ bucket: 3, lotId })
type Row = {
  device: string
  state: string
  since: Date
  until_at: Date | null
  drift_ms: string | null
  version: string | null
}
const states = async (device = 'agent'): Promise<Row[]> =>
  (await sql.query('select * from device_state where lot_id = $1 and device = $2 order by since', [lotId, device])).rows
/** State, since and until, in seconds from the start. */
const inShort = async (start: number, device?: string) =>
  (await states(device)).map(({ state, since, until_at }) => [
    state,
    (since.getTime() - start) / 1000,
    until_at && (until_at.getTime() - start) / 1000,
  ])

describe('what a lot tells of a device', () => {
  const told = (at: number, state: 'well' | 'ill' | 'lost', because: string = state) => ({
    device: 'cam',
    at,
    state,
    because,
  })
  test('is a row from each change to the next; told again, or again after what followed, it is the same', async () => {
    const at = clock.now()
    const story = [
      told(at, 'lost'),
      told(at + 60_000, 'well', ''),
      told(at + 90_000, 'ill', 'its clock is off by 3 min'),
    ]
    for (let n = 0; n < 2; n += 1) for (const one of story) await tellDevice(data.database, lot(), one)
    await tellDevice(data.database, lot(), story[1]!)
    assert.deepEqual(await inShort(at, 'cam'), [
      ['lost', 0, 60],
      ['well', 60, 90],
      ['ill', 90, null],
    ])
  })
  test('the same again is no change, and a drift that is measured anew is kept', async () => {
    const at = clock.now()
    await tellDevice(data.database, lot(), { ...told(at, 'ill', 'clock'), driftMs: 70_000 })
    await tellDevice(data.database, lot(), { ...told(at + 60_000, 'ill', 'clock'), driftMs: -80_000 })
    const rows = await states('cam')
    assert.deepEqual(
      rows.map(({ state, drift_ms }) => [state, drift_ms]),
      [['ill', '-80000']],
    )
  })
  test('comes with its log, before the lot hears that it is kept', async () => {
    const order: string[] = []
    const takeIn = notingDevices(async () => {
      order.push('log')
      return 1
    }, data.database)
    const event = { seq: 1, ...told(clock.now(), 'lost', 'not heard'), kind: 'device' as const }
    assert.equal(await takeIn({ ...lot(), device: 'agent' }, { epoch: '1', events: [event] }), 1)
    assert.deepEqual(order, ['log'])
    assert.equal((await states('cam')).length, 1)
  })
  test('is forgotten a season after it ended; what still is, is not', async () => {
    const at = clock.now()
    await tellDevice(data.database, lot(), told(at, 'lost'))
    await tellDevice(data.database, lot(), told(at + 1_000, 'well'))
    await forgetOldStates(data.database, at + 1_000 + historyMs)
    assert.equal((await states('cam')).length, 2)
    await forgetOldStates(data.database, at + 1_001 + historyMs)
    assert.deepEqual(
      (await states('cam')).map(({ state }) => state),
      ['well'],
    )
  })
})

describe('the agent of a lot', () => {
  /** A process that hears lots; its time is told. */
  function process() {
    const now = { elapsed: 0, hears: true }
    const watch = agentWatch({ database: data.database, clock, elapsedMs: () => now.elapsed, canHear: () => now.hears })
    const pass = async (seconds: number) => {
      now.elapsed += seconds * 1000
      time += seconds * 1000
      await watch.round()
    }
    const beats = (driftMs = 0) => watch.heard(lot(), { clock: clock.now() + driftMs })
    return { now, watch, pass, beats, hello: (version = '1') => watch.heard(lot(), { clock: clock.now(), version }) }
  }
  test('is well from its hello on, with its version, and lost since it was last heard', async () => {
    const start = clock.now()
    const one = process()
    await one.watch.round()
    await one.hello()
    for (let n = 0; n < 6; n += 1) {
      await one.pass(10)
      await one.beats()
    }
    await one.pass(40)
    assert.deepEqual(await inShort(start), [
      ['well', 0, 60.001],
      ['lost', 60.001, null],
    ])
    await one.hello('2')
    assert.deepEqual(
      (await states()).map(({ state, version }) => [state, version]),
      [
        ['well', '1'],
        ['lost', '1'],
        ['well', '2'],
      ],
    )
  })
  test('whose clock is off by over a minute is ill until it is right', async () => {
    const one = process()
    await one.hello()
    await one.pass(10)
    await one.beats(61_000)
    await one.pass(10)
    await one.beats(200)
    assert.deepEqual(
      (await states()).map(({ state, drift_ms }) => [state, drift_ms]),
      [
        ['well', '0'],
        ['ill', '61000'],
        ['well', '200'],
      ],
    )
  })
  test('is not called lost by a process that hears nobody, nor before it had as long to be heard as any', async () => {
    const one = process()
    await one.watch.round()
    await one.hello()
    one.now.hears = false
    for (let n = 0; n < 10; n += 1) await one.pass(10)
    one.now.hears = true
    await one.pass(10)
    await one.pass(30)
    assert.deepEqual(
      (await states()).map(({ state }) => state),
      ['well'],
    )
    await one.pass(10)
    assert.deepEqual(
      (await states()).map(({ state }) => state),
      ['well', 'lost'],
    )
  })
  test('that fell silent while nobody looked is called lost by the process that begins', async () => {
    await process().hello()
    const next = process()
    await next.watch.round()
    await next.pass(30)
    assert.deepEqual(
      (await states()).map(({ state }) => state),
      ['well'],
    )
    await next.pass(10)
    assert.deepEqual(
      (await states()).map(({ state }) => state),
      ['well', 'lost'],
    )
  })
  test('that was well before this process began is not written of again', async () => {
    await process().hello()
    const before = (await states())[0]
    const next = process()
    await Promise.all([next.beats(), next.beats(100)])
    await next.pass(10)
    await next.beats(-100)
    assert.deepEqual(await states(), [before])
  })
  test('is written of once by two processes that hear the same', async () => {
    const both = [process(), process()]
    for (const one of both) await one.watch.round()
    await Promise.all(both.map((one) => one.hello()))
    for (const one of both) await one.pass(10)
    await Promise.all(both.map((one) => one.beats()))
    assert.deepEqual(
      (await states()).map(({ state }) => state),
      ['well'],
    )
  })
})
