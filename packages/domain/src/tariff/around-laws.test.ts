import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Instant } from '../types.ts'
import type { TariffDocument } from './document.ts'
import {
  anyDocument,
  anyEntry,
  anyLength,
  anyPlan,
  at,
  day,
  hour,
  later,
  minute,
  onePlan,
  priceOf,
  tariffFor,
  untimedCaps,
} from './generators.fixtures.ts'
import { type Coupon, type EarlierVisit, type Payment, priceStay, quoteStay } from './tariff.ts'

/* The laws of tariffs.md 7 about what surrounds a price: payments, coupons, allowances, visits, inner lots, passes. */
const runs = { numRuns: 100 }
const fewDays = anyLength(5 * day)

const anyCoupon: fc.Arbitrary<Coupon> = fc.oneof(
  fc.nat(600).map((minutes): Coupon => ({ kind: 'minutes', minutes })),
  fc.nat(100).map((pay): Coupon => ({ kind: 'percent', pay })),
  fc.nat(3000).map((fen): Coupon => ({ kind: 'amount', fen })),
  anyEntry.map((until): Coupon => ({ kind: 'until', at: until })),
)
const anyCouponWay = fc.constantFrom('shortenEnd' as const, 'shiftStart' as const, 'value' as const)
const anyStep = fc.constantFrom(1, 10, 50, 100)
const anyAllowance = fc.oneof(
  fc.record({
    firstMinutes: fc.integer({ min: 1, max: 600 }),
    by: fc.constantFrom('value' as const, 'shift' as const),
  }),
  fc.record({ percent: fc.nat(100) }),
)

/** Instants of paying, in seconds after the entry. */
const anyPayTimes = fc
  .array(fc.integer({ min: 1, max: 3 * day }), { maxLength: 5 })
  .map((all) => all.sort((a, b) => a - b))

/** Pays what is asked at each of these times, as a driver would. */
function payAt(document: TariffDocument, enteredAt: Instant, times: readonly number[]): Payment[] {
  const tariff = tariffFor(document)
  const payments: Payment[] = []
  for (const seconds of times) {
    const paidAt = later(enteredAt, seconds)
    const { dueFen } = quoteStay(tariff, { enteredAt, at: paidAt, payments })
    payments.push({ paidAt, amountFen: dueFen })
  }
  return payments
}
const sum = (payments: readonly Payment[]): number => payments.reduce((total, { amountFen }) => total + amountFen, 0)

test('19: after paying what is due, nothing is due until the time to leave is over, to the second', () =>
  fc.assert(
    fc.property(
      anyDocument(),
      fc.constantFrom('difference' as const, 'newStay' as const),
      fc.integer({ min: 1, max: 60 }),
      anyEntry,
      anyPayTimes.filter((times) => times.length > 0),
      (plain, overstay, exitMinutes, from, times) => {
        const document: TariffDocument = { ...plain, payment: { exitMinutes, overstay } }
        const payments = payAt(document, from, times)
        const last = payments.findLast(({ amountFen }) => amountFen > 0)
        const quote = (seconds: number) =>
          quoteStay(tariffFor(document), { enteredAt: from, at: later(from, seconds), payments })
        if (!last) return
        const lastS = Math.floor((last.paidAt - from) / 1000)
        for (const seconds of [0, 1, exitMinutes * minute - 1, exitMinutes * minute])
          assert.equal(quote(lastS + seconds).dueFen, 0)
        assert.equal(
          Math.floor((quote(lastS).leaveBy ?? 0) / 1000),
          Math.floor(last.paidAt / 1000) + exitMinutes * minute,
        )
      },
    ),
    runs,
  ))

test('19: paying in between never changes what is paid in all, but for a later exit within the time to leave', () =>
  fc.assert(
    fc.property(anyDocument(), anyEntry, anyPayTimes, fc.nat(3 * day), (plain, from, times, more) => {
      const document: TariffDocument = { ...plain, payment: { exitMinutes: 15, overstay: 'difference' } }
      const exit = later(from, (times.at(-1) ?? 0) + more)
      const payments = payAt(document, from, times)
      const { dueFen, leaveBy, refundFen } = quoteStay(tariffFor(document), { enteredAt: from, at: exit, payments })
      const inAll = sum(payments) + dueFen
      const whole = priceStay(tariffFor(document), { enteredAt: from, at: exit })
      assert.equal(refundFen, 0)
      if (leaveBy === null || Math.floor(exit / 1000) * 1000 > leaveBy) assert.equal(inAll, whole)
      else assert.ok(inAll <= whole)
    }),
    runs,
  ))

