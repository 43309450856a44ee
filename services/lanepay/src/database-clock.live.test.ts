import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { byDatabase } from './database-clock.ts'

let data: TestDatabase
before(async () => {
  data = await testDatabase()
})
after(() => data.close())

const hour = 3_600_000
const off = (by: number): Clock => ({ now: () => (systemClock.now() + by) as Instant })

for (const [what, machineMs] of [
  ['eight hours behind', -8 * hour],
  ['a day ahead', 24 * hour],
] as const)
  test(`a command typed where the clock is ${what} judges by the database's, and the street's clock stays pushed`, async () => {
    const pushedMs = 2 * hour
    const clock = await byDatabase(data.database, off(machineMs + pushedMs), off(machineMs))
    // The test's machine is the database's: half an hour is more than any question takes.
    assert.ok(Math.abs(clock.now() - (systemClock.now() + pushedMs)) < hour / 2)
  })
