import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyDocument, day, later, published } from './generators.fixtures.ts'
import { NotPriceable, parseTariff, priceStay, simpleTariff, TariffDocument } from './tariff.ts'

const hourly = { steps: [{ to: null, every: 60, fen: 500 }] }
const plan = { bands: [hourly] }
const good = { timeZone: 'Asia/Shanghai', choose: [{ plan: 'p' }], plans: { p: plan } }
const withPlan = (changed: object): object => ({ ...good, plans: { p: { ...plan, ...changed } } })
const withChoice = (...choose: object[]): object => ({ ...good, choose })
const withSteps = (...steps: object[]): object => withPlan({ bands: [{ steps }] })
const endless = { to: null, every: 60, fen: 500 }

const faulty: readonly (readonly [what: string, document: unknown, ...faults: string[]])[] = [
  ['no document', null, ' wrong-type'],
  ['an empty one', {}, '/choose missing', '/plans missing', '/timeZone missing'],
  ['a misspelt field', { ...good, choise: [] }, '/choise unknown-field'],
  ['a misspelt field of a plan', withPlan({ cpas: [] }), '/plans/p/cpas unknown-field'],
  ['a zone nobody knows', { ...good, timeZone: 'Asia/Peking' }, '/timeZone unknown-time-zone'],
  ['a date that is none', { ...good, calendar: { '2025-02-30': 'holiday' } }, '/calendar/2025-02-30 no-such-date'],
  ['a date misspelt', { ...good, calendar: { '2025-2-3': 'holiday' } }, '/calendar/2025-2-3 unknown-field'],
  ['nothing to choose from', withChoice(), '/choose wrong-length'],
  ['a plan that is not there', withChoice({ plan: 'q' }), '/choose/0/plan no-such-plan'],
  [
    'a plan called like a thing every object has',
    withChoice({ plan: 'constructor', times: [1, 2] }),
    '/choose/0/plan no-such-plan',
  ],
  ['one of several plans not there', withChoice({ lowestOf: ['p', 'q'] }), '/choose/0/lowestOf/1 no-such-plan'],
  ['neither plan nor lowest', withChoice({ when: { vehicle: 'small' } }), '/choose/0 plan-or-lowest-of'],
  ['both plan and lowest', withChoice({ plan: 'p', lowestOf: ['p'] }), '/choose/0 plan-or-lowest-of'],
  ['a choice after one for all', withChoice({ plan: 'p' }, { plan: 'p' }), '/choose/1 never-reached'],
  ['a third of 5 yuan', withChoice({ plan: 'p', times: [1, 3] }), '/choose/0/times leaves-a-remainder'],
  [
    'a time of day that is none',
    withChoice({ when: { entryFrom: '7:30' }, plan: 'p' }),
    '/choose/0/when/entryFrom malformed',
  ],
  ['from 24:00', withChoice({ when: { entryFrom: '24:00' }, plan: 'p' }), '/choose/0/when/entryFrom empty-window'],
  [
    'a count of visits in no window',
    withChoice({ when: { visitAtLeast: 3 }, plan: 'p' }),
    '/choose/0/when/visitAtLeast without-visit-window',
  ],
  ['half a fen', withSteps({ ...endless, fen: 0.5 }), '/plans/p/bands/0/steps/0/fen wrong-type'],
  ['a negative price', withSteps({ ...endless, fen: -1 }), '/plans/p/bands/0/steps/0/fen out-of-range'],
  ['units of no length', withSteps({ ...endless, every: 0 }), '/plans/p/bands/0/steps/0/every not-one-of'],
  ['a rounding nobody knows', withSteps({ ...endless, round: 'half' }), '/plans/p/bands/0/steps/0/round not-one-of'],
  [
    'a tail longer than its unit',
    withSteps({ ...endless, round: { drop: 61 } }),
    '/plans/p/bands/0/steps/0/round/drop longer-than-unit',
  ],
  [
    'steps that fall',
    withSteps({ ...endless, to: 60 }, { ...endless, to: 60 }),
    '/plans/p/bands/0/steps/1/to not-rising',
  ],
  ['a step after one without end', withSteps(endless, endless), '/plans/p/bands/0/steps/1 never-reached'],
  ['no bands', withPlan({ bands: [] }), '/plans/p/bands wrong-length'],
  ['a band after one for all time', withPlan({ bands: [hourly, hourly] }), '/plans/p/bands/1 never-reached'],
  [
    'hours that belong to no band',
    withPlan({ bands: [{ ...hourly, from: '08:00', to: '20:00' }] }),
    '/plans/p/bands/0 last-band-has-a-condition',
  ],
  [
    'a band from an hour to the same',
    withPlan({ bands: [{ from: '08:00', to: '08:00' }, hourly] }),
    '/plans/p/bands/0/from empty-window',
  ],
  ['a cap for cycles there are not', withPlan({ caps: [{ per: 'cycle', fen: 1 }] }), '/plans/p/caps/0 without-cycle'],
  [
    'caps of the third to the second cycle',
    withPlan({ cycle: { from: 'entry', minutes: 1440 }, caps: [{ per: 'cycle', fen: 1, cycles: [3, 2] }] }),
    '/plans/p/caps/0/cycles not-rising',
  ],
  [
    'cycles of a stay',
    withPlan({ caps: [{ per: 'stay', fen: 1, cycles: [1, 1] }] }),
    '/plans/p/caps/0/cycles without-cycle',
  ],
  ['a cap of nothing', withPlan({ caps: [{ fen: 1 }] }), '/plans/p/caps/0 per-or-over'],
  [
    'a cap of a stay and of windows',
    withPlan({ caps: [{ per: 'stay', over: { minutes: 720 }, fen: 1 }] }),
    '/plans/p/caps/0 per-or-over',
  ],
  [
    'windows that lap over blocks which restart',
    withPlan({ cycle: { from: 'entry', minutes: 1440 }, caps: [{ over: { minutes: 2000 }, fen: 1 }] }),
    '/plans/p/caps/0/over not-whole-cycles',
  ],
  [
    'a week of natural days that restart',
    withPlan({ cycle: { from: 'clock' }, caps: [{ over: { minutes: 10_080 }, fen: 1 }] }),
    '/plans/p/caps/0/over not-whole-cycles',
  ],
  [
    'a window until no time of day',
    withPlan({ caps: [{ over: { minutes: 720, until: '25:00' }, fen: 1 }] }),
    '/plans/p/caps/0/over/until malformed',
  ],
  [
    'an occupancy below what it is at least',
    withChoice({ when: { occupancyAtLeast: 80, occupancyBelow: 80 }, plan: 'p' }, { plan: 'p' }),
    '/choose/0/when/occupancyBelow empty-window',
  ],
  [
    'a class of vehicles after one for all',
    { ...good, classes: [{ as: ['small'] }, { colours: ['green'], as: ['nev'] }] },
    '/classes/1 never-reached',
  ],
  [
    'a colour no plate has',
    { ...good, classes: [{ colours: ['pink'], as: ['small'] }] },
    '/classes/0/colours/0 not-one-of',
  ],
  ['a cycle of no kind', withPlan({ cycle: { from: 'noon' } }), '/plans/p/cycle not-one-of'],
  [
    'free again where nothing begins again',
    withPlan({ free: { minutes: 15, again: true } }),
    '/plans/p/free/again without-restart',
  ],
  [
    'a window of visits that is not the cycle',
    { ...good, visits: { window: { minutes: 1440, anchor: 'firstEntry' } } },
    '/plans/p/cycle not-the-visits-window',
  ],
  ['an allowance of nothing', { ...good, allowances: [{}] }, '/allowances/0 first-minutes-or-percent'],
  [
    'times that are not per day',
    { ...good, allowances: [{ percent: 50, times: 2 }] },
    '/allowances/0/times without-per-day',
  ],
  [
    'a way for time where there is none',
    { ...good, allowances: [{ percent: 50, by: 'shift' }] },
    '/allowances/0/by without-first-minutes',
  ],
  ['two days to leave', { ...good, payment: { exitMinutes: 2880 } }, '/payment/exitMinutes out-of-range'],
  [
    'a fault of form does not hide those of the rest',
    {
      ...good,
      timeZone: 'Asia/Peking',
      choise: [],
      choose: [{ plan: 'q' }, { plan: 5 }],
      payment: 1,
      plans: { p: { bands: [{ from: '08:00', to: '08:00' }, hourly] } },
    },
    '/choise unknown-field',
    '/choose/1/plan wrong-type',
    '/payment wrong-type',
    '/timeZone unknown-time-zone',
    '/choose/0/plan no-such-plan',
    '/choose/1 never-reached',
    '/plans/p/bands/0/from empty-window',
  ],
  [
    'a plan that is not well formed is there all the same',
    {
      ...good,
      plans: { p: { bands: [{ ...hourly, from: 8 }] } },
      visits: { window: { minutes: 1440, anchor: 'firstEntry' } },
    },
    '/plans/p/bands/0/from wrong-type',
  ],
  [
    'several faults, all of them told',
    withChoice({ plan: 'a' }, { plan: 'b' }),
    '/choose/0/plan no-such-plan',
    '/choose/1 never-reached',
    '/choose/1/plan no-such-plan',
  ],
]
for (const [what, document, ...faults] of faulty)
  test(`refused: ${what}`, () => {
    const parsed = parseTariff(document)
    assert.deepEqual(parsed.ok ? [] : parsed.error.map(({ path, rule }) => `${path} ${rule}`), faults)
  })

