import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { basisPointsOf, fen } from '../money.ts'
import type { Fen } from '../types.ts'
import { keptOf, takenBackOf } from './kept.ts'
import { mistakesIn } from './mistakes.ts'
import { partsOf } from './parts.ts'
import type { Divided, ShareParty, ShareRule, Takes } from './rule.ts'

const aRule = (takes: readonly Takes[], limitBasisPoints = 10_000): ShareRule => ({
  limitBasisPoints,
  parties: takes.map((one, n) => ({ party: one === 'platform-fee' ? '0' : `${n + 1}`, order: n + 1, takes: one })),
})
const percent = (one: number): Takes => ({ basisPoints: one * 100 })
const fixed = (fixedFen: number): Takes => ({ fixedFen })
const aPayment = (amount: number, channelFee = 0, platformFee = 0): Divided => ({
  amountFen: fen(amount),
  channelFeeFen: fen(channelFee),
  platformFeeFen: fen(platformFee),
})

const tables: [what: string, rule: ShareRule, payment: Divided, parts: number[], operator: number][] = [
  ['ten per cent of what the channel leaves', aRule([percent(10)]), aPayment(1000, 6), [99], 895],
  ['the platform has its fee before', aRule([percent(10)]), aPayment(1000, 6, 9), [99], 886],
  ['each is rounded down for itself', aRule([percent(33), percent(33)]), aPayment(100), [33, 33], 34],
  ['of one fen nobody gets a part', aRule([percent(30), percent(30)]), aPayment(1), [0, 0], 1],
  ['a fixed amount and a percentage', aRule([fixed(200), percent(10)]), aPayment(1000), [200, 100], 700],
  [
    'a percentage is of the whole, whoever came first',
    aRule([fixed(500), percent(10)]),
    aPayment(1000),
    [500, 100],
    400,
  ],
  ['too small for all: the first is served first', aRule([fixed(80), fixed(80)]), aPayment(100), [80, 20], 0],
  [
    'more than the channel shares: the last get less',
    aRule([percent(20), percent(20)], 3000),
    aPayment(100),
    [20, 10],
    70,
  ],
  ['the limit is of the whole amount, fee included', aRule([fixed(400)], 3000), aPayment(1000, 100), [300], 600],
  ['the platform is paid its fee by a share', aRule(['platform-fee', percent(10)]), aPayment(1000, 6, 9), [9, 99], 886],
  ['all of it', aRule([percent(100)]), aPayment(1000), [1000], 0],
  ['no parties', aRule([]), aPayment(1000, 6, 9), [], 985],
]
describe('what each gets of a payment', () => {
  for (const [what, rule, payment, parts, operator] of tables)
    test(what, () => {
      const divided = partsOf(rule, payment)
      assert.deepEqual([divided.parts.map(({ amountFen }) => amountFen), divided.operatorFen], [parts, operator])
    })
})

const anyTakes: fc.Arbitrary<Takes> = fc.oneof(
  fc.record({ basisPoints: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({ fixedFen: fc.integer({ min: 1, max: 1_000_000 }) }),
  fc.constant('platform-fee' as const),
)
const anyRule = fc.record({
  limitBasisPoints: fc.integer({ min: 1, max: 10_000 }),
  parties: fc
    .array(fc.tuple(anyTakes, fc.nat(1000)), { maxLength: 12 })
    .map((all) => all.map(([takes, order], n): ShareParty => ({ party: `${n + 1}`, order, takes }))),
})
/** From 1 fen to 10,000 yuan. */
const anyAmount = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 1_000_000 }))
const anyPayment = fc
  .tuple(anyAmount, fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 3000 }))
  .map(([amount, channel, platform]): Divided => {
    const channelFee = Math.floor((amount * channel + 5_000) / 10_000)
    return aPayment(amount, channelFee, basisPointsOf(fen(amount - channelFee), platform))
  })
/** One share of the platform's fee at most, as a rule has it. */
const anyShareableRule = anyRule.map(
  (rule): ShareRule => ({
    ...rule,
    parties: rule.parties.filter(
      ({ takes }, n) => takes !== 'platform-fee' || rule.parties.findIndex((one) => one.takes === takes) === n,
    ),
  }),
)

