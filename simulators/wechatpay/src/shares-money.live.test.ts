import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel } from '@lanepay/channels/channel.ts'
import type { Receiver, ShareOrder } from '@lanepay/channels/shares.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { fen } from '@lanepay/domain/money.ts'
import fc from 'fast-check'
import { callsOf, folder, newNumber } from './fixtures.ts'
import { clock, minute, paid, second, value } from './shares.testing.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* Whose money it is that is shared, over all of its ways and over a restart. */

test('whoever pays, shares, gives back, refunds and withdraws: no fen is made or lost', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          share: fc.integer({ min: 1, max: 400 }),
          refund: fc.integer({ min: 1, max: 1000 }),
          back: fc.boolean(),
        }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      async (acts) => {
        const simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
        const { control, subMchid = '', settings } = simulator
        const calls = callsOf(simulator, clock)
        const channel: Channel = wechatPayChannel(settings, { clock })
        const who = { subMchid }
        const us: Receiver = { kind: 'merchant', account: settings.mchid, name: '平台' }
        const { shares, withdrawals } = channel
        assert.ok(shares?.returns && withdrawals)
        value(await shares.addReceiver(who, us, ''))
        let fees = 0
        let inHand = 0
        for (const act of acts) {
          const payment = await paid({ simulator, calls })
          fees += 6
          inHand += 1000
          const order = {
            shareNumber: newNumber(),
            tradeNumber: payment.number,
            channelTradeNo: payment.transaction,
            paymentFen: fen(1000),
            parts: [{ receiver: us, amountFen: fen(act.share), description: '分润' }],
            finish: false,
          }
          const shared = await shares.share(who, order)
          clock.advance(2 * second)
          const refunded = await channel.refund(who, {
            tradeNumber: payment.number,
            refundNumber: newNumber(),
            amountFen: fen(act.refund),
            paymentFen: fen(1000),
            reason: '',
            notifyUrl: 'http://127.0.0.1:9/n',
          })
          if (refunded.ok && !('code' in refunded.value)) {
            inHand -= act.refund
            fees -= Math.floor((6 * act.refund) / 1000)
          }
          if (act.back && shared.ok)
            await shares.returns.takeBack(who, {
              returnNumber: newNumber(),
              shareNumber: order.shareNumber,
              from: us,
              amountFen: fen(act.share),
              description: '',
            })
          clock.advance(10 * second)
        }
        await calls.get('/v3/certificates') // time has passed: let it act
        const all = () => {
          const [ours, theirs] = [control.balanceOf(settings.mchid), control.balanceOf(subMchid)]
          assert.ok(theirs.availableFen >= 0 && theirs.frozenFen >= 0, JSON.stringify(theirs))
          return ours.availableFen + theirs.availableFen + theirs.frozenFen
        }
        assert.equal(all(), inHand - fees)
        const { availableFen } = value(await withdrawals.balance(who))
        if (availableFen > 0) {
          const take = { withdrawalNumber: newNumber(), amountFen: availableFen, remark: '', bankMemo: '' }
          value(await withdrawals.withdraw(who, take))
          assert.equal(all(), inHand - fees - availableFen)
        }
        await simulator.close()
      },
    ),
    { numRuns: 8 },
  ))

test('receivers, shares and returns outlive the process', async (t) => {
  const dir = folder(t)
  const start = () => startWechatPaySimulator({ dir, port: 0, clock, mode: 'partner' as const })
  const first = await start()
  const us: Receiver = { kind: 'merchant', account: first.settings.mchid, name: '平台' }
  const who = { subMchid: first.subMchid ?? '' }
  const shares = (simulator: WechatPaySimulator) => {
    const { shares } = wechatPayChannel(simulator.settings, { clock })
    assert.ok(shares)
    return shares
  }
  value(await shares(first).addReceiver(who, us, ''))
  const payment = await paid({ simulator: first, calls: callsOf(first, clock) })
  const order: ShareOrder = {
    shareNumber: newNumber(),
    tradeNumber: payment.number,
    channelTradeNo: payment.transaction,
    paymentFen: fen(1000),
    parts: [{ receiver: us, amountFen: fen(100), description: '分润' }],
    finish: false,
  }
  value(await shares(first).share(who, order))
  await first.close()
  clock.advance(minute)
  const later = await start()
  t.after(() => later.close())
  const asked = value(await shares(later).query(who, order))
  assert.equal(asked.state, 'finished')
  value(await shares(later).share(who, { ...order, shareNumber: newNumber() }))
  assert.deepEqual(later.control.balanceOf(first.settings.mchid), { availableFen: 100, frozenFen: 0 })
})
