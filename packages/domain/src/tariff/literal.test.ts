import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  anyDocument,
  anyEntry,
  anyLength,
  at,
  day,
  hour,
  later,
  onePlan,
  priceOf,
  tariffFor,
} from './generators.fixtures.ts'
import { literalPrice } from './literal.fixtures.ts'
import { NotPriceable, quoteStay } from './tariff.ts'

/** Whole days are multiplied, pieces are divided: none of it may show. */
test('the engine prices every stay as the units of tariffs.md 5.3 walked one by one', () => {
  fc.assert(
    fc.property(anyDocument(), anyEntry, anyLength(), (document, enteredAt, seconds) => {
      const entryS = Math.floor(enteredAt / 1000)
      const exitS = Math.floor(later(enteredAt, seconds) / 1000)
      const literal = literalPrice(document, document.plans.p!, entryS, exitS)
      assert.equal(priceOf(tariffFor(document), enteredAt, seconds), literal)
    }),
    { numRuns: 600 },
  )
})

test('the price of up to three years, asked without lines, is what the lines of every unit add up to', () => {
  fc.assert(
    fc.property(anyDocument(), anyEntry, anyLength(1100 * day), (document, enteredAt, seconds) => {
      const tariff = tariffFor(document)
      const quote = quoteStay(tariff, { enteredAt, at: later(enteredAt, seconds) })
      const linesFen = quote.lines.reduce((total, { amountFen }) => total + amountFen, 0)
      assert.deepEqual([linesFen, quote.priceFen], [priceOf(tariff, enteredAt, seconds), linesFen])
    }),
    { numRuns: 200 },
  )
})

test('a ladder that began with the stay is not taken for that of the next occurrence of its band', () => {
  const after = (minutes: number) => [
    { to: minutes, every: 10, fen: 0 },
    { to: null, every: 10, fen: 50 },
  ]
  const cycle = { from: 'clock' as const, at: '01:30', restart: false }
  const midnight = at('2025-03-05T00:00+08:00')
  const bands = [
    { from: '08:00', to: '20:00' },
    { steps: after(460), cap: 150 },
  ]
  for (const plan of [
    { bands, cycle, ladderFrom: 'band' as const },
    { bands: [{ steps: after(1800), cap: 3500 }], cycle, ladderFrom: 'band' as const },
  ])
    for (const hours of [10, 30, 49.5, 100, 24 * 30]) {
      const exit = later(midnight, hours * hour)
      assert.equal(
        priceOf(tariffFor(onePlan(plan)), midnight, hours * hour),
        literalPrice(onePlan(plan), plan, midnight / 1000, exit / 1000),
      )
    }
})

test('a dated day that is priced like the weekend before it is one stretch with that weekend, however long the stay before', () => {
  const entered = at('2024-10-27T07:00+08:00')
  const plan = {
    bands: [
      { days: ['nonworkday' as const], steps: [{ to: null, every: 10, fen: 0 }] },
      { steps: [{ to: null, every: 10, fen: 50 }] },
    ],
    cycle: { from: 'clock' as const, at: '00:00', restart: false },
  }
  const document = { ...onePlan(plan), calendar: { '2024-11-25': 'holiday' as const } }
  const monday = (at('2024-11-25T00:00+08:00') - entered) / 1000
  const priceAt = (seconds: number) => priceOf(tariffFor(document), entered, seconds)
  assert.deepEqual(
    [monday, monday + 1, monday + day, monday + day + 1].map(priceAt),
    [144_000, 144_000, 144_000, 144_050],
  )
})

test('a quote without explanation is the same quote without lines', () => {
  fc.assert(
    fc.property(anyDocument(), anyEntry, anyLength(), (document, enteredAt, seconds) => {
      const tariff = tariffFor(document)
      const stay = { enteredAt, at: later(enteredAt, seconds) }
      const { lines, ...quote } = quoteStay(tariff, stay)
      assert.deepEqual(quoteStay(tariff, stay, { explained: false }), { ...quote, lines: [] })
      assert.ok(seconds === 0 || lines.length > 0)
    }),
    { numRuns: 200 },
  )
})

test('a ladder that ends prices no stay beyond its end, and says so', () => {
  const tariff = tariffFor({
    timeZone: 'Asia/Shanghai',
    choose: [{ plan: 'p' }],
    plans: { p: { bands: [{ steps: [{ to: 120, every: 60, fen: 100 }] }] } },
  })
  assert.equal(priceOf(tariff, 0 as never, 7200), 200)
  assert.throws(() => priceOf(tariff, 0 as never, 7201), NotPriceable)
})
