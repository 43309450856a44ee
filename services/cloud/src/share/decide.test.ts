import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { SharePartState } from '@lanepay/channels/shares.ts'
import { fen } from '@lanepay/domain/money.ts'
import { keptOf } from '@lanepay/domain/share/kept.ts'
import { partsOf } from '@lanepay/domain/share/parts.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { failedForShares, fateOf, outcomesOf, type PaidPart, type PaymentToShare, returnsOf } from './decide.ts'
import { ruleAt } from './in-force.ts'
import { aParty } from './party.testing.ts'
import { parseRuleFile, type WrittenParty } from './rule-file.ts'

const now = Date.parse('2026-12-01T00:00:00+08:00') as Instant
const mall = aParty()
const owner = aParty({ party: '2002', order: 2, receiver: { kind: 'merchant', account: '1900000202', name: '业主' } })

describe('what becomes of a payment that is to be shared', () => {
  const payment = (told: Partial<PaymentToShare> = {}): PaymentToShare => ({
    state: 'paid',
    amountFen: fen(1000),
    channelFeeFen: fen(6),
    platformFeeFen: fen(9),
    refundedFen: fen(0),
    feeBackFen: fen(0),
    refunding: false,
    ...told,
  })
  const fates: [what: string, told: Partial<PaymentToShare>, fate: string][] = [
    ['paid', {}, 'share 99, finish'],
    ['not paid yet', { state: 'pending' }, 'wait'],
    ['its order is not at the channel yet', { state: 'created' }, 'wait'],
    ['closed', { state: 'closed' }, 'nothing'],
    ['for no stay, on its way back', { state: 'unapplied', refunding: true }, 'wait'],
    ['for no stay, and did not go back', { state: 'unapplied' }, 'nothing'],
    ['gone back', { state: 'refunded', refundedFen: fen(1000) }, 'nothing'],
    ['a refund is under way', { refunding: true }, 'wait'],
    ['half has gone back', { state: 'partly-refunded', refundedFen: fen(500) }, 'share 50, finish'],
    ['all but a fen has gone back', { state: 'partly-refunded', refundedFen: fen(999), feeBackFen: fen(5) }, 'release'],
    [
      'all but the fee has gone back, and the fee with it',
      { state: 'partly-refunded', refundedFen: fen(994), feeBackFen: fen(5) },
      'share 1, finish',
    ],
    [
      'the same of a larger one',
      {
        ...{ state: 'partly-refunded', amountFen: fen(100_000), channelFeeFen: fen(600), platformFeeFen: fen(0) },
        ...{ refundedFen: fen(99_400), feeBackFen: fen(596) },
      },
      'share 60, finish',
    ],
    [
      'the same, in parts so small that no fee came back',
      { state: 'partly-refunded', refundedFen: fen(994), feeBackFen: fen(0) },
      'release',
    ],
    ['too small for a part', { amountFen: fen(9), channelFeeFen: fen(0), platformFeeFen: fen(0) }, 'release'],
  ]
  const said = (told: Partial<PaymentToShare>, parties: readonly WrittenParty[]) => {
    const fate = fateOf(payment(told), { limitBasisPoints: 3000, parties })
    if (fate.act !== 'share') return fate.act
    return `share ${fate.parts.map(({ amountFen }) => amountFen)}${fate.finish ? ', finish' : ''}`
  }
  for (const [what, told, fate] of fates) test(`${what}: ${fate}`, () => assert.equal(said(told, [mall]), fate))
  test('while a person may be asked about a part, the receipt is kept back', () =>
    assert.equal(said({}, [mall, { ...owner, ifNotPaid: 'person' }]), 'share 99,99'))
})

