import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../types.ts'
import type { TariffDocument } from './document.ts'
import { at, day, hour, later, minute, onePlan, priceOf, tariffFor } from './generators.fixtures.ts'
import { NotPriceable, type QuoteLine, quoteStay, type Stay } from './tariff.ts'

const from = at('2025-03-05T10:00+08:00')
const stayOf = (seconds: number, more: Partial<Stay> = {}): Stay => ({
  enteredAt: from,
  at: later(from, seconds),
  ...more,
})
const read = (lines: readonly QuoteLine[]) =>
  lines.map(({ kind, text, amountFen }) => [kind, text['zh-CN'], text.en, amountFen])
const quoted = (document: TariffDocument, seconds: number, more: Partial<Stay> = {}) =>
  read(quoteStay(tariffFor(document), stayOf(seconds, more)).lines)

const city = onePlan(
  {
    free: { minutes: 30 },
    ladderFrom: 'band',
    cycle: { from: 'entry', minutes: 1440 },
    bands: [
      {
        name: '白天',
        from: '07:00',
        to: '20:00',
        steps: [
          { to: 60, every: 60, fen: 1000 },
          { to: null, every: 30, fen: 300 },
        ],
      },
      { name: '夜间', steps: [{ to: null, every: null, fen: 500 }], cap: 400 },
    ],
    caps: [{ per: 'cycle', fen: 6000 }],
  },
  { amountStep: 100 },
)

test('a quote says what it is made of: time, band, units, price, then each cap and discount', () => {
  assert.deepEqual(quoted(city, 11 * hour, { coupons: [{ kind: 'percent', pay: 95 }] }), [
    ['unit', '白天 1 × ¥10.00/60 分钟', '白天 1 × ¥10.00 per 60 min', 1000],
    ['unit', '白天 18 × ¥3.00/30 分钟', '白天 18 × ¥3.00 per 30 min', 5400],
    ['unit', '夜间 按次 ¥5.00', '夜间 ¥5.00 per visit', 500],
    ['cap', '时段封顶 ¥4.00', 'At most ¥4.00 in this period', -100],
    ['cap', '周期封顶 ¥60.00', 'At most ¥60.00 in this cycle', -800],
    ['coupon', '折扣券', 'Discount coupon', -300],
  ])
})

test('lines carry the time they are about', () => {
  const { lines } = quoteStay(tariffFor(city), stayOf(11 * hour))
  assert.deepEqual(
    lines.map((line) => [(line.from! - from) / 60_000, (line.to! - from) / 60_000]),
    [
      [0, 60],
      [60, 600],
      [600, 660],
      [600, 660],
      [0, 660],
    ],
  )
})

test('free time and time that costs nothing are told as such', () => {
  assert.deepEqual(quoted(city, 30 * minute), [['free', '免费时长', 'Free time', 0]])
  const sunday = onePlan({
    bands: [{ name: '周日', days: ['sunday'] }, { steps: [{ to: null, every: 60, fen: 100 }] }],
  })
  const { lines } = quoteStay(tariffFor(sunday), {
    enteredAt: at('2025-03-09T10:00+08:00'),
    at: at('2025-03-09T12:00+08:00'),
  })
  assert.deepEqual(read(lines), [['free', '周日 不计费', '周日 not charged', 0]])
})

test('factor, fee, allowance, rounding, inner lot and overstay each have their line', () => {
  const hourly = onePlan({ bands: [{ steps: [{ to: null, every: 60, fen: 333 }] }] })
  const inner = { tariff: tariffFor(hourly), enteredAt: later(from, hour), leftAt: later(from, 2 * hour) }
  const document: TariffDocument = {
    ...hourly,
    choose: [{ plan: 'p', times: [2, 1], addFen: 200 }],
    allowances: [{ percent: 50 }],
    amountStep: 10,
    nested: { mode: 'both' },
    payment: { exitMinutes: 15, overstay: 'newStay', firstAgain: true },
  }
  const payments = [{ paidAt: later(from, 2 * hour), amountFen: 10_000 }]
  assert.deepEqual(
    quoted(document, 3 * hour, { inner: [inner], payments }).map(([kind, , , fen]) => [kind, fen]),
    [
      ['unit', 666],
      ['factor', 666],
      ['fee', 200],
      ['allowance', -766],
      ['rounding', -6],
      ['inner', 333],
      ['overstay', 860],
    ],
  )
})

