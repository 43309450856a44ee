import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DiskRefused, isDamage } from './open-errors.ts'
import { readProgress, shapeOf } from './open-progress.ts'
import { knowSums, wrongRows } from './open-sums.ts'
import { versionOf } from './open-upgrade.ts'

/**
 * What is wrong with the file, in words; nothing when it is whole. Reads only: a damaged file is left exactly as it was
 * found.
 * @throws DiskRefused when the file is not damaged but not ours: of a newer version, or something else.
 */
export function look(dir: string, newest: number): readonly string[] {
  const path = join(dir, 'lot.sqlite')
  if (!existsSync(path)) return ['the file is gone']
  if (statSync(path).size === 0) return ['the file is empty']
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(path, { readOnly: true })
    knowSums(db)
    return damageIn(db, path, newest)
  } catch (error) {
    if (!isDamage(error)) throw error
    return [(error as Error).message]
  } finally {
    db?.close()
  }
}

/**
 * Whether no start has come to its end here: there is no file, or one without any table, as SQLite leaves it when whoever made it was killed
 * before the first commit.
 */
export function holdsNothing(dir: string): boolean {
  const path = join(dir, 'lot.sqlite')
  if (!existsSync(path) || statSync(path).size === 0)
    return !existsSync(`${path}-wal`) || statSync(`${path}-wal`).size === 0
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(path, { readOnly: true })
    return versionOf(db) === 0 && db.prepare('select 1 from sqlite_schema').get() === undefined
  } catch (error) {
    if (!isDamage(error)) throw error
    return false
  } finally {
    db?.close()
  }
}

function damageIn(db: DatabaseSync, path: string, newest: number): string[] {
  db.exec('pragma cell_size_check = on')
  const has = (table: string) =>
    db.prepare(`select 1 from sqlite_schema where type = 'table' and name = ?`).get(table) !== undefined
  const progress = readProgress(db)
  const asWritten = progress != null && progress.shape === shapeOf(db)
  if (versionOf(db) > newest && (asWritten || progress === undefined))
    throw new DiskRefused(
      `${path}: it was written by a newer Lanepay (version ${versionOf(db)} of the file; this one knows ${newest}). Start that one again, or restore a folder that this one wrote`,
    )
  if (progress === null) return ['the count of its turns is not what was written']
  if (progress !== undefined && !asWritten) return ['its list of tables is not what was written']
  if (progress === undefined && !(has('event') && has('note')))
    throw new DiskRefused(`${path}: it is a database, but not a lot's. Move it away, then start again`)
  // Not `quick_check`, not even after an end in order: it passes an index whose entries changed, at which a turn then breaks.
  const found = db
    .prepare('pragma integrity_check(10)')
    .all()
    .map((row) => String(Object.values(row)[0]))
    .filter((line) => line !== 'ok')
  if (found.length > 0) return [found.length > 1 ? `${found[0]}, and ${found.length - 1} more` : found[0]!]
  if (!has('row_sum')) return []
  return [...wrongRows(db)].map(([table, n]) => `${n} rows of ${table} are not what was written`)
}
