import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import { clearance, correction, hour, innerPlan, minute, type TestLot, testLot, voiding } from '../fixtures.ts'
import { tryAgain } from '../gate/openings.ts'
import type { LotAgentPlan } from '../plan.ts'
import { partNow } from './part.ts'

let lot: TestLot
const [mine, yours] = ['粤B12345', '粤B67890']
const area = '地库'
const withArea = (over: Partial<NonNullable<LotAgentPlan['areas']>[number]> = {}): Partial<LotAgentPlan> => ({
  ...innerPlan,
  areas: [{ name: area, tariff: {}, ...over }],
})
const begin = (over: Partial<LotAgentPlan> = innerPlan) => {
  lot.close()
  lot = testLot(over)
}
/** Is let through a lane and drives on. */
function drive(lane: number, plate: string): void {
  lot.opens(lot.read(lane, plate).opening)
  lot.drivesThrough(lane)
}
/** What the agent does when a gate stayed silent. */
const again = ({ id }: { readonly id: Id }) => lot.lot.store.turn(() => tryAgain(lot.lot, id, lot.now()))
const stayOf = (plate: string) => lot.lot.store.openSessions(plate as never)[0]!.id
const parts = (session: Id) =>
  lot.lot.store.parts(session).map(({ area, enteredAt, leftAt }) => [area, since(enteredAt), leftAt && since(leftAt)])
const began = () => lot.events()[0]!.at
const since = (at: number) => (at - began()) / minute
const last = <K extends LotEvent['kind']>(kind: K) =>
  lot.events().findLast((event): event is Extract<LotEvent, { kind: K }> => event.kind === kind)
const owes = (plate: string) => {
  const quote = lot.quote({ plate })
  return 'quote' in quote ? quote.quote.owedFen : quote.because
}

