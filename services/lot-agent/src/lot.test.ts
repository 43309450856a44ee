import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import { clearance, hour, minute, openGate, type TestLot, testLot } from './fixtures.ts'

let lot: TestLot
describe('a lot', () => {
  beforeEach(() => {
    lot = testLot()
  })
  afterEach(() => lot.close())

  const car = '粤B12345'
  const other = '粤B67890'
  const kindsAfter = (from: number) => lot.kinds().slice(from)
  /** A car comes in and drives to its place. */
  function park(plate: string): string {
    lot.opens(lot.read(1, plate).opening)
    lot.drivesThrough(1)
    return lot.events().findLast((event) => event.kind === 'entered')!.session
  }
  const standing = (lane: number) => lot.lot.store.occupancy(lane)!

  describe('at an entry', () => {
    test('a read car is let in once, and its stay is told in order', () => {
      const { opening, shown } = lot.read(1, car)
      assert.equal(opening?.state, 'ordered')
      assert.deepEqual(shown?.show, [car, '欢迎光临'])
      lot.opens(opening)
      lot.drivesThrough(1)
      assert.deepEqual(lot.kinds(), ['entered', 'occupied', 'gate-opened', 'vacated'])
      assert.deepEqual(
        lot.events().map((event) => event.seq),
        [1, 2, 3, 4],
      )
    })
    test('the camera looks again at the same car: nothing more happens', () => {
      lot.opens(lot.read(1, car).opening)
      assert.equal(lot.read(1, car).opening, null)
      assert.equal(lot.read(1, null).opening, null)
      assert.deepEqual(kindsAfter(3), ['read-ignored', 'read-ignored'])
    })
    test('the same record sent again asks for the same order while the car waits, and for none when it has gone', () => {
      const again = { recordId: 'a record' }
      const first = lot.read(1, car, again).opening
      assert.equal(lot.read(1, car, again).opening?.id, first?.id)
      lot.tells(first)
      assert.equal(lot.read(1, car, again).opening, null, 'it went out: a second pulse could let a second car in')
      lot.input(1, 3, true)
      assert.equal(lot.read(1, car, again).opening, null)
      assert.equal(lot.kinds().filter((kind) => kind === 'gate-opened').length, 1)
    })
    for (const [what, over] of [
      ['older than 12 s', { takenAt: (at: number) => at - 12_001 }],
      ['from the future', { takenAt: (at: number) => at + 3_001 }],
      ['8 hours off', { takenAt: (at: number) => at + 8 * hour }],
    ] as const) {
      test(`a read ${what} is recorded and opens nothing`, () => {
        const seen = lot.read(1, car, { takenAt: over.takenAt(lot.now()) as never })
        assert.equal(seen.opening, null)
        assert.deepEqual(lot.kinds(), ['read-ignored'])
      })
    }
    test('a stored record is recorded and opens nothing, however fresh it says it is', () => {
      assert.equal(lot.read(1, car, { stored: true }).opening, null)
      assert.deepEqual(lot.kinds(), ['read-ignored'])
    })
    test('a car that is inside already: the old stay is closed as superseded, never zeroed', () => {
      const before = park(car)
      lot.pass(hour)
      lot.read(1, car)
      const entered = lot.events().findLast((event) => event.kind === 'entered')
      assert.equal(entered?.supersedes, before)
      assert.equal(lot.lot.store.openSessions(car as never).length, 1)
    })
    test('an order that never reached its gate waits again while the car stands there', () => {
      const { opening } = lot.read(1, car)
      lot.tells(opening)
      lot.neverReached(opening)
      assert.equal(lot.lot.store.opening(opening!.id)?.state, 'ordered')
      assert.equal(standing(1).position, 'at-camera')
    })
    test('a car that backs off while its order is under way is gone once the order has never reached the gate: it never opens for the next', () => {
      const { opening } = lot.read(1, car)
      lot.tells(opening)
      lot.backsOff(1)
      assert.equal(standing(1).position, 'off-loop', 'the arm may be rising for it')
      lot.neverReached(opening)
      assert.deepEqual(kindsAfter(2), ['gate-silent', 'vacated', 'left'])
      assert.equal(lot.lot.store.opening(opening!.id)?.state, 'silent')
      assert.notEqual(lot.read(1, other).opening?.id, opening!.id)
    })
    test('a car that goes on under an arm that somebody raised by hand is not gone back, whatever became of the order', () => {
      const { opening } = lot.read(1, car)
      lot.tells(opening)
      lot.lot.store.setArm(1, true)
      lot.backsOff(1)
      lot.neverReached(opening)
      assert.equal(standing(1).position, 'off-loop')
    })
    test('a car that was let in and backs off is not inside', () => {
      lot.opens(lot.read(1, car).opening)
      lot.backsOff(1)
      lot.read(1, other)
      assert.deepEqual(kindsAfter(3), ['vacated', 'left', 'entered', 'occupied'])
      assert.equal(lot.lot.store.openSessions(car as never).length, 0)
    })
    test('a gate that stays shut is told, and the next look opens', () => {
      const { opening } = lot.read(1, car)
      lot.tells(opening)
      lot.silent(opening)
      assert.notEqual(lot.read(1, car).opening?.id, opening?.id)
      assert.equal(lot.lot.store.inside(), 1, 'still one stay')
      assert.deepEqual(lot.kinds(), ['entered', 'occupied', 'gate-silent'])
    })
  })

  describe('a driver without plate', () => {
    test('is let in where his car stands; the same request is one admission', () => {
      assert.deepEqual(lot.read(1, null).shown?.show, ['无牌车', '请扫码入场'])
      const first = lot.admit('r1', 1, '3AC4DEF')
      assert.ok('session' in first)
      lot.opens(first.opening)
      const again = lot.admit('r1', 1, '3AC4DEF')
      assert.ok('session' in again)
      assert.equal(again.session, first.session)
      assert.equal(again.opening.state, 'opened')
      assert.equal(lot.kinds().filter((kind) => kind === 'gate-opened').length, 1)
      assert.equal(lot.lot.store.inside(), 1)
    })
    for (const [what, before, lane, because] of [
      ['nobody on the loop', () => {}, 1, 'lane-empty'],
      ['a car with a plate stands there', () => lot.read(1, car), 1, 'has-plate'],
      ['an exit lane', () => {}, 2, 'lane-wrong-direction'],
      ['a lane the lot does not have', () => {}, 9, 'lane-unknown'],
      [
        'this car was let in for another phone',
        () => {
          lot.read(1, null)
          lot.admit('r0', 1, '4AC4DEF')
        },
        1,
        'busy',
      ],
    ] as const) {
      test(`is refused: ${what}`, () => {
        before()
        const inside = lot.lot.store.inside()
        assert.deepEqual(lot.admit('r1', lane, '3AC4DEF'), { because })
        assert.equal(lot.lot.store.inside(), inside)
      })
    }
  })

  describe('at an exit', () => {
    test('within the free time the gate opens at once', () => {
      park(car)
      lot.pass(10 * minute)
      const { opening } = lot.read(2, car)
      assert.deepEqual(opening?.cause, { kind: 'nothing-owed' })
      lot.opens(opening)
      lot.drivesThrough(2)
      const left = lot.events().findLast((event) => event.kind === 'left')
      assert.equal(left?.owedFen, 0)
      assert.equal(lot.lot.store.inside(), 0)
    })
    test('who owes sees the fee, and the gate stays shut', () => {
      park(car)
      lot.pass(hour + minute)
      const { opening, shown } = lot.read(2, car)
      assert.equal(opening, null)
      assert.deepEqual(shown?.show, [car, '停车1小时1分', '收费10元', '请扫码缴费'])
    })
    test('a car nobody saw come in is told so', () => {
      assert.deepEqual(lot.read(2, car).shown?.show, [car, '无入场记录', '请联系管理员'])
      assert.deepEqual(lot.quote({ lane: 2 }), { because: 'no-session' })
    })
    test('paid inside: the gate opens by the clearance until the time to leave is over, then the rest is owed', () => {
      const session = park(car)
      lot.pass(30 * minute)
      lot.command(clearance(lot, { session, paidFen: 500 }))
      lot.pass(10 * minute)
      const first = lot.read(2, car).opening
      assert.equal(first?.cause.kind, 'clearance')
      lot.backsOff(2) // before the arm moved
      lot.pass(50 * minute)
      const { opening, shown } = lot.read(2, car)
      assert.equal(opening, null)
      assert.equal(shown?.show[2], '收费5元')
    })
    test('who has paid and backs off under the raised arm is let out again in his time to leave, for he owes nothing', () => {
      const session = park(car)
      lot.pass(hour)
      lot.command(clearance(lot, { session, paidFen: 500 }))
      lot.opens(lot.read(2, car).opening)
      lot.input(2, 3, true)
      lot.backsOff(2)
      lot.input(2, 3, false)
      lot.pass(5 * minute)
      lot.opens(lot.read(2, car).opening)
      lot.drivesThrough(2)
      const causes = lot.events().flatMap((event) => (event.kind === 'gate-opened' ? [event.cause.kind] : []))
      assert.deepEqual(causes, ['entry', 'clearance', 'nothing-owed'])
      const left = lot.events().findLast((event) => event.kind === 'left')
      assert.deepEqual([left?.how, left?.owedFen], ['left', 0])
    })
    test('paid in the lane: the gate opens for the vehicle that was quoted, and the answer says so', () => {
      const session = park(car)
      lot.pass(hour)
      lot.read(2, car)
      const command = clearance(lot, { session, paidFen: 500, gate: { lane: 2, occupancy: standing(2).number } })
      assert.equal(lot.command(command), null, 'the answer waits for the gate')
      const results = lot.opens(lot.lot.store.waitingOpening(2))
      assert.deepEqual(
        results.map(({ id, state, gate }) => ({ id, state, gate })),
        [{ id: command.id, state: 'done', gate: 'opened' }],
      )
      assert.deepEqual(lot.command(command), results[0], 'a repeat is answered, not done again')
      lot.drivesThrough(2)
      assert.equal(lot.kinds().filter((kind) => kind === 'gate-opened').length, 2)
    })
    test('paid by the code inside while standing at the exit: it opens without another look', () => {
      const session = park(car)
      lot.pass(hour)
      lot.read(2, car)
      lot.command(clearance(lot, { session, paidFen: 500 }))
      assert.equal(lot.lot.store.waitingOpening(2)?.cause.kind, 'clearance')
    })
    test('car A is quoted, backs off, car B comes, A pays: A is cleared and the gate stays shut for B', () => {
      const a = park(car)
      park(other)
      lot.pass(hour)
      lot.read(2, car)
      const gate = { lane: 2, occupancy: standing(2).number }
      lot.backsOff(2)
      lot.read(2, other)
      const result = lot.command(clearance(lot, { session: a, paidFen: 500, gate }))
      assert.deepEqual([result?.state, result?.gate, result?.because], ['done', 'refused', 'vehicle-changed'])
      assert.equal(lot.lot.store.waitingOpening(2), null)
      lot.backsOff(2)
      assert.equal(lot.read(2, car).opening?.cause.kind, 'clearance', "A's clearance is A's")
    })
    test('the cars change without a loop noticing: the gate stays shut for the second all the same', () => {
      const a = park(car)
      park(other)
      lot.pass(hour)
      lot.read(2, car)
      const gate = { lane: 2, occupancy: standing(2).number }
      lot.read(2, other)
      assert.equal(lot.command(clearance(lot, { session: a, paidFen: 500, gate }))?.gate, 'refused')
    })
    test('an opening that comes too late is refused; the clearance is kept', () => {
      const session = park(car)
      lot.pass(hour)
      lot.read(2, car)
      const command = clearance(lot, { session, paidFen: 500, gate: { lane: 2, occupancy: standing(2).number } })
      lot.pass(minute + 1)
      assert.deepEqual([lot.command(command)?.gate, lot.lot.store.waitingOpening(2)], ['expired', null])
      assert.equal(lot.read(2, car).opening?.cause.kind, 'clearance')
    })
    test('a silent gate is withdrawn, answered as silent, and opens on the next command', () => {
      const session = park(car)
      lot.pass(hour)
      lot.read(2, car)
      const occupancy = standing(2).number
      lot.command(clearance(lot, { session, paidFen: 500, gate: { lane: 2, occupancy } }))
      const first = lot.lot.store.waitingOpening(2)
      lot.tells(first)
      assert.equal(lot.silent(first)[0]?.gate, 'silent')
      assert.equal(lot.lot.store.waitingOpening(2), null)
      lot.command(openGate(lot, 2, occupancy))
      assert.equal(lot.opens(lot.lot.store.waitingOpening(2))[0]?.gate, 'opened')
      lot.drivesThrough(2)
      assert.equal(lot.lot.store.inside(), 0)
    })
    test('an arm that rises after it was given up is told as well', () => {
      const session = park(car)
      lot.pass(hour)
      lot.read(2, car)
      lot.command(clearance(lot, { session, paidFen: 500, gate: { lane: 2, occupancy: standing(2).number } }))
      const opening = lot.lot.store.waitingOpening(2)
      lot.tells(opening)
      lot.silent(opening)
      lot.input(2, 3, true)
      assert.deepEqual(lot.kinds().slice(-2), ['gate-silent', 'gate-opened'])
    })
    test('two commands for one vehicle open once', () => {
      const session = park(car)
      lot.pass(hour)
      lot.read(2, car)
      const occupancy = standing(2).number
      lot.command(clearance(lot, { session, paidFen: 500, gate: { lane: 2, occupancy } }))
      lot.command(openGate(lot, 2, occupancy))
      assert.equal(lot.opens(lot.lot.store.waitingOpening(2)).length, 2, 'both are answered by the one opening')
      assert.equal(lot.command(openGate(lot, 2, occupancy))?.gate, 'opened')
      assert.equal(lot.kinds().filter((kind) => kind === 'gate-opened').length, 2, 'one in, one out')
    })
    test('an unread vehicle leaves on the pass its driver paid for', () => {
      lot.read(1, null)
      const admitted = lot.admit('r1', 1, '3AC4DEF')
      assert.ok('session' in admitted)
      lot.opens(admitted.opening)
      lot.drivesThrough(1)
      lot.pass(hour)
      assert.deepEqual(lot.read(2, null).shown?.show, ['未识别车牌', '请扫码缴费'])
      assert.deepEqual(lot.quote({ lane: 2 }), { because: 'ambiguous' })
      const quoted = lot.quote({ plate: '3AC4DEF' })
      assert.ok('quote' in quoted && quoted.quote.owedFen === 500)
      const gate = { lane: 2, occupancy: standing(2).number }
      lot.command(clearance(lot, { session: admitted.session, paidFen: 500, gate }))
      lot.opens(lot.lot.store.waitingOpening(2))
      lot.drivesThrough(2)
      const left = lot.events().findLast((event) => event.kind === 'left')
      assert.deepEqual([left?.session, left?.owedFen], [admitted.session, 0])
    })
  })

  describe('a quote', () => {
    for (const [what, by, because] of [
      ['an empty lane', { lane: 2 }, 'lane-empty'],
      ['an entry lane', { lane: 1 }, 'lane-wrong-direction'],
      ['a lane the lot does not have', { lane: 9 }, 'lane-unknown'],
      ['a plate that is not inside', { plate: other }, 'no-session'],
      ['a stay that never was', { session: '12' }, 'no-session'],
    ] as const) {
      test(`for ${what} is refused: ${because}`, () => {
        assert.deepEqual(lot.quote(by), { because })
      })
    }
    test('names the vehicle in the lane, the price, what was paid, and until when it stands', () => {
      const session = park(car)
      lot.pass(hour)
      lot.command(clearance(lot, { session, paidFen: 500 }))
      lot.pass(hour)
      lot.read(2, car)
      const answer = lot.quote({ lane: 2 })
      assert.ok('quote' in answer)
      const { quote } = answer
      assert.deepEqual(
        [
          quote.session,
          quote.priceFen,
          quote.paidFen,
          quote.owedFen,
          quote.occupancy,
          quote.expiresAt - quote.quotedAt,
        ],
        [session, 1000, 500, 500, standing(2).number, 10 * minute],
      )
    })
  })

  describe('the power goes', () => {
    test('between deciding and opening: the order is still there, and is not given twice', () => {
      const again = { recordId: 'a record' }
      const { opening } = lot.read(1, car, again)
      lot.restart()
      assert.equal(lot.lot.store.waitingOpening(1)?.id, opening?.id)
      assert.equal(lot.read(1, car, again).opening?.id, opening?.id)
      lot.opens(opening)
      assert.equal(lot.lot.store.inside(), 1)
    })
    for (const [what, away, state] of [
      ['for a short while: an order that had not gone out goes on', minute, 'ordered'],
      ['for longer: it is withdrawn, whoever stands there now', 2 * minute, 'silent'],
    ] as const)
      test(what, () => {
        park(car)
        const { opening } = lot.read(2, car)
        lot.pass(away)
        lot.resumes(opening!)
        assert.equal(lot.lot.store.opening(opening!.id)?.state, state)
      })
    test('the log, its numbers and its epoch go on', () => {
      park(car)
      const { epoch } = lot.lot.store
      lot.restart()
      lot.read(2, car)
      assert.equal(lot.lot.store.epoch, epoch)
      assert.deepEqual(
        lot.events().map((event: LotEvent) => event.seq),
        [1, 2, 3, 4, 5],
      )
    })
    test('a command that was answered before is answered the same after', () => {
      const session = park(car)
      const command = clearance(lot, { session, paidFen: 500 })
      const result = lot.command(command)
      lot.restart()
      assert.deepEqual(lot.command(command), result)
      assert.equal(lot.lot.store.cleared(session as never).paidFen, 500)
    })
  })
})
