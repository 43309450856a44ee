import type { Statement } from '@lanepay/database/database.ts'
import type { ScheduleDocument } from '@lanepay/domain/tariff/tariff.ts'
import type { Id } from '@lanepay/domain/types.ts'

export type VersionRow = {
  version: string
  schedule: ScheduleDocument
  added_from: number | null
  command_id: Id
  account: string
  reason: string
  made_at: number
}
/** Whoever publishes holds the lot's row, so that no two versions are made of the same one. */
export const holdLot: Statement = {
  name: 'hold-lot-for-its-tariff',
  text: 'select system from lot where bucket = $1 and lot_id = $2 for no key update',
}
export const selectNewestVersion: Statement = {
  name: 'select-newest-tariff-version',
  text: `select version, schedule, added_from, command_id, account, reason, made_at from tariff_version
          where bucket = $1 and lot_id = $2 order by version desc limit 1`,
}
export const selectHistory: Statement = {
  name: 'select-tariff-history',
  text: `select version, added_from, command_id, account, reason, made_at from tariff_version
          where bucket = $1 and lot_id = $2 order by version desc limit 50`,
}
export const insertVersion: Statement = {
  name: 'insert-tariff-version',
  text: `
  insert into tariff_version (bucket, lot_id, version, schedule, added_from, command_id, staff_id, account, reason, made_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
}
