import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import fc from 'fast-check'
import type { Receiver } from '../shares.ts'
import type { Withdrawals } from '../withdrawals.ts'
import { type AlipayChannel, alipayChannel } from './channel.ts'
import { aCodeOrder, noon } from './fixtures.ts'

/*
 * The law of money: whatever answers are lost, and however often a caller asks again under the same number, a payment, a
 * sharing or a payout moves its money once or not at all, and in the end both sides say which.
 */

let now = noon
const clock = { now: () => now }
let alipay: AlipaySimulator
let channel: AlipayChannel
let withdrawals: Withdrawals
let partner: Receiver
let numbers = 300_000
const newNumber = (kind: 1 | 2) => `${kind}0010000007000000000000000${++numbers}`

before(async () => {
  alipay = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock, verify: 'certificate' })
  channel = alipayChannel(alipay.settings, { clock })
  assert.ok(channel.withdrawals)
  withdrawals = channel.withdrawals
  const { userId } = alipay.control.personOf({ loginName: 'partner@example.com', name: '张三' })
  partner = { kind: 'merchant', account: userId }
  assert.ok((await channel.shares.addReceiver({}, partner, newNumber(2))).ok)
  alipay.control.deposit(alipay.settings.sellerId, fen(10_000_000_00))
})
after(() => alipay.close())

const has = () => {
  const { availableFen, frozenFen } = alipay.control.balance(alipay.settings.sellerId)
  return availableFen + frozenFen
}

const losing = ['answer-5xx', 'answer-cut', 'answer-20000', 'answer-wrong-signature', 'answer-second-root'] as const
const anyLoss = fc.array(fc.record({ kind: fc.constantFrom<FaultKind>(...losing), ask: fc.boolean() }), {
  maxLength: 4,
})
type Loss = { readonly kind: FaultKind; readonly ask: boolean }

/** Loses some answers to what `again` and `ask` do, in that order, then lets both go through. */
async function through(
  losses: readonly Loss[],
  again: () => Promise<unknown>,
  ask: () => Promise<unknown>,
): Promise<void> {
  for (const { kind, ask: asks } of losses) {
    alipay.control.fault({ kind, times: 1 })
    await (asks ? ask() : again())
  }
  await again()
}

test('a pay code takes the money once, or never', () =>
  fc.assert(
    fc.asyncProperty(
      anyLoss,
      fc.constantFrom(null, 'pay-waits-then-paid', 'pay-waits-then-fails'),
      async (losses, waits) => {
        const before = has()
        const code = alipay.control.payCodeOf('driver-1')
        const order = aCodeOrder({ tradeNumber: newNumber(1), code, expiresAt: (now + 120_000) as Instant })
        if (waits) alipay.control.fault({ kind: waits, times: 1, ms: 1_000 })
        const pay = () => channel.payCode.pay({}, order)
        const query = () => channel.payCode.query({}, order.tradeNumber)
        await through(losses, pay, query)
        now = (now + 1_000) as Instant
        const state = await query()
        assert.ok(state.ok)
        const expected = waits === 'pay-waits-then-fails' ? 'closed' : 'paid'
        assert.equal(state.value.state, expected)
        assert.equal(has() - before, expected === 'paid' ? 994 : 0)
      },
    ),
    { numRuns: 25 },
  ))

test('a share is paid once', () =>
  fc.assert(
    fc.asyncProperty(anyLoss, fc.integer({ min: 1, max: 300 }), async (losses, amount) => {
      const order = aCodeOrder({
        tradeNumber: newNumber(1),
        code: alipay.control.payCodeOf('driver-1'),
        expiresAt: (now + 120_000) as Instant,
      })
      const paid = await channel.payCode.pay({}, order)
      assert.ok(paid.ok && paid.value.state === 'paid')
      const before = has()
      const sharing = {
        shareNumber: newNumber(2),
        tradeNumber: order.tradeNumber,
        channelTradeNo: paid.value.paid.channelTradeNo,
        paymentFen: order.amountFen,
        parts: [{ receiver: partner, amountFen: fen(amount), description: '分润' }],
        finish: true,
      }
      const query = () => channel.shares.query({}, sharing)
      await through(losses, () => channel.shares.share({}, sharing), query)
      now = (now + 2_000) as Instant
      const state = await query()
      assert.ok(state.ok && state.value.state === 'finished')
      assert.equal(before - has(), amount)
    }),
    { numRuns: 25 },
  ))

test('a payout is paid once', () =>
  fc.assert(
    fc.asyncProperty(anyLoss, fc.integer({ min: 10, max: 100_000 }), async (losses, amount) => {
      const before = has()
      const order = {
        withdrawalNumber: newNumber(2),
        amountFen: fen(amount),
        remark: '',
        bankMemo: '结算',
        payee: { kind: 'account', identity: 'partner@example.com', name: '张三' },
      } as const
      const query = () => withdrawals.query({}, order.withdrawalNumber)
      await through(losses, () => withdrawals.withdraw({}, order), query)
      const state = await query()
      assert.ok(state.ok && state.value.state === 'paid')
      assert.deepEqual([state.value.amountFen, before - has()], [amount, amount])
    }),
    { numRuns: 25 },
  ))
