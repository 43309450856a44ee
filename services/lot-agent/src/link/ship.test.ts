import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { silentLog } from '@lanepay/domain/log.ts'
import { DiskFull } from '../disk/open-errors.ts'
import { type UntilKept, untilKept } from '../disk/until-kept.ts'
import { type TestLot, testLot } from '../fixtures.ts'
import { type Shipping, shipping } from './ship.ts'

let lot: TestLot
let ship: Shipping
let waiting: UntilKept
let isFull: boolean
describe('what the cloud acknowledges', () => {
  beforeEach(() => {
    lot = testLot()
    isFull = false
    waiting = untilKept({ log: silentLog, againMs: 1_000 })
    const { store } = lot.lot
    ship = shipping({
      store: {
        ...store,
        turn: (act) => {
          if (isFull) throw new DiskFull('the disk took no more')
          return store.turn(act)
        },
      },
      keep: waiting.keep,
      clock: { now: lot.now },
      log: silentLog,
      end: () => ({ say: () => false }) as never,
      answerWithinMs: 1_000,
    })
  })
  afterEach(() => {
    waiting.close()
    ship.close()
    lot.close()
  })
  const said = () => lot.events().flatMap((event) => (event.kind === 'device' ? [[event.state, event.driftMs]] : []))
  const ack = (offMs: number, seq = 0) => ship.ack({ epoch: lot.lot.store.epoch, seq, clock: lot.now() + offMs })

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

  test('an acknowledgement that finds the disk full is kept when there is room, the newest of them, and the drift is told', () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      for (const plate of ['粤B11111', '粤B22222', '粤B33333']) lot.read(1, plate)
      const newest = lot.lot.store.lastSeq()
      isFull = true
      ack(90_000, 1)
      ack(90_000, newest - 1)
      ack(90_000, newest)
      mock.timers.tick(3_000)
      assert.deepEqual([lot.lot.store.ackedSeq(), said(), ship.cloudOffMs()], [0, [], 90_000])
      isFull = false
      mock.timers.tick(1_000)
      assert.deepEqual([lot.lot.store.ackedSeq(), said()], [newest, [['ill', 90_000]]])
    } finally {
      mock.timers.reset()
    }
  })
})
