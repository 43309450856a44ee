import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant, Plate } from '@lanepay/domain/types.ts'
import type { StayToPrice } from '../lot.ts'
import { pricesBy } from './prices.ts'

const at = (text: string) => Date.parse(`2026-06-01T${text}:00+08:00`) as Instant
const stay = (from: string, to: string, over: Partial<StayToPrice> = {}): StayToPrice => ({
  enteredAt: at(from),
  at: at(to),
  plate: '粤B12345' as Plate,
  colour: 'blue',
  vehicleClass: null,
  occupancyPercent: null,
  cover: [],
  payments: [],
  coupons: [],
  parts: [],
  earlier: () => [],
  ...over,
})
const five = simpleTariff({ hourFen: 500, leaveMinutes: 15 })
/** The one plan of a simple price list under the name `posted`. */
const renamed = (document: unknown): unknown => {
  const { plans, choose, ...rest } = document as typeof five
  const [plan] = Object.values(plans)
  return { ...rest, choose: choose.map((choice) => ({ ...choice, plan: 'posted' })), plans: { posted: plan } }
}
const priced = (document: unknown, what: StayToPrice): number => {
  const prices = pricesBy(document)
  assert.ok(prices.ok, JSON.stringify(prices))
  return prices.value(what).priceFen
}

