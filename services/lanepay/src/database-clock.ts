import type { Database, Statement } from '@lanepay/database/database.ts'
import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'

const selectNow: Statement = {
  name: 'select-now',
  text: 'select (extract(epoch from clock_timestamp()) * 1000)::int8 as now',
}

/**
 * The same clock by what time it is at the database: a command is typed anywhere, and what the cloud has written down is not judged by the
 * clock of a laptop. Off by the time that one question takes, a second or so at most.
 */
export async function byDatabase(database: Database, clock: Clock, machine: Clock = systemClock): Promise<Clock> {
  const [row] = await database.reference.query<{ now: number }>(selectNow)
  const aheadMs = Number(row!.now) - machine.now()
  return { now: () => (clock.now() + aheadMs) as Instant }
}
