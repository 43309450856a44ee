import type { DatabaseSync } from 'node:sqlite'
import type { IdMaker } from '@lanepay/domain/ids.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { isFull } from './open-errors.ts'
import type { Mark, MarkFile } from './open-mark.ts'
import type { Kept } from './open-progress.ts'
import type { Room } from './open-room.ts'
import { logOf } from './repair-log.ts'
import type { NewEvent } from './store.ts'

/** Turns on the file: each is counted, in the database with what it changed and then in the mark beside it. */
export function turnsOf(on: {
  readonly db: DatabaseSync
  readonly markFile: MarkFile
  readonly newId: IdMaker
  readonly room: Room
  readonly progress: Kept
  readonly putProgress: (kept: Kept) => void
}) {
  const { db, markFile, newId, room, putProgress } = on
  const { shape } = on.progress
  const changes = db.prepare('select total_changes() as n')
  const newestSeq = db.prepare('select max(seq) as seq from event')
  const changed = () => Number(changes.get()?.n)
  const newestId = () => newId.newest() ?? ('0' as Id)
  let { turn } = on.progress
  let seq = logOf(db).last
  let lastTurnAt = performance.now()
  const mark = (state: Mark['state']) => markFile.write({ state, turn, seq, newestId: newestId() })
  mark('running')
  markFile.sync()

  return {
    transaction<T>(act: (untold: readonly NewEvent[]) => T): T {
      const untold = room.untold()
      let wrote = false
      let result: T
      try {
        db.exec('begin immediate')
        const before = changed()
        result = act(untold)
        wrote = changed() !== before
        if (wrote) putProgress({ turn: turn + 1, newestId: newestId(), shape })
        db.exec('commit')
      } catch (error) {
        if (db.isTransaction) db.exec('rollback')
        if (!isFull(error)) throw error
        const full = room.ranOut(error)
        emptyLog(db)
        throw full
      }
      if (!wrote) return result
      turn += 1
      seq = Math.max(seq, Number(newestSeq.get()?.seq ?? 0))
      lastTurnAt = performance.now()
      room.told(untold)
      // It is on disk: a mark that cannot be written lags behind, which it may, and the log tells of it later.
      try {
        mark('running')
      } catch (error) {
        room.markBehind(error)
      }
      return result
    },
    quietMs: () => performance.now() - lastTurnAt,
    /** The run has ended in order. */
    end(): void {
      mark('ended')
      markFile.sync()
      markFile.close()
    },
  }
}

/**
 * Gives the room of the write-ahead log back, as far as its pages have a place in the file already. Returns false when there
 * was no room even for that: the log then stays as it is, and is read from as before.
 */
export function emptyLog(db: DatabaseSync): boolean {
  try {
    db.exec('pragma wal_checkpoint(truncate)')
    return true
  } catch (error) {
    if (isFull(error)) return false
    throw error
  }
}
