import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { IdMaker } from '@lanepay/domain/ids.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { copiedAt, copies, giveUpOldCopies, makeCopy } from './backup.ts'
import { DiskRefused, isFull, refusal } from './open-errors.ts'
import { holdsNothing, look } from './open-look.ts'
import { type Mark, MarkFile } from './open-mark.ts'
import { newestIdIn, progressWriter, readProgress, shapeOf } from './open-progress.ts'
import { roomWatch } from './open-room.ts'
import { keepSums, knowSums } from './open-sums.ts'
import { emptyLog, turnsOf } from './open-turns.ts'
import { steps as allSteps, upgrade, versionOf } from './open-upgrade.ts'
import { finishRepair, repair, syncPath } from './repair.ts'
import { keepDamaged, tellLostTurns } from './repair-end.ts'
import type { Loss } from './repair-loss.ts'
import { schema as tables } from './schema.ts'
import type { NewEvent } from './store.ts'

export type LotFile = {
  readonly db: DatabaseSync
  /** How the last run ended, and what this start found. */
  readonly began: 'new' | 'in-order' | 'after-crash' | 'repaired'
  /** What is gone; null when nothing is. The log tells it already. */
  readonly loss: Loss | null
  /** The newest instant in the log: a clock that says less was set back. Null while the log is empty. */
  readonly newestAt: Instant | null
  /**
   * Runs `act` as one transaction: all of it is on disk when this returns, or nothing if it throws. What the log must tell of
   * the disk itself is handed to `act`, which writes it down.
   * @throws DiskFull when the disk did not take it.
   */
  transaction<T>(act: (untold: readonly NewEvent[]) => T): T
  /** Copies the file now; for a quiet moment. */
  copy(): Promise<void>
  close(): void
}

export type OpenOptions = {
  /** Gives room that others need less: pictures. Called when a turn or a start found none. */
  readonly giveWay?: () => void
  readonly schema?: string
  readonly steps?: readonly string[]
  /** How often it is copied, and how long nothing must have happened before. */
  readonly copyEveryMs?: number
  readonly quietMs?: number
}

const hour = 3_600_000

/**
 * Opens the lot's file, whatever happened to it: it is checked whole; a damaged one is read row by row into a
 * new one, with the help of a copy, and the log tells what is gone.
 * @throws DiskRefused when it cannot or must not be used; its message says what to do.
 */
export function openLotFile(dir: string, newId: IdMaker, options: OpenOptions = {}): LotFile {
  const markFile = enter(dir)
  try {
    try {
      return open(dir, markFile, newId, options)
    } catch (error) {
      if (!isFull(error)) throw error
      giveUpOldCopies(dir)
      options.giveWay?.()
      return open(dir, markFile, newId, options)
    }
  } catch (error) {
    markFile.close()
    throw error instanceof DiskRefused ? error : isForeign(error) ? error : refusal(error, join(dir, 'lot.sqlite'))
  }
}

/** An error that neither the disk nor SQLite made is a mistake of ours, and is shown whole. */
const isForeign = (error: unknown): boolean => !(error instanceof Error && 'code' in error)

/** The folder, and the first thing written in it: who may not write must not begin. */
function enter(dir: string): MarkFile {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    return new MarkFile(dir)
  } catch (error) {
    throw refusal(error, dir)
  }
}

