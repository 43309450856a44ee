import { auditSince, proveAll } from '@lanepay/cloud/audit/audit.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'

const usage = 'lanepay audit [--all]'

/**
 * `lanepay audit [--all]`: every invariant on live data, of what has changed since the last audit that held or of everything;
 * ends with 1 when one does not hold.
 */
export async function runAudit(args: readonly string[]): Promise<void> {
  if (args.some((arg) => arg !== '--all')) throw new Told(usage)
  const data = await openLiveData(readOrTell())
  try {
    const act = args.includes('--all') ? proveAll : auditSince
    const { checked, broken, read } = await act(data.database, systemClock.now())
    for (const { invariant, count, examples, todo } of broken)
      console.error([`BROKEN ${count}x: ${invariant}`, ...examples.map((row) => `  ${row}`), `  -> ${todo}`].join('\n'))
    console.log(
      `${checked.length - broken.length} invariants hold, ${broken.length} broken, ${read === 'everything' ? 'in all there is' : 'in what has changed since the last audit'}`,
    )
    if (broken.length > 0) process.exitCode = 1
  } finally {
    await data.close()
  }
}
