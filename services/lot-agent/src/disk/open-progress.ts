import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Id } from '@lanepay/domain/types.ts'

/*
 * One row that every turn rewrites: how many turns there were, the newest id, and what the tables look like, with a sum over
 * all of it. Held against the mark beside the file it shows whether turns are gone; held against the schema, whether the
 * first page still says what it said.
 */

const progressTable = `
create table if not exists progress (
  one integer primary key check (one = 1),
  turn integer not null,
  newest_id text not null,
  shape integer not null,
  sum integer not null
) strict`

export type Kept = { readonly turn: number; readonly newestId: Id; readonly shape: number }
const sumOf = ({ turn, newestId, shape }: Kept) => crc32(`${turn} ${newestId} ${shape}`)

/** What the tables, their version and the marks in the header come to. */
export function shapeOf(db: DatabaseSync): number {
  const { version } = db.prepare('select user_version as version from pragma_user_version').get()!
  const { words } = db
    .prepare(
      `select coalesce(group_concat(sql, char(10)), '') as words from (select sql from sqlite_schema order by name)`,
    )
    .get()!
  return crc32(`${version} ${words}`)
}

/** Null when the row is gone or is not what was written; undefined when the file is from before there was one. */
export function readProgress(db: DatabaseSync): Kept | null | undefined {
  const there = db.prepare(`select 1 from sqlite_schema where name = 'progress'`).get()
  if (!there) return undefined
  const row = db.prepare('select turn, newest_id as newestId, shape, sum from progress where one = 1').get()
  if (!row) return null
  const kept: Kept = { turn: Number(row.turn), newestId: String(row.newestId) as Id, shape: Number(row.shape) }
  return sumOf(kept) === row.sum ? kept : null
}

/** Writes the row. In a turn. */
export function progressWriter(db: DatabaseSync): (kept: Kept) => void {
  db.exec(progressTable)
  const put = db.prepare('insert or replace into progress (one, turn, newest_id, shape, sum) values (1, ?, ?, ?, ?)')
  return (kept) => {
    put.run(kept.turn, kept.newestId, kept.shape, sumOf(kept))
  }
}

/** The newest id that the tables themselves show: for a file that kept no count of it. */
export function newestIdIn(db: DatabaseSync): Id {
  const row = db.prepare(
    `select max(id) as newest from (
         select max(cast(id as integer)) as id from session
         union all select max(cast(id as integer)) from opening
         union all select max(cast(number as integer)) from occupancy
         union all select max(cast(value as integer)) from note where name = 'epoch')`,
  )
  row.setReadBigInts(true)
  return String(row.get()?.newest ?? 0) as Id
}
