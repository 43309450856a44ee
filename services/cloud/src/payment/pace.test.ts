import assert from 'node:assert/strict'
import test from 'node:test'
import { turnstile } from './pace.ts'

const passing = async (pass: () => Promise<void>, startedAt: number): Promise<number> => {
  await pass()
  return performance.now() - startedAt
}

test('who comes alone passes at once, also after a crowd', async () => {
  const pass = turnstile(20)
  for (let round = 0; round < 2; round++) {
    let waited = false
    const turn = setImmediate(() => {
      waited = true
    })
    await pass()
    clearImmediate(turn)
    assert.ok(!waited, 'it took a turn of the event loop')
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
})

// Timers count whole milliseconds, from a clock of their own: two of them are no closeness.
test('a crowd passes one after the other, no closer than it should', async () => {
  const pass = turnstile(20)
  const startedAt = performance.now()
  const times = await Promise.all([0, 1, 2].map(() => passing(pass, startedAt)))
  for (const [place, ms] of times.entries()) assert.ok(ms >= place * 20 - 2, `${place} passed after ${ms} ms`)
})
