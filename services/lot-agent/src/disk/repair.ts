import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type IdMaker, instantOfId } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { DiskRefused, isDamage, primaryCode } from './open-errors.ts'
import type { Mark } from './open-mark.ts'
import { type Kept, newestIdIn, progressWriter, readProgress, shapeOf } from './open-progress.ts'
import { columnsOf, keepSums, knowSums, name, tablesOf } from './open-sums.ts'
import { versionOf } from './open-upgrade.ts'
import { beginLogAnew, logOf, tellDisk } from './repair-log.ts'
import { inWords, type Loss, missingSpans } from './repair-loss.ts'
import { type Salvage, salvage } from './repair-rows.ts'
import { type Source, sourcesOf } from './repair-sources.ts'
import { schema } from './schema.ts'

/*
 * A damaged file is never mended in place. What can be read of it goes row by row into a new file, each row held against
 * its sum; the damaged one is kept beside it. The new file takes the old one's place in one step that can be finished
 * after another power cut.
 */

const repairedName = 'lot.repaired.sqlite'

/**
 * Makes a whole file of what can be read, in the place of the damaged one, and says what was lost. A hole in the log begins
 * the log anew, and its next event tells the cloud.
 * @throws DiskRefused when there is nothing to read: the message says what to do.
 */
export function repair(dir: string, found: readonly string[], mark: Mark | null, newId: IdMaker): Loss {
  const work = join(dir, 'repairing')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { mode: 0o700 })
  const sources = sourcesOf(dir, work)
  try {
    const shape = sources.find((source) => source.shapely) ?? sources.find(hasOurColumns)
    if (!shape)
      throw new DiskRefused(
        `${join(dir, 'lot.sqlite')}: it is damaged beyond reading (${found.join('; ')}), and beside it is no copy that can be read. Move it to a safe place together with lot.sqlite-wal and lot.mark, then start again: the lot then begins without any knowledge of who is inside`,
      )
    const keptAs = existsSync(join(dir, 'lot.sqlite')) ? damagedName(newId) : null
    const loss = build(join(work, 'new.sqlite'), { shape, sources, found, mark, newId, keptAs })
    syncPath(join(work, 'new.sqlite'))
    renameSync(join(work, 'new.sqlite'), join(dir, repairedName)) // from here on the repair is done, come what may
    syncPath(dir)
    putInPlace(dir, keptAs)
    return loss
  } finally {
    for (const { db } of sources) db.close()
    rmSync(work, { recursive: true, force: true })
  }
}

/** Ends a repair that a power cut left between its last two steps. */
export function finishRepair(dir: string, newId: IdMaker): void {
  if (existsSync(join(dir, repairedName))) putInPlace(dir, damagedName(newId))
}

/** Whether a list of tables that nothing vouches for names every column there must be: a letter of it may have turned. */
function hasOurColumns({ db }: Source): boolean {
  const ours = new DatabaseSync(':memory:')
  try {
    ours.exec(schema)
    return tablesOf(ours).every((table) => {
      const there = columnsOf(db, table)
      return columnsOf(ours, table).every((column) => there.includes(column))
    })
  } catch (error) {
    if (!isDamage(error)) throw error
    return false
  } finally {
    ours.close()
  }
}

export const damagedName = (newId: IdMaker): string =>
  `lot.damaged-${new Date(instantOfId(newId())).toISOString().replaceAll(':', '-')}.sqlite`

function putInPlace(dir: string, keptAs: string | null): void {
  const main = join(dir, 'lot.sqlite')
  if (keptAs !== null && existsSync(main)) renameSync(main, join(dir, keptAs))
  // The log of the old file must be away before the new one is there: it would be read into it.
  if (existsSync(`${main}-wal`)) renameSync(`${main}-wal`, join(dir, `${keptAs ?? 'lot.damaged.sqlite'}-wal`))
  rmSync(`${main}-shm`, { force: true })
  renameSync(join(dir, repairedName), main)
  syncPath(dir)
}