test('an inner lot is called by its name, and asks nothing for a time that a pass covers in there', () => {
  const hourly = onePlan({ bands: [{ steps: [{ to: null, every: 60, fen: 300 }] }] })
  const [enteredAt, leftAt] = [later(from, hour), later(from, 3 * hour)]
  const inner = { tariff: tariffFor(hourly), name: '地库', enteredAt, leftAt }
  const told = (covered?: readonly { readonly from: Instant; readonly to: Instant }[]) =>
    quoted(hourly, 4 * hour, { inner: [{ ...inner, ...(covered ? { covered } : {}) }] }).at(-1)
  assert.deepEqual(told(), ['inner', '内场停车 地库', 'Inner lot 地库', 600])
  assert.deepEqual(told([{ from: enteredAt, to: leftAt }]), ['inner', '内场停车 地库', 'Inner lot 地库', 0])
  assert.deepEqual(told([{ from: enteredAt, to: later(from, 2 * hour) }])?.at(-1), 300)
})

test('a time that a pass covers has a line of its own and stands still in the others', () => {
  const hourly = onePlan({ bands: [{ steps: [{ to: null, every: 60, fen: 500 }] }] })
  const covered = [{ from: later(from, hour), to: later(from, 5 * hour) }]
  const { lines, priceFen } = quoteStay(tariffFor(hourly), stayOf(6 * hour, { covered }))
  assert.deepEqual(read(lines)[0], ['free', '通行证时段，不计费', 'Covered by a pass, not charged', 0])
  assert.deepEqual(
    [priceFen, lines.map((line) => [(line.from! - from) / 1000, (line.to! - from) / 1000])],
    [
      1000,
      [
        [hour, 5 * hour],
        [0, 6 * hour],
      ],
    ],
  )
})

test('the lines of a year can be read: what repeats itself is told once', () => {
  const told = quoted(city, 365 * day)
  assert.deepEqual(told.slice(0, 2), [
    ['unit', '白天 1 × ¥10.00/60 分钟（共 365 次）', '白天 1 × ¥10.00 per 60 min (365 times)', 365_000],
    ['unit', '白天 18 × ¥3.00/30 分钟（共 365 次）', '白天 18 × ¥3.00 per 30 min (365 times)', 1_971_000],
  ])
  assert.ok(told.length <= 8)
  assert.equal(
    told.reduce((sum, [, , , fen]) => sum + Number(fen), 0),
    priceOf(tariffFor(city), from, 365 * day),
  )
})

const byClass: TariffDocument = {
  timeZone: 'Asia/Shanghai',
  choose: [
    { when: { vehicle: 'large' }, plan: 'p', times: [3, 1] },
    { when: { vehicle: ['nev', 'taxi'] }, plan: 'p', times: [1, 2] },
    { when: { vehicle: 'small' }, plan: 'p' },
  ],
  plans: { p: { bands: [{ steps: [{ to: null, every: 60, fen: 100 }] }] } },
}
const vehicles: readonly (readonly [who: string, more: Partial<Stay>, fen: number])[] = [
  ['a blue plate is a small vehicle', { plateColour: 'blue' }, 100],
  ['a yellow plate is a large one', { plateColour: 'yellow' }, 300],
  ['a green plate is a new-energy car', { plateColour: 'green' }, 50],
  [
    "a yellow-green plate is both large and new-energy: the tariff's first choice counts",
    { plateColour: 'yellow-green' },
    300,
  ],
  ['an unknown plate is taken for small', { plateColour: 'unknown' }, 100],
  ['so is a vehicle of which nothing is known', {}, 100],
  ['a class that was given goes before the colour', { vehicleClass: 'taxi', plateColour: 'yellow' }, 50],
  ['where the colour was not seen, the form of the plate says it', { plateKind: 'new-energy-small' }, 50],
  ['a trailer is large', { plateColour: 'unknown', plateKind: 'trailer' }, 300],
  ['a colour that was seen goes before the form', { plateColour: 'blue', plateKind: 'new-energy-small' }, 100],
]
for (const [who, more, fen] of vehicles)
  test(who, () => assert.equal(priceOf(tariffFor(byClass), from, hour, more), fen))