test('19: dues are never negative; what is paid beyond the price is a refund, and the same quote paid twice is one', () =>
  fc.assert(
    fc.property(anyDocument(), anyEntry, fewDays, fc.nat(20_000), (document, from, seconds, extra) => {
      const tariff = tariffFor(document)
      const stay = { enteredAt: from, at: later(from, seconds) }
      const { dueFen, priceFen } = quoteStay(tariff, stay)
      const payment = { paidAt: stay.at, amountFen: dueFen + extra }
      const once = quoteStay(tariff, { ...stay, payments: [payment] })
      assert.deepEqual([once.dueFen, once.refundFen, once.priceFen], [0, extra, priceFen])
      const twice = quoteStay(tariff, { ...stay, payments: [payment, payment] })
      assert.deepEqual([twice.dueFen, twice.refundFen], [0, dueFen + 2 * extra])
    }),
    runs,
  ))

test('19: a quote of nothing is not a payment and gives no time to leave', () => {
  const tariff = tariffFor(onePlan({ free: { minutes: 15 }, bands: [{ steps: [{ to: null, every: 60, fen: 800 }] }] }))
  const enteredAt = at('2025-03-05T10:00+08:00')
  const payments = [{ paidAt: at('2025-03-05T10:10+08:00'), amountFen: 0 }]
  const quote = quoteStay(tariff, { enteredAt, at: at('2025-03-05T10:20+08:00'), payments })
  assert.deepEqual([quote.dueFen, quote.leaveBy], [800, null])
})

test('a new stay after the time to leave costs no more than the caps of the whole stay, and never less than was settled', () =>
  fc.assert(
    fc.property(
      anyPlan({ caps: fc.constant([]), cycle: fc.constant({ from: 'entry', minutes: 1440 }) }),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('payment' as const, 'graceEnd' as const),
      anyPayTimes,
      fc.nat(3 * day),
      (plan, freeAgain, firstAgain, from, times, more) => {
        const cap = 3000
        const document = onePlan(
          { ...plan, caps: [{ per: 'cycle', fen: cap }] },
          { payment: { overstay: 'newStay', from, freeAgain, firstAgain } },
        )
        const enteredAt = at('2025-03-05T10:00+08:00')
        const payments = payAt(document, enteredAt, times)
        const seconds = (times.at(-1) ?? 0) + more
        const stay = { enteredAt, at: later(enteredAt, seconds), payments }
        const { priceFen, lines } = quoteStay(tariffFor(document), stay)
        assert.ok(priceFen <= Math.ceil(seconds / day) * cap && priceFen >= sum(payments))
        assert.equal(
          lines.reduce((total, { amountFen }) => total + amountFen, 0),
          priceFen,
        )
        assert.equal(priceStay(tariffFor(document), stay), priceFen)
      },
    ),
    runs,
  ))

test('20: coupons take a price somewhere between nothing and all of it, in whatever order they were added', () =>
  fc.assert(
    fc.property(
      anyDocument(),
      anyCouponWay,
      anyStep,
      fc.array(anyCoupon, { maxLength: 4 }),
      anyEntry,
      fewDays,
      (plain, couponMinutes, amountStep, coupons, from, seconds) => {
        const tariff = tariffFor({ ...plain, couponMinutes, amountStep })
        const full = priceOf(tariff, from, seconds)
        const with_ = priceOf(tariff, from, seconds, { coupons })
        assert.ok(with_ >= 0 && with_ <= full && with_ % amountStep === 0)
        assert.equal(priceOf(tariff, from, seconds, { coupons: coupons.toReversed() }), with_)
        const { lines } = quoteStay(tariff, { enteredAt: from, at: later(from, seconds), coupons })
        assert.equal(
          lines.reduce((total, { amountFen }) => total + amountFen, 0),
          with_,
        )
      },
    ),
    runs,
  ))

test('20: minutes as long as the stay leave nothing; percent 100 and amount 0 change nothing; whole is all of it', () =>
  fc.assert(
    fc.property(anyDocument(), anyCouponWay, anyEntry, fewDays, (plain, couponMinutes, from, seconds) => {
      const tariff = tariffFor({ ...plain, couponMinutes })
      const by = (...coupons: Coupon[]): number => priceOf(tariff, from, seconds, { coupons })
      assert.equal(by({ kind: 'minutes', minutes: Math.ceil(seconds / 60) }), 0)
      assert.equal(by({ kind: 'percent', pay: 100 }, { kind: 'amount', fen: 0 }), priceOf(tariff, from, seconds))
      assert.equal(by({ kind: 'whole' }, { kind: 'amount', fen: 1 }), 0)
    }),
    runs,
  ))

