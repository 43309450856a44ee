import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
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
let told: string[]
describe('what the cloud acknowledges', () => {
  beforeEach(() => {
    lot = testLot()
    isFull = false
    told = []
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
      end: () => ({ say: (kind: string) => told.push(kind) > 0 }) as never,
      answerWithinMs: 1_000,
    })
  })
  afterEach(() => {
    waiting.close()
    ship.close()
    lot.close()
  })
  const said = () => lot.events().flatMap((event) => (event.kind === 'device' ? [[event.state, event.driftMs]] : []))
  /** A tick that is too long does not see the timers that are set within it. */
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 500) mock.timers.tick(Math.min(left, 500))
  }
  const ack = (offMs: number, seq = 0) => ship.ack({ epoch: lot.lot.store.epoch, seq, clock: lot.now() + offMs })

  test('hello is said again, less and less often, until it is answered; then what waits is told', () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      lot.read(1, '粤B11111')
      ship.hello()
      for (const [ms, hellos] of [
        [999, 1],
        [1, 2],
        [1_999, 2],
        [1, 3],
        [120_000, 8],
      ] as const) {
        pass(ms)
        assert.deepEqual(told, Array(hellos).fill('hello'))
      }
      ship.ack({ epoch: lot.lot.store.epoch, seq: 0, clock: lot.now() })
      pass(60_000)
      assert.deepEqual(told.splice(0), Array(9).fill('hello'), 'an answer to something else is no welcome')
      ship.welcome({ epoch: lot.lot.store.epoch, seq: 0, clock: lot.now() })
      assert.deepEqual(told.splice(0), ['events'])
      mock.timers.tick(999)
      assert.deepEqual(told, [])
      mock.timers.tick(1)
      assert.deepEqual(told, ['events'], 'and that is said again too')
    } finally {
      mock.timers.reset()
    }
  })

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

  /** What is still known after a power cut. */
  const keptSeq = () => {
    lot.restart()
    return lot.lot.store.ackedSeq()
  }
  test('an acknowledgement is on disk with the next event, or two seconds later', () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      lot.read(1, '粤B11111')
      ack(0, 1)
      lot.read(1, '粤B22222')
      assert.equal(lot.lot.store.ackedSeq(), 1)
      const newest = lot.lot.store.lastSeq()
      ack(0, newest)
      mock.timers.tick(1_999)
      const behind = new DatabaseSync(join(lot.dir, 'lot.sqlite'), { readOnly: true })
      const onDisk = () => Number(behind.prepare(`select value from note where name = 'acked_seq'`).get()?.value)
      assert.deepEqual([lot.lot.store.ackedSeq(), onDisk()], [newest, 1])
      mock.timers.tick(1)
      assert.equal(onDisk(), newest)
      behind.close()
      assert.equal(keptSeq(), newest)
    } finally {
      mock.timers.reset()
    }
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
      pass(5_000)
      assert.deepEqual([said(), ship.cloudOffMs()], [[], 90_000])
      isFull = false
      pass(1_000)
      assert.deepEqual(said(), [['ill', 90_000]])
      assert.equal(keptSeq(), newest)
    } finally {
      mock.timers.reset()
    }
  })
})
