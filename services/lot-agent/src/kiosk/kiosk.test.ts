import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Instant, Plate } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import fc from 'fast-check'
import { clearance, minute, type TestLot, testLot } from '../fixtures.ts'
import { handOver, openShift } from '../shift/turns.ts'
import { endPurchase, settleChange } from './change.ts'
import { greet, hearPurchase, quote } from './turns.ts'
import type { KioskAnswer, PurchaseAsk, PurchaseView, Till } from './wire.ts'

/* Purchases at a cash kiosk (domain.md 3): kiosk 9 beside booth 1, filled with 100 yuan; a stay of 70 minutes owes 10 yuan. */
const kiosk = { id: 9, name: '东侧缴费机', secret: 'the secret of the kiosk', floatFen: 10_000 }
const booths = [{ id: 1, name: '东门岗亭', shifts: true }]
const zhang = '张师傅'
const till: Till = { hoppers: [{ fen: 100, count: 100 }], takes: [100, 500, 1000, 2000, 5000] }

type Said = PurchaseAsk extends infer Ask
  ? Ask extends PurchaseAsk
    ? Omit<Ask, 'at' | 'purchase' | 'seq'>
    : never
  : never

/** A lot with a kiosk, driven through the turns that its door and the page call. */
function acts(lot: TestLot) {
  const turn = <T>(act: () => T): T => lot.lot.store.turn(act)
  const seqs = new Map<string, number>()
  let cars = 0
  return {
    fill: (floatFen = 10_000) => turn(() => openShift(lot.lot, { booth: kiosk.id, by: zhang, floatFen }, lot.now())),
    empty: (countedFen: number) =>
      turn(() => handOver(lot.lot, { booth: kiosk.id, by: zhang, to: zhang, countedFen }, lot.now())),
    openBooth: (floatFen = 20_000) => turn(() => openShift(lot.lot, { booth: 1, by: zhang, floatFen }, lot.now())),
    /** Says the next thing of a purchase, or once more what had this running number. */
    say(purchase: string, said: Said, seq?: number): KioskAnswer {
      const next = seq ?? (seqs.get(purchase) ?? 0) + 1
      const ask = { ...said, at: lot.now(), purchase, seq: next } as PurchaseAsk
      const { answer } = turn(() => hearPurchase(lot.lot, kiosk, ask, lot.now()))
      if (seq === undefined && !('code' in answer && answer.code === 'out-of-order')) seqs.set(purchase, next)
      return answer
    },
    begin(purchase: string, session: string, over: Partial<Extract<PurchaseAsk, { kind: 'begin' }>> = {}) {
      return this.say(purchase, { kind: 'begin', session, owedFen: 1000, till, ...over })
    },
    insert(purchase: string, ...pieces: number[]): KioskAnswer {
      let answer: KioskAnswer | null = null
      for (const fen of pieces) answer = this.say(purchase, { kind: 'insert', fen })
      return answer!
    },
    finish(purchase: string) {
      return this.say(purchase, { kind: 'finish' })
    },
    cancel(purchase: string) {
      return this.say(purchase, { kind: 'cancel' })
    },
    paidOut(purchase: string, fen: number, because?: string) {
      return this.say(purchase, { kind: 'paid-out', fen, ...(because === undefined ? {} : { because }) })
    },
    end: (purchase: string) =>
      turn(() => endPurchase(lot.lot, { kiosk: 9, purchase, by: zhang, reason: '断电' }, lot.now())),
    settle: (owed: string, over: { booth?: number; kioskPaid?: boolean } = {}) =>
      turn(() => settleChange(lot.lot, { owed, by: zhang, reason: '司机来取', ...over }, lot.now())),
    owed: () => lot.lot.store.changeOwedAt(kiosk.id),
    inside: () => lot.lot.store.inDrawer(lot.lot.store.openShift(kiosk.id)!),
    /** In, and an hour and ten minutes later: 10 yuan are owed. */
    owing(): string {
      const plate = `粤B${String(++cars).padStart(5, '0')}`
      lot.opens(lot.read(1, plate).opening)
      lot.drivesThrough(1)
      lot.pass(70 * minute)
      return lot.lot.store.openSessions(plate as Plate)[0]!.id
    },
  }
}
const view = (answer: KioskAnswer): PurchaseView => {
  if (!answer.ok || !('purchase' in answer) || answer.purchase === null) assert.fail(JSON.stringify(answer))
  return answer.purchase
}
const code = (answer: KioskAnswer): string => (answer.ok ? 'ok' : answer.code)
const told = (lot: TestLot, kinds: RegExp) => lot.events().filter(({ kind }) => kinds.test(kind))