test('16: another coupon or allowance never raises a price', () =>
  fc.assert(
    fc.property(
      anyDocument(),
      anyCouponWay,
      fc.array(anyAllowance, { maxLength: 2 }),
      anyAllowance,
      fc.boolean(),
      anyCoupon,
      anyEntry,
      fewDays,
      (plain, couponMinutes, allowances, another, stack, coupon, from, seconds) => {
        const by = (list: TariffDocument['allowances'] & {}) => tariffFor({ ...plain, couponMinutes, allowances: list })
        const before = priceOf(by(allowances), from, seconds)
        assert.ok(priceOf(by([...allowances, { ...another, stack }]), from, seconds) <= before)
        assert.ok(priceOf(by(allowances), from, seconds, { coupons: [coupon] }) <= before)
      },
    ),
    runs,
  ))

test('the better of two allowances of a kind applies, both where they stack', () => {
  const bands = [{ steps: [{ to: null, every: 60, fen: 1000 }] }]
  const allowed = (allowances: TariffDocument['allowances'] & {}, seconds = 10 * hour): number =>
    priceOf(tariffFor(onePlan({ bands }, { allowances })), at('2025-03-05T10:00+08:00'), seconds)
  const table: readonly (readonly [TariffDocument['allowances'] & {}, number, string])[] = [
    [[{ firstMinutes: 60 }, { firstMinutes: 120 }], 8000, 'the longer time'],
    [
      [
        { firstMinutes: 60, stack: true },
        { firstMinutes: 120, stack: true },
      ],
      7000,
      'both times',
    ],
    [[{ percent: 80 }, { percent: 50 }], 5000, 'the lower percentage'],
    [
      [
        { percent: 80, stack: true },
        { percent: 50, stack: true },
      ],
      4000,
      'one percentage of the other',
    ],
    [[{ firstMinutes: 120 }, { percent: 50 }], 4000, 'two kinds: time first, then the part'],
    [[{ when: { vehicle: 'nev' }, percent: 50 }], 10_000, 'not for this vehicle'],
  ]
  for (const [allowances, fen, why] of table) assert.equal(allowed(allowances), fen, why)
})

test('an allowance once a day is for the first visits of the local day of entry', () => {
  const bands = [{ steps: [{ to: null, every: 60, fen: 1000 }] }]
  const tariff = tariffFor(onePlan({ bands }, { allowances: [{ firstMinutes: 120, per: 'day', times: 1 }] }))
  const visit = (entry: string, exit: string): EarlierVisit => ({ enteredAt: at(entry), leftAt: at(exit), paidFen: 0 })
  const today = visit('2025-03-05T08:00+08:00', '2025-03-05T09:00+08:00')
  const yesterday = visit('2025-03-04T23:00+08:00', '2025-03-05T01:00+08:00')
  const from = at('2025-03-05T10:00+08:00')
  assert.equal(priceOf(tariff, from, 3 * hour), 1000)
  assert.equal(priceOf(tariff, from, 3 * hour, { earlier: [yesterday] }), 1000)
  assert.equal(priceOf(tariff, from, 3 * hour, { earlier: [yesterday, today] }), 3000)
})

const anyVisits = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 20 * hour }), fc.integer({ min: 0, max: 30 * hour })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((gaps) => {
    let s = 0
    return gaps.map(([gap, length]) => {
      const enteredS = s + gap
      s = enteredS + length
      return { enteredS, leftS: s }
    })
  })

test("21: what all visits of one window bring in never exceeds the window's cap", () =>
  fc.assert(
    fc.property(
      anyPlan({
        cycle: fc.boolean().map((restart) => ({ from: 'entry' as const, minutes: 1440, restart })),
        caps: fc.constant([]),
      }),
      anyVisits,
      (plan, visits) => {
        const cap = 1500
        const tariff = tariffFor(
          onePlan(
            { ...plan, caps: [{ per: 'cycle', fen: cap }] },
            { visits: { window: { minutes: 1440, anchor: 'firstEntry' } } },
          ),
        )
        const start = at('2025-03-05T10:00+08:00')
        const earlier: EarlierVisit[] = []
        let windows = 0
        let [anchorS, usedToS, broughtFen] = [0, 0, 0]
        for (const { enteredS, leftS } of visits) {
          if (enteredS >= usedToS) {
            anchorS = enteredS
            broughtFen = 0
          }
          const visit = { enteredAt: later(start, enteredS), leftAt: later(start, leftS) }
          const paidFen = priceStay(tariff, { enteredAt: visit.enteredAt, at: visit.leftAt, earlier: [...earlier] })
          earlier.push({ ...visit, paidFen })
          broughtFen += paidFen
          windows = Math.floor((Math.max(enteredS, leftS - 1) - anchorS) / day) + 1
          usedToS = anchorS + windows * day
          assert.ok(broughtFen <= windows * cap, `${broughtFen} in ${windows} windows`)
        }
      },
    ),
    runs,
  ))