function open(dir: string, markFile: MarkFile, newId: IdMaker, options: OpenOptions): LotFile {
  const { schema = tables, steps = allSteps, copyEveryMs = hour, quietMs = 5_000 } = options
  const path = join(dir, 'lot.sqlite')
  const mark = markFile.read()
  if (mark) newId.after(mark.newestId)
  finishRepair(dir, newId)
  // The mark is written when a start has come to its end.
  const isNew = mark === null && copies(dir).length === 0 && holdsNothing(dir)
  let loss = isNew ? null : mended(dir, mark, newId, steps.length)

  const db = new DatabaseSync(path)
  try {
    knowSums(db)
    db.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000',
    )
    // A log that once grew long gives its room back.
    db.exec('pragma journal_size_limit = 8388608')
    const before = isNew ? undefined : (readProgress(db) ?? undefined)
    if (before) newId.after(before.newestId)
    // SQLite takes a write-ahead log that is cut off for one that ended there; only the mark knows better.
    const turnsGone = mark && before ? Math.max(0, mark.turn - before.turn) : 0
    const keptAs = turnsGone > 0 ? keepDamaged(dir, newId) : null
    keepVersion(db, dir, steps.length)

    db.exec('begin immediate')
    upgrade(db, schema, isNew, steps)
    if (before === undefined && !isNew) newId.after(newestIdIn(db))
    keepSums(db)
    const putProgress = progressWriter(db)
    if (!isNoted(db, 'epoch')) db.prepare(`insert into note (name, value) values ('epoch', ?)`).run(newId())
    if (mark && turnsGone > 0) loss = tellLostTurns(db, { turns: turnsGone, mark, newId, keptAs })
    const progress = {
      turn: Math.max(before?.turn ?? 0, mark?.turn ?? 0) + 1,
      newestId: newId.newest() ?? ('0' as Id),
      shape: shapeOf(db),
    }
    putProgress(progress)
    db.exec('commit')
    syncPath(dir)

    const room = roomWatch(dir, newId, options.giveWay)
    const turns = turnsOf({ db, markFile, newId, room, progress, putProgress })
    const file: LotFile = {
      db,
      began: isNew ? 'new' : loss ? 'repaired' : mark?.state === 'ended' ? 'in-order' : 'after-crash',
      loss,
      newestAt: newestAtOf(db),
      transaction: turns.transaction,
      copy: () => makeCopy(dir),
      close() {
        clearInterval(copying)
        // A copy that is being made reads on; what it holds up is left in the log, where the next start finds it.
        db.exec('pragma busy_timeout = 0')
        emptyLog(db)
        db.close()
        turns.end()
      },
    }
    // A copy has its tables where the file has them only if it was made of this very file.
    let isOther = file.began === 'new' || file.began === 'repaired' || before?.shape !== progress.shape
    let copyingNow = false
    const copyWhenQuiet = () => {
      if (copyingNow || turns.quietMs() < quietMs) return
      if (!isOther && Date.now() - copiedAt(dir) < copyEveryMs) return
      copyingNow = true
      isOther = false
      file
        .copy()
        .then(room.copied, room.notCopied)
        .finally(() => {
          copyingNow = false
        })
    }
    const copying = setInterval(copyWhenQuiet, Math.min(Math.max(Math.min(copyEveryMs, quietMs) / 2, 50), 60_000))
    copying.unref()
    return file
  } catch (error) {
    db.close()
    throw error
  }
}

/** Looks at the file before anything is written to it; a damaged one is repaired. */
function mended(dir: string, mark: Mark | null, newId: IdMaker, newest: number): Loss | null {
  const damage = look(dir, newest)
  if (damage.length === 0) return null
  const loss = repair(dir, damage, mark, newId)
  const still = look(dir, newest)
  if (still.length > 0)
    throw new DiskRefused(
      `${join(dir, 'lot.sqlite')}: it was damaged, and the file made of what could be read is damaged as well (${still.join('; ')}). This disk must not be trusted: change it, and bring the whole folder along`,
    )
  return loss
}

/** An older file is kept as it was before its tables change. */
function keepVersion(db: DatabaseSync, dir: string, newest: number): void {
  const version = versionOf(db)
  if (version === 0 || version >= newest) return
  const kept = join(dir, `lot.version-${version}.sqlite`)
  rmSync(kept, { force: true })
  db.prepare('vacuum into ?').run(kept)
}

const isNoted = (db: DatabaseSync, what: string) =>
  db.prepare('select 1 from note where name = ?').get(what) !== undefined
function newestAtOf(db: DatabaseSync): Instant | null {
  const row = db.prepare('select at from event order by seq desc limit 1').get()
  return row ? (Number(row.at) as Instant) : null
}