export function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function build(
  path: string,
  from: {
    readonly shape: Source
    readonly sources: readonly Source[]
    readonly found: readonly string[]
    readonly mark: Mark | null
    readonly newId: IdMaker
    readonly keptAs: string | null
  },
): Loss {
  const { shape, sources, found, mark, newId } = from
  const db = new DatabaseSync(path)
  try {
    knowSums(db)
    db.exec('begin')
    const rows = new Map<string, number>()
    const unchecked = new Map<string, number>()
    const uncounted: string[] = []
    let [proven, older] = [0, 0]
    const seqsKnown = new Set<number>()
    for (const table of tablesOf(shape.db)) {
      db.exec(sqlOf(shape.db, table))
      const saved = salvage(table, sources)
      const gone = saved.lost + insertAll(db, table, saved.rows) + (table === 'event' ? dropUnreadable(db) : 0)
      if (gone > 0) rows.set(table, gone)
      if (saved.unchecked > 0) unchecked.set(table, saved.unchecked)
      if (saved.uncounted) uncounted.push(table)
      proven += saved.proven
      older += saved.older
      if (table === 'event') for (const seq of saved.known) seqsKnown.add(seq)
    }
    for (const index of indexesOf(shape.db)) db.exec(index)
    db.exec(`pragma user_version = ${versionOf(shape.db)}`)

    const counts = sources.map((source) => ({ kind: source.kind, kept: progressOf(source) }))
    for (const { kept } of counts) if (kept) newId.after(kept.newestId)
    newId.after(newestIdIn(db))
    const newestTurn = Math.max(mark?.turn ?? 0, ...counts.map(({ kept }) => kept?.turn ?? 0))
    // Without a count of the file's own nobody can say how many; the rows and the log say what is missing.
    const own = counts.find(({ kind, kept }) => kind !== 'copy' && kept)?.kept
    const turns = own || !counts.some(({ kind }) => kind !== 'copy') ? newestTurn - (own ?? turnOfCopy(counts)).turn : 0

    const log = logOf(db)
    const there = db
      .prepare('select seq from event')
      .all()
      .map((row) => Number(row.seq))
    const last = Math.max(log.last, mark?.seq ?? 0)
    const first = Math.min(log.acked + 1, ...[...there, ...seqsKnown].filter((seq) => seq > 0))
    const seqs = missingSpans(there, first, last)
    const loss: Loss = {
      found,
      turns,
      rows,
      unchecked,
      uncounted,
      fromCopy: { proven, older },
      seqs,
      kept: from.keptAs,
    }
    const inDoubt = [...uncounted, ...rows.keys(), ...unchecked.keys()].some((of) => of === 'event' || of === 'note')
    if (turns > 0 || inDoubt || seqs.some(([, to]) => to > log.acked)) beginLogAnew(db, newId())
    tellDisk(db, instantOfId(newId()) as Instant, inWords(loss))

    keepSums(db)
    const putProgress = progressWriter(db)
    putProgress({ turn: newestTurn, newestId: newId.newest()!, shape: shapeOf(db) })
    db.exec('commit')
    return loss
  } finally {
    db.close()
  }
}

const turnOfCopy = (counts: readonly { readonly kept: Kept | null }[]): { readonly turn: number } =>
  counts.find(({ kept }) => kept)?.kept ?? { turn: 0 }

function progressOf({ db }: Source): Kept | null {
  try {
    return readProgress(db) ?? null
  } catch (error) {
    if (!isDamage(error)) throw error
    return null // it is on a page that is gone: the mark and the copies know as much
  }
}

const sqlOf = (db: DatabaseSync, table: string): string =>
  String(db.prepare(`select sql from sqlite_schema where type = 'table' and name = ?`).get(table)?.sql)

const indexesOf = (db: DatabaseSync): string[] =>
  db
    .prepare(`select sql from sqlite_schema where type = 'index' and sql is not null`)
    .all()
    .map((row) => String(row.sql))

/** Events that are not what the cloud can read; answers how many. */
const dropUnreadable = (db: DatabaseSync): number =>
  Number(
    db
      .prepare(
        `delete from event where case when json_valid(body) then json_extract(body, '$.seq') is not seq else true end`,
      )
      .run().changes,
  )

const constraint = 19
const mismatch = 20

/** Puts rows where they were; answers how many the table itself does not take, which were never written so. */
function insertAll(db: DatabaseSync, table: string, rows: Salvage['rows']): number {
  const columns = columnsOf(db, table)
  const insert = db.prepare(
    `insert into ${name(table)} (rowid, ${columns.map(name).join(', ')}) values (?, ${columns.map(() => '?').join(', ')})`,
  )
  let refused = 0
  for (const [row, values] of rows) {
    try {
      insert.run(row, ...values)
    } catch (error) {
      if (![constraint, mismatch].includes(primaryCode(error) ?? 0)) throw error
      refused += 1
    }
  }
  return refused
}
