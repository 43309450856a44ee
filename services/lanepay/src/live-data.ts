import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Database, openDatabase } from '@lanepay/database/database.ts'
import { embeddedConnection } from '@lanepay/database/embedded.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { tryClaimHome } from './keep.ts'
import { openData } from './parts.ts'
import type { Settings } from './settings.ts'

/** A person waits for as long as a look at everything takes; the road's own limit is far shorter. */
const patience = { queryTimeoutMs: 3_600_000 }

/**
 * The data for a person's look or act: where an installation runs, its own, which goes on; one that is stopped is started for it, by one
 * command after another.
 */
export async function openLiveData(
  settings: Settings,
): Promise<{ readonly database: Database; close(): Promise<void> }> {
  if (settings.databaseUrl !== null) return openData(settings, systemClock, patience)
  let claim = tryClaimHome(settings.home, true)
  for (let told = ''; typeof claim !== 'function'; claim = tryClaimHome(settings.home, true)) {
    const { pid, isCommand, hasData } = claim
    if (hasData && !isCommand) {
      const database = openDatabase({ connection: embeddedConnection(join(settings.home, 'postgres')), ...patience })
      return { database, close: () => database.close() }
    }
    const waits = isCommand
      ? `Waiting for another command in this folder (process ${pid}) to end ...`
      : `Waiting for the installation in this folder (process ${pid}) to start ...`
    if (waits !== told) console.error(waits)
    told = waits
    await setTimeout(100)
  }
  const release = claim
  const data = await openData(settings, systemClock, patience).catch((error: unknown) => {
    release()
    throw error
  })
  return {
    database: data.database,
    close: async () => {
      await data.close()
      release()
    },
  }
}
