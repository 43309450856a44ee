import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Plan, Step, TariffDocument } from './document.ts'
import {
  anyDocument,
  anyEntry,
  anyLength,
  anyPlan,
  anySteps,
  anyWindowCap,
  anyZone,
  at,
  day,
  hour,
  later,
  minute,
  nestedCaps,
  onePlan,
  priceOf,
  published,
  tariffFor,
  untimedCaps,
} from './generators.fixtures.ts'
import { NotPriceable, quoteStay, type Tariff } from './tariff.ts'

/*
 * The laws of tariffs.md 7 about the price of a stay, by their numbers there, each under its stated condition: on the
 * published price lists and on tariffs made up at random.
 */
const runs = { numRuns: 100 }
const none = fc.constant(undefined)
const cut = fc.constant('cut' as const)
const noCaps = fc.constant([])
const oneBand = anySteps.map((steps) => [{ steps }])
const restarting = fc.constantFrom<NonNullable<Plan['cycle']>>(
  { from: 'entry', minutes: 1440, restart: true },
  { from: 'entry', minutes: 420, restart: true },
)
const entryCycle = fc.option(restarting)
const anyCap = fc.integer({ min: 0, max: 60 }).map((n) => n * 100)

type Case = { readonly tariff: Tariff; readonly vehicle: string; readonly name: string }
const publishedCases: readonly Case[] = published.map(({ id, document, vehicle }) => ({
  tariff: tariffFor(document),
  vehicle,
  name: id,
}))
/** A published price list, or one made up. */
const anyCase: fc.Arbitrary<Case> = fc.oneof(
  fc.constantFrom(...publishedCases),
  anyDocument().map((document) => ({ tariff: tariffFor(document), vehicle: 'small', name: JSON.stringify(document) })),
)
/** Null: longer than the list prices. */
function priceIn(
  { tariff, vehicle }: Case,
  ...[from, seconds]: [Parameters<typeof priceOf>[1], number]
): number | null {
  try {
    return priceOf(tariff, from, seconds, { vehicleClass: vehicle })
  } catch (error) {
    if (error instanceof NotPriceable) return null
    throw error
  }
}
const price = (document: TariffDocument, ...stay: [Parameters<typeof priceOf>[1], number]): number =>
  priceOf(tariffFor(document), ...stay)

test('1: a price is a whole number of fen, never negative; no time costs nothing; lines add up to it', () =>
  fc.assert(
    fc.property(anyCase, anyEntry, anyLength(), (given, from, seconds) => {
      const fen = priceIn(given, from, seconds)
      if (fen === null) return
      assert.ok(Number.isSafeInteger(fen) && fen >= 0)
      assert.equal(priceIn(given, from, 0), 0)
      const quote = quoteStay(given.tariff, { enteredAt: from, at: later(from, seconds), vehicleClass: given.vehicle })
      assert.equal(quote.priceFen, fen)
      assert.equal(
        quote.lines.reduce((total, { amountFen }) => total + amountFen, 0),
        fen,
      )
    }),
    runs,
  ))

test('1: the same question has the same answer, whatever was asked in between', () => {
  const anyStay = fc.tuple(anyEntry, anyLength(400 * day))
  fc.assert(
    fc.property(anyDocument(), fc.array(anyStay, { minLength: 2, maxLength: 8 }), (document, stays) => {
      const asked = tariffFor(document)
      const forwards = stays.map(([from, seconds]) => priceOf(asked, from, seconds))
      const backwards = stays.toReversed().map(([from, seconds]) => priceOf(asked, from, seconds))
      const fresh = stays.map(([from, seconds]) => price(document, from, seconds))
      assert.deepEqual([backwards.toReversed(), fresh], [forwards, forwards])
    }),
    runs,
  )
})

test('2: nothing to pay within the free time, its edge as stated; a second later the free time counts like the rest', () =>
  fc.assert(
    fc.property(
      anyPlan({ free: none }),
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom('inclusive' as const, 'exclusive' as const),
      anyEntry,
      (plan, minutes, edge, from) => {
        const free = onePlan({ ...plan, free: { minutes, edge } })
        const lastFree = minutes * minute - (edge === 'exclusive' ? 1 : 0)
        assert.equal(price(free, from, lastFree), 0)
        assert.equal(price(free, from, lastFree + 1), price(onePlan(plan), from, lastFree + 1))
      },
    ),
    runs,
  ))