describe('law: a payment that is given back in any parts before it is shared', () => {
  const anyCuts = fc
    .record({
      amount: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 1_000_000 })),
      feePerMille: fc.integer({ min: 0, max: 12 }),
      percents: fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 1, maxLength: 2 }),
      // Many small ones too, of which no fee comes back.
      wanted: fc.oneof(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 30, maxLength: 50 }),
      ),
      whole: fc.boolean(),
    })
    .map(({ wanted, whole, ...told }) => {
      const cuts: number[] = []
      let left = told.amount
      for (const part of wanted) {
        const cut = Math.min(left, Math.ceil((told.amount * part) / 10_000))
        if (cut > 0) cuts.push(cut)
        left -= cut
      }
      if (whole && left > 0) cuts.push(left)
      return { ...told, cuts, feeFen: Math.floor((told.amount * told.feePerMille + 500) / 1_000) }
    })
  /** What WeChat Pay keeps back: its fee comes back rounded down with every refund (wechat-pay.md 12.2, 14.1). */
  const feeBack = (amount: number, feeFen: number, cut: number) => Math.floor((feeFen * cut) / amount)

  test('what is left to share is always there at the channel, and short of what is due by rounding alone', () =>
    fc.assert(
      fc.property(anyCuts, ({ amount, feeFen, percents, cuts }) => {
        const parties = percents.map((basisPoints, n) =>
          aParty({ party: `${n}1`, order: n + 1, takes: { basisPoints } }),
        )
        let [back, gone] = [0, 0]
        for (const [n, cut] of cuts.entries()) {
          back += feeBack(amount, feeFen, cut)
          gone += cut
          const keptBack = amount - feeFen - gone + back
          if (gone === amount) return
          const money = { amountFen: fen(amount), channelFeeFen: fen(feeFen), platformFeeFen: fen(0) }
          const went = { refundedFen: fen(gone), feeBackFen: fen(back), refunding: false }
          const fate = fateOf({ state: 'partly-refunded', ...money, ...went }, { limitBasisPoints: 3_000, parties })
          const shared = fate.act === 'share' ? fate.parts.reduce((sum, part) => sum + part.amountFen, 0) : 0
          assert.ok(shared === 0 || shared <= keptBack, `${shared} of ${keptBack}`)
          const whole = partsOf({ limitBasisPoints: 3_000, parties }, money).parts
          const due = whole.reduce(
            (sum, part) => sum + keptOf(part.amountFen, { amountFen: fen(amount), goneFen: fen(gone) }),
            0,
          )
          assert.ok(due - shared <= parties.length + n + 1, `${shared} of ${due}`)
        }
      }),
      { numRuns: 2_000 },
    ))
  test('a refund that is refused there is more than is kept back, and leaves nobody anything: to let go costs no partner', () =>
    fc.assert(
      fc.property(anyCuts, ({ amount, feeFen, percents, cuts }) => {
        const parties = percents.map((basisPoints, n) =>
          aParty({ party: `${n}1`, order: n + 1, takes: { basisPoints } }),
        )
        let [keptBack, gone, back] = [amount - feeFen, 0, 0]
        for (const cut of cuts) {
          const out = cut - feeBack(amount, feeFen, cut)
          gone += cut
          back += cut - out
          if (out > keptBack) {
            assert.ok(cut > keptBack, 'so it is let go of')
            const money = { amountFen: fen(amount), channelFeeFen: fen(feeFen), platformFeeFen: fen(0) }
            const went = { refundedFen: fen(gone), feeBackFen: fen(back), refunding: false }
            const payment = { state: 'partly-refunded', ...money, ...went } as const
            assert.equal(fateOf(payment, { limitBasisPoints: 3_000, parties }).act, 'release')
            return
          }
          keptBack -= out
        }
      }),
      { numRuns: 5_000 },
    ))
})

describe('what a finished request says of each part', () => {
  const asked = [
    { party: '1', account: 'A', amountFen: fen(10) },
    { party: '2', account: 'B', amountFen: fen(20) },
  ]
  const done = (account: string, amount: number): SharePartState => ({
    account,
    amountFen: fen(amount),
    state: 'done',
    doneAt: null,
  })
  const failed = (account: string, amount: number): SharePartState => ({
    account,
    amountFen: fen(amount),
    state: 'failed',
    code: 'NO',
  })
  const tables: [what: string, told: SharePartState[], outcome: string | null][] = [
    ['both are paid', [done('A', 10), done('B', 20)], '1 done, 2 done'],
    ['in another order', [done('B', 20), done('A', 10)], '1 done, 2 done'],
    ['one is not', [done('A', 10), failed('B', 20)], '1 done, 2 NO'],
    ['nothing is said of one', [done('A', 10)], null],
    ['nothing is said', [], null],
    ['one is still under way', [done('A', 10), { account: 'B', amountFen: fen(20), state: 'pending' }], null],
    ['another amount', [done('A', 10), done('B', 21)], null],
    ['one twice', [done('A', 10), done('A', 10), done('B', 20)], null],
    ['one is named otherwise, and its amount is its own', [done('A', 10), done('2088B', 20)], '1 done, 2 done'],
    ['both are named otherwise, with amounts of their own', [failed('2088A', 10), done('2088B', 20)], '1 NO, 2 done'],
    ['somebody else got that', [done('A', 10), done('2088B', 21)], null],
  ]
  for (const [what, told, expected] of tables)
    test(`${what}: ${expected ?? 'it is not over'}`, () => {
      const outcome = outcomesOf(asked, told)
      assert.equal(
        outcome?.map((one) => `${one.party} ${one.state === 'done' ? 'done' : one.code}`).join(', ') ?? null,
        expected,
      )
    })
  test('two of the same amount that are both named otherwise cannot be told apart', () =>
    assert.equal(
      outcomesOf(
        asked.map((one) => ({ ...one, amountFen: fen(10) })),
        [done('2088A', 10), failed('2088B', 10)],
      ),
      null,
    ))
})