describe('prices of stays', () => {
  const night = [{ from: '20:00', to: '08:00' }]
  const cases: [string, unknown, StayToPrice, number][] = [
    ['two hours', five, stay('08:00', '10:00'), 1000],
    [
      'a card spared one of them',
      five,
      stay('08:00', '10:00', { cover: [{ from: at('09:00'), to: at('10:00') }] }),
      500,
    ],
    [
      'a night card spares the night, on the clock on the wall',
      five,
      stay('18:00', '23:00', { cover: [{ from: at('18:00'), to: at('23:00'), windows: night }] }),
      1000,
    ],
    [
      'coupons of a merchant, the minutes before the money',
      five,
      stay('08:00', '11:00', {
        coupons: [
          { kind: 'amount', fen: 300 },
          { kind: 'minutes', minutes: 60 },
        ],
      }),
      700,
    ],
    [
      'back within ten minutes goes on with the stay before, which has paid for its second hour',
      { ...five, visits: { resumeWithinMinutes: 10 } },
      stay('09:35', '10:00', { earlier: () => [{ enteredAt: at('08:00'), leftAt: at('09:30'), paidFen: 1000 }] }),
      0,
    ],
    [
      'back within ten minutes, and longer than that hour',
      { ...five, visits: { resumeWithinMinutes: 10 } },
      stay('09:35', '10:01', { earlier: () => [{ enteredAt: at('08:00'), leftAt: at('09:30'), paidFen: 1000 }] }),
      500,
    ],
    [
      'a full lot is dearer for whoever comes in then',
      {
        ...five,
        choose: [{ when: { occupancyAtLeast: 90 }, plan: Object.keys(five.plans)[0], times: [2, 1] }, ...five.choose],
      },
      stay('08:00', '09:00', { occupancyPercent: 95 }),
      1000,
    ],
  ]
  for (const [what, document, given, fen] of cases) test(what, () => assert.equal(priced(document, given), fen))

  const knows: [what: string, document: unknown, classes: readonly string[]][] = [
    ['one price for all', five, []],
    [
      'large vehicles dearer, by the usual plates',
      { ...five, choose: [{ when: { vehicle: 'large' }, plan: 'posted', times: [2, 1] }, { plan: 'posted' }] },
      ['large', 'nev', 'small'],
    ],
    [
      'classes of its own',
      {
        ...five,
        classes: [{ colours: ['yellow'], as: ['coach'] }, { as: ['car'] }],
        choose: [{ when: { vehicle: ['coach', 'truck'] }, plan: 'posted', times: [2, 1] }, { plan: 'posted' }],
      },
      ['coach', 'car', 'truck'],
    ],
    [
      'an allowance for some',
      { ...five, allowances: [{ when: { vehicle: 'nev' }, firstMinutes: 60, by: 'value' }] },
      ['large', 'nev', 'small'],
    ],
    [
      'one class that everybody has',
      { ...five, classes: [{ as: ['car'] }], choose: [{ when: { vehicle: 'car' }, plan: 'posted' }] },
      [],
    ],
  ]
  for (const [what, document, classes] of knows)
    test(`a price list with ${what} knows ${classes.length === 0 ? 'no classes' : classes.join(', ')}`, () => {
      const prices = pricesBy(renamed(document))
      assert.ok(prices.ok, JSON.stringify(prices))
      assert.deepEqual(prices.value.classes?.(at('08:00')), classes)
    })

  test('a price list that looks at no earlier visit asks for none', () => {
    const earlier = () => assert.fail('asked')
    assert.equal(priced(five, stay('08:00', '09:00', { earlier })), 500)
  })
  test('a new price list counts from its instant, for who comes in then', () => {
    const ten = simpleTariff({ hourFen: 1000, leaveMinutes: 15 })
    const prices = pricesBy({
      versions: [
        { from: '2000-01-01T00:00:00Z', tariff: five },
        { from: '2026-06-01T09:00:00+08:00', tariff: ten },
      ],
    })
    assert.ok(prices.ok)
    assert.deepEqual(
      [stay('08:59', '10:59'), stay('09:00', '11:00')].map((one) => prices.value(one).priceFen),
      [1000, 2000],
    )
  })
  describe('a stay that was in an area inside', () => {
    const vault = { name: '地库', tariff: simpleTariff({ hourFen: 300, leaveMinutes: 15 }) }
    const parts = [{ area: '地库', enteredAt: at('09:00'), leftAt: at('11:00'), occupancyPercent: null }]
    const wholeDay = [{ from: at('08:00'), to: at('12:00') }]
    const by = (mode?: string) => ({ ...five, ...(mode ? { nested: { mode, transitMinutes: 120 } } : {}) })
    const cases: [
      string,
      unknown,
      readonly (typeof vault & { listsHold?: boolean })[],
      Partial<StayToPrice>,
      number,
    ][] = [
      ['two hours out and two in', by(), [vault], {}, 2 * 500 + 2 * 300],
      ['where both are paid', by('both'), [vault], {}, 4 * 500 + 2 * 300],
      ['where driving through the lot is free', by('innerOnly'), [vault], {}, 2 * 300],
      ['where the area is the lot’s own ground', by('outerOnly'), [vault], {}, 4 * 500],
      ['where the plan has no such area any more', by(), [], {}, 4 * 500],
      ['on a card, which holds in there', by(), [vault], { cover: wholeDay }, 0],
      ['on a card, which does not', by(), [{ ...vault, listsHold: false }], { cover: wholeDay }, 2 * 300],
    ]
    for (const [what, document, areas, over, fen] of cases)
      test(what, () => {
        const prices = pricesBy(document, areas)
        assert.ok(prices.ok)
        assert.equal(prices.value(stay('08:00', '12:00', { parts, ...over })).priceFen, fen)
      })
    test('is billed by the name of the area', () => {
      const prices = pricesBy(five, [vault])
      assert.ok(prices.ok)
      const { lines } = prices.value(stay('08:00', '12:00', { parts }))
      assert.deepEqual(
        lines.filter(({ kind }) => kind === 'inner').map(({ text, amountFen }) => [text['zh-CN'], amountFen]),
        [['内场停车 地库', 600]],
      )
    })
    test('by versions of the area’s own list', () => {
      const dearer = simpleTariff({ hourFen: 900, leaveMinutes: 15 })
      const versions = [
        { from: '2000-01-01T00:00:00Z', tariff: vault.tariff },
        { from: '2026-06-01T09:00:00+08:00', tariff: dearer },
      ]
      const prices = pricesBy(five, [{ ...vault, tariff: { versions } }])
      assert.ok(prices.ok)
      assert.equal(prices.value(stay('08:00', '12:00', { parts })).priceFen, 2 * 500 + 2 * 900)
    })
    test('faults of all lists are told at once, each in its place', () => {
      const prices = pricesBy({ ...five, choose: [] }, [vault, { name: '二层', tariff: { ...five, timeZone: 'Mars' } }])
      assert.ok(!prices.ok)
      const places = prices.error.map(({ path }) => path)
      assert.ok(places.includes('/choose'), String(places))
      assert.ok(places.includes('/areas/1/tariff/timeZone'), String(places))
    })
  })
  test('every fault of an impossible price list, by its place in the list itself', () => {
    const prices = pricesBy({ ...five, timeZone: 'Mars/Olympus', choose: [] })
    assert.ok(!prices.ok)
    assert.ok(prices.error.every(({ path }) => !path.startsWith('/versions')))
    assert.ok(prices.error.some(({ path }) => path === '/choose'))
  })
})
