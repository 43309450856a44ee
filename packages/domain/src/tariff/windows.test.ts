import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  anyDocument,
  anyEntry,
  anyLength,
  at,
  hour,
  later,
  onePlan,
  priceOf,
  tariffFor,
} from './generators.fixtures.ts'
import { quoteStay } from './tariff.ts'

/*
 * Two cap windows at once (tariffs.md 2.4, 5.4): a Hong Kong mall with a maximum for 12 hours from the entry that ends at
 * midnight, and one for 24 hours. 20 an hour; at most 120 in 12 hours, 200 in 24.
 */
const steps = [{ to: null, every: 60, fen: 2000 }]
const caps = [
  { over: { minutes: 720, until: '24:00' }, fen: 12_000 },
  { per: 'cycle' as const, fen: 20_000 },
]
const mall = tariffFor(
  onePlan({ cycle: { from: 'entry', minutes: 1440 }, bands: [{ steps }], caps }, { timeZone: 'Asia/Hong_Kong' }),
)
const table: readonly (readonly [entry: string, hours: number, fen: number, why: string])[] = [
  ['10:00', 5, 10_000, 'below every cap'],
  ['10:00', 6, 12_000, 'as many hours as the window covers'],
  ['10:00', 12, 12_000, 'the window is full'],
  ['10:00', 14, 16_000, 'a second window of two hours, to midnight'],
  ['10:00', 15, 18_000, 'midnight ended it: a third begins'],
  ['10:00', 24, 20_000, 'the 24 hours are full'],
  ['10:00', 25, 22_000, 'everything begins again'],
  ['20:00', 4, 8000, 'the hours to midnight'],
  ['20:00', 10, 20_000, 'and 12 hours from midnight, as far as the 24 hours allow'],
]
for (const [entry, hours, fen, why] of table)
  test(`${hours} h from ${entry} cost ${fen} fen: ${why}`, () =>
    assert.equal(priceOf(mall, at(`2025-03-05T${entry}+08:00`), hours * hour), fen))

test('each cap that was applied has its line, the smaller windows first, with its figure and its place in the list', () => {
  const enteredAt = at('2025-03-05T10:00+08:00')
  const { lines } = quoteStay(mall, { enteredAt, at: later(enteredAt, 24 * hour) })
  assert.deepEqual(
    lines.map(({ kind, text, from, to, rule, units, capFen, amountFen }) => [
      kind,
      text['zh-CN'],
      text.en,
      (from! - enteredAt) / 3_600_000,
      (to! - enteredAt) / 3_600_000,
      rule,
      units ?? capFen,
      amountFen,
    ]),
    [
      ['unit', '24 × ¥20.00/60 分钟', '24 × ¥20.00 per 60 min', 0, 24, '/plans/p/bands/0/steps/0', 24, 48_000],
      [
        'cap',
        '每 12 小时（至 24:00 止）封顶 ¥120.00',
        'At most ¥120.00 in 12 h, ending at 24:00',
        0,
        12,
        '/plans/p/caps',
        12_000,
        -12_000,
      ],
      [
        'cap',
        '每 12 小时（至 24:00 止）封顶 ¥120.00',
        'At most ¥120.00 in 12 h, ending at 24:00',
        14,
        24,
        '/plans/p/caps',
        12_000,
        -8000,
      ],
      ['cap', '周期封顶 ¥200.00', 'At most ¥200.00 in this cycle', 0, 24, '/plans/p/caps', 20_000, -8000],
    ],
  )
})

const hourly = { bands: [{ steps }] }
const grids: readonly (readonly [what: string, plan: object, hours: number, fen: number])[] = [
  ['a window without a cycle', { ...hourly, caps: [{ over: { minutes: 180 }, fen: 3000 }] }, 5, 3000 + 3000],
  [
    'only the first window',
    { ...hourly, caps: [{ over: { minutes: 180 }, fen: 3000, cycles: [1, 1] }] },
    5,
    3000 + 4000,
  ],
  [
    'a week over days that restart',
    {
      ...hourly,
      cycle: { from: 'entry', minutes: 1440 },
      caps: [
        { per: 'cycle', fen: 10_000 },
        { over: { minutes: 10_080 }, fen: 50_000 },
      ],
    },
    10 * 24,
    50_000 + 30_000,
  ],
  [
    'a window over the edge of a cycle that goes on: what it waives comes last under it',
    {
      ...hourly,
      cycle: { from: 'entry', minutes: 360, restart: false },
      caps: [
        { over: { minutes: 240 }, fen: 6000 },
        { per: 'cycle', fen: 7000 },
      ],
    },
    8,
    // 0-4 h: 60; 4-8 h: 20 + 20 before the cycle's end at 6 h, 20 after it. The first cycle: 100, capped at 70.
    7000 + 2000,
  ],
]
for (const [what, plan, hours, fen] of grids)
  test(`${what}: ${hours} h cost ${fen} fen`, () =>
    assert.equal(priceOf(tariffFor(onePlan(plan as never)), at('2025-03-05T10:00+08:00'), hours * hour), fen))

test('6: within a window a stay costs at most its cap', () =>
  fc.assert(
    fc.property(
      anyDocument(),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 24 }),
      anyEntry,
      anyLength(),
      (document, tens, hours, from, seconds) => {
        const { free: _, ...rest } = document.plans.p!
        const plan = { ...rest, cycle: null, caps: [{ over: { minutes: hours * 60 }, fen: tens * 100 }] }
        const fen = priceOf(tariffFor({ ...document, plans: { p: plan } }), from, seconds)
        assert.ok(fen <= Math.ceil(seconds / (hours * hour)) * tens * 100)
      },
    ),
    { numRuns: 100 },
  ))

/** What a JSON pointer leads to. */
const led = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document)

test('every line of a price says what of the document made it', () =>
  fc.assert(
    fc.property(anyDocument(), anyEntry, anyLength(), (plain, enteredAt, seconds) => {
      const document = {
        ...plain,
        choose: [{ plan: 'p', times: [2, 1] as [number, number], addFen: 100 }],
        allowances: [{ percent: 80 }],
        amountStep: 100,
      }
      for (const { rule, kind } of quoteStay(tariffFor(document), { enteredAt, at: later(enteredAt, seconds) }).lines) {
        assert.ok(rule !== undefined, kind)
        // A band without steps is free time by its silence.
        assert.notEqual(led(document, rule), undefined, rule)
      }
    }),
    { numRuns: 200 },
  ))