test('3: staying longer never costs less', () =>
  fc.assert(
    fc.property(anyCase, anyEntry, anyLength(), anyLength(2 * day), (given, from, seconds, more) => {
      const [shorter, longer] = [priceIn(given, from, seconds), priceIn(given, from, seconds + more)]
      if (longer !== null) assert.ok(shorter !== null && shorter <= longer, `${shorter} > ${longer}`)
    }),
    runs,
  ))

/** A first hour at its own price in every band, and one price for all hours after it. */
const dearFirst = (fen: number, after: number): Step[] => [
  { to: 60, every: 60, fen },
  { to: null, every: 60, fen: after },
]
const hourly = fc.integer({ min: 1, max: 50 }).map((n) => n * 100)

test('4: coming earlier costs less where a cheap band uses up a first hour dearer than the next', () =>
  fc.assert(
    fc.property(hourly, hourly, fc.integer({ min: 1, max: 12 }), (after, dearer, hours) => {
      const bands = [
        { from: '07:00', to: '20:00', steps: dearFirst(after + dearer, after) },
        { steps: dearFirst(0, after) },
      ]
      const tariff = tariffFor(onePlan({ bands }))
      const late = priceOf(tariff, at('2025-03-05T07:00+08:00'), hours * hour)
      const early = priceOf(tariff, at('2025-03-05T06:00+08:00'), (hours + 1) * hour)
      assert.deepEqual([late, early], [after * hours + dearer, after * hours])
    }),
    runs,
  ))

test('5: a price holds until its last second, and no longer', () =>
  fc.assert(
    fc.property(
      anyCase,
      anyEntry,
      anyLength(10 * day),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (given, from, seconds, part) => {
        const first = priceIn(given, from, seconds)
        if (first === null) return
        const stay = { enteredAt: from, at: later(from, seconds), vehicleClass: given.vehicle }
        const holds = Math.floor((quoteStay(given.tariff, stay).holdsUntil - from) / 1000)
        const startS = seconds
        assert.equal(priceIn(given, from, startS + Math.floor((holds - startS) * part)), first)
        if (holds - startS < 30 * day) assert.notEqual(priceIn(given, from, holds + (from % 1000 ? 2 : 1)), first)
      },
    ),
    runs,
  ))

test('5: so it does where the list counts whole minutes, to the second of the clock on the wall', () =>
  fc.assert(
    fc.property(
      anyDocument(),
      fc.constantFrom('minuteUp' as const, 'minuteDown' as const),
      anyEntry,
      anyLength(3 * day),
      (plain, resolution, entry, seconds) => {
        const tariff = tariffFor({ ...plain, resolution })
        const enteredAt = (Math.floor(entry / 1000) * 1000) as typeof entry
        const { holdsUntil, priceFen } = quoteStay(tariff, { enteredAt, at: later(enteredAt, seconds) })
        const holds = (holdsUntil - enteredAt) / 1000
        assert.ok(holds >= seconds)
        assert.equal(priceOf(tariff, enteredAt, holds), priceFen)
        if (holds - seconds < 30 * day) assert.notEqual(priceOf(tariff, enteredAt, holds + 1), priceFen)
      },
    ),
    { numRuns: 300 },
  ))

test('6: n blocks cost at most n caps, and a block that has reached its cap costs no more until it ends', () =>
  fc.assert(
    fc.property(
      anyPlan({ cycle: restarting, caps: noCaps, free: none }),
      anyCap,
      anyEntry,
      anyLength(),
      (plan, cap, from, seconds) => {
        const tariff = tariffFor(onePlan({ ...plan, caps: [{ per: 'cycle', fen: cap }] }))
        const block = plan.cycle?.from === 'entry' ? plan.cycle.minutes * minute : day
        const before = Math.floor(seconds / block)
        assert.ok(priceOf(tariff, from, seconds) <= Math.ceil(seconds / block) * cap)
        const paid = priceOf(tariff, from, before * block)
        const now = priceOf(tariff, from, seconds)
        if (now - paid === cap) assert.equal(priceOf(tariff, from, (before + 1) * block), now)
      },
    ),
    runs,
  ))