describe('a purchase', () => {
  let lot: TestLot
  let me: ReturnType<typeof acts>
  let car: string
  beforeEach(() => {
    lot = testLot({ booths, kiosks: [kiosk], kioskPort: 0 })
    me = acts(lot)
    me.fill()
    car = me.owing()
  })
  afterEach(() => lot.close())

  test('is quoted, begun, paid with notes, and its change paid out; what its drawer holds is its filling and the fee', () => {
    const quoted = quote(lot.lot, { kind: 'quote', at: 0, till, plate: '粤B00001' }, lot.now())
    assert.ok(quoted.ok && 'quote' in quoted)
    const { session, owedFen, takes } = quoted.quote
    assert.deepEqual([session, owedFen, takes], [car, 1000, till.takes])
    assert.deepEqual(view(me.begin('A1', session)).takes, till.takes)
    assert.deepEqual(view(me.insert('A1', 500)).takes, till.takes)
    const after = view(me.insert('A1', 1000))
    assert.deepEqual([after.insertedFen, after.takes], [1500, []])
    assert.equal(me.inside(), 10_000, 'nothing is the lot’s before the finish')
    const due = view(me.finish('A1'))
    assert.deepEqual([due.state, due.paidFen, due.dueFen], ['due', 1000, 500])
    assert.equal(lot.lot.store.cleared(car as never).paidFen, 1000)
    const ended = view(me.paidOut('A1', 500))
    assert.deepEqual([ended.state, ended.paidOutFen, ended.changeOwedFen], ['ended', 500, 0])
    assert.equal(me.inside(), 11_000)
    const [taken] = told(lot, /^cash-taken$/)
    assert.ok(taken?.kind === 'cash-taken')
    const { by, givenFen, changeFen, booth, purchase } = taken
    assert.deepEqual([by, givenFen, changeFen, booth, purchase], [kiosk.name, 1500, 500, 9, 'A1'])
    const emptied = me.empty(11_000)
    assert.deepEqual(emptied, { opening: null, handedOver: { expectedFen: 11_000, overFen: 0 } })
  })
  test('with exact money has nothing to pay out, and opens where its vehicle stands at the exit', () => {
    lot.read(2, '粤B00001')
    me.begin('A1', car)
    me.insert('A1', 1000)
    const at = lot.now()
    const { answer, opening } = lot.lot.store.turn(() =>
      hearPurchase(lot.lot, kiosk, { kind: 'finish', at, purchase: 'A1', seq: 3 }, at),
    )
    assert.deepEqual([view(answer).state, opening?.lane], ['ended', 2])
  })
  test('is quoted to who has no plate by the pass, however it is typed', () => {
    lot.read(1, null)
    lot.admit('request', 1, 'H3K7P2X')
    lot.pass(70 * minute)
    const quoted = quote(lot.lot, { kind: 'quote', at: 0, till, plate: ' h3k7p2x' }, lot.now())
    assert.ok(quoted.ok && 'quote' in quoted)
    assert.equal(quoted.quote.owedFen, 1000)
  })
  test('that is cancelled gives back all that was put in, and pays nothing', () => {
    me.begin('A1', car)
    me.insert('A1', 500, 100)
    const due = view(me.cancel('A1'))
    assert.deepEqual([due.state, due.paidFen, due.dueFen], ['due', 0, 600])
    me.paidOut('A1', 600)
    assert.deepEqual([me.inside(), me.owed(), lot.lot.store.cleared(car as never).paidFen], [10_000, [], 0])
  })
  test('whose change jams leaves a case with its amount, masked plate and number, until a person pays it from a drawer', () => {
    me.openBooth()
    me.begin('A1', car)
    me.insert('A1', 5000)
    me.finish('A1')
    assert.equal(view(me.paidOut('A1', 1500, 'jam')).changeOwedFen, 2500)
    assert.equal(me.inside(), 13_500)
    const [owed] = told(lot, /^change-owed$/)
    assert.ok(owed?.kind === 'change-owed')
    const { plate, amountFen, purchase, because, booth } = owed
    assert.deepEqual([plate, amountFen, purchase, because, booth], ['粤B0**01', 2500, 'A1', 'jam', 9])
    assert.equal(me.settle(owed.owed).refused, 'booth-unknown')
    assert.equal(me.settle(owed.owed, { booth: 1 }).refused, undefined)
    assert.equal(me.settle(owed.owed, { booth: 1 }).refused, 'no-case')
    assert.equal(lot.lot.store.inDrawer(lot.lot.store.openShift(1)!), 17_500)
    assert.equal(me.inside(), 13_500)
  })
  test('said again is answered the same again, whatever came after, and done once; also after a power cut', () => {
    const begun = me.begin('A1', car)
    const first = me.insert('A1', 1000)
    const second = me.insert('A1', 500)
    const finished = me.finish('A1')
    me.paidOut('A1', 500)
    const events = lot.events().length
    lot.restart()
    for (const [seq, said, answer] of [
      [1, { kind: 'begin', session: car, owedFen: 1000, till }, begun],
      [2, { kind: 'insert', fen: 1000 }, first],
      [3, { kind: 'insert', fen: 500 }, second],
      [4, { kind: 'finish' }, finished],
    ] as const)
      assert.deepEqual(me.say('A1', said, seq), answer)
    assert.deepEqual([lot.events().length, me.inside()], [events, 11_000])
    assert.equal(code(me.say('A1', { kind: 'insert', fen: 2000 }, 2)), 'number-reused')
  })
  test('out of order says what comes first, and takes it then', () => {
    me.begin('A1', car)
    const early = me.say('A1', { kind: 'insert', fen: 500 }, 3)
    assert.ok(!early.ok && early.code === 'out-of-order' && early.rule.startsWith('2 '), JSON.stringify(early))
    me.insert('A1', 500)
    assert.equal(view(me.say('A1', { kind: 'insert', fen: 500 }, 3)).insertedFen, 1000)
  })
  test('that was ended by a person is owed as a whole; what the kiosk tells afterwards makes that less, or more', () => {
    me.begin('A1', car)
    me.insert('A1', 5000)
    me.finish('A1')
    assert.equal(me.empty(15_000).refused, 'purchase-under-way')
    me.end('A1')
    assert.deepEqual(
      me.owed().map(({ leftFen }) => leftFen),
      [4000],
    )
    assert.equal(view(me.paidOut('A1', 1500)).changeOwedFen, 2500)
    me.insert('A1', 100)
    assert.deepEqual(
      me.owed().map(({ leftFen, because }) => [leftFen, because]),
      [
        [2500, 'ended-by-person'],
        [100, 'told-late'],
      ],
    )
    assert.equal(me.inside(), 10_000 + 1000 + 2500 + 100)
  })
  test('of which a person found that the kiosk had paid the change: nobody pays it again, and the kiosk holds less', () => {
    me.begin('A1', car)
    me.insert('A1', 5000)
    me.finish('A1')
    me.end('A1')
    me.empty(11_000)
    me.fill(5000)
    assert.equal(me.settle(me.owed()[0]!.id, { kioskPaid: true }).refused, undefined)
    assert.deepEqual([me.owed(), me.inside()], [[], 5000], 'it was in the filling before')
  })
  test('that paid out too much is short at once, and said', () => {
    me.begin('A1', car)
    me.insert('A1', 2000)
    me.finish('A1')
    me.paidOut('A1', 1200)
    assert.equal(me.inside(), 10_800)
    const [over] = told(lot, /^change-overpaid$/)
    assert.equal(over?.kind === 'change-overpaid' && over.amountFen, 200)
  })
  test('keeps its fee while the quote stands, though another hour has begun; later all of it goes back', () => {
    lot.pass(45 * minute) // 1 h 55 min: two hours have begun, as they had
    me.begin('A1', car)
    me.insert('A1', 1000)
    lot.pass(9 * minute)
    assert.equal(view(me.finish('A1')).paidFen, 1000)
    const other = me.owing()
    lot.pass(45 * minute)
    me.begin('B1', other)
    me.insert('B1', 1000)
    lot.pass(11 * minute)
    assert.equal(code(me.finish('B1')), 'owes-otherwise')
    assert.equal(view(me.cancel('B1')).dueFen, 1000)
  })
  test('of a stay that was paid by phone meanwhile takes nothing', () => {
    me.begin('A1', car)
    me.insert('A1', 1000)
    lot.command(clearance(lot, { session: car, paidFen: 1000 }))
    assert.equal(code(me.finish('A1')), 'nothing-owed')
    assert.equal(view(me.cancel('A1')).dueFen, 1000)
  })
  test('of a stay that was paid in part meanwhile owes another amount, though its quote has not ended', () => {
    me.begin('A1', car)
    me.insert('A1', 1000)
    lot.command({ ...clearance(lot, { session: car, paidFen: 500 }), leaveBy: lot.now() - 1 } as Command)
    assert.equal(code(me.finish('A1')), 'owes-otherwise')
  })
  test('into which a note falls after the finish gives that back as well', () => {
    me.begin('A1', car)
    me.insert('A1', 1000, 500)
    me.finish('A1')
    assert.equal(view(me.insert('A1', 2000)).dueFen, 2500)
    assert.equal(view(me.paidOut('A1', 2500)).changeOwedFen, 0)
    assert.equal(me.inside(), 11_000)
  })
  test('that is told again after days, when nobody knows the words any more, is not done again', () => {
    me.begin('A1', car)
    me.insert('A1', 1000)
    lot.pass(3 * 24 * 60 * minute)
    lot.lot.store.turn(() => lot.lot.store.forgetBefore((lot.now() - minute) as Instant))
    assert.equal(code(me.say('A1', { kind: 'insert', fen: 1000 }, 2)), 'out-of-order')
    assert.equal(view(me.cancel('A1')).dueFen, 1000)
  })
  test('that nobody put anything into makes way for the next; one with money in it does not', () => {
    me.begin('A1', car)
    assert.equal(code(me.begin('A2', car)), 'ok')
    me.insert('A2', 500)
    assert.equal(code(me.begin('A3', car)), 'purchase-under-way')
    const greeted = greet(lot.lot, kiosk, lot.now())
    assert.ok(greeted.ok && 'inService' in greeted)
    assert.deepEqual([greeted.inService, greeted.purchase?.purchase], [true, 'A2'])
  })

  for (const [what, refused, act] of [
    [
      'change that the hoppers cannot give',
      'no-change',
      () => me.begin('A1', car, { till: { ...till, hoppers: [], takes: [2000] } }),
    ],
    ['another fee than is owed', 'owes-otherwise', () => me.begin('A1', car, { owedFen: 500 })],
    ['nobody’s stay', 'no-session', () => me.begin('A1', '404')],
    [
      'a finish before the fee is in',
      'not-enough',
      () => [me.begin('A1', car), me.insert('A1', 500), me.finish('A1')].at(-1)!,
    ],
    ['a finish of nothing that began', 'no-purchase', () => me.finish('A1')],
    [
      'a second finish',
      'not-open',
      () => [me.begin('A1', car), me.insert('A1', 2000), me.finish('A1'), me.finish('A1')].at(-1)!,
    ],
    [
      'a cancel after the finish',
      'not-open',
      () => [me.begin('A1', car), me.insert('A1', 2000), me.finish('A1'), me.cancel('A1')].at(-1)!,
    ],
    [
      'money out before anything is due',
      'not-due',
      () => [me.begin('A1', car), me.insert('A1', 2000), me.paidOut('A1', 100)].at(-1)!,
    ],
    ['a kiosk that was emptied', 'not-filled', () => [me.empty(10_000), me.begin('A1', car)].at(-1) as KioskAnswer],
  ] as const)
    test(`refuses ${what}: ${refused}`, () => assert.equal(code(act()), refused))
})

