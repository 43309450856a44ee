import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '@lanepay/domain/log.ts'

/** Which record of each camera was heard last: where to go on in its memory. */
export type LastRecords = {
  of(serial: string): string | null
  heard(serial: string, recordId: string): void
  /** Onto disk now, where something is new. */
  keep(): void
}

/**
 * Kept in a file, a little behind: what is asked for twice arrives as stored and known. A file that cannot be read is begun anew,
 * and one that cannot be written is tried again with the next.
 */
export function lastRecords(dir: string, log: Log): LastRecords {
  const path = join(dir, 'last-records.json')
  const last = new Map<string, string>(read(path, log))
  let isKept = true
  return {
    of: (serial) => last.get(serial) ?? null,
    heard(serial, recordId) {
      last.set(serial, recordId)
      isKept = false
    },
    keep() {
      if (isKept) return
      try {
        writeFileSync(`${path}.new`, JSON.stringify([...last]), { mode: 0o600 })
        renameSync(`${path}.new`, path)
        isKept = true
      } catch (error) {
        log('warn', 'last-records-not-kept', { message: (error as Error).message })
      }
    },
  }
}

function read(path: string, log: Log): [string, string][] {
  try {
    const kept: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (!Array.isArray(kept)) return []
    return kept.filter(
      (one): one is [string, string] =>
        Array.isArray(one) && one.length === 2 && one.every((text) => typeof text === 'string'),
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log('warn', 'last-records-unread', { message: (error as Error).message })
    return []
  }
}
