import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import fc from 'fast-check'
import { decideWithdrawal, outlookOf, usualTerms, type WithdrawalCase, type WithdrawalTerms } from './decide.ts'

const noon = Date.UTC(2026, 10, 2, 4)
const hour = 3_600_000
const aCase = (told: Partial<WithdrawalCase> = {}): WithdrawalCase => ({
  ...{ kind: 'instant', amountFen: 'all', payout: 'channel', needsCard: false, cardChangedAt: null },
  cardChanging: false,
  ...{ held: [{ lotId: 1, balanceFen: 100_000, unprovenFen: 0 }], askedTodayFen: 0, now: noon },
  ...told,
})
const has = (balanceFen: number, unprovenFen = 0) => [{ lotId: 1, balanceFen, unprovenFen }]

describe('what may be withdrawn', () => {
  const cases: [string, Partial<WithdrawalCase>, object][] = [
    ['2.99 at once does not reach the fee', { held: has(299) }, { kind: 'under-floor', floorFen: 301 }],
    ['3.00 at once would be nothing but the fee', { held: has(300) }, { kind: 'under-floor', floorFen: 301 }],
    ['3.01 at once is a fen at the bank', { held: has(301) }, { amountFen: 301, feeFen: 300 }],
    ['3.00 asked of more is under the floor too', { amountFen: 300 }, { kind: 'under-floor', floorFen: 301 }],
    ['2.99 by itself, free', { kind: 'automatic', held: has(299) }, { amountFen: 299, feeFen: 0 }],
    ['nothing by itself', { kind: 'automatic', held: has(0) }, { kind: 'under-floor', floorFen: 1 }],
    ['what came in since the closed day stays', { held: has(5_000, 4_000) }, { amountFen: 1_000, feeFen: 300 }],
    [
      'asking for it is refused, with what there is',
      { held: has(5_000, 4_000), amountFen: 1_001 },
      { kind: 'more-than-available', availableFen: 1_000 },
    ],
    ['more unproven than held is nothing', { held: has(10, 4_000) }, { kind: 'under-floor', floorFen: 301 }],
    ['half a fen', { amountFen: 400.5 }, { kind: 'not-an-amount' }],
    ['less than nothing', { amountFen: -400 }, { kind: 'not-an-amount' }],
    ['a channel that pays out by itself', { payout: 'mirrored' }, { kind: 'not-paid-out-by-us', payout: 'mirrored' }],
    ['a simulated bank that was told where to', { payout: 'bank' }, { amountFen: 100_000, feeFen: 300 }],
    ['no card where one is needed', { needsCard: true }, { kind: 'no-card' }],
    [
      'a card of a moment less than 24 hours',
      { cardChangedAt: noon - 24 * hour + 1 },
      { kind: 'card-changed', until: noon + 1 },
    ],
    ['a card of 24 hours', { cardChangedAt: noon - 24 * hour }, { amountFen: 100_000, feeFen: 300 }],
    [
      'by itself to a new card: it is only the instant ones that wait',
      { kind: 'automatic', cardChangedAt: noon },
      { amountFen: 100_000, feeFen: 0 },
    ],
    ['a card that the channel is still looking at', { cardChanging: true }, { kind: 'card-changing' }],
    [
      'by itself, whatever the channel looks at',
      { kind: 'automatic', cardChanging: true },
      { amountFen: 100_000, feeFen: 0 },
    ],
    ['the most at once', { held: has(6_000_000), amountFen: 5_000_000 }, { amountFen: 5_000_000, feeFen: 300 }],
    [
      'a fen over the most at once',
      { held: has(6_000_000), amountFen: 5_000_001 },
      { kind: 'over-limit', mostFen: 5_000_000 },
    ],
    ['by itself over that', { kind: 'automatic', held: has(6_000_000) }, { amountFen: 6_000_000, feeFen: 0 }],
    [
      'a fen over the most of a day',
      { amountFen: 1_000, askedTodayFen: 19_999_001 },
      { kind: 'over-daily-limit', leftFen: 999 },
    ],
    ['the last of a day', { amountFen: 1_000, askedTodayFen: 19_999_000 }, { amountFen: 1_000, feeFen: 300 }],
  ]
  for (const [what, told, expected] of cases)
    test(what, () => {
      const answer = decideWithdrawal(aCase(told), usualTerms)
      if (!answer.ok) return assert.deepEqual(answer.error, expected)
      const { amountFen, feeFen } = answer.value
      assert.deepEqual({ amountFen, feeFen }, expected)
    })

  for (const [floorFen, instantFeeFen, amountFen, expected] of [
    [5_000, 300, 4_999, 'under-floor'],
    [5_000, 300, 5_000, 5_000],
    [0, 300, 300, 'under-floor'],
    [0, 300, 301, 301],
    [301, 500, 500, 'under-floor'],
    [0, 0, 1, 1],
  ] as const)
    test(`a floor of ${floorFen} with a fee of ${instantFeeFen}, asked for ${amountFen}: ${expected}`, () => {
      const answer = decideWithdrawal(aCase({ amountFen }), {
        ...usualTerms,
        floorFen,
        instantFeeFen,
      } as WithdrawalTerms)
      assert.equal(answer.ok ? answer.value.amountFen : answer.error.kind, expected)
    })

  test('an operator of several lots pays the fee once, also where its first lots have less than that', () => {
    const held = [100, 0, 150, 5_000].map((balanceFen, at) => ({ lotId: at + 1, balanceFen, unprovenFen: 0 }))
    const answer = decideWithdrawal(aCase({ held, amountFen: 1_000 }), usualTerms)
    assert.deepEqual(answer.ok && answer.value.parts, [
      { lotId: 1, amountFen: fen(100), feeFen: fen(100) },
      { lotId: 3, amountFen: fen(150), feeFen: fen(150) },
      { lotId: 4, amountFen: fen(750), feeFen: fen(50) },
    ])
  })

  test('the parts are the whole, no lot gives more than is proven there, and something reaches the bank', () => {
    const anyHeld = fc.array(fc.record({ balanceFen: fc.nat(10_000), unprovenFen: fc.nat(10_000) }), { maxLength: 6 })
    const anyAmount = fc.oneof(fc.constant('all' as const), fc.integer({ min: 1, max: 40_000 }))
    fc.assert(
      fc.property(anyHeld, anyAmount, fc.constantFrom('instant', 'automatic'), (lots, amountFen, kind) => {
        const held = lots.map((lot, at) => ({ lotId: at + 1, ...lot }))
        const answer = decideWithdrawal(aCase({ held, amountFen, kind }), usualTerms)
        if (!answer.ok) return
        const { parts } = answer.value
        const sum = (of: 'amountFen' | 'feeFen') => parts.reduce((total, part) => total + part[of], 0)
        assert.deepEqual([sum('amountFen'), sum('feeFen')], [answer.value.amountFen, answer.value.feeFen])
        assert.ok(sum('amountFen') > sum('feeFen'))
        for (const part of parts) {
          const lot = held.find(({ lotId }) => lotId === part.lotId)!
          assert.ok(part.amountFen > 0 && part.amountFen <= lot.balanceFen - lot.unprovenFen)
          assert.ok(part.feeFen >= 0 && part.feeFen <= part.amountFen)
        }
      }),
    )
  })

  test('what a person is shown beforehand is what is granted: no more, and no less', () => {
    const anyTerms = fc.record({
      ...{
        instantFeeFen: fc.nat(500),
        floorFen: fc.nat(1_000),
        mostAtOnceFen: fc.nat(5_000),
        mostPerDayFen: fc.nat(9_000),
      },
    }) as fc.Arbitrary<WithdrawalTerms>
    const anyBalance = fc.record({ balanceFen: fc.nat(9_000), unprovenFen: fc.nat(3_000) })
    fc.assert(
      fc.property(
        anyTerms,
        anyBalance,
        fc.nat(9_000),
        fc.integer({ min: 1, max: 9_000 }),
        (terms, lot, asked, amountFen) => {
          const one = aCase({ held: [{ lotId: 1, ...lot }], askedTodayFen: asked, amountFen })
          const { floorFen, mostAtOnceFen, leftTodayFen, availableFen } = outlookOf(one, terms)
          const shown = amountFen >= floorFen && amountFen <= Math.min(mostAtOnceFen, leftTodayFen, availableFen)
          assert.equal(decideWithdrawal(one, terms).ok, shown)
        },
      ),
    )
  })
})
