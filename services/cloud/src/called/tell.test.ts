import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { telling } from './tell.ts'

test('a lot that does not answer holds up no other lot, and is told by one at a time', async () => {
  const asked: number[] = []
  const answers = new Map<number, () => void>()
  const owed = [1, 2].map((lot_id) => ({ bucket: 1, lot_id }))
  const db = { query: async ({ name }: { name: string }) => (name === 'select-called-lots-to-tell' ? owed : []) }
  const { round } = telling({
    ...{ clock: new SimulatedClock(), log: silentLog },
    database: { nodes: [{ db, buckets: [1] }], of: () => db },
    ...{ outbox: {}, prices: {}, calling: {}, orders: {}, exits: {} },
    // Nothing is told before the lot's settings are read: of the first they never are.
    calledOf: ({ lotId }: LotKey) => {
      asked.push(lotId)
      return new Promise((resolve) => answers.set(lotId, () => resolve({ ok: false, error: 'not-called' })))
    },
  } as never)
  await round()
  await new Promise(setImmediate)
  answers.get(2)!()
  await new Promise(setImmediate)
  await round()
  await new Promise(setImmediate)
  assert.deepEqual(asked, [1, 2, 2])
})

test('a price that was asked for before its vehicle was held, or let go, is asked for anew', async () => {
  const forgotten: unknown[] = []
  const said = { ok: true, value: { locked: true } }
  const { lots } = telling({
    ...{ clock: new SimulatedClock(), log: silentLog, newId: () => '1' },
    database: { nodes: [], of: () => ({}) },
    ...{ outbox: {}, exits: {}, orders: { openOfPlate: async () => ({ order_id: 'R' }) } },
    prices: { forget: (_: LotKey, subject: object) => forgotten.push(subject) },
    calling: { call: async () => said },
    calledOf: async (lot: LotKey) => ({ ok: true, value: { ...lot, system: { lock: {} } } }),
  } as never)
  assert.deepEqual(await lots.lockVehicle!({ bucket: 1, lotId: 1 }, { plate: '粤B12345', locked: true }), said)
  assert.deepEqual(forgotten, [{ stay: 'R', plate: '粤B12345' }])
})
