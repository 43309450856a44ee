import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { NotPriceable } from '@lanepay/domain/tariff/quote.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { hour, innerPlan, minute, type TestLot, testLot } from '../fixtures.ts'
import { type Act, doAct } from './act.ts'
import { statusOf } from './api.ts'
import { pageOf } from './fixtures.ts'
import { stateOf } from './state.ts'

const plate = '粤B12345'
const by = '张师傅'
const reason = '看了照片'
let lot: TestLot
let asks: ReturnType<typeof pageOf>
describe('what a person may do on the page', () => {
  beforeEach(() => {
    lot = testLot()
    asks = pageOf(lot)
  })
  afterEach(() => lot.close())

  /** In, and an hour and ten minutes later: 10 yuan are owed. */
  function parked(who = plate): string {
    lot.opens(lot.read(1, who).opening)
    lot.drivesThrough(1)
    return lot.lot.store.openSessions(who as never)[0]!.id
  }
  const owing = (): string => {
    const session = parked()
    lot.pass(70 * minute)
    return session
  }
  const does = (act: Act, asked: unknown) => doAct(asks.page, act, asked)
  const rang = () => asks.rung.map(({ lane, cause }) => [lane, cause.kind])

  describe('what an attendant does', () => {
    test('cash for a car at the exit: the amount that is owed, and its gate is rung', () => {
      const session = owing()
      lot.read(2, plate)
      assert.deepEqual(does('cash', { session, by, paidFen: 1000 }), { ok: true, value: { gate: 'ordered' } })
      assert.deepEqual(rang(), [[2, 'clearance']])
      assert.deepEqual(
        lot.events().findLast(({ kind }) => kind === 'cash-taken'),
        {
          ...lot.events().findLast(({ kind }) => kind === 'cash-taken'),
          session,
          by,
          paidFen: 1000,
        },
      )
    })
    test('cash inside the lot: a clearance, and no gate', () => {
      const session = owing()
      assert.deepEqual(does('cash', { session, by, paidFen: 1000 }), { ok: true, value: { gate: null } })
      assert.deepEqual(rang(), [])
      assert.equal(Object.hasOwn(lot.quote({ session }), 'quote'), true)
    })
    test('opens with a reason, for whoever stands there', () => {
      lot.read(2, null)
      assert.deepEqual(does('open', { lane: 2, by, reason }), { ok: true, value: { gate: 'ordered' } })
      assert.deepEqual(rang(), [[2, 'attendant']])
    })
    test('corrects a misread plate: the car that stands at the exit is known, and nothing else is rung while it owes', () => {
      const session = parked('粤B12346')
      lot.pass(70 * minute)
      lot.read(2, plate)
      assert.deepEqual(does('correct', { session, by, reason, plate: '粤B·12345' }), {
        ok: true,
        value: { gate: null },
      })
      const [, exit] = stateOf(asks.page, lot.now(), lot.now()).lanes
      assert.equal(exit?.occupancy?.session?.id, session)
      assert.equal(exit?.occupancy?.owed?.owedFen, 1000)
      assert.deepEqual(does('cash', { session, by, paidFen: 1000 }), { ok: true, value: { gate: 'ordered' } })
    })
    test('corrects a misread plate within the free time: the gate is rung at once', () => {
      const session = parked('粤B12346')
      lot.read(2, plate)
      assert.deepEqual(does('correct', { session, by, reason, plate }), { ok: true, value: { gate: 'ordered' } })
      assert.deepEqual(rang(), [[2, 'nothing-owed']])
    })
    test('ends a stay that should not be', () => {
      const session = parked()
      assert.deepEqual(does('void', { session, by, reason }), { ok: true, value: { gate: null } })
      assert.equal(lot.lot.store.inside(), 0)
    })
  })

  describe('what is refused changes nothing and names code, field and rule', () => {
    const session = (): string => parked()
    const cases: [Act, string, string, string, () => unknown][] = [
      ['open', 'a lane that is not there', 'lane-unknown', 'lane', () => ({ lane: 9, by, reason })],
      ['open', 'an empty lane', 'lane-empty', 'lane', () => ({ lane: 2, by, reason })],
      ['open', 'without a reason', 'bad-request', 'body', () => ({ lane: 2, by })],
      ['open', 'with an empty reason', 'bad-request', 'reason', () => ({ lane: 2, by, reason: '' })],
      ['open', 'with a reason of nothing but spaces', 'bad-request', 'reason', () => ({ lane: 2, by, reason: '   ' })],
      ['open', 'with a reason that ends its line', 'bad-request', 'reason', () => ({ lane: 2, by, reason: 'a\nb' })],
      ['open', 'by nobody', 'bad-request', 'by', () => ({ lane: 2, by: '', reason })],
      ['open', 'a lane in words', 'bad-request', 'lane', () => ({ lane: '2', by, reason })],
      ['open', 'with something nobody asked for', 'bad-request', 'plate', () => ({ lane: 2, by, reason, plate })],
      ['cash', 'for nobody', 'no-session', 'session', () => ({ session: '404', by, paidFen: 100 })],
      ['cash', 'nothing owed', 'nothing-owed', 'session', () => ({ session: session(), by, paidFen: 100 })],
      ['cash', 'a fen less', 'owes-otherwise', 'paidFen', () => ({ session: owing(), by, paidFen: 999 })],
      ['cash', 'a fen more', 'owes-otherwise', 'paidFen', () => ({ session: owing(), by, paidFen: 1001 })],
      ['cash', 'nothing', 'bad-request', 'paidFen', () => ({ session: owing(), by, paidFen: 0 })],
      ['cash', 'half a fen', 'bad-request', 'paidFen', () => ({ session: owing(), by, paidFen: 999.5 })],
      ['cash', 'less than nothing', 'bad-request', 'paidFen', () => ({ session: owing(), by, paidFen: -1000 })],
      ['cash', 'a session that is no number', 'bad-request', 'session', () => ({ session: "1' or 1", by, paidFen: 1 })],
      ['correct', 'for nobody', 'no-session', 'session', () => ({ session: '404', by, reason, plate })],
      ['correct', 'what is no plate', 'not-a-plate', 'plate', () => ({ session: session(), by, reason, plate: 'x!' })],
      ['correct', 'to what it is', 'nothing-to-correct', 'plate', () => ({ session: session(), by, reason, plate })],
      [
        'correct',
        'to a plate that is inside',
        'plate-inside',
        'plate',
        () => {
          parked('京A88888')
          return { session: session(), by, reason, plate: '京A88888' }
        },
      ],
      [
        'correct',
        'an entry that lies ahead',
        'entered-after-now',
        'enteredAt',
        () => ({ session: session(), by, reason, enteredAt: lot.now() + 1 }),
      ],
      ['void', 'nobody', 'no-session', 'session', () => ({ session: '404', by, reason })],
      ['void', 'without a reason', 'bad-request', 'body', () => ({ session: session(), by })],
      ['void', 'text in place of an object', 'bad-request', 'body', () => 'void it'],
      ['void', 'nothing', 'bad-request', 'body', () => null],
    ]
    for (const [act, what, code, field, asked] of cases)
      test(`${act} ${what}: ${statusOf[code as keyof typeof statusOf]} ${code}`, () => {
        const body = asked()
        const before = lot.events().length
        const done = does(act, body)
        assert.ok(!done.ok)
        assert.deepEqual([done.error.code, done.error.field], [code, field], done.error.rule)
        assert.notEqual(done.error.rule, '')
        assert.equal(lot.events().length, before)
        assert.deepEqual(rang(), [])
      })

    test('everything about a stay that has ended', () => {
      const session = owing()
      assert.ok(does('void', { session, by, reason }).ok)
      for (const [act, asked] of [
        ['cash', { session, by, paidFen: 1000 }],
        ['correct', { session, by, reason, plate: '京A88888' }],
        ['void', { session, by, reason }],
      ] as const) {
        const done = does(act, asked)
        assert.equal(!done.ok && done.error.code, 'session-ended')
      }
    })
    test('cash twice: the second is not owed', () => {
      const session = owing()
      assert.ok(does('cash', { session, by, paidFen: 1000 }).ok)
      const again = does('cash', { session, by, paidFen: 1000 })
      assert.equal(!again.ok && again.error.code, 'nothing-owed')
    })
    test('a vehicle class that the price list has no price for: nothing of the correction is kept', () => {
      const session = owing()
      const { price } = lot.lot
      lot.lot.price = (stay) => {
        if (stay.vehicleClass === 'tram') throw new NotPriceable()
        return price(stay)
      }
      const done = does('correct', { session, by, reason, plate: '京A88888', vehicleClass: 'tram' })
      assert.equal(!done.ok && done.error.code, 'not-priceable')
      assert.equal(lot.lot.store.session(session as never)?.plate, plate)
      assert.equal(
        lot.events().some(({ kind }) => kind === 'corrected'),
        false,
      )
    })
  })

  describe('the state', () => {
    test('says who stands where, what it owes and what becomes of its gate', () => {
      const session = owing()
      lot.read(2, plate)
      const standing = () => stateOf(asks.page, lot.now(), lot.now()).lanes[1]!.occupancy!
      assert.equal(standing().session?.id, session)
      assert.equal(standing().session?.lane, 2)
      assert.deepEqual([standing().owed?.owedFen, standing().owed?.clearedUntil, standing().gate], [1000, null, null])
      does('cash', { session, by, paidFen: 1000 })
      assert.deepEqual(
        [standing().owed?.owedFen, standing().owed?.clearedUntil, standing().gate],
        [0, lot.now() + 15 * minute, 'ordered'],
      )
      lot.opens(asks.rung[0]!)
      assert.equal(standing().gate, 'opened')
    })
    test('says how far the cloud’s clock is off in whole seconds, so that no new state comes of every answer', () => {
      const said = (offMs: number | null) =>
        stateOf(pageOf(lot, { cloudOffMs: () => offMs }).page, lot.now(), lot.now()).link.cloudOffMs
      assert.deepEqual([null, 0, 1_499, -61_500.4].map(said), [null, 0, 1_000, -62_000])
    })
    test('a stay without a price is shown without one, and takes nothing else down', () => {
      owing()
      lot.read(2, plate)
      lot.lot.price = () => {
        throw new NotPriceable()
      }
      const { occupancy } = stateOf(asks.page, lot.now(), lot.now()).lanes[1]!
      assert.equal(occupancy?.session?.plate, plate)
      assert.equal(occupancy?.owed, null)
    })
    test('offers the one stay that a misread vehicle may be, until it is put right', () => {
      const session = parked('粤B1234D') // a zero read as D at the entry
      lot.pass(hour)
      lot.read(2, '粤B12340')
      const exit = () => stateOf(asks.page, lot.now(), lot.now()).lanes[1]!.occupancy!
      assert.equal(exit().mayBe?.id, session)
      does('correct', { session, by, reason, plate: '粤B12340' })
      assert.equal(exit().mayBe, null)
      assert.equal(exit().session?.id, session)
    })
    test('a lane without a sensor at its arm does not claim to know the arm', () => {
      const [entry, exit] = lot.lot.plan.lanes
      const other = testLot({ lanes: [entry!, { ...exit!, inputs: { ...exit!.inputs, armOpen: null } }] })
      const { lanes } = stateOf(pageOf(other).page, 0 as Instant, other.now())
      assert.deepEqual(
        lanes.map(({ arm }) => arm),
        ['down', null],
      )
      other.close()
    })
  })
})

test('a lane of an area inside the lot says which, and whether a stay is paid there', () => {
  for (const collects of [false, true]) {
    const inner = testLot({ ...innerPlan, areas: [{ name: '地库', tariff: {}, collects }] })
    try {
      const { lanes } = stateOf(pageOf(inner).page, inner.now(), inner.now())
      assert.deepEqual(
        lanes.map(({ area }) => area),
        [null, null, { name: '地库', collects: false }, { name: '地库', collects }],
      )
    } finally {
      inner.close()
    }
  }
})