test("6: one night costs at most the night band's cap", () =>
  fc.assert(
    fc.property(
      anySteps,
      anyCap,
      fc.integer({ min: 0, max: 9 * hour }),
      fc.nat(9 * hour),
      (steps, cap, start, seconds) => {
        const night = { from: '22:00', to: '07:00', steps, cap }
        const tariff = tariffFor(onePlan({ bands: [night, { steps: [{ to: null, every: 60, fen: 900 }] }] }))
        const from = later(at('2025-03-05T22:00+08:00'), start)
        assert.ok(priceOf(tariff, from, Math.min(seconds, 9 * hour - start)) <= cap)
      },
    ),
    runs,
  ))

test('7: without free time and rounded up, any time at all costs at least the first unit, or the lowest cap', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }),
      anyCap,
      anyEntry,
      fc.integer({ min: 1, max: 3 * day }),
      (prices, cap, from, seconds) => {
        const steps = prices.map((fen, hours) => ({
          to: hours < prices.length - 1 ? hours * 60 + 60 : null,
          every: 60,
          fen,
        }))
        const plan: Plan = {
          bands: [{ steps }],
          cycle: { from: 'entry', minutes: 1440 },
          caps: [{ per: 'cycle', fen: cap }],
        }
        assert.ok(price(onePlan(plan), from, seconds) >= Math.min(prices[0]!, cap))
      },
    ),
    runs,
  ))

test('8: without bands and clock cycles only the duration counts', () =>
  fc.assert(
    fc.property(
      anyDocument(anyPlan({ bands: oneBand, cycle: entryCycle, caps: untimedCaps })),
      anyEntry,
      anyLength(),
      fc.integer({ min: -400 * day, max: 400 * day }),
      (document, from, seconds, shift) => {
        const whole = Math.floor(from / 1000) * 1000
        assert.equal(price(document, (whole + shift * 1000) as typeof from, seconds), price(document, from, seconds))
      },
    ),
    runs,
  ))

test('8: with bands, a stay a week later costs the same where the clock never changes and no date is out of line', () =>
  fc.assert(
    fc.property(anyPlan(), anyEntry, anyLength(), fc.integer({ min: -60, max: 60 }), (plan, from, seconds, weeks) => {
      const document = onePlan(plan)
      assert.equal(price(document, later(from, weeks * 7 * day), seconds), price(document, from, seconds))
      if (plan.bands.every(({ days }) => !days))
        assert.equal(price(document, later(from, weeks * day), seconds), price(document, from, seconds))
    }),
    runs,
  ))

test('9: a stay costs what its blocks cost, each priced as a stay of its own', () =>
  fc.assert(
    fc.property(
      anyPlan({ cycle: restarting, caps: noCaps, free: none }),
      anyCap,
      anyEntry,
      anyLength(),
      (plan, cap, from, seconds) => {
        const tariff = tariffFor(onePlan({ ...plan, caps: [{ per: 'cycle', fen: cap }] }))
        const block = plan.cycle?.from === 'entry' ? plan.cycle.minutes * minute : day
        let sum = 0
        for (let s = 0; s < seconds; s += block) sum += priceOf(tariff, later(from, s), Math.min(block, seconds - s))
        assert.equal(priceOf(tariff, from, seconds), sum)
      },
    ),
    runs,
  ))

test('9: with natural days, splitting exactly at the start of a day changes nothing', () =>
  fc.assert(
    fc.property(
      anyPlan({ cycle: fc.constant({ from: 'clock', at: '00:00' }), caps: noCaps, free: none }),
      anyCap,
      fc.nat(3 * day),
      fc.nat(3 * day),
      (plan, cap, before, after) => {
        const tariff = tariffFor(onePlan({ ...plan, caps: [{ per: 'cycle', fen: cap }] }))
        const midnight = at('2025-03-05T00:00+08:00')
        const from = later(midnight, -before)
        assert.equal(
          priceOf(tariff, from, before + after),
          priceOf(tariff, from, before) + priceOf(tariff, midnight, after),
        )
      },
    ),
    runs,
  ))