test('law: inserted is fee, paid out and owed, whatever is said, repeated, lost and cut; and the drawer holds what its log says', () => {
  const purchase = fc.constantFrom('A', 'A', 'A', 'B')
  const step = fc.oneof(
    fc.record({ do: fc.constant('begin' as const), purchase, car: fc.nat(1) }),
    fc.record({ do: fc.constant('insert' as const), purchase, fen: fc.constantFrom(500, 1000, 5000) }),
    fc.record({ do: fc.constant('finish' as const), purchase }),
    fc.record({ do: fc.constant('cancel' as const), purchase }),
    fc.record({ do: fc.constant('paid-out' as const), purchase, fen: fc.constantFrom(0, 100, 500, 4000, 5000) }),
    fc.record({ do: fc.constant('again' as const), which: fc.nat(9) }),
    fc.record({ do: fc.constant('end' as const), purchase }),
    fc.record({ do: fc.constant('settle' as const), which: fc.nat(3), kioskPaid: fc.boolean() }),
    fc.record({ do: fc.constant('cut' as const) }),
  )
  /** Up to where change is due: by chance alone few come so far. */
  const pays = fc.record({ purchase, car: fc.nat(1) }).map(({ purchase, car }) => [
    { do: 'begin' as const, purchase, car },
    { do: 'insert' as const, purchase, fen: 5000 },
    { do: 'finish' as const, purchase },
  ])
  const some = fc.oneof({ weight: 8, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: pays })
  fc.assert(
    fc.property(fc.array(some, { minLength: 20, maxLength: 50, size: 'max' }), (chosen) => {
      const steps = chosen.flat()
      const lot = testLot({ booths, kiosks: [kiosk], kioskPort: 0 })
      try {
        const me = acts(lot)
        me.fill()
        me.openBooth(100_000)
        const cars = [me.owing(), me.owing()]
        const said: { purchase: string; said: Said; seq: number; answer: KioskAnswer }[] = []
        const put = new Map<string, number>()
        const seqs = new Map<string, number>()
        const begun = new Map<string, number>()
        let settledFen = 0
        for (const one of steps) {
          if (one.do === 'cut') lot.restart()
          else if (one.do === 'end')
            me.end([...begun].findLast(([name]) => name.startsWith(one.purchase))?.[0] ?? '404')
          else if (one.do === 'settle') {
            const owed = me.owed()[one.which]
            if (!owed || me.settle(owed.id, one.kioskPaid ? { kioskPaid: true } : { booth: 1 }).refused) continue
            settledFen += owed.leftFen
          } else if (one.do === 'again') {
            const before = said[one.which]
            if (before) assert.deepEqual(me.say(before.purchase, before.said, before.seq), before.answer)
          } else {
            const turn = begun.get(one.purchase) ?? 0
            const number = `${one.purchase}${one.do === 'begin' ? turn + 1 : turn}`
            if (one.do === 'begin') begun.set(one.purchase, turn + 1).set(number, 0)
            const what: Said =
              one.do === 'begin'
                ? { kind: 'begin', session: cars[one.car]!, owedFen: 1000, till }
                : one.do === 'insert' || one.do === 'paid-out'
                  ? { kind: one.do, fen: one.fen }
                  : { kind: one.do }
            const seq = (seqs.get(number) ?? 0) + 1
            const answer = me.say(number, what, seq)
            if (code(answer) === 'no-purchase') continue
            seqs.set(number, seq)
            said.push({ purchase: number, said: what, seq, answer })
            if (one.do === 'insert' && answer.ok) put.set(number, (put.get(number) ?? 0) + one.fen)
          }
        }
        const { store } = lot.lot
        const sum = (kind: string) =>
          lot
            .events()
            .reduce((fen, event) => (event.kind === kind && 'amountFen' in event ? fen + event.amountFen : fen), 0)
        let [inserted, paid, paidOut, inDoubt] = [0, 0, 0, 0]
        for (const [number] of seqs) {
          const kept = store.purchase(kiosk.id, number)
          if (!kept) continue
          assert.equal(kept.insertedFen, put.get(number) ?? 0)
          inserted += kept.insertedFen
          paid += kept.clearance === null ? 0 : kept.owedFen
          paidOut += kept.paidOutFen
          if (kept.state !== 'ended') inDoubt += kept.state === 'open' ? kept.insertedFen : kept.dueFen
        }
        const owed = me.owed().reduce((fen, { leftFen }) => fen + leftFen, 0)
        assert.equal(inserted, paid + paidOut + owed + settledFen + inDoubt - sum('change-overpaid'))
        assert.equal(sum('change-owed') - sum('change-settled'), owed, 'the log says what is owed')
        assert.equal(
          paid,
          lot.events().reduce((fen, one) => (one.kind === 'cash-taken' ? fen + one.paidFen : fen), 0),
        )
        for (const car of cars) assert.ok(store.cleared(car as never).paidFen <= 1000, 'no stay is paid twice')
        let drawer = 10_000
        const shift = store.openShift(kiosk.id)!
        for (const event of lot.events()) {
          if (!('shift' in event) || event.shift !== shift.id) continue
          if (event.kind === 'cash-taken') drawer += event.paidFen
          if (event.kind === 'change-owed') drawer += event.amountFen
          if (event.kind === 'change-settled' || event.kind === 'change-overpaid') drawer -= event.amountFen
        }
        assert.equal(me.inside(), drawer)
      } finally {
        lot.close()
      }
    }),
    { numRuns: 40 },
  )
})
