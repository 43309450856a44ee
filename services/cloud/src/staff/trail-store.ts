import type { Statement } from '@lanepay/database/database.ts'

/** The number of the next line at a place and the seal of the last; whoever holds it writes alone there until the commit. */
export const nextLine: Statement = {
  name: 'next-staff-line',
  text: `
  insert into staff_trail (bucket, lot_id, lines, seal) values ($1, $2, 1, '')
  on conflict (bucket, lot_id) do update set lines = staff_trail.lines + 1
  returning lines, seal`,
}
export const insertLine: Statement = {
  name: 'insert-staff-line',
  text: `
  insert into staff_line (bucket, lot_id, line, id, at, act, staff_id, account, role, operator_id, about, before, after, reason,
                          look_id, address, seal)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
}
export const sealTrail: Statement = {
  name: 'seal-staff-trail',
  text: 'update staff_trail set seal = $3 where bucket = $1 and lot_id = $2',
}
