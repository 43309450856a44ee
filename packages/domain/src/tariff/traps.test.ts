import assert from 'node:assert/strict'
import { test } from 'node:test'
import { published } from './generators.fixtures.ts'
import { parseTariff, simpleTariff, trapsIn } from './tariff.ts'

const step = { to: null, every: 60, fen: 500 }
const hourly = { steps: [step] }
/** Everything is said. */
const careful = {
  timeZone: 'Asia/Shanghai',
  choose: [{ plan: 'p' }],
  plans: { p: { bands: [hourly] } },
  notice: '每小时 5 元',
}
const withPlan = (plan: object, more: object = {}): object => ({
  ...careful,
  plans: { p: { ...careful.plans.p, ...plan } },
  ...more,
})
const withBands = (...bands: object[]): object => withPlan({ bands, ladderFrom: 'band', edge: 'cut' })
// biome-ignore lint/suspicious/noThenProperty: the model's own word (tariffs.md 5.2)
const free = { minutes: 15, edge: 'inclusive', then: 'count' }
const resumed = { visits: { resumeWithinMinutes: 30 } }
const day = { from: '07:00', to: '19:00', ...hourly }

const table: readonly (readonly [what: string, document: unknown, ...traps: string[]])[] = [
  ['nothing', careful],
  [
    'a ladder that ends',
    withPlan({ bands: [{ steps: [{ ...step, to: 120 }] }] }),
    '/plans/p/bands/0/steps/0/to list-ends',
  ],
  [
    'only some vehicles',
    { ...careful, choose: [{ when: { vehicle: 'small' }, plan: 'p' }] },
    '/choose/0/when not-for-everybody',
  ],
  [
    'a class that no plate says',
    { ...careful, choose: [{ when: { vehicle: ['small', 'taxi'] }, plan: 'p' }, { plan: 'p' }] },
    '/choose/0/when/vehicle unknown-class',
  ],
  [
    'a class that the document gives to plates',
    {
      ...careful,
      classes: [{ colours: ['white'], as: ['taxi'] }],
      choose: [{ when: { vehicle: 'taxi' }, plan: 'p' }, { plan: 'p' }],
    },
  ],
  [
    'a kind of day misspelt, and no calendar',
    withBands({ days: ['workdays'], ...hourly }, hourly),
    '/calendar days-without-calendar',
    '/plans/p/bands/0/days/0 unknown-day-kind',
  ],
  [
    'a kind of day that the calendar knows',
    { ...withBands({ days: ['holiday'], ...hourly }, hourly), calendar: { '2025-10-01': 'holiday' } },
  ],
  ['a plan for nobody', { ...careful, plans: { ...careful.plans, 'q/1': careful.plans.p } }, '/plans/q~11 unused-plan'],
  [
    'a minute between two bands',
    withBands({ ...day, to: '11:59' }, { ...day, from: '12:00' }, hourly),
    '/plans/p/bands/0/to minute-of-nobody',
  ],
  [
    'a minute before midnight',
    withBands({ ...day, to: '23:59' }, { ...day, from: '00:00', to: '06:00' }, hourly),
    '/plans/p/bands/0/to minute-of-nobody',
  ],
  [
    'free time of which little is said',
    withPlan({ free: { minutes: 15 } }, resumed),
    '/plans/p/free/edge free-edge-unsaid',
    '/plans/p/free/then free-then-unsaid',
  ],
  [
    'bands of which little is said',
    withPlan({
      bands: [
        {
          ...day,
          steps: [
            { ...step, to: 60 },
            { ...step, fen: 300 },
          ],
        },
        hourly,
      ],
    }),
    '/plans/p/edge edge-unsaid',
    '/plans/p/ladderFrom ladder-unsaid',
  ],
  [
    'a cap below the first unit',
    withPlan({ caps: [{ per: 'stay', fen: 300 }] }),
    '/plans/p/caps/0/fen cap-below-first-unit',
  ],
  [
    'a cap for the first day only',
    withPlan({ cycle: { from: 'entry', minutes: 1440 }, caps: [{ per: 'cycle', fen: 3000, cycles: [1, 1] }] }),
    '/plans/p/caps later-cycles-uncapped',
  ],
  [
    'new stays that nothing caps',
    { ...careful, payment: { overstay: 'newStay' } },
    '/plans/p/caps new-stay-without-cap',
  ],
  ['free minutes for whoever leaves and comes back', withPlan({ free }), '/visits/resumeWithinMinutes leaving-pays'],
  [
    'a ladder that rises',
    withPlan({ bands: [{ steps: [{ ...step, to: 60, fen: 100 }, step] }] }),
    '/visits/resumeWithinMinutes leaving-pays',
  ],
  ['free minutes that come once', withPlan({ free }, resumed)],
  ['no notice', { ...careful, notice: undefined }, '/notice no-notice'],
]
for (const [what, document, ...traps] of table)
  test(`a trap: ${what}`, () => {
    const plain = JSON.parse(JSON.stringify(document))
    const parsed = parseTariff(plain)
    assert.ok(parsed.ok, JSON.stringify(parsed))
    assert.deepEqual(
      trapsIn(parsed.value.document).map(({ path, trap }) => `${path} ${trap}`),
      traps,
    )
  })

test('of the published lists, those end that say so, and none names a day or a minute that is not there', () => {
  const told = published.flatMap(({ id, document }) => trapsIn(document).map(({ trap }) => `${id} ${trap}`))
  assert.deepEqual(
    told.filter((one) => /unknown-day-kind|minute-of-nobody|unused-plan/.test(one)),
    [],
  )
  assert.ok(told.includes('apds-rate-table-5 list-ends'))
  assert.deepEqual(trapsIn(simpleTariff({ hourFen: 500, notice: '每小时 5 元' })), [])
})
