import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { silentLog } from '@lanepay/domain/log.ts'
import { type TestLot, testLot } from '../fixtures.ts'
import { type Shipping, shipping } from './ship.ts'

let lot: TestLot
let ship: Shipping
beforeEach(() => {
  lot = testLot()
  ship = shipping({
    store: lot.lot.store,
    clock: { now: lot.now },
    log: silentLog,
    end: () => ({ say: () => false }) as never,
    answerWithinMs: 1_000,
  })
})
afterEach(() => {
  ship.close()
  lot.close()
})
const said = () => lot.events().flatMap((event) => (event.kind === 'device' ? [[event.state, event.driftMs]] : []))
const ack = (offMs: number) => ship.ack({ epoch: lot.lot.store.epoch, seq: 0, clock: lot.now() + offMs })

test("the cloud's clock is measured by its answers, and told when it is over a minute off, once each way", () => {
  assert.equal(ship.cloudOffMs(), null)
  ack(250)
  assert.equal(ship.cloudOffMs(), 250)
  assert.deepEqual(said(), [])
  ack(-60_000)
  assert.deepEqual(said(), [], 'a minute is not over a minute')
  ack(-8 * 3_600_000)
  ack(-8 * 3_600_000)
  ack(100)
  assert.deepEqual(said(), [
    ['ill', -8 * 3_600_000],
    ['well', 100],
  ])
})
