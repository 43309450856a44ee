import assert from 'node:assert/strict'
import type { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { type Calls, newNumber, StillClock } from './fixtures.ts'
import type { WechatPaySimulator } from './simulator.ts'

/* What the tests of profit sharing share: one clock, and payments that wait to be shared. */

export const second = 1_000
export const minute = 60 * second
export const day = 24 * 60 * minute
export const clock = new StillClock()
export const value = <T>(result: Result<T, unknown>): T => {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

/** A payment of ¥10.00 that waits to be shared and is old enough for it. */
export async function paid(
  { simulator, calls }: { simulator: WechatPaySimulator; calls: Calls },
  toShare = true,
  time: Pick<SimulatedClock, 'advance'> = clock,
) {
  const number = newNumber()
  const said = await calls.create({ out_trade_no: number, settle_info: { profit_sharing: toShare } })
  assert.equal(said.status, 200, said.text)
  const { transactionId } = simulator.control.pay(number)
  time.advance(minute)
  return { number, transaction: transactionId ?? '' }
}
