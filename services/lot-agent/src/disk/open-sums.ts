import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/*
 * SQLite notices a page whose structure is broken, not one in which a digit changed: it keeps no checksums of its own pages.
 * So every row has a sum in a table beside, kept by triggers within the same turn. What a row should have been is known
 * thereby even when the row is gone, and a row taken from a copy can be proved to be the very one that is missing.
 */

const sumTable = `
create table if not exists row_sum (name text not null, row integer not null, sum integer not null, primary key (name, row))
  strict, without rowid`
/** Ours for keeping house, each with a sum of its own making. */
const without = new Set(['row_sum', 'progress'])

/** Teaches a connection the function that the triggers call: without it nothing can be written. */
export function knowSums(db: DatabaseSync): void {
  db.function('text_sum', { deterministic: true }, (text) => crc32(String(text)))
  // A row that is replaced is deleted first, and its sum must go as well.
  db.exec('pragma recursive_triggers = on')
}

/** The tables that hold the lot, by name. */
export const tablesOf = (db: DatabaseSync): string[] =>
  db
    .prepare(
      `select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name`,
    )
    .all()
    .map((row) => String(row.name))
    .filter((name) => !without.has(name))

export const columnsOf = (db: DatabaseSync, table: string): string[] =>
  db
    .prepare('select name from pragma_table_info(?) order by cid')
    .all(table)
    .map((row) => String(row.name))

/** The sum of a row as an SQL expression: `quote` tells null, number and text apart. */
export const sumOf = (columns: readonly string[], of: string): string =>
  `text_sum(${columns.map((column) => `quote(${of}.${name(column)})`).join(` || ',' || `)})`

export const name = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Brings the sums up to the tables as they are now; those of a table that is new or has changed are made anew. In a turn. */
export function keepSums(db: DatabaseSync): void {
  db.exec(sumTable)
  const there = new Map(
    db
      .prepare(`select name, sql from sqlite_schema where type = 'trigger' and name like 'sum\\_%' escape '\\'`)
      .all()
      .map((row) => [String(row.name), String(row.sql)]),
  )
  for (const table of tablesOf(db)) {
    const wanted = triggersOf(table, columnsOf(db, table))
    if ([...wanted].every(([trigger, sql]) => there.get(trigger) === sql)) continue
    for (const trigger of wanted.keys()) db.exec(`drop trigger if exists ${name(trigger)}`)
    db.prepare('delete from row_sum where name = ?').run(table)
    db.exec(
      `insert into row_sum (name, row, sum) select ${text(table)}, t.rowid, ${sumOf(columnsOf(db, table), 't')} from ${name(table)} t`,
    )
    for (const sql of wanted.values()) db.exec(sql)
  }
}

/** A change of shape rewrites tables: the triggers go before, and `keepSums` makes them anew. */
export function dropSums(db: DatabaseSync): void {
  for (const table of tablesOf(db))
    for (const trigger of triggersOf(table, []).keys()) db.exec(`drop trigger if exists ${name(trigger)}`)
}

function triggersOf(table: string, columns: readonly string[]): Map<string, string> {
  const put = `insert or replace into row_sum (name, row, sum) values (${text(table)}, new.rowid, ${sumOf(columns, 'new')})`
  const drop = `delete from row_sum where name = ${text(table)} and row = old.rowid`
  const trigger = (when: string, act: string): [string, string] => {
    const called = `sum_${table}_${when}`
    return [called, `CREATE TRIGGER ${name(called)} after ${when} on ${name(table)} begin ${act}; end`]
  }
  return new Map([trigger('insert', put), trigger('update', `${drop}; ${put}`), trigger('delete', drop)])
}

/** The tables whose rows are not what was written, with how many of them: changed, gone, or there without a sum. */
export function wrongRows(db: DatabaseSync): ReadonlyMap<string, number> {
  const wrong = new Map<string, number>()
  for (const table of tablesOf(db)) {
    const row = db
      .prepare(
        `select (select count(*) from ${name(table)} t left join row_sum s on s.name = ?1 and s.row = t.rowid
                  where s.sum is not ${sumOf(columnsOf(db, table), 't')})
              + (select count(*) from row_sum s where s.name = ?1 and s.row not in (select rowid from ${name(table)})) as n`,
      )
      .get(table)
    if (Number(row?.n) > 0) wrong.set(table, Number(row?.n))
  }
  return wrong
}
