import type { DatabaseSync } from 'node:sqlite'
import { columnsOf, dropSums } from './open-sums.ts'

/**
 * Every change of a table that boxes in the field already have, oldest first; a step that has shipped is never edited, and
 * none goes back. A new table needs no step: schema.ts makes it where it is missing.
 */
export const steps: readonly string[] = [
  // Version 1: the tables as they were when files began to have a version.
  '',
]

export const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare('select user_version as version from pragma_user_version').get()?.version)

/**
 * Files from before versions were counted differ among themselves: what they may lack is added where it is lacking. Whoever
 * was inside then came as a visitor, and what was paid counts from when it was heard of.
 */
function adopt(db: DatabaseSync): void {
  const lacks = (table: string, column: string) => {
    const columns = columnsOf(db, table)
    return columns.length > 0 && !columns.includes(column)
  }
  const add = (table: string, column: string, type: string) => {
    if (lacks(table, column)) db.exec(`alter table ${table} add column ${column} ${type}`)
  }
  add('session', 'standing', `text not null default 'visitor'`)
  add('session', 'vehicle_class', 'text')
  add('session', 'occupancy_percent', 'integer')
  if (lacks('clearance', 'paid_at')) {
    db.exec('alter table clearance add column paid_at integer not null default 0')
    db.exec('update clearance set paid_at = received_at')
  }
  db.exec('drop index if exists command_opening') // it left out the answered ones once
}

/** Brings an older file to the newest version, or makes the tables of a new one. In a turn: all of it, or nothing. */
export function upgrade(db: DatabaseSync, schema: string, isNew: boolean, all: readonly string[]): void {
  const version = versionOf(db)
  const missing = isNew ? [] : all.slice(version)
  if (missing.length > 0) dropSums(db)
  if (!isNew && version === 0) adopt(db)
  for (const step of missing) db.exec(step)
  db.exec(schema)
  if (version !== all.length) db.exec(`pragma user_version = ${all.length}`)
}