describe('an area inside a lot', () => {
  beforeEach(() => {
    lot = testLot(innerPlan)
  })
  afterEach(() => lot.close())

  test('is a part of the same stay: in, out, and paid at the way out of the lot', () => {
    drive(1, mine)
    const session = stayOf(mine)
    lot.pass(20 * minute)
    drive(3, mine)
    assert.deepEqual(
      lot
        .events()
        .slice(-4)
        .map(({ kind }) => kind),
      ['occupied', 'area-entered', 'gate-opened', 'vacated'],
    )
    lot.pass(100 * minute)
    assert.equal(owes(mine), 500 + 200, '20 minutes outside, two begun hours inside')
    drive(4, mine)
    assert.deepEqual(last('gate-opened')?.cause, { kind: 'area', area })
    lot.pass(10 * minute)
    assert.deepEqual(parts(session), [[area, 20, 120]])
    assert.equal(lot.read(2, mine).opening, null, 'it owes')
    assert.equal(owes(mine), 500 + 200, '30 minutes outside')
    lot.opens(lot.cash(session, 700).opening)
    lot.drivesThrough(2)
    assert.deepEqual([last('left')?.session, last('left')?.how], [session, 'left'])
    assert.equal(lot.kinds().filter((kind) => kind === 'entered').length, 1, 'one stay')
  })

  const before: [string, number, () => void, readonly unknown[]][] = [
    ['before the arm moved, on its way in', 3, () => {}, []],
    ['before the arm moved, on its way out', 4, () => drive(3, mine), [[area, 0, null]]],
  ]
  for (const [what, lane, first, expected] of before)
    test(`who backs off ${what}, is where it was`, () => {
      drive(1, mine)
      first()
      lot.pass(hour)
      lot.read(lane, mine)
      lot.pass(minute)
      lot.backsOff(lane)
      assert.deepEqual(parts(stayOf(mine)), expected)
      const told = lot.events().findLast(({ kind }) => kind.startsWith('area-'))
      assert.equal(told?.kind, lane === 3 ? 'area-left' : 'area-entered', 'and the log says so')
      assert.equal(last('vacated')?.area, area)
    })

  test('seen at the way out of the lot, it has come out of the area unseen', () => {
    drive(1, mine)
    drive(3, mine)
    lot.pass(hour)
    lot.read(2, mine)
    lot.pass(hour)
    assert.deepEqual(parts(stayOf(mine)), [[area, 0, 60]])
    assert.deepEqual([last('area-left')?.lane, last('area-left')?.enteredAt], [2, began()])
    assert.equal(owes(mine), 100 + 500)
  })
  test('seen at its way in again, it has come out unseen, and goes in anew', () => {
    drive(1, mine)
    drive(3, mine)
    lot.pass(hour)
    drive(3, mine)
    lot.pass(minute)
    assert.deepEqual(parts(stayOf(mine)), [
      [area, 0, 60],
      [area, 60, null],
    ])
  })
  test('out without having been seen going in: the gate opens, nothing is guessed, and the log says so', () => {
    drive(1, mine)
    lot.pass(hour)
    drive(4, mine)
    assert.equal(last('area-left')?.enteredAt, null)
    assert.deepEqual([parts(stayOf(mine)), owes(mine)], [[], 500])
  })
  test('followed through by a second car: both are inside, and the log tells the second', () => {
    for (const plate of [mine, yours]) drive(1, plate)
    lot.opens(lot.read(3, mine).opening)
    lot.input(3, 3, true)
    lot.input(3, 1, false)
    lot.input(3, 2, true)
    const second = lot.read(3, yours)
    lot.silent(second.opening)
    lot.input(3, 1, false)
    lot.input(3, 2, true)
    lot.input(3, 2, false)
    assert.equal(last('unordered-passage')?.session, stayOf(yours))
    assert.deepEqual(
      [mine, yours].map((plate) => partNow(lot.lot, stayOf(plate))?.area),
      [area, area],
    )
  })

  describe('its gates', () => {
    test('a gate that stayed silent lets through once: the part began with the first order', () => {
      drive(1, mine)
      lot.silent(lot.read(3, mine).opening)
      lot.pass(minute)
      drive(3, mine)
      assert.deepEqual(parts(stayOf(mine)), [[area, 0, null]])
      assert.equal(lot.kinds().filter((kind) => kind === 'area-entered').length, 1)
    })
    test('nobody knows its entry: a person is called at the way in, and the way out is open', () => {
      assert.deepEqual(lot.read(3, mine).shown?.show, [mine, '无入场记录', '请联系管理员'])
      assert.equal(lot.read(3, mine).opening, null)
      assert.deepEqual(lot.read(4, yours).opening?.cause, { kind: 'area', area })
    })
    test('an unread vehicle gets out; in goes it by the pass of its stay', () => {
      lot.read(1, null)
      const admitted = lot.admit('r1', 1, '3AC4DEF')
      assert.ok('session' in admitted)
      lot.opens(admitted.opening)
      lot.drivesThrough(1)
      assert.deepEqual(lot.read(3, null).shown?.show, ['无牌车', '请扫码入场'])
      assert.deepEqual(lot.admit('r2', 3, '4AC4DEF'), { because: 'no-session' })
      const inner = lot.admit('r3', 3, '3AC4DEF')
      assert.ok('session' in inner && inner.session === admitted.session)
      lot.opens(inner.opening)
      lot.drivesThrough(3)
      assert.equal(partNow(lot.lot, admitted.session)?.area, area)
      assert.equal(lot.lot.store.inside(), 1, 'one stay')
      assert.deepEqual(lot.read(4, null).opening?.cause, { kind: 'area', area })
      assert.deepEqual(lot.admit('r4', 4, '3AC4DEF'), { because: 'lane-wrong-direction' })
    })
    test('an exit code there is no way to pay: nothing is asked for', () => {
      drive(1, mine)
      drive(3, mine)
      lot.read(4, mine)
      assert.deepEqual(lot.quote({ lane: 4 }), { because: 'lane-wrong-direction' })
    })
    for (const [what, lists, opens] of [
      ['a stranger waits', {}, false],
      ['a free plate goes in', { free: [{ plate: yours }] }, true],
      ['a guest goes in', { guests: [{ plate: yours }] }, true],
      ['who is blocked waits, full or not', { blocked: [{ plate: yours }], free: [{ plate: yours }] }, false],
    ] as const)
      test(`full: ${what}; the lot itself is not full`, () => {
        begin(withArea({ capacity: 1 }))
        drive(1, mine)
        drive(3, mine)
        drive(1, yours)
        lot.lists({ free: [], guests: [], blocked: [], ...structuredClone(lists) } as never)
        const seen = [lot.read(3, yours), lot.read(3, yours)]
        assert.deepEqual(
          seen.map(({ opening }) => opening !== null),
          opens ? [true, false] : [false, false],
        )
        const refused = lot.events().filter(({ kind }) => kind === 'refused')
        assert.equal(refused.length, opens ? 0 : 1, 'told once')
        if (opens) return
        lot.backsOff(3)
        drive(4, mine)
        assert.equal(lot.lot.store.insideArea(area), 0)
      })
  })

  describe('misread at its gate', () => {
    test('going in: the one stay outside that fits is offered, and a person’s yes lets it in', () => {
      drive(1, '粤B8S0D1')
      drive(1, '粤BBS0Q1')
      drive(3, '粤BBS0Q1')
      const session = stayOf('粤B8S0D1')
      assert.equal(lot.read(3, '粤BBS0D1').opening, null)
      assert.equal(last('misread-offered')?.session, session, 'the other one that is alike is inside')
      lot.command(correction(lot, { session, plate: '粤BBS0D1' }))
      lot.opens(lot.lot.store.waitingOpening(3))
      lot.drivesThrough(3)
      assert.equal(partNow(lot.lot, session)?.area, area)
    })
    test('coming out: it is let out, and known again at the way out of the lot', () => {
      drive(1, '粤B8S0D1')
      drive(3, '粤B8S0D1')
      const session = stayOf('粤B8S0D1')
      lot.pass(hour)
      drive(4, '粤BBS0D1')
      assert.equal(last('misread-offered')?.session, session)
      lot.pass(minute)
      lot.read(2, '粤B8S0D1')
      assert.deepEqual(parts(session), [[area, 0, 61]])
    })
  })

  describe('what persons put right', () => {
    test('a plate keeps its part, and an entry that is later than it cuts it', () => {
      drive(1, mine)
      const session = stayOf(mine)
      drive(3, mine)
      lot.pass(2 * hour)
      assert.equal(owes(mine), 200)
      lot.command(correction(lot, { session, plate: yours, enteredAt: lot.now() - hour }))
      assert.equal(owes(yours), 100)
    })
    test('a stay that is voided, or whose plate comes in again, is in no area any more', () => {
      for (const plate of [mine, yours]) {
        drive(1, plate)
        drive(3, plate)
      }
      lot.command(voiding(lot, stayOf(mine)))
      lot.pass(minute)
      lot.read(1, yours)
      assert.equal(lot.lot.store.insideArea(area), 0)
    })
    test('opened by hand, a car goes in all the same', () => {
      drive(1, mine)
      lot.lists({ blocked: [{ plate: mine }] })
      assert.equal(lot.read(3, mine).opening, null)
      lot.opens(lot.openByHand(3).opening)
      lot.drivesThrough(3)
      assert.equal(partNow(lot.lot, stayOf(mine))?.area, area)
    })
  })

  describe('that collects', () => {
    beforeEach(() => begin(withArea({ collects: true })))
    test('is left when all that the stay owes so far is paid; what comes after is paid at the way out of the lot', () => {
      drive(1, mine)
      const session = stayOf(mine)
      lot.pass(20 * minute)
      drive(3, mine)
      lot.pass(hour)
      assert.equal(lot.read(4, mine).opening, null)
      const quote = lot.quote({ lane: 4 })
      assert.ok('quote' in quote)
      const { lane, occupancy, owedFen } = quote.quote
      assert.deepEqual([lane, owedFen], [4, 600])
      lot.command(clearance(lot, { session, paidFen: 600, gate: { lane: 4, occupancy: occupancy! } }))
      lot.opens(lot.lot.store.waitingOpening(4))
      lot.drivesThrough(4)
      assert.deepEqual([parts(session), lot.lot.store.isOpen(session)], [[[area, 20, 80]], true])
      lot.pass(hour)
      assert.equal(owes(mine), 500, '80 minutes outside by now, of which one begun hour is paid')
    })
    test('cash at its gate opens it', () => {
      drive(1, mine)
      drive(3, mine)
      lot.pass(hour)
      lot.read(4, mine)
      assert.equal(lot.cash(stayOf(mine), 100).opening?.lane, 4)
    })
    test('who owes nothing goes out at once', () => {
      drive(1, mine)
      assert.deepEqual(lot.read(4, mine).opening?.cause, { kind: 'nothing-owed' })
    })
    test('within the time to leave the way out of the lot opens too: the payment is told once, and then nothing is owed', () => {
      drive(1, mine)
      drive(3, mine)
      lot.pass(hour)
      lot.read(4, mine)
      lot.opens(lot.cash(stayOf(mine), 100).opening)
      lot.drivesThrough(4)
      const paid = last('gate-opened')?.cause
      assert.equal(paid?.kind, 'clearance')
      lot.pass(5 * minute)
      const { opening } = lot.read(2, mine)
      lot.tells(opening)
      lot.silent(opening)
      lot.opens(again(opening!)) // the gate of the area is behind it
      assert.deepEqual(last('gate-opened')?.cause, { kind: 'nothing-owed' })
      lot.drivesThrough(2)
      assert.deepEqual([last('left')?.how, last('left')?.owedFen], ['left', 0])
    })

    describe('paid where it stands at the way out of the lot, and then seen at the gate of the area,', () => {
      /** Paid in lane 2, where no loop sees it go. */
      const paysAtTheExit = () => {
        drive(1, mine)
        lot.pass(hour)
        lot.read(2, mine)
        return lot.cash(stayOf(mine), 500).opening!
      }
      test('it goes where it was seen last: the order that has not gone out is withdrawn', () => {
        const first = paysAtTheExit()
        lot.pass(5 * minute)
        drive(4, mine)
        assert.equal(last('gate-opened')?.cause.kind, 'clearance')
        assert.equal(lot.lot.store.opening(first.id)?.state, 'silent')
        assert.equal(again(first), null)
        lot.pass(70 * minute)
        const { opening, shown } = lot.read(2, mine)
        assert.deepEqual([opening, shown?.moment], [null, 'owes'], 'the time to leave is over')
        lot.input(2, 3, true)
        assert.equal(last('unordered-opening')?.lane, 2, 'an arm that rises there rises for nobody')
        lot.drivesThrough(2)
        assert.deepEqual([last('left')?.how, last('left')?.owedFen], ['escaped', 1000])
      })
      for (const [what, moves] of [
        ['has gone out', () => {}],
        ['has opened, and its arm is up', () => lot.input(2, 3, true)],
      ] as const)
        test(`nothing more opens where the order ${what}`, () => {
          const first = paysAtTheExit()
          lot.tells(first)
          moves()
          const { opening, shown } = lot.read(4, mine)
          assert.deepEqual([opening?.id, shown], [first.id, null])
          assert.equal(lot.lot.store.waitingOpening(4), null)
        })
      test('it goes there once the order has gone out and nothing moved', () => {
        const first = paysAtTheExit()
        lot.tells(first)
        lot.silent(first)
        drive(4, mine)
        lot.input(2, 3, true)
        assert.deepEqual(
          lot.events().flatMap((event) => (event.kind === 'gate-opened' ? [event.lane] : [])),
          [1, 4],
        )
      })
    })
  })

  test('has another price list when the cloud sends one, and its own again when it is left out', () => {
    const simple = (hourFen: number) => simpleTariff({ hourFen, leaveMinutes: 15 })
    const versions = (hourFen: number) => ({ versions: [{ from: '2000-01-01T00:00:00Z', tariff: simple(hourFen) }] })
    begin({ ...innerPlan, areas: [{ name: area, tariff: simple(300) }] })
    const order = (version: number, areas: object) =>
      lot.command({
        id: String(version).padStart(32, '4'),
        kind: 'tariff',
        issuedAt: lot.now(),
        expiresAt: lot.now() + hour,
        version,
        schedule: versions(500),
        ...areas,
      })?.state
    drive(1, mine)
    drive(3, mine)
    lot.pass(hour)
    assert.deepEqual([order(1, { areas: { [area]: versions(900) } }), owes(mine)], ['done', 900])
    assert.deepEqual([order(2, { areas: { [area]: { versions: [] } } }), owes(mine)], ['refused', 900])
    assert.deepEqual([order(3, {}), owes(mine)], ['done', 300])
  })
  test('after a power cut who is in there is in there', () => {
    drive(1, mine)
    drive(3, mine)
    lot.restart()
    assert.equal(partNow(lot.lot, stayOf(mine))?.area, area)
  })
  test('without loops: in and out with the reads, whenever the next car comes', () => {
    const none = { loop: null, underArm: null, armOpen: null }
    begin({ ...innerPlan, lanes: innerPlan.lanes.map((lane) => ({ ...lane, inputs: none })) })
    const passes = (lane: number, plate: string) => lot.tells(lot.read(lane, plate).opening)
    passes(1, mine)
    passes(3, mine)
    lot.pass(hour)
    passes(4, mine)
    lot.pass(20 * minute)
    for (const lane of [1, 3, 4]) passes(lane, yours)
    assert.deepEqual(parts(stayOf(mine)), [[area, 0, 60]])
    lot.read(2, mine)
    const quote = lot.quote({ plate: mine })
    assert.ok('quote' in quote)
    assert.deepEqual([quote.quote.owedFen, quote.quote.lane], [600, 2])
  })
})