test('10: with ladders of the bands, cut at their edges, splitting exactly at an edge changes nothing', () =>
  fc.assert(
    fc.property(anySteps, anySteps, fc.nat(3 * day), fc.nat(3 * day), (daySteps, nightSteps, before, after) => {
      const bands = [{ from: '08:00', to: '20:00', steps: daySteps }, { steps: nightSteps }]
      const tariff = tariffFor(onePlan({ ladderFrom: 'band', edge: 'cut', bands }))
      const edge = at('2025-03-05T20:00+08:00')
      const from = later(edge, -before)
      assert.equal(priceOf(tariff, from, before + after), priceOf(tariff, from, before) + priceOf(tariff, edge, after))
    }),
    runs,
  ))

test('11: splitting anywhere else makes a stay dearer or cheaper: by a second first hour, by part of a unit', () =>
  fc.assert(
    fc.property(
      hourly,
      hourly,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      anyEntry,
      (first, after, before, rest, inside, from) => {
        const tariff = tariffFor(onePlan({ bands: [{ steps: dearFirst(first, after) }] }))
        const cutS = before * hour - (inside ? 30 * minute : 0)
        const whole = priceOf(tariff, from, (before + rest) * hour)
        const split = priceOf(tariff, from, cutS) + priceOf(tariff, later(from, cutS), (before + rest) * hour - cutS)
        assert.equal(split - whole, first - after + (inside ? after : 0))
      },
    ),
    runs,
  ))

test('11: free minutes that come again make a split stay cheaper', () =>
  fc.assert(
    fc.property(hourly, fc.integer({ min: 1, max: 60 }), anyEntry, (fen, minutes, from) => {
      const tariff = tariffFor(onePlan({ free: { minutes }, bands: [{ steps: [{ to: null, every: 60, fen }] }] }))
      const half = minutes * minute
      assert.equal(priceOf(tariff, from, half) + priceOf(tariff, later(from, half), half), 0)
      assert.ok(priceOf(tariff, from, 2 * half) >= fen)
    }),
    runs,
  ))

test('12: one step, no free time, no cap: price x started units', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(5000), anyEntry, anyLength(), (every, fen, from, seconds) => {
      const linear = onePlan({ bands: [{ steps: [{ to: null, every, fen }] }] })
      assert.equal(price(linear, from, seconds), fen * Math.ceil(seconds / (every * minute)))
    }),
    runs,
  ))

/** Every step of a plan put differently. */
const withSteps = (plan: Plan, change: (step: Step) => Step): Plan => ({
  ...plan,
  bands: plan.bands.map((band) => ({ ...band, steps: (band.steps ?? []).map(change) })),
})

// A unit counts for the block or window it begins in, so that shorter ones can meet other caps where nothing restarts.
test('13: units a part as long at the same rate are never dearer rounded up, never cheaper rounded down', () =>
  fc.assert(
    fc.property(
      anyPlan({ edge: cut, cycle: entryCycle, caps: nestedCaps }),
      fc.constantFrom(2, 5, 10),
      fc.constantFrom('up' as const, 'down' as const),
      anyEntry,
      anyLength(),
      (plan, parts, round, from, seconds) => {
        const whole = withSteps(plan, (step) => ({ ...step, round }))
        const fine = withSteps(whole, (step) =>
          step.every !== null && step.every % parts === 0
            ? { ...step, every: step.every / parts, fen: step.fen / parts }
            : step,
        )
        const [coarseFen, fineFen] = [price(onePlan(whole), from, seconds), price(onePlan(fine), from, seconds)]
        assert.ok(round === 'up' ? fineFen <= coarseFen : fineFen >= coarseFen, `${fineFen} for ${coarseFen}`)
      },
    ),
    runs,
  ))