const ownClasses: TariffDocument = {
  ...byClass,
  classes: [
    { kinds: ['police', 'emergency'], as: ['duty'] },
    { colours: ['green', 'yellow-green'], as: ['nev'] },
    { colours: ['blue', 'black'], as: ['small'] },
  ],
  choose: [{ when: { vehicle: 'duty' }, plan: 'p', times: [1, 100] }, ...byClass.choose],
}
const ownVehicles: readonly (readonly [who: string, more: Partial<Stay>, fen: number | null])[] = [
  ['police, whatever its colour', { plateColour: 'white', plateKind: 'police' }, 1],
  ['a large new-energy vehicle that this list does not call large', { plateColour: 'yellow-green' }, 50],
  ['a blue plate', { plateColour: 'blue', plateKind: 'ordinary' }, 100],
  ['a plate no rule fits has no class, and here no price', { plateColour: 'yellow' }, null],
]
for (const [who, more, fen] of ownVehicles)
  test(`a tariff with classes of its own: ${who}`, () => {
    const price = (): number => priceOf(tariffFor(ownClasses), from, hour, more)
    if (fen === null) assert.throws(price, NotPriceable)
    else assert.equal(price(), fen)
  })

/** Dearer as the lot fills up; what was noted at the entry counts for the whole stay. */
const byOccupancy: TariffDocument = {
  timeZone: 'Asia/Shanghai',
  visits: { resumeWithinMinutes: 60 },
  choose: [
    { when: { occupancyAtLeast: 60, occupancyBelow: 90 }, plan: 'p', times: [2, 1] },
    { when: { occupancyAtLeast: 90 }, plan: 'p', times: [3, 1] },
    { plan: 'p' },
  ],
  plans: { p: { bands: [{ steps: [{ to: null, every: 60, fen: 100 }] }] } },
}
const occupancies: readonly (readonly [percent: number | undefined, fen: number])[] = [
  [0, 100],
  [59.9, 100],
  [60, 200],
  [89, 200],
  [90, 300],
  [104, 300],
  [undefined, 100],
]
for (const [occupancyPercent, fen] of occupancies)
  test(`a lot ${occupancyPercent ?? 'nobody knows how many'} percent full: ${fen} fen`, () =>
    assert.equal(
      priceOf(tariffFor(byOccupancy), from, hour, occupancyPercent === undefined ? {} : { occupancyPercent }),
      fen,
    ))

test('a stay that goes on after a short way out keeps the occupancy of its first entry', () => {
  const earlier = [{ enteredAt: later(from, -hour), leftAt: later(from, -60), paidFen: 200, occupancyPercent: 70 }]
  assert.equal(priceOf(tariffFor(byOccupancy), from, hour, { occupancyPercent: 95, earlier }), 400)
})

test('a class no choice is for has no price, and the quote says so', () =>
  assert.throws(() => priceOf(tariffFor(byClass), from, hour, { vehicleClass: 'tram' }), NotPriceable))

const byEntry: TariffDocument = {
  timeZone: 'Asia/Shanghai',
  calendar: { '2025-03-06': 'holiday' },
  visitWindow: 'day',
  choose: [
    { when: { visitAtLeast: 3 }, plan: 'third' },
    { when: { days: ['holiday'] }, plan: 'holiday' },
    { when: { days: ['nonworkday'] }, plan: 'weekend' },
    { when: { entryFrom: '22:00', entryTo: '06:00' }, plan: 'night' },
    { when: { entryFrom: '06:00', entryTo: '09:00' }, lowestOf: ['early', 'day'] },
    { plan: 'day' },
  ],
  plans: Object.fromEntries(
    Object.entries({ third: 900, holiday: 800, weekend: 700, night: 600, early: 500, day: 400 }).map(([name, fen]) => [
      name,
      { bands: [{ steps: [{ to: null, every: name === 'day' ? 60 : null, fen }] }] },
    ]),
  ),
}
const visit = (entry: string) => ({ enteredAt: at(entry), leftAt: later(at(entry), 60), paidFen: 0 })
const entries: readonly (readonly [
  why: string,
  entry: string,
  fen: number,
  earlier?: readonly ReturnType<typeof visit>[],
])[] = [
  ['a workday by day', '2025-03-05T12:00+08:00', 1200],
  ['in the early hours the cheaper of two', '2025-03-05T06:00+08:00', 500],
  ['half-open: at nine it is day', '2025-03-05T09:00+08:00', 1200],
  ['over midnight', '2025-03-05T23:00+08:00', 600],
  ['after midnight', '2025-03-05T05:59+08:00', 600],
  ['a Saturday', '2025-03-08T12:00+08:00', 700],
  ['a date out of line', '2025-03-06T12:00+08:00', 800],
  [
    'the third entry of the day',
    '2025-03-05T12:00+08:00',
    900,
    [visit('2025-03-05T00:00+08:00'), visit('2025-03-05T11:00+08:00')],
  ],
  [
    'yesterday does not count',
    '2025-03-05T12:00+08:00',
    1200,
    [visit('2025-03-04T23:59+08:00'), visit('2025-03-05T11:00+08:00')],
  ],
]
for (const [why, entry, fen, earlier = []] of entries)
  test(`the plan is chosen by the entry: ${why}`, () =>
    assert.equal(priceOf(tariffFor(byEntry), at(entry), 3 * hour, { earlier }), fen))