describe('laws of a division', () => {
  test('for any rule and any payment the parts add up to the whole, none is negative, the channel’s limit is kept', () =>
    fc.assert(
      fc.property(anyShareableRule, anyPayment, (rule, payment) => {
        const { parts, operatorFen } = partsOf(rule, payment)
        const isPlatforms = (party: string) =>
          rule.parties.some((one) => one.party === party && one.takes === 'platform-fee')
        const partners = parts.filter(({ party }) => !isPlatforms(party)).reduce((sum, one) => sum + one.amountFen, 0)
        const shared = parts.reduce((sum, one) => sum + one.amountFen, 0)
        assert.equal(payment.channelFeeFen + payment.platformFeeFen + partners + operatorFen, payment.amountFen)
        assert.ok(operatorFen >= 0 && parts.every(({ amountFen }) => amountFen >= 0))
        assert.ok(shared * 10_000 <= payment.amountFen * rule.limitBasisPoints)
      }),
      { numRuns: 2_000 },
    ))
  test('the order in which a rule is written does not matter', () =>
    fc.assert(
      fc.property(
        anyShareableRule.chain((rule) =>
          fc.tuple(
            fc.constant(rule),
            fc.shuffledSubarray([...rule.parties], { minLength: rule.parties.length, maxLength: rule.parties.length }),
          ),
        ),
        anyPayment,
        ([rule, shuffled], payment) =>
          assert.deepEqual(partsOf({ ...rule, parties: shuffled }, payment), partsOf(rule, payment)),
      ),
    ))
  test('where there is enough for all, it does not matter who is served first', () =>
    fc.assert(
      fc.property(
        anyShareableRule,
        anyPayment,
        fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
        (rule, payment, orders) => {
          const generous = { ...rule, limitBasisPoints: 10_000 }
          const one = partsOf(generous, payment)
          const wanted = generous.parties.map(
            (party) => partsOf({ ...generous, parties: [party] }, payment).parts[0]!.amountFen,
          )
          fc.pre(
            wanted.reduce((sum, amount) => sum + amount, 0) <=
              payment.amountFen - payment.channelFeeFen - payment.platformFeeFen,
          )
          const other = partsOf(
            { ...generous, parties: generous.parties.map((party, n) => ({ ...party, order: orders[n]! })) },
            payment,
          )
          const byParty = (parts: typeof one.parts) => new Map(parts.map(({ party, amountFen }) => [party, amountFen]))
          assert.deepEqual(byParty(other.parts), byParty(one.parts))
        },
      ),
    ))
})

describe('what comes back with refunds', () => {
  const keeps: [what: string, part: number, amount: number, gone: number, kept: number][] = [
    ['nothing has gone back', 120, 1000, 0, 120],
    ['half', 120, 1000, 500, 60],
    ['a third, rounded in favour of who gives back', 100, 1000, 333, 67],
    ['a fen of a thousand', 120, 1000, 1, 120],
    ['everything', 120, 1000, 1000, 0],
    ['a part of nothing', 0, 1000, 500, 0],
  ]
  for (const [what, part, amount, gone, kept] of keeps)
    test(`${what}: ${kept} of ${part} are kept`, () =>
      assert.equal(keptOf(fen(part), { amountFen: fen(amount), goneFen: fen(gone) }), kept))

  /** A payment, a part of it, and refunds that together give back no more than was paid. */
  const anyStory = anyAmount.chain((amount) =>
    fc.record({
      amount: fc.constant(amount),
      part: fc.integer({ min: 0, max: amount }),
      refunds: fc.array(fc.integer({ min: 1, max: amount }), { maxLength: 8 }),
      shareAfter: fc.nat(8),
      whole: fc.boolean(),
    }),
  )
  test('over any refunds, shared before, between or after them: never more than was got, and exact when all has gone back', () =>
    fc.assert(
      fc.property(anyStory, ({ amount, part, refunds, shareAfter, whole }) => {
        const fits: number[] = []
        for (const refund of refunds) if (fits.reduce((sum, one) => sum + one, 0) + refund <= amount) fits.push(refund)
        const rest = amount - fits.reduce((sum, one) => sum + one, 0)
        if (whole && rest > 0) fits.push(rest)
        const payment = (goneFen: number) => ({ amountFen: fen(amount), goneFen: fen(goneFen) })
        let [gone, back, paid]: [number, number, number | null] = [0, 0, null]
        for (const [n, refund] of fits.entries()) {
          if (n === shareAfter) paid = keptOf(fen(part), payment(gone))
          gone += refund
          if (paid === null) continue
          const taken: Fen = takenBackOf({ wholeFen: fen(part), paidFen: fen(paid), backFen: fen(back) }, payment(gone))
          assert.ok(taken >= 0 && taken <= refund, 'no more than goes to the driver')
          back += taken
        }
        paid ??= keptOf(fen(part), payment(gone))
        assert.ok(back <= paid)
        assert.equal(
          paid - back,
          keptOf(fen(part), payment(gone)),
          'as if all had gone back at once, before it was shared',
        )
        if (gone === amount) assert.equal(paid - back, 0)
      }),
      { numRuns: 2_000 },
    ))
})

