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
  minute,
  onePlan,
  tariffFor,
} from './generators.fixtures.ts'
import { type LineKind, quoteStay, type Stay, statementOf } from './tariff.ts'

const plan = { bands: [{ name: '白天', steps: [{ to: null, every: 60, fen: 500 }] }] }
const from = at('2025-03-05T10:00+08:00')
const told = (seconds: number, more: Partial<Stay>, document = onePlan(plan)) => {
  const tariff = tariffFor(document)
  const stay = { enteredAt: from, at: later(from, seconds), ...more }
  return statementOf(tariff, stay, quoteStay(tariff, stay)).map(({ kind, text, amountFen }) => [
    kind,
    text['zh-CN'],
    text.en,
    amountFen,
  ])
}
const unit = (units: number) => [
  'unit',
  `白天 ${units} × ¥5.00/60 分钟`,
  `白天 ${units} × ¥5.00 per 60 min`,
  units * 500,
]

test('what was paid comes after the price', () =>
  assert.deepEqual(told(3 * hour, { payments: [{ paidAt: later(from, hour), amountFen: 500 }] }), [
    unit(3),
    ['paid', '已付', 'Already paid', -500],
  ]))

test('within the time to leave the rest is let off', () =>
  assert.deepEqual(told(hour + 10 * minute, { payments: [{ paidAt: later(from, hour), amountFen: 500 }] }), [
    unit(2),
    ['paid', '已付', 'Already paid', -500],
    ['leave', '离场时限内', 'Within the time to leave', -500],
  ]))

test('what was paid too much goes back, what was paid for an earlier visit counts', () =>
  assert.deepEqual(
    told(
      hour,
      {
        payments: [{ paidAt: later(from, 30 * minute), amountFen: 2000 }],
        earlier: [{ enteredAt: later(from, -hour), leftAt: later(from, -10 * minute), paidFen: 500 }],
      },
      { ...onePlan(plan), visits: { resumeWithinMinutes: 15 } },
    ),
    [
      unit(2),
      ['paid', '此前已付', 'Paid for earlier visits', -500],
      ['paid', '已付', 'Already paid', -2000],
      ['refund', '多付退回 ¥15.00', '¥15.00 to be given back', 1500],
    ],
  ))

/** Every kind of line there is: leave one out and this stops compiling. */
const kinds = Object.keys({
  unit: 0,
  free: 0,
  cap: 0,
  factor: 0,
  fee: 0,
  allowance: 0,
  coupon: 0,
  rounding: 0,
  inner: 0,
  overstay: 0,
  paid: 0,
  leave: 0,
  refund: 0,
} satisfies Record<LineKind, 0>)

test('every kind of line is said in Chinese and in English', () => {
  const inner = { tariff: tariffFor(onePlan(plan)), enteredAt: later(from, hour), leftAt: later(from, 2 * hour) }
  const document = onePlan(
    {
      ...plan,
      // biome-ignore lint/suspicious/noThenProperty: the model's own word (tariffs.md 5.2)
      free: { minutes: 15, then: 'deduct' },
      bands: [{ steps: [{ to: null, every: 60, fen: 333 }] }],
      caps: [{ per: 'stay', fen: 500 }],
    },
    {
      choose: [{ when: { vehicle: 'small' }, plan: 'p', times: [2, 1], addFen: 100 }],
      allowances: [{ percent: 90 }],
      amountStep: 10,
      nested: { mode: 'both' },
    },
  )
  const paid = (seconds: number, amountFen: number) => ({ payments: [{ paidAt: later(from, seconds), amountFen }] })
  const all = [
    ...told(5 * hour, { inner: [inner], coupons: [{ kind: 'amount', fen: 3 }], ...paid(2 * hour, 9000) }, document),
    ...told(hour + 60, paid(hour, 500)),
    ...told(3 * hour, paid(hour, 500), onePlan(plan, { payment: { overstay: 'newStay' } })),
  ]
  assert.deepEqual([...new Set(all.map(([kind]) => kind))].sort(), kinds.sort())
  for (const [kind, chinese, english] of all) {
    assert.match(String(chinese), /[\u4e00-\u9fff]/, String(kind))
    assert.match(String(english), /^(白天 )?[^\u4e00-\u9fff]+$/, String(kind))
  }
})

const factors: readonly (readonly [when: object | undefined, chinese: string, english: string])[] = [
  [{ vehicle: 'small' }, '车型系数 2/1', 'Vehicle factor 2/1'],
  [{ occupancyAtLeast: 80 }, '占用率系数 2/1', 'Occupancy factor 2/1'],
  [undefined, '系数 2/1', 'Factor 2/1'],
]
for (const [when, chinese, english] of factors)
  test(`a factor says what it is for: ${english}`, () => {
    const choose = [{ ...(when ? { when } : {}), plan: 'p', times: [2, 1] as [number, number] }]
    assert.deepEqual(told(hour, { occupancyPercent: 90 }, onePlan(plan, { choose }))[1], [
      'factor',
      chinese,
      english,
      500,
    ])
  })

test('a statement adds up to what is due, and every line of it is told in both languages', () =>
  fc.assert(
    fc.property(
      anyDocument(),
      fc.constantFrom('difference' as const, 'newStay' as const),
      anyEntry,
      anyLength(3 * day),
      fc.array(fc.tuple(fc.nat(3 * day), fc.nat(5000)), { maxLength: 3 }),
      (plain, overstay, enteredAt, seconds, paid) => {
        const tariff = tariffFor({ ...plain, payment: { overstay } })
        const payments = paid.map(([s, amountFen]) => ({ paidAt: later(enteredAt, s), amountFen }))
        const stay = { enteredAt, at: later(enteredAt, seconds), payments }
        const quote = quoteStay(tariff, stay)
        const lines = statementOf(tariff, stay, quote)
        assert.equal(
          lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
          quote.dueFen,
        )
        for (const { text } of lines) assert.ok(text['zh-CN'] !== '' && text.en !== '')
      },
    ),
    { numRuns: 300 },
  ))