test('in a window of 24 hours, entries of yesterday count while less than 24 hours have passed', () => {
  const tariff = tariffFor({ ...byEntry, visitWindow: '24h' })
  const third = (first: string): number =>
    priceOf(tariff, at('2025-03-05T12:00+08:00'), 3 * hour, {
      earlier: [visit(first), visit('2025-03-05T11:00+08:00')],
    })
  assert.deepEqual([third('2025-03-04T12:00:01+08:00'), third('2025-03-04T12:00+08:00')], [900, 1200])
})

const resolutions = [
  ['second', 900],
  ['minuteDown', 0],
  ['minuteUp', 900],
] as const
for (const [resolution, fen] of resolutions)
  test(`15 minutes and 59 seconds with a free quarter of an hour, by ${resolution}: ${fen} fen`, () => {
    const plan = { free: { minutes: 15 }, bands: [{ steps: [{ to: null, every: 60, fen: 900 }] }] }
    assert.equal(priceOf(tariffFor(onePlan(plan, { resolution })), from, 15 * minute + 59), fen)
  })

test('milliseconds are cut off, at the entry and at the exit', () => {
  const tariff = tariffFor(onePlan({ bands: [{ steps: [{ to: null, every: 60, fen: 500 }] }] }))
  const price = (enteredMs: number, exitMs: number): number =>
    quoteStay(tariff, { enteredAt: (from + enteredMs) as typeof from, at: (from + exitMs) as typeof from }).priceFen
  assert.deepEqual([price(0, 3_600_999), price(0, 3_601_000), price(999, 3_600_000)], [500, 1000, 500])
})

test('an exit before the entry costs nothing: clocks differ', () =>
  assert.equal(priceOf(tariffFor(city), from, -3600), 0))

test('a new stay after the time to leave: with and without first step and free time, from payment or from its end', () => {
  const table = [
    [{ from: 'payment', firstAgain: true, freeAgain: false }, 800],
    [{ from: 'payment', firstAgain: false, freeAgain: false }, 300],
    [{ from: 'graceEnd', firstAgain: true, freeAgain: true }, 0],
    [{ from: 'payment', firstAgain: true, freeAgain: true }, 800],
  ] as const
  const plan = {
    free: { minutes: 20 },
    cycle: { from: 'entry' as const, minutes: 1440 },
    bands: [
      {
        steps: [
          { to: 60, every: 60, fen: 800 },
          { to: null, every: 60, fen: 300 },
        ],
      },
    ],
    caps: [{ per: 'cycle' as const, fen: 5000 }],
  }
  for (const [how, due] of table) {
    const tariff = tariffFor(onePlan(plan, { payment: { exitMinutes: 15, overstay: 'newStay', ...how } }))
    const payments = [{ paidAt: later(from, hour), amountFen: 800 }]
    assert.equal(quoteStay(tariff, stayOf(1.5 * hour, { payments })).dueFen, due, JSON.stringify(how))
    assert.equal(quoteStay(tariff, stayOf(day, { payments })).dueFen, 4200, 'never beyond the cap of the whole stay')
  }
})
