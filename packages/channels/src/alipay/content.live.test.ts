import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { alipayChannel } from './channel.ts'
import { anOrder, aRefund } from './fixtures.ts'

/* Sealed content on the wire. The simulator seals as Alipay's own client does (simulators/alipay/src/sdk.live.test.ts). */

const clock = systemClock
const merchant = {}
let alipay: AlipaySimulator
before(async () => {
  alipay = await startAlipaySimulator({ dir: '', durable: false, port: 0, clock, sealsContent: true })
})
after(() => alipay.close())
const channel = (told: { readonly contentKey?: string } = {}) =>
  alipayChannel({ ...alipay.settings, ...told }, { clock })

describe('with content that is sealed (alipay.md 2.8)', () => {
  test('an order is made, asked after, paid and given back in part', async () => {
    const order = anOrder({
      ...{ createdAt: clock.now(), expiresAt: (clock.now() + 300_000) as Instant },
      payer: alipay.control.identityOf('driver-1'),
      tradeNumber: '10010004001038535420786088345617',
    })
    const created = await channel().create(merchant, order)
    assert.ok(created.ok, JSON.stringify(created))
    alipay.control.pay(order.tradeNumber)
    const state = await channel().query(merchant, order.tradeNumber)
    assert.ok(state.ok && state.value.state === 'paid', JSON.stringify(state))
    const refund = aRefund({ tradeNumber: order.tradeNumber, amountFen: fen(1) })
    const refunded = await channel().refund(merchant, refund)
    assert.ok(refunded.ok && refunded.value.state === 'done', JSON.stringify(refunded))
  })
  test('what nobody knows is refused in the open, and read all the same', async () => {
    const state = await channel().query(merchant, '10010004001038535420786088345699')
    assert.ok(state.ok && state.value.state === 'unknown-order', JSON.stringify(state))
  })
  test('with another key it is our settings that are wrong: nothing is taken for an answer', async () => {
    const stranger = channel({ contentKey: 'aYA0GP8JEW+D7/UFaskCWA==' })
    const answered = await stranger.query(merchant, '10010004001038535420786088345617')
    assert.ok(!answered.ok, JSON.stringify(answered))
    assert.match(JSON.stringify(answered.error), /decryption-error/)
  })
})
