import { join } from 'node:path'
import { type Database, openDatabase } from '@lanepay/database/database.ts'
import { embeddedConnection } from '@lanepay/database/embedded.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { runningIn } from './keep.ts'
import { openData } from './parts.ts'
import type { Settings } from './settings.ts'

/** A person waits for as long as a look at everything takes; the road's own limit is far shorter. */
const patience = { queryTimeoutMs: 3_600_000 }

/** The data for a person's look or act: where an installation runs, its own; one that is stopped is started for it. */
export async function openLiveData(
  settings: Settings,
): Promise<{ readonly database: Database; close(): Promise<void> }> {
  const running = settings.databaseUrl === null && runningIn(settings.home) !== null
  if (!running) return openData(settings, systemClock, patience)
  const database = openDatabase({ connection: embeddedConnection(join(settings.home, 'postgres')), ...patience })
  return { database, close: () => database.close() }
}
