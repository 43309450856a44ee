import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { minute, type TestLot, testLot } from '../fixtures.ts'
import { takeCash } from '../person/attend.ts'
import { boothsMistakes, isChangeRight, kioskPortMistakes } from './decide.ts'
import { giveBack, handOver, openShift } from './turns.ts'

/* Shifts and drawers of a lot (domain.md 2): booth 1 has shifts, booth 2 goes into the lot's own drawer. */
const booths = [
  { id: 1, name: '东门岗亭', shifts: true },
  { id: 2, name: '西门岗亭', shifts: false },
]
const [zhang, li] = ['张师傅', '李师傅']

describe('a driver’s notes', () => {
  for (const [what, paidFen, givenFen, changeFen, right] of [
    ['exactly', 1000, 1000, 0, true],
    ['a note and its change', 1000, 5000, 4000, true],
    ['a fen too much back', 1000, 5000, 4001, false],
    ['a fen too little back', 1000, 5000, 3999, false],
    ['a note, and nobody says what went back', 1000, 5000, undefined, false],
    ['change of nothing', 1000, undefined, 4000, false],
    ['nobody counted', 1000, undefined, undefined, true],
  ] as const)
    test(`${what}: ${right ? 'right' : 'wrong'}`, () => {
      assert.equal(isChangeRight({ paidFen, givenFen, changeFen }), right)
    })
})

/** A lot with booths, driven through the turns that the page calls. */
function acts(lot: TestLot) {
  const turn = <T>(act: () => T): T => lot.lot.store.turn(act)
  let cars = 0
  return {
    open: (booth: number, by: string, floatFen: number) =>
      turn(() => openShift(lot.lot, { booth, by, floatFen }, lot.now())),
    hand: (booth: number, by: string, to: string, countedFen: number) =>
      turn(() => handOver(lot.lot, { booth, by, to, countedFen }, lot.now())),
    take: (session: string, by: string, more: { booth?: number; givenFen?: number; changeFen?: number } = {}) =>
      turn(() => takeCash(lot.lot, { session, by, paidFen: 1000, ...more }, lot.now())),
    back: (session: string, by: string, amountFen: number, booth?: number) =>
      turn(() =>
        giveBack(
          lot.lot,
          { session, by, reason: '多收了', amountFen, ...(booth === undefined ? {} : { booth }) },
          lot.now(),
        ),
      ),
    /** In, and an hour and ten minutes later: 10 yuan are owed. */
    owing(): string {
      const plate = `粤B${String(++cars).padStart(5, '0')}`
      lot.opens(lot.read(1, plate).opening)
      lot.drivesThrough(1)
      lot.pass(70 * minute)
      return lot.lot.store.openSessions(plate as never)[0]!.id
    },
  }
}

describe('a shift', () => {
  let lot: TestLot
  let me: ReturnType<typeof acts>
  beforeEach(() => {
    lot = testLot({ booths })
    me = acts(lot)
  })
  afterEach(() => lot.close())

  test('opens with what was counted, takes and gives back, and is handed over: only then is said what it should hold', () => {
    assert.deepEqual(me.open(1, zhang, 20_000), { opening: null })
    const session = me.owing()
    assert.equal(me.take(session, zhang, { booth: 1, givenFen: 5000, changeFen: 4000 }).refused, undefined)
    assert.equal(me.back(session, zhang, 300, 1).refused, undefined)
    lot.restart()
    assert.deepEqual(me.hand(1, li, li, 20_650), {
      opening: null,
      handedOver: { expectedFen: 20_700, overFen: -50 },
    })
    const told = lot.events().filter(({ kind }) => kind.startsWith('shift-') || kind.startsWith('cash-'))
    const shift = told[0]?.kind === 'shift-opened' ? told[0].shift : ''
    assert.deepEqual(
      told.map((event) => [event.kind, 'shift' in event && event.shift === shift]),
      ['shift-opened', 'cash-taken', 'cash-given-back', 'shift-handed-over'].map((kind) => [kind, true]),
    )
    assert.equal(me.open(1, li, 20_650).refused, undefined)
  })
  test('at a booth without shifts, cash is in the lot’s own drawer', () => {
    const session = me.owing()
    assert.equal(me.take(session, zhang, { booth: 2 }).refused, undefined)
    const taken = lot.events().findLast(({ kind }) => kind === 'cash-taken')
    assert.deepEqual([taken && 'shift' in taken, taken && 'booth' in taken && taken.booth], [false, 2])
  })

  /** What stands before, and then what is refused. */
  const refused: [string, string, () => () => { readonly refused?: string }][] = [
    ['cash at no booth', 'booth-unknown', () => withCar((session) => me.take(session, zhang))],
    ['cash at a booth that is not there', 'booth-unknown', () => withCar((car) => me.take(car, zhang, { booth: 3 }))],
    ['cash without a shift', 'no-shift', () => withCar((session) => me.take(session, zhang, { booth: 1 }))],
    ['a shift at a booth that has none', 'booth-unknown', () => () => me.open(2, zhang, 0)],
    ['a hand-over of nothing', 'no-shift', () => () => me.hand(1, zhang, li, 0)],
    ['a second shift', 'shift-open', () => withShift(0, () => me.open(1, li, 0))],
    ['cash of another', 'shift-of-another', () => withShift(0, () => me.take(car, li, { booth: 1 }))],
    [
      'wrong change',
      'change-wrong',
      () => withShift(0, () => me.take(car, zhang, { booth: 1, givenFen: 2000, changeFen: 900 })),
    ],
    ['back to nobody', 'no-session', () => withShift(9000, () => me.back('404', zhang, 1, 1))],
    [
      'a fen more back than was taken',
      'more-than-taken',
      () => {
        const then = withShift(9000, () => me.back(car, zhang, 401, 1))
        me.take(car, zhang, { booth: 1 })
        me.back(car, zhang, 600, 1)
        return then
      },
    ],
    [
      'more back than the drawer holds',
      'drawer-short',
      () => {
        const then = withShift(999, () => me.back(car, zhang, 1000, 1))
        me.take(car, zhang, { booth: 2 })
        return then
      },
    ],
  ]
  let car = ''
  function withCar(act: (session: string) => { readonly refused?: string }) {
    car = me.owing()
    return () => act(car)
  }
  function withShift(floatFen: number, act: () => { readonly refused?: string }) {
    me.open(1, zhang, floatFen)
    return withCar(act)
  }
  for (const [what, code, standing] of refused)
    test(`${what}: ${code}, and nothing changes`, () => {
      const act = standing()
      const [before, drawer] = [lot.events(), lot.lot.store.openShift(1)]
      assert.equal(act().refused, code)
      assert.deepEqual([lot.events(), lot.lot.store.openShift(1)], [before, drawer])
    })
})

