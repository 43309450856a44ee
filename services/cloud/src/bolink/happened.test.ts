import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import { happenings } from './happened.ts'
import type { Orders } from './orders.ts'

const lot = { bucket: 7, lotId: 42, localId: 'box' }
const [earlier, later] = [1_780_000_000, 1_780_003_600]

/** What the log of a lot says of which record ends which, where these records of one plate are open, the newest first. */
function told(open: readonly { readonly order: string; readonly session: string; readonly inTime: number }[]) {
  const superseded: (readonly [session: string, ended: string | undefined])[] = []
  const orders = {
    claim: async (_: unknown, order: string) => ({ session_id: open.find((one) => one.order === order)!.session }),
    allOfPlate: async () => open.map(({ session, inTime }) => ({ session_id: session, entered_at: inTime * 1000 })),
  } as unknown as Orders
  const happened = happenings({
    ...{ clock: { now: () => (later * 1000) as Instant }, newId: () => '1' as never, orders },
    takeIn: async (_, { events }) => {
      for (const { session, supersedes } of events as readonly Extract<LotEvent, { kind: 'entered' }>[])
        superseded.push([session, supersedes])
      return events.length
    },
  })
  const entered = async (order: string) => {
    const { inTime } = open.find((one) => one.order === order)!
    await happened.entered(lot, { order_id: order, car_number: '粤B20202', in_time: inTime, lane: null })
  }
  return { entered, superseded }
}

test('an entry ends the stay that the same plate left open before it, and none that came after it', async () => {
  const { entered, superseded } = told([
    { order: 'next', session: '90', inTime: later },
    { order: 'first', session: '100', inTime: earlier },
  ])
  await entered('next')
  await entered('first')
  assert.deepEqual(superseded, [
    ['90', '100'],
    ['100', undefined],
  ])
})

test('of two entries of one second the later told is the later, however often both are told', async () => {
  const { entered, superseded } = told([
    { order: 'next', session: '100', inTime: later },
    { order: 'first', session: '99', inTime: later },
  ])
  await entered('next')
  await entered('first')
  assert.deepEqual(superseded, [
    ['100', '99'],
    ['99', undefined],
  ])
})
