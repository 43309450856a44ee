import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decideAsk, type EarlierRefund, type RefundablePayment } from './ask-decide.ts'

const now = Date.UTC(2026, 10, 2, 4)
const day = 86_400_000
const aPayment = (told: Partial<RefundablePayment> = {}): RefundablePayment => ({
  ...{ state: 'paid', channel: 'wechatpay', amountFen: 1550, platformFeeFen: 15, paidAt: now - day },
  ...told,
})
const earlier = (amountFen: number, told: Partial<EarlierRefund> = {}): EarlierRefund => ({
  ...{ state: 'done', amountFen, platformFeeFen: 0, dueAt: now - day },
  ...told,
})
const ask = (
  amountFen: number | 'all',
  payment: Partial<RefundablePayment> = {},
  before: readonly EarlierRefund[] = [],
  reason = 'charged too much',
) => decideAsk(aPayment(payment), before, { amountFen, reason, now })

describe('a person asks for a refund', () => {
  const refused = (kind: string, more: object = {}) => ({ ok: false, error: { kind, ...more } })
  const cases: [string, ReturnType<typeof ask>, object][] = [
    ['of nothing', ask(0), refused('not-an-amount')],
    ['of less than nothing', ask(-1), refused('not-an-amount')],
    ['of half a fen', ask(0.5), refused('not-an-amount')],
    ['of no number', ask(Number.NaN), refused('not-an-amount')],
    ['without a reason', ask(100, {}, [], '  '), refused('not-a-reason')],
    ['with a story for a reason', ask(100, {}, [], 'x'.repeat(81)), refused('not-a-reason')],
    [
      'of an order that nobody has paid yet',
      ask(100, { state: 'pending', paidAt: null }),
      refused('not-paid', { state: 'pending' }),
    ],
    ['of a closed payment', ask(100, { state: 'closed', paidAt: null }), refused('not-paid', { state: 'closed' })],
    ['of one fen more than was paid', ask(1551), refused('more-than-left', { leftFen: 1550 })],
    [
      'of more than is left',
      ask(551, { state: 'partly-refunded' }, [earlier(1000)]),
      refused('more-than-left', { leftFen: 550 }),
    ],
    [
      'of more than is left beside one that is under way',
      ask(551, {}, [earlier(1000, { state: 'sent' })]),
      refused('more-than-left', { leftFen: 550 }),
    ],
    [
      'of what is refunded',
      ask('all', { state: 'refunded' }, [earlier(1550)]),
      refused('more-than-left', { leftFen: 0 }),
    ],
    [
      'of what goes back by itself',
      ask('all', { state: 'unapplied' }, [earlier(1550, { state: 'asked' })]),
      refused('goes-back-by-itself'),
    ],
    [
      'of a part of what counts for nothing, and did not go back by itself',
      ask(100, { state: 'unapplied' }, [earlier(1550, { state: 'failed' })]),
      refused('whole-only', { wholeFen: 1550 }),
    ],
    [
      'of all of that',
      ask('all', { state: 'unapplied' }, [earlier(1550, { state: 'failed' })]),
      { ok: true, value: { amountFen: 1550, platformFeeFen: 0, dueAt: now } },
    ],
    [
      'a year and a day after WeChat took it',
      ask(100, { paidAt: now - 366 * day }),
      refused('too-late', { until: now - day }),
    ],
    [
      'as late, of Alipay, whose contracts differ: the channel says no, if it is no',
      ask(100, { channel: 'alipay', paidAt: now - 366 * day }),
      { ok: true, value: { amountFen: 100, platformFeeFen: 0, dueAt: now } },
    ],
    [
      'for the 51st time',
      ask(
        1,
        {},
        Array.from({ length: 50 }, () => earlier(1)),
      ),
      refused('too-many-refunds', { most: 50 }),
    ],
    [
      'again, when all before have failed',
      ask(
        'all',
        {},
        Array.from({ length: 50 }, () => earlier(1550, { state: 'failed' })),
      ),
      { ok: true, value: { amountFen: 1550, platformFeeFen: 15, dueAt: now } },
    ],
    ['of all', ask('all'), { ok: true, value: { amountFen: 1550, platformFeeFen: 15, dueAt: now } }],
    [
      'of the rest',
      ask('all', { state: 'partly-refunded' }, [earlier(1000, { platformFeeFen: 9 })]),
      { ok: true, value: { amountFen: 550, platformFeeFen: 6, dueAt: now } },
    ],
    [
      'seconds after another: it waits until WeChat takes it',
      ask(100, {}, [earlier(100, { dueAt: now - 5_000 })]),
      { ok: true, value: { amountFen: 100, platformFeeFen: 1, dueAt: now + 55_000 } },
    ],
    [
      'seconds after another of Alipay',
      ask(100, { channel: 'alipay' }, [earlier(100, { dueAt: now - 1_000 })]),
      { ok: true, value: { amountFen: 100, platformFeeFen: 1, dueAt: now + 3_000 } },
    ],
  ]
  for (const [what, answer, expected] of cases) test(what, () => assert.deepEqual(answer, expected))
})