test('the published price lists and the simple one are good documents, and keep their words', () => {
  for (const document of [...published.map((one) => one.document), simpleTariff({ hourFen: 500 })]) {
    const parsed = parseTariff(document)
    assert.ok(parsed.ok)
    assert.deepEqual(parsed.value.document, document)
  }
})

test('time to leave is what the document says, 15 minutes when it says nothing', () => {
  const minutes = (payment: object) => {
    const parsed = parseTariff({ ...good, ...payment })
    return parsed.ok && parsed.value.leaveMinutes
  }
  assert.deepEqual([minutes({ payment: { exitMinutes: 20 } }), minutes({})], [20, 15])
})

test('nothing makes the parser throw, and what it lets through can be priced', () => {
  const edited = fc
    .tuple(
      fc.oneof(anyDocument(), fc.constantFrom(...published.map(({ document }) => document))),
      fc.nat(),
      fc.jsonValue(),
    )
    .map(([document, where, value]) => {
      const copy = JSON.parse(JSON.stringify(document))
      const places: [Record<string, unknown>, string][] = []
      const visit = (part: unknown): void => {
        if (typeof part !== 'object' || part === null) return
        for (const [key, child] of Object.entries(part)) {
          places.push([part as Record<string, unknown>, key])
          visit(child)
        }
      }
      visit(copy)
      const [holder, key] = places[where % places.length]!
      holder[key] = value
      return copy as unknown
    })
  fc.assert(
    fc.property(fc.oneof(fc.anything(), edited), fc.nat(3 * day), (document, seconds) => {
      const parsed = parseTariff(document)
      if (!parsed.ok) return assert.ok(parsed.error.length > 0)
      const enteredAt = later(0 as never, 1_740_000_000)
      try {
        assert.ok(priceStay(parsed.value, { enteredAt, at: later(enteredAt, seconds) }) >= 0)
      } catch (error) {
        assert.ok(error instanceof NotPriceable, String(error))
      }
    }),
    { numRuns: 500 },
  )
})

test('the JSON Schema that is published is the one the parser uses', () => {
  const file = readFileSync(new URL('./tariff.schema.json', import.meta.url), 'utf8')
  assert.deepEqual(JSON.parse(file), JSON.parse(JSON.stringify(TariffDocument)))
})
