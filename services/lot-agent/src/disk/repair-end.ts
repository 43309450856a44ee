import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type IdMaker, instantOfId } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Mark } from './open-mark.ts'
import { damagedName, syncPath } from './repair.ts'
import { beginLogAnew, logOf, tellDisk } from './repair-log.ts'
import { inWords, type Loss } from './repair-loss.ts'

/** Keeps a file whose end is gone as it was found, before anything is written after that end. Returns its name. */
export function keepDamaged(dir: string, newId: IdMaker): string {
  const main = join(dir, 'lot.sqlite')
  const name = damagedName(newId)
  for (const end of ['-wal', '']) {
    if (!existsSync(`${main}${end}`)) continue
    copyFileSync(`${main}${end}`, join(dir, `${name}${end}`))
    syncPath(join(dir, `${name}${end}`))
  }
  return name
}

/**
 * The file is whole but ends before turns that were acknowledged. Their numbers in the log may be known to the cloud, so
 * they are not given again: the log begins anew, and tells. In a turn.
 */
export function tellLostTurns(
  db: DatabaseSync,
  gone: { readonly turns: number; readonly mark: Mark; readonly newId: IdMaker; readonly keptAs: string | null },
): Loss {
  const { turns, mark, newId, keptAs } = gone
  const { last } = logOf(db)
  const loss: Loss = {
    found: ['it ends before what was acknowledged'],
    turns,
    rows: new Map(),
    unchecked: new Map(),
    uncounted: [],
    fromCopy: { proven: 0, older: 0 },
    seqs: mark.seq > last ? [[last + 1, mark.seq]] : [],
    kept: keptAs,
  }
  beginLogAnew(db, newId())
  tellDisk(db, instantOfId(newId()) as Instant, inWords(loss))
  return loss
}