type Step = { readonly amountFen: number; readonly fails: boolean }
const anySteps = fc.record({
  amountFen: fc.integer({ min: 1, max: 100_000 }),
  feeBasisPoints: fc.integer({ min: 0, max: 3000 }),
  steps: fc.array(fc.record({ amountFen: fc.integer({ min: -5, max: 60_000 }), fails: fc.boolean() }), {
    maxLength: 40,
  }),
})
describe('however refunds of one payment follow each other', () => {
  const run = (payment: RefundablePayment, steps: readonly Step[]): EarlierRefund[] => {
    const made: EarlierRefund[] = []
    for (const { amountFen, fails } of steps) {
      const granted = decideAsk(payment, made, { amountFen, reason: 'law', now })
      if (granted.ok) made.push({ ...granted.value, state: fails ? 'failed' : 'done' })
    }
    return made
  }
  const paymentOf = ({ amountFen, feeBasisPoints }: { amountFen: number; feeBasisPoints: number }) =>
    aPayment({ amountFen, platformFeeFen: Math.floor((amountFen * feeBasisPoints) / 10_000) })
  const sum = (of: readonly EarlierRefund[], what: 'amountFen' | 'platformFeeFen') =>
    of.filter(({ state }) => state !== 'failed').reduce((total, one) => total + one[what], 0)

  test('never more goes back than was paid, and no party gives more than it got or less than nothing', () =>
    fc.assert(
      fc.property(anySteps, (told) => {
        const payment = paymentOf(told)
        const made = run(payment, told.steps)
        assert.ok(sum(made, 'amountFen') <= payment.amountFen)
        assert.ok(sum(made, 'platformFeeFen') <= payment.platformFeeFen)
        for (const one of made) assert.ok(one.platformFeeFen >= 0 && one.platformFeeFen <= one.amountFen)
        const operatorGave = sum(made, 'amountFen') - sum(made, 'platformFeeFen')
        assert.ok(operatorGave <= payment.amountFen - payment.platformFeeFen + made.length)
      }),
    ))
  test('when all has gone back, so has the platform’s whole fee', () =>
    fc.assert(
      fc.property(anySteps, (told) => {
        const payment = { ...paymentOf(told), channel: 'alipay' } as const
        const made = run(payment, told.steps)
        const rest = decideAsk(payment, made, { amountFen: 'all', reason: 'law', now })
        const gone = rest.ok ? [...made, { ...rest.value, state: 'done' as const }] : made
        assert.equal(sum(gone, 'amountFen'), payment.amountFen)
        assert.equal(sum(gone, 'platformFeeFen'), payment.platformFeeFen)
      }),
    ))
})
