import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyDocument, anyEntry, anyLength, at, day, hour, later, minute, onePlan } from './generators.fixtures.ts'
import { parseSchedule, priceStay, quoteBySchedule, quoteStay, type Schedule, tariffFor } from './tariff.ts'

const hourly = (fen: number) => onePlan({ bands: [{ steps: [{ to: null, every: 60, fen }] }] })
const versions = [
  { from: '2025-01-01T00:00:00+08:00', tariff: hourly(500) },
  { from: '2025-03-01T00:00:00+08:00', tariff: hourly(600) },
  { from: '2025-06-01T12:00:00+08:00', carsInside: 'new', tariff: hourly(700) },
  { from: '2025-06-02T00:00:00+08:00', carsInside: 'old', tariff: hourly(800) },
]
function scheduleOf(document: unknown): Schedule {
  const parsed = parseSchedule(document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const schedule = scheduleOf({ versions })

const table: readonly (readonly [why: string, enteredAt: string, at: string, hourFen: number])[] = [
  ['the version in force at the entry', '2025-02-01T00:00', '2025-02-01T05:00', 500],
  ['it prices the whole stay', '2025-02-28T23:59', '2025-03-02T00:00', 500],
  ['who comes in at the instant of the change has the new one', '2025-03-01T00:00', '2025-03-02T00:00', 600],
  ['not yet taken over', '2025-06-01T08:00', '2025-06-01T11:59', 600],
  ['taken over with all cars inside', '2025-06-01T08:00', '2025-06-01T12:00', 700],
  ['the next version leaves them alone', '2025-06-01T08:00', '2025-06-03T12:00', 700],
  ['and prices those who come after it', '2025-06-02T00:00', '2025-06-03T12:00', 800],
  ['a car that was inside before everything', '2024-12-01T00:00', '2025-01-02T00:00', 500],
]
for (const [why, enteredAt, asked, hourFen] of table)
  test(`a change of tariff: ${why}`, () =>
    assert.equal(
      priceStay(tariffFor(schedule, at(`${enteredAt}+08:00`), at(`${asked}+08:00`)), {
        enteredAt: at('2025-03-05T00:00+08:00'),
        at: at('2025-03-05T01:00+08:00'),
      }),
      hourFen,
    ))

const faulty: readonly (readonly [what: string, document: unknown, ...faults: string[]])[] = [
  ['no versions', { versions: [] }, '/versions wrong-length'],
  ['a version without its instant', { versions: [{ tariff: hourly(1) }] }, '/versions/0/from missing'],
  [
    'an instant without its offset',
    { versions: [{ from: '2025-01-01T00:00:00', tariff: hourly(1) }] },
    '/versions/0/from no-such-instant',
  ],
  ['versions out of order', { versions: [versions[1], versions[0]] }, '/versions/1/from not-rising'],
  [
    'cars inside that stay neither old nor new',
    { versions: [{ ...versions[0], carsInside: 'split' }] },
    '/versions/0/carsInside not-one-of',
  ],
  [
    'a fault inside a tariff, by its place in the whole',
    { versions: [versions[0], { ...versions[1], tariff: { ...hourly(1), choose: [{ plan: 'q' }] } }] },
    '/versions/1/tariff/choose/0/plan no-such-plan',
  ],
]
for (const [what, document, ...faults] of faulty)
  test(`versions refused: ${what}`, () => {
    const parsed = parseSchedule(document)
    assert.deepEqual(parsed.ok ? [] : parsed.error.map(({ path, rule }) => `${path} ${rule}`), faults)
  })

/** Two versions of anything, a stay round about the change. */
const change = at('2025-03-05T12:00+08:00')
const anyChange = fc
  .tuple(anyDocument(), anyDocument(), fc.constantFrom('old' as const, 'new' as const))
  .map(([before, after, carsInside]) =>
    scheduleOf({
      versions: [
        { from: '2020-01-01T00:00:00Z', tariff: before },
        { from: new Date(change).toISOString().replace('.000', ''), carsInside, tariff: after },
      ],
    }),
  )
const aroundChange = fc.integer({ min: -2 * day, max: 2 * day }).map((s) => later(change, s))

test('26: an old version keeps pricing old stays, whatever comes after it', () =>
  fc.assert(
    fc.property(anyDocument(), anyDocument(), anyEntry, anyLength(), (before, after, enteredAt, seconds) => {
      const exit = later(enteredAt, seconds)
      const from = new Date(enteredAt + 1000).toISOString().replace(/\.\d+/, '')
      const both = scheduleOf({
        versions: [
          { from: '2020-01-01T00:00:00Z', tariff: before },
          { from, tariff: after },
        ],
      })
      const alone = scheduleOf({ versions: [{ from: '2020-01-01T00:00:00Z', tariff: before }] })
      const stay = { enteredAt, at: exit }
      fc.pre(Math.floor(enteredAt / 1000) * 1000 === enteredAt)
      assert.deepEqual(quoteBySchedule(both, stay), quoteStay(tariffFor(alone, enteredAt, exit), stay))
    }),
    { numRuns: 100 },
  ))

test('an answer stands as long as it says, and not beyond a change that takes the cars inside with it', () =>
  fc.assert(
    fc.property(
      anyChange,
      aroundChange,
      fc.nat(2 * day),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (both, enteredAt, seconds, part) => {
        const stay = { enteredAt, at: later(enteredAt, seconds) }
        const { dueFen, holdsUntil } = quoteBySchedule(both, stay)
        const then = later(stay.at, Math.floor(((holdsUntil - stay.at) / 1000) * part))
        assert.equal(quoteBySchedule(both, { ...stay, at: then }).dueFen, dueFen)
      },
    ),
    { numRuns: 200 },
  ))

test('the time to leave that was paid for stands through a change, to the second', () =>
  fc.assert(
    fc.property(
      anyChange,
      aroundChange,
      fc.integer({ min: 1, max: 2 * day }),
      fc.nat(20 * minute),
      (both, enteredAt, seconds, more) => {
        const paidAt = later(enteredAt, seconds)
        const { dueFen } = quoteBySchedule(both, { enteredAt, at: paidAt })
        fc.pre(dueFen > 0)
        const payments = [{ paidAt, amountFen: dueFen }]
        const asked = later(paidAt, more)
        const quote = quoteBySchedule(both, { enteredAt, at: asked, payments })
        if (more <= 15 * minute) assert.deepEqual([quote.dueFen, quote.leaveBy], [0, later(paidAt, 15 * minute)])
        else {
          const plain = quoteStay(tariffFor(both, enteredAt, asked), { enteredAt, at: asked, payments })
          assert.equal(quote.dueFen, plain.dueFen)
        }
      },
    ),
    { numRuns: 200 },
  ))

test('a change that makes a stay cheaper than what was paid says what is to be given back', () => {
  const both = scheduleOf({
    versions: [versions[0], { from: '2025-03-05T12:00:00+08:00', carsInside: 'new', tariff: hourly(200) }],
  })
  const enteredAt = at('2025-03-05T08:00+08:00')
  const payments = [{ paidAt: at('2025-03-05T10:00+08:00'), amountFen: 1000 }]
  const quote = quoteBySchedule(both, { enteredAt, at: later(enteredAt, 4.5 * hour), payments })
  assert.deepEqual([quote.priceFen, quote.dueFen, quote.refundFen], [1000, 0, 0])
  const sooner = quoteBySchedule(both, {
    enteredAt: at('2025-03-05T09:00+08:00'),
    at: at('2025-03-05T12:00+08:00'),
    payments,
  })
  assert.deepEqual([sooner.priceFen, sooner.dueFen, sooner.refundFen], [600, 0, 400])
})
