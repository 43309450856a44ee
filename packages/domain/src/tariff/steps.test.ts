import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyDocument, anyEntry, at, day, hour, minute, onePlan, priceOf, tariffFor } from './generators.fixtures.ts'
import { priceSteps, simpleTariff } from './tariff.ts'

test('a price list as the steps it has: free time, hours, the cap, the next day', () => {
  const tariff = tariffFor(simpleTariff({ freeMinutes: 15, firstHoursFen: [500], hourFen: 300, dailyCapFen: 1000 }))
  assert.deepEqual(priceSteps(tariff, { enteredAt: at('2025-03-05T10:00+08:00') }, 25 * hour), [
    { toS: 15 * minute, fen: 0 },
    { toS: hour, fen: 500 },
    { toS: 2 * hour, fen: 800 },
    { toS: day, fen: 1000 },
    { toS: 25 * hour, fen: 1500 },
  ])
})

test('a list that ends has no price from there on, and one that never changes is one step', () => {
  const enteredAt = at('2025-03-05T10:00+08:00')
  const ending = tariffFor(onePlan({ bands: [{ steps: [{ to: 60, every: 60, fen: 100 }] }] }))
  assert.deepEqual(priceSteps(ending, { enteredAt }, 3 * hour), [
    { toS: 0, fen: 0 },
    { toS: hour, fen: 100 },
    { toS: 3 * hour, fen: null },
  ])
  const free = tariffFor(onePlan({ bands: [{}] }))
  assert.deepEqual(priceSteps(free, { enteredAt }, 100 * day), [{ toS: 100 * day, fen: 0 }])
})

const anyResolution = fc.constantFrom('second' as const, 'minuteDown' as const, 'minuteUp' as const)

test('within a step every stay costs what it says, and the next step costs something else', () =>
  fc.assert(
    fc.property(anyDocument(), anyResolution, anyEntry, fc.nat(3 * day), (plain, resolution, entry, seconds) => {
      const document = { ...plain, resolution }
      const enteredAt = (Math.floor(entry / 1000) * 1000) as typeof entry
      const tariff = tariffFor(document)
      const steps = priceSteps(tariff, { enteredAt }, 3 * day)
      assert.equal(steps.find(({ toS }) => seconds <= toS)?.fen, priceOf(tariff, enteredAt, seconds))
      for (const [index, { fen }] of steps.entries()) assert.notEqual(fen, steps[index + 1]?.fen)
    }),
    { numRuns: 100 },
  ))
