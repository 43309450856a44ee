import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { keepGoing } from './keep-going.ts'

test('a clock that is pushed ahead has its round at once, a stopped one has no more', async () => {
  const clock = new SimulatedClock()
  const rounds: number[] = []
  let turned = Promise.withResolvers<void>()
  const going = keepGoing('hourly', 3_600_000, { clock, log: silentLog }, async () => {
    rounds.push(clock.aheadMs)
    turned.resolve()
  })
  await turned.promise
  turned = Promise.withResolvers()
  clock.advance(3_600_000)
  await turned.promise
  await going.stop()
  assert.deepEqual(rounds, [0, 3_600_000])
})
