import type { Statement } from '@lanepay/database/database.ts'
import type { ScheduleDocument } from '@lanepay/domain/tariff/tariff.ts'
import type { Id } from '@lanepay/domain/types.ts'

export type VersionRow = {
  version: string
  schedule: ScheduleDocument
  /** Of areas inside, by their names. */
  areas: Readonly<Record<string, ScheduleDocument>>
  /** Of which area one was added or taken back; null: of the lot itself. */
  area: string | null
  added_from: number | null
  command_id: Id
  account: string
  reason: string
  made_at: number
}
/** The versions that are kept of the lot itself, or of an area inside it; null: none. */
export const versionsOf = (row: VersionRow | undefined, area: string | undefined): ScheduleDocument | null =>
  area === undefined ? (row?.schedule ?? null) : row && Object.hasOwn(row.areas, area) ? row.areas[area]! : null

/** What its agent says of areas inside it. */
export const keepAreas: Statement = {
  name: 'keep-areas-of-a-lot',
  text: 'update lot set areas = $3 where bucket = $1 and lot_id = $2 and areas is distinct from $3',
}
export const selectAreas: Statement = {
  name: 'select-areas-of-a-lot',
  text: `select system, coalesce(areas, '{}') as areas from lot where bucket = $1 and lot_id = $2`,
}
/** Whoever publishes holds the lot's row, so that no two versions are made of the same one. */
export const holdLot: Statement = {
  name: 'hold-lot-for-its-tariff',
  text: `select system, coalesce(areas, '{}') as areas from lot where bucket = $1 and lot_id = $2 for no key update`,
}
export const selectNewestVersion: Statement = {
  name: 'select-newest-tariff-version',
  text: `select version, schedule, areas, area, added_from, command_id, account, reason, made_at from tariff_version
          where bucket = $1 and lot_id = $2 order by version desc limit 1`,
}
export const selectHistory: Statement = {
  name: 'select-tariff-history',
  text: `select version, area, added_from, command_id, account, reason, made_at from tariff_version
          where bucket = $1 and lot_id = $2 order by version desc limit 50`,
}
export const insertVersion: Statement = {
  name: 'insert-tariff-version',
  text: `
  insert into tariff_version (bucket, lot_id, version, schedule, areas, area, added_from, command_id, staff_id, account, reason, made_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
}