// Under caps of stretches that lap over one another, what one of them waives makes room under the next.
test('14: dropping up to m minutes lies between down and up; 0 minutes are up, a whole unit is down', () =>
  fc.assert(
    fc.property(anyPlan({ caps: nestedCaps }), fc.nat(120), anyEntry, anyLength(), (plan, minutes, from, seconds) => {
      const rounded = (round: (every: number) => NonNullable<Step['round']>): number =>
        price(
          onePlan(withSteps(plan, (step) => (step.every ? { ...step, round: round(step.every) } : step))),
          from,
          seconds,
        )
      const [up, down] = [rounded(() => 'up'), rounded(() => 'down')]
      const dropped = rounded((every) => ({ drop: Math.min(minutes, every) }))
      assert.ok(down <= dropped && dropped <= up)
      assert.deepEqual([rounded(() => ({ drop: 0 })), rounded((every) => ({ drop: every }))], [up, down])
    }),
    runs,
  ))

// A start that is put off meets other windows.
test('15: without bands a free time that is deducted is never dearer than one that counts', () =>
  fc.assert(
    fc.property(
      anyPlan({ bands: oneBand, cycle: entryCycle, free: none, caps: nestedCaps }),
      fc.nat(600),
      anyEntry,
      anyLength(),
      (plan, minutes, from, seconds) => {
        const free = (then: 'count' | 'deduct') => onePlan({ ...plan, free: { minutes, then } })
        assert.ok(price(free('deduct'), from, seconds) <= price(free('count'), from, seconds))
      },
    ),
    runs,
  ))

test('16: another cap, a lower cap and a longer free time that counts never raise a price', () =>
  fc.assert(
    fc.property(
      anyPlan({ caps: nestedCaps }),
      anyCap,
      anyCap,
      anyEntry,
      anyLength(),
      (plan, cap, less, from, seconds) => {
        const per = plan.cycle ? 'cycle' : 'stay'
        const capped = (fen: number) => onePlan({ ...plan, caps: [...(plan.caps ?? []), { per, fen }] })
        const free = (minutes: number) => onePlan({ ...plan, free: { minutes } })
        assert.ok(price(capped(cap), from, seconds) <= price(onePlan(plan), from, seconds))
        assert.ok(price(capped(Math.max(0, cap - less)), from, seconds) <= price(capped(cap), from, seconds))
        const banded = onePlan({
          ...plan,
          bands: plan.bands.map((band) => ({ ...band, cap: Math.min(cap, band.cap ?? cap) })),
        })
        assert.ok(price(banded, from, seconds) <= price(onePlan(plan), from, seconds))
        assert.ok(price(free(30 + less / 100), from, seconds) <= price(free(30), from, seconds))
      },
    ),
    runs,
  ))

test('16: neither does the cap of a window, where it lies inside the cycle and is the only one, nor a lower one', () =>
  fc.assert(
    fc.property(
      anyPlan({ cycle: entryCycle, caps: nestedCaps }),
      anyWindowCap,
      anyCap,
      anyEntry,
      anyLength(),
      (plan, given, less, from, seconds) => {
        const window = { ...given, over: { ...given.over, minutes: Math.min(given.over.minutes, 420) } }
        const capped = (fen: number) => onePlan({ ...plan, caps: [...(plan.caps ?? []), { ...window, fen }] })
        assert.ok(price(capped(window.fen), from, seconds) <= price(onePlan(plan), from, seconds))
        assert.ok(
          price(capped(Math.max(0, window.fen - less)), from, seconds) <= price(capped(window.fen), from, seconds),
        )
      },
    ),
    runs,
  ))

test('17: the lowest of several plans is the lowest of their prices', () =>
  fc.assert(
    fc.property(fc.array(anyPlan(), { minLength: 1, maxLength: 4 }), anyEntry, anyLength(), (list, from, seconds) => {
      const plans = Object.fromEntries(list.map((plan, index) => [`p${index}`, plan]))
      const names = Object.keys(plans)
      const alone = names.map((plan) => price({ timeZone: 'Asia/Shanghai', plans, choose: [{ plan }] }, from, seconds))
      const lowest = price({ timeZone: 'Asia/Shanghai', plans, choose: [{ lowestOf: names }] }, from, seconds)
      assert.equal(lowest, Math.min(...alone))
    }),
    runs,
  ))