describe('what a refund takes back', () => {
  const part = (told: Partial<PaidPart> = {}): PaidPart => ({
    party: '2001',
    shareId: '7',
    wholeFen: fen(99),
    paidFen: fen(99),
    backFen: fen(0),
    ...told,
  })
  const tables: [
    what: string,
    gone: number,
    parts: PaidPart[],
    party: WrittenParty,
    hasReturns: boolean,
    back: string,
  ][] = [
    ['half, by a call', 500, [part()], mall, true, '49 call'],
    ['half, within the refund', 500, [part()], mall, false, '49 refund'],
    ['the rest', 1000, [part({ backFen: fen(49) })], mall, true, '50 call'],
    ['a fen of a thousand: nothing', 1, [part()], mall, true, ''],
    ['what was shared after half had gone back', 1000, [part({ paidFen: fen(50) })], mall, true, '50 call'],
    ['carried by the operator', 500, [part()], { ...mall, onRefund: 'operator' }, true, '49 none'],
    [
      'which no rule can say of a refund that takes back',
      500,
      [part()],
      { ...mall, onRefund: 'operator' },
      false,
      '49 refund',
    ],
    ['more came back before than now need be', 300, [part({ backFen: fen(49) })], mall, true, ''],
  ]
  for (const [what, gone, parts, party, hasReturns, back] of tables)
    test(`${what}: ${back || 'nothing'}`, () => {
      const returns = returnsOf({ amountFen: fen(1000), goneFen: fen(gone) }, parts, { parties: [party] }, hasReturns)
      assert.equal(returns.map(({ amountFen, way }) => `${amountFen} ${way}`).join(', '), back)
    })
  const becauses: [because: string, shares: boolean][] = [
    ['ACQ.ALLOC_AMOUNT_VALIDATE_ERROR: 分账金额', true],
    ['ACQ.REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST: x', true],
    ['REFUNDALLOC_UNAUTH_LIMIT: x', true],
    ['ACQ.TRADE_HAS_FINISHED: x', false],
    ['', false],
  ]
  for (const [because, shares] of becauses)
    test(`${because || 'no word'}: ${shares ? 'because of a share' : 'for another reason'}`, () =>
      assert.equal(failedForShares(because), shares))
})

describe('which rule holds', () => {
  const rules = [
    { version: '10', from_at: 100 },
    { version: '11', from_at: 300 },
    { version: '12', from_at: 200 },
    { version: '9', from_at: 300 },
  ]
  for (const [at, version] of [
    [99, undefined],
    [100, '10'],
    [199, '10'],
    [200, '12'],
    [299, '12'],
    [300, '11'],
  ] as const)
    test(`at ${at}: ${version ?? 'none'}`, () => assert.equal(ruleAt(rules, at)?.version, version))
})

describe('a rule as it is written', () => {
  const written = (told: object = {}) => ({ channel: 'wechatpay', waitMinutes: 1, parties: [mall], ...told })
  test('is read', () => {
    const read = parseRuleFile(written({ from: '2026-12-01T08:00:00+08:00' }), now)
    assert.ok(read.ok)
    assert.equal(read.value.from, now + 8 * 3_600_000)
  })
  const bad: [what: string, told: object, mistakes: string[]][] = [
    ['of yesterday', { from: '2026-11-30T08:00:00+08:00' }, ['/from']],
    ['in a minute', { from: '2026-12-01T00:01:00+08:00' }, ['/from']],
    ['of no day', { from: '2026-13-01T08:00:00+08:00' }, ['/from']],
    ['without an offset', { from: '2026-12-02T08:00:00' }, ['/from']],
    ['without parties', { parties: [] }, ['/parties']],
    ['with a word more', { parties: [{ ...mall, note: '' }] }, ['/parties/0']],
    ['a hundred and one per cent', { parties: [{ ...mall, takes: { basisPoints: 10_100 } }] }, ['/parties/0/takes']],
    ['half a fen', { parties: [{ ...mall, takes: { fixedFen: 0.5 } }] }, ['/parties/0/takes']],
    [
      'to one account twice',
      { parties: [mall, { ...owner, receiver: mall.receiver }] },
      ['/parties/1/receiver/account'],
    ],
    [
      'a merchant without a name, and from yesterday: both are told',
      { from: '2026-11-30T08:00:00+08:00', parties: [{ ...mall, receiver: { kind: 'merchant', account: '1' } }] },
      ['/from', '/parties/0/receiver/name'],
    ],
    ['through a channel that there is not', { channel: 'unionpay' }, ['/channel']],
    [
      'carried by the operator through Alipay, which takes back by itself',
      { channel: 'alipay', parties: [{ ...mall, onRefund: 'operator' }] },
      ['/parties/0/onRefund'],
    ],
    ['shared at once', { waitMinutes: 0 }, ['/waitMinutes']],
    ['shared when the channel has let go of it long ago', { waitMinutes: 43_200 }, ['/waitMinutes']],
  ]
  for (const [what, told, mistakes] of bad)
    test(`${what}: refused by name`, () => {
      const read = parseRuleFile(written(told), now)
      assert.ok(!read.ok)
      const fields = new Set(read.error.map(({ field }) => field))
      for (const field of mistakes)
        assert.ok(
          [...fields].some((one) => one === field || one.startsWith(`${field}/`)),
          `${[...fields]}`,
        )
    })
  test('the example of the documentation is right', () => {
    const example = readFileSync(new URL('../../../../docs/examples/share.json', import.meta.url), 'utf8')
    assert.ok(parseRuleFile(JSON.parse(example), now).ok)
  })
  test('something that is no rule at all', () => assert.ok(!parseRuleFile(null, now).ok))
})
