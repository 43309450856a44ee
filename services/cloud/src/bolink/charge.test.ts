import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { type ChargedExit, charging } from './charge.ts'
import type { Computer } from './service.ts'
import { usual } from './settings.ts'

const from = { bucket: 7, lotId: 42, localId: 'box', park: { settings: usual } } as unknown as Computer
const exit = {
  ...{ order_id: 'R1', car_number: '粤B10003', in_time: 1, out_time: 2, lane: 2, total: 500 },
} as unknown as ChargedExit

type Row = { readonly answered: number | null; readonly ended_at: number | null }
/** Charges of one record that stands as `row` says, from the second look on as `then`; and what its channel says of it. */
function charges(row: Row, state: string, then = row, left = async () => {}) {
  let looks = 0
  const ended: string[] = []
  const asked: string[] = []
  const db = {
    query: async ({ name }: { name: string }) => {
      asked.push(name)
      if (name === 'select-driver-of-payment-for-bolink') return [{ driver: 'code:bolink-1', state }]
      return name === 'select-bolink-charge' ? [looks++ === 0 ? row : then] : []
    },
    transaction: async (act: (tx: unknown) => unknown) => act(db),
  }
  const made = charging({
    clock: { now: () => 0 as Instant },
    database: { of: () => db },
    happened: { known: async () => {}, left: () => left().then(() => void ended.push('left')) },
    parks: { ofLot: async () => from.park },
    orders: { ended: async () => void ended.push('ended') },
    payCodes: () => ({ scan: async () => ({ state }) }),
  } as unknown as Parameters<typeof charging>[0])
  return {
    said: async () => (await made.exit(from, exit, '13')).state,
    /** What the lot answers to the message of its payment is all there is to do about it. */
    isHeard: (isDone: boolean) => made.heard(from, '1', isDone),
    ...{ ended, asked },
  }
}

test('an exit that its lot heard of later, told again, is answered what became of it', async () => {
  const paid = charges({ answered: 2, ended_at: 1 }, 'paid')
  assert.equal(await paid.said(), 1)
  assert.deepEqual(paid.ended, ['left', 'ended'])
  assert.equal(await charges({ answered: 2, ended_at: 1 }, 'declined').said(), 0)
})

test('one that was not paid is not tried again by the same code', async () =>
  assert.equal(await charges({ answered: 0, ended_at: 1 }, 'paid').said(), 0))

test('one that was answered 1 to another upload meanwhile is not said to come later', async () => {
  const open = { answered: null, ended_at: null }
  assert.equal(await charges(open, 'waiting').said(), 2)
  assert.equal(await charges(open, 'waiting', { answered: 1, ended_at: 1 }).said(), 1)
})

test('one that is paid ends after its exit has been noted: else the next code would find nothing of it, and be charged', async () => {
  const broken = charges({ answered: null, ended_at: null }, 'paid', undefined, () => Promise.reject(new Error('away')))
  await assert.rejects(broken.said(), /away/)
  assert.ok(!broken.asked.includes('answer-bolink-charge'))
})

test('a lot that will not have what it was told has the money only where it heard 1 in the answer to an upload meanwhile', async () => {
  assert.equal(await charges({ answered: 2, ended_at: null }, 'paid').isHeard(false), false)
  const said = charges({ answered: 1, ended_at: 1 }, 'paid')
  assert.equal(await said.isHeard(false), true)
  assert.ok(said.asked.includes('delete-bolink-message'))
})