describe('what a rule can never keep', () => {
  const lot = { platformFeeBasisPoints: 100 }
  const bad: [what: string, rule: ShareRule, mistakes: string[]][] = [
    ['thirty per cent, the limit', aRule([percent(30)], 3000), []],
    [
      'over the channel’s limit',
      aRule([percent(20), percent(11)], 3000),
      ['/parties: 31 %: the channel shares at most 30 % of a payment'],
    ],
    [
      'the platform’s fee is shared, so it counts',
      aRule([percent(30), 'platform-fee'], 3000),
      ['/parties: 31 %: the channel shares at most 30 % of a payment'],
    ],
    [
      'over the whole',
      aRule([percent(60), percent(60)]),
      [
        "/parties: 121 % with the platform's fee: at most 100 %",
        '/parties: 120 %: the channel shares at most 100 % of a payment',
      ],
    ],
    [
      'a hundred, and the platform has a fee',
      aRule([percent(100)]),
      ["/parties: 101 % with the platform's fee: at most 100 %"],
    ],
    ['fixed amounts are never too much', aRule([fixed(100_000)], 3000), []],
    [
      'a party twice, in one place twice',
      {
        limitBasisPoints: 3000,
        parties: [
          { party: '7', order: 1, takes: percent(1) },
          { party: '7', order: 1, takes: percent(1) },
        ],
      },
      ['/parties/1/party: 7 is there twice', '/parties/1/order: 1 is there twice'],
    ],
    [
      'a partner who takes the platform’s fee',
      { limitBasisPoints: 3000, parties: [{ party: '7', order: 1, takes: 'platform-fee' }] },
      ['/parties/0/takes: the platform (party 0) takes platform-fee, and nobody else does'],
    ],
    [
      'a platform that takes something else',
      { limitBasisPoints: 3000, parties: [{ party: '0', order: 1, takes: percent(1) }] },
      ['/parties/0/takes: the platform (party 0) takes platform-fee, and nobody else does'],
    ],
    [
      'fifty-one parties',
      aRule(
        Array.from({ length: 51 }, () => fixed(1)),
        3000,
      ),
      ['/parties: at most 50'],
    ],
  ]
  for (const [what, rule, mistakes] of bad)
    test(what, () =>
      assert.deepEqual(
        mistakesIn(rule, lot).map(({ field, rule: saying }) => `${field}: ${saying}`),
        mistakes,
      ),
    )

  test('where there is no mistake and nothing is fixed, everybody gets all that the rule says, whatever is paid', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 6 }), anyPayment, (points, payment) => {
        const rule = aRule(
          points.map((basisPoints) => ({ basisPoints })),
          3000,
        )
        // Of a fee of at most 30 %, as lots may have it.
        fc.pre(mistakesIn(rule, { platformFeeBasisPoints: 3000 }).length === 0)
        const net = fen(payment.amountFen - payment.channelFeeFen)
        assert.deepEqual(
          partsOf(rule, payment).parts.map(({ amountFen }) => amountFen),
          points.map((one) => basisPointsOf(net, one)),
        )
      }),
    ))
})
