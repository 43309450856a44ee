import { join } from 'node:path'
import { audit } from '@lanepay/cloud/audit/audit.ts'
import { openDatabase } from '@lanepay/database/database.ts'
import { embeddedConnection } from '@lanepay/database/embedded.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { readOrTell } from './config.ts'
import { runningIn } from './keep.ts'
import { openData } from './parts.ts'

/** `lanepay audit`: every invariant on live data; ends with 1 when one does not hold. */
export async function runAudit(): Promise<void> {
  const settings = readOrTell()
  // A running installation is looked at where it runs; one that is stopped is started for the look.
  const running = settings.databaseUrl === null && runningIn(settings.home) !== null
  const data = running
    ? (() => {
        const database = openDatabase({ connection: embeddedConnection(join(settings.home, 'postgres')) })
        return { database, close: () => database.close() }
      })()
    : await openData(settings, systemClock)
  try {
    const { checked, broken } = await audit(data.database)
    for (const { invariant, count, examples } of broken)
      console.error(`BROKEN ${count}x: ${invariant}\n${examples.map((row) => `  ${JSON.stringify(row)}`).join('\n')}`)
    console.log(`${checked.length - broken.length} invariants hold, ${broken.length} broken`)
    if (broken.length > 0) process.exitCode = 1
  } finally {
    await data.close()
  }
}