test('18: a class factor n/d is exactly n/d of the plain price, caps and all', () =>
  fc.assert(
    fc.property(
      anyPlan(),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(1, 2, 5, 10),
      anyEntry,
      anyLength(),
      (plan, n, d, from, seconds) => {
        const scaled = onePlan(plan, { choose: [{ plan: 'p', times: [n, d] }] })
        assert.equal(price(scaled, from, seconds) * d, price(onePlan(plan), from, seconds) * n)
      },
    ),
    runs,
  ))

/** Every amount of a plan times k. */
const times = (plan: Plan, k: number): Plan => ({
  ...withSteps(plan, (step) => ({ ...step, fen: step.fen * k })),
  bands: withSteps(plan, (step) => ({ ...step, fen: step.fen * k })).bands.map(({ cap, ...band }) =>
    cap === undefined ? band : { ...band, cap: cap * k },
  ),
  caps: (plan.caps ?? []).map((cap) => ({ ...cap, fen: cap.fen * k })),
})

test('24: a tariff scaled by k scales every price by k; scaled by nothing it is free', () =>
  fc.assert(
    fc.property(anyPlan(), fc.nat(9), anyEntry, anyLength(), (plan, k, from, seconds) => {
      assert.equal(price(onePlan(times(plan, k)), from, seconds), k * price(onePlan(plan), from, seconds))
    }),
    runs,
  ))

test('25: 24 elapsed hours over a change of the clock are 24 hours (Heathrow, 25 hours on the wall)', () => {
  const heathrow = publishedCases.find(({ name }) => name === 'uk-heathrow-short-stay-2011')!
  const table = [
    ['2025-03-29T10:00+00:00', '2025-03-30T11:00+01:00', 'clocks go forward'],
    ['2025-10-25T10:00+01:00', '2025-10-26T09:00+00:00', 'clocks go back'],
    ['2025-03-05T10:00+00:00', '2025-03-06T18:00+08:00', 'the exit written in another zone'],
  ] as const
  const elapsed = (text: (typeof table)[number]): number => (at(text[1]) - at(text[0])) / 1000
  const aDay = priceIn(heathrow, at('2025-06-05T10:00+01:00'), day)
  for (const row of table)
    assert.deepEqual([elapsed(row), priceIn(heathrow, at(row[0]), elapsed(row))], [day, aDay], row[2])
})

test('25: elapsed time is what a cycle from the entry counts, in every zone and over every change of its clock', () =>
  fc.assert(
    fc.property(
      anyPlan({ bands: oneBand, cycle: entryCycle, caps: untimedCaps }),
      anyZone,
      anyEntry,
      anyLength(),
      (plan, timeZone, from, seconds) =>
        assert.equal(price(onePlan(plan, { timeZone }), from, seconds), price(onePlan(plan), from, seconds)),
    ),
    runs,
  ))

test('25: an instant costs the same in whatever offset it is written', () =>
  fc.assert(
    fc.property(anyCase, anyEntry, anyLength(), fc.integer({ min: -12, max: 14 }), (given, from, seconds, hours) => {
      const written = (instant: number): string =>
        `${new Date(instant + hours * hour * 1000).toISOString().slice(0, -1)}${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`
      const [entry, exit] = [at(written(from)), at(written(later(from, seconds)))]
      assert.equal(priceIn(given, entry, (exit - entry) / 1000), priceIn(given, from, seconds))
    }),
    runs,
  ))

test('26: a tariff stored and read back prices everything the same', () =>
  fc.assert(
    fc.property(anyCase, anyEntry, anyLength(), (given, from, seconds) => {
      const again = { ...given, tariff: tariffFor(JSON.parse(JSON.stringify(given.tariff.document))) }
      assert.equal(priceIn(again, from, seconds), priceIn(given, from, seconds))
    }),
    runs,
  ))

test('26: changing the document afterwards changes no price', () => {
  const document = onePlan({ bands: [{ steps: [{ to: null, every: 60, fen: 500 }] }] })
  const tariff = tariffFor(document)
  document.plans.p!.bands[0]!.steps![0]!.fen = 900
  assert.equal(priceOf(tariff, at('2025-03-05T10:00+08:00'), hour), 500)
})
