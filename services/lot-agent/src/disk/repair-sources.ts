import { closeSync, copyFileSync, existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { copies } from './backup.ts'
import { isDamage } from './open-errors.ts'
import { readProgress, shapeOf } from './open-progress.ts'
import { knowSums, tablesOf } from './open-sums.ts'

/** One way to read what was there: the damaged file as it is, mended at its head, or a copy of an hour ago. */
export type Source = {
  readonly db: DatabaseSync
  /**
   * `file`: what was there last, or some of it. `mixed`: a copy with the pages of the write-ahead log over it, some of which
   * are newer than their neighbours. `copy`: what was there when it was made.
   */
  readonly kind: 'file' | 'mixed' | 'copy'
  /** Its list of tables is the one that was written. */
  readonly shapely: boolean
  /** Its sums are all there: what has none was never written. */
  readonly hasAllSums: boolean
}

const pageBytes = 4096
const bytesOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

/**
 * Everything rows may be read from, best first, each a copy of its own in `work`: reading a damaged file through SQLite may
 * change it. A list of tables that is gone comes from the newest copy, which was made page by page and has its tables in the same
 * places; the pages of the write-ahead log carry sums of their own and lie over whatever is below.
 */
export function sourcesOf(dir: string, work: string): readonly Source[] {
  const main = join(dir, 'lot.sqlite')
  const wal = `${main}-wal`
  const backups = copies(dir).filter((path) => bytesOf(path) >= pageBytes)
  const sources: Source[] = []
  let number = 0
  const add = (kind: Source['kind'], make: (path: string) => void) => {
    const path = join(work, `${++number}.sqlite`)
    make(path)
    if (kind !== 'copy' && bytesOf(wal) > 0) copyFileSync(wal, `${path}-wal`)
    const source = openSource(path, kind)
    if (source) sources.push(source)
  }
  // Even looking into a copy leaves files beside it.
  const looked = join(work, 'looked.sqlite')
  const [newest] = backups
  if (newest) copyFileSync(newest, looked)
  if (bytesOf(main) > 0) add('file', (path) => copyFileSync(main, path))
  if (newest && bytesOf(main) > pageBytes)
    add('file', (path) => writeFileSync(path, withListOf(looked, readFileSync(main))))
  if (newest && bytesOf(wal) > 0) add('mixed', (path) => copyFileSync(newest, path))
  for (const copy of backups) add('copy', (path) => copyFileSync(copy, path))
  return sources
}

/** The damaged file with its header and its list of tables as they were when the copy was made. */
function withListOf(copy: string, damaged: Buffer): Buffer {
  const file = openSync(copy, 'r')
  try {
    for (const page of listPages(copy))
      if (page * pageBytes <= damaged.length)
        readSync(file, damaged, (page - 1) * pageBytes, pageBytes, (page - 1) * pageBytes)
  } finally {
    closeSync(file)
  }
  // Two numbers that differ tell SQLite to go by the size of the file, not by the size the copy had; no list of free pages.
  damaged.writeUInt32BE((damaged.readUInt32BE(92) + 1) >>> 0, 24)
  damaged.fill(0, 32, 40)
  return damaged
}

/** The first page, and what else the list of tables takes up. */
function listPages(copy: string): readonly number[] {
  const db = new DatabaseSync(copy, { readOnly: true })
  try {
    return db
      .prepare(`select pageno from dbstat where name = 'sqlite_schema'`)
      .all()
      .map((row) => Number(row.pageno))
  } catch (error) {
    if (!isDamage(error)) throw error
    return [1]
  } finally {
    db.close()
  }
}

function openSource(path: string, kind: Source['kind']): Source | null {
  const db = new DatabaseSync(path)
  try {
    knowSums(db)
    db.exec('pragma cell_size_check = on')
    if (!tablesOf(db).includes('event')) {
      db.close()
      return null
    }
    return { db, kind, shapely: isShapely(db), hasAllSums: hasAllSums(db) }
  } catch (error) {
    db.close()
    if (isDamage(error)) return null
    throw error
  }
}

function isShapely(db: DatabaseSync): boolean {
  try {
    return readProgress(db)?.shape === shapeOf(db)
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  }
}

/**
 * A page that holds another one reads without a word: out of order rows give it away, or a page that nobody leads to any
 * more. What is wrong with other tables and their indexes does not matter here.
 */
function hasAllSums(db: DatabaseSync): boolean {
  try {
    const root = db.prepare(`select rootpage from sqlite_schema where name = 'row_sum'`).get()?.rootpage
    const elsewhere = (line: string) =>
      line === 'ok' ||
      (!line.includes('row_sum') &&
        /^(?:row \d+ missing from|wrong # of entries in|Tree (\d+) )/.exec(line)?.[1] !== `${root}`)
    return db
      .prepare('pragma integrity_check(100000)')
      .all()
      .map((row) => String(Object.values(row)[0]))
      .every((line) => !line.includes('never used') && elsewhere(line))
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  }
}