test('22: a stay resumed in time costs in all what the whole would have, gap included', () =>
  fc.assert(
    fc.property(
      anyDocument(),
      anyEntry,
      fewDays,
      fc.integer({ min: 0, max: hour }),
      fewDays,
      (plain, from, first, gap, second) => {
        const tariff = tariffFor({ ...plain, visits: { resumeWithinMinutes: 60 } })
        const [left, back] = [later(from, first), later(from, first + gap)]
        const paidFen = priceOf(tariff, from, first)
        const earlier = [{ enteredAt: from, leftAt: left, paidFen }]
        const { dueFen, priceFen } = quoteStay(tariff, { enteredAt: back, at: later(back, second), earlier })
        assert.equal(paidFen + dueFen, priceOf(tariff, from, first + gap + second))
        assert.ok(priceFen >= paidFen)
      },
    ),
    runs,
  ))

test('22: a second later it is a stay of its own', () => {
  const tariff = tariffFor({
    ...onePlan({ bands: [{ steps: [{ to: null, every: 60, fen: 500 }] }] }),
    visits: { resumeWithinMinutes: 60 },
  })
  const [from, left] = [at('2025-03-05T10:00+08:00'), at('2025-03-05T10:30+08:00')]
  const again = (afterS: number): number =>
    priceOf(tariff, later(left, afterS), 30 * minute, { earlier: [{ enteredAt: from, leftAt: left, paidFen: 500 }] })
  assert.deepEqual([again(hour), again(hour + 1)], [1000, 500])
})

test('23: an inner visit of no length changes nothing; priced side by side the sum is at least either part', () =>
  fc.assert(
    fc.property(
      anyDocument(),
      anyDocument(),
      anyEntry,
      fewDays,
      fc.nat(hour),
      fc.nat(2 * day),
      (outer, inner, from, seconds, after, length) => {
        const inside = { tariff: tariffFor(inner), enteredAt: later(from, after), leftAt: later(from, after + length) }
        const nothing = { ...inside, leftAt: inside.enteredAt }
        const stay = { enteredAt: from, at: later(inside.leftAt, seconds) }
        const by = (mode: 'both' | 'outerClockStops' | 'outerOnly') => tariffFor({ ...outer, nested: { mode } })
        const alone = priceStay(by('outerOnly'), { ...stay, inner: [inside] })
        assert.equal(alone, priceStay(by('both'), stay))
        assert.equal(priceStay(by('outerClockStops'), { ...stay, inner: [nothing] }), alone)
        const innerFen = priceStay(inside.tariff, { enteredAt: inside.enteredAt, at: inside.leftAt })
        assert.equal(priceStay(by('both'), { ...stay, inner: [inside] }), alone + innerFen)
        const quote = quoteStay(by('outerClockStops'), { ...stay, inner: [inside] })
        assert.equal(
          quote.lines.reduce((total, { amountFen }) => total + amountFen, 0),
          quote.priceFen,
        )
      },
    ),
    runs,
  ))

test('time that is cut out stands still: without bands, only what is left counts', () =>
  fc.assert(
    fc.property(
      anyDocument(
        anyPlan({
          bands: fc.constant([
            {
              steps: [
                { to: 60, every: 60, fen: 700 },
                { to: null, every: 30, fen: 200 },
              ],
            },
          ]),
          cycle: fc.constantFrom(null, { from: 'entry', minutes: 1440 }),
          caps: untimedCaps,
        }),
      ),
      anyEntry,
      fc.nat(2 * day),
      fc.integer({ min: 1, max: 2 * day }),
      fc.nat(2 * day),
      (document, from, before, covered, after) => {
        const pass = { from: later(from, before), to: later(from, before + covered) }
        const tariff = tariffFor(document)
        assert.equal(
          priceOf(tariff, from, before + covered + after, { covered: [pass] }),
          priceOf(tariff, from, before + after),
        )
        const separate = tariffFor({ ...document, covered: 'separate' })
        assert.equal(
          priceOf(separate, from, before + covered + after, { covered: [pass] }),
          priceOf(tariff, from, before) + priceOf(tariff, pass.to, after),
        )
      },
    ),
    runs,
  ))