test('a lot without booths goes on as before: no booth is asked for, and none is known', () => {
  const lot = testLot()
  try {
    const me = acts(lot)
    assert.equal(me.take(me.owing(), zhang).refused, undefined)
    assert.equal(me.take(me.owing(), zhang, { booth: 1 }).refused, 'booth-unknown')
  } finally {
    lot.close()
  }
})

test('law: whatever is done in whatever order, and wherever the power is cut: every drawer holds what its log says, to the fen', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('open' as const), by: fc.constantFrom(zhang, li), fen: fc.nat(50_000) }),
    fc.record({ do: fc.constant('hand' as const), by: fc.constantFrom(zhang, li), fen: fc.nat(50_000) }),
    fc.record({ do: fc.constant('take' as const), by: fc.constantFrom(zhang, li), booth: fc.constantFrom(1, 2) }),
    fc.record({
      do: fc.constant('back' as const),
      by: fc.constantFrom(zhang, li),
      booth: fc.constantFrom(1, 2),
      fen: fc.integer({ min: 1, max: 1200 }),
      which: fc.nat(5),
    }),
    fc.record({ do: fc.constant('cut' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (steps) => {
      const lot = testLot({ booths })
      try {
        const me = acts(lot)
        const sessions: string[] = []
        for (const one of steps) {
          if (one.do === 'open') me.open(1, one.by, one.fen)
          else if (one.do === 'hand') me.hand(1, one.by, li, one.fen)
          else if (one.do === 'cut') lot.restart()
          else if (one.do === 'take') me.take(sessions[sessions.push(me.owing()) - 1]!, one.by, { booth: one.booth })
          else me.back(sessions[one.which] ?? '404', one.by, one.fen, one.booth)
        }
        let drawer = null as { shift: string; fen: number } | null
        const back = new Map<string, number>()
        for (const event of lot.events()) {
          if (event.kind === 'shift-opened') {
            assert.equal(drawer, null, 'one shift at a time')
            drawer = { shift: event.shift, fen: event.floatFen }
          } else if (event.kind === 'cash-taken' || event.kind === 'cash-given-back') {
            const fen: number = event.kind === 'cash-taken' ? event.paidFen : -event.amountFen
            back.set(event.session, (back.get(event.session) ?? 0) + fen)
            assert.ok(back.get(event.session)! >= 0, 'never more back than was taken')
            if (event.shift === undefined) continue
            assert.equal(event.shift, drawer?.shift, 'cash of a shift is taken while it is open')
            drawer!.fen += fen
            assert.ok(drawer!.fen >= 0, 'no drawer gives what it does not hold')
          } else if (event.kind === 'shift-handed-over') {
            assert.deepEqual([event.shift, event.expectedFen], [drawer?.shift, drawer?.fen])
            drawer = null
          }
        }
        const open = lot.lot.store.openShift(1)
        assert.equal(open && lot.lot.store.inDrawer(open), drawer === null ? null : drawer.fen)
        for (const [session, fen] of back) assert.equal(lot.lot.store.cashOf(session as never), fen)
      } finally {
        lot.close()
      }
    }),
    { numRuns: 60 },
  )
})

test('two booths of one number are a mistake of the plan, at its place; a lot without booths has none', () => {
  assert.deepEqual(
    boothsMistakes([...booths, { ...booths[0]!, name: '北门岗亭' }]).map(({ field }) => field),
    ['/booths/2/id'],
  )
  assert.deepEqual(boothsMistakes(booths), [])
  assert.deepEqual(boothsMistakes(undefined), [])
})
test('a kiosk with the number of a booth or of another kiosk is a mistake, and so are kiosks without a port to speak to', () => {
  const kiosk = (id: number) => ({ id, name: '缴费机', secret: 'the secret of the kiosk' })
  assert.deepEqual(
    boothsMistakes(booths, [kiosk(9), kiosk(2), kiosk(9)]).map(({ field }) => field),
    ['/kiosks/1/id', '/kiosks/2/id'],
  )
  assert.deepEqual(
    kioskPortMistakes({ kiosks: [kiosk(9)] }).map(({ field }) => field),
    ['/kioskPort'],
  )
  assert.deepEqual(kioskPortMistakes({ kiosks: [kiosk(9)], kioskPort: 7092 }), [])
  assert.deepEqual(kioskPortMistakes({}), [])
})
