import type { Statement } from '@lanepay/database/database.ts'

export const selectFactor: Statement = {
  name: 'select-staff-factor',
  text: 'select totp_sealed, totp_next_sealed from staff where staff_id = $1 and ended_at is null',
}
/** None of that step or before is taken again (RFC 6238 5.2). */
export const takeStep: Statement = {
  name: 'take-staff-step',
  text: `update staff set totp_step = $2
          where staff_id = $1 and ended_at is null and (totp_step is null or totp_step < $2) returning staff_id`,
}
export const takeRecovery: Statement = {
  name: 'take-staff-recovery',
  text: `update staff_recovery set used_at = $3
          where staff_id = $1 and code_hash = $2 and used_at is null returning staff_id`,
}
export const setNextFactor: Statement = {
  name: 'set-next-staff-factor',
  text: 'update staff set totp_next_sealed = $2 where staff_id = $1',
}
/** The one being set up becomes the one in force, with the step of the code that proved it. */
export const confirmFactor: Statement = {
  name: 'confirm-staff-factor',
  text: `update staff set totp_sealed = totp_next_sealed, totp_next_sealed = null, totp_step = $3
          where staff_id = $1 and totp_next_sealed = $2 returning staff_id`,
}
export const dropFactor: Statement = {
  name: 'drop-staff-factor',
  text: 'update staff set totp_sealed = null, totp_next_sealed = null, totp_step = null where staff_id = $1',
}
export const dropRecovery: Statement = {
  name: 'drop-staff-recovery',
  text: 'delete from staff_recovery where staff_id = $1',
}
export const insertRecovery: Statement = {
  name: 'insert-staff-recovery',
  text: 'insert into staff_recovery (staff_id, code_hash) select $1, unnest($2::text[])',
}
export const countRecovery: Statement = {
  name: 'count-staff-recovery',
  text: 'select count(*)::int4 as unused from staff_recovery where staff_id = $1 and used_at is null',
}
/** When the second factor was shown in this sign-in. */
export const noteFactorShown: Statement = {
  name: 'note-staff-factor-shown',
  text: 'update staff_sign_in set factor_at = $2 where sign_in_id = $1',
}
