import type { Statement } from '@lanepay/database/database.ts'
import type { Role } from './acts.ts'

export type SignInRow = {
  staff_id: string
  role: Role
  operator_id: string | null
  password: string | null
  has_factor: boolean
}
export const selectForSignIn: Statement = {
  name: 'select-staff-for-sign-in',
  text: `select staff_id, role, operator_id, password, totp_sealed is not null as has_factor
           from staff where account = $1 and ended_at is null`,
}
export const raisePassword: Statement = {
  name: 'raise-staff-password',
  text: 'update staff set password = $3 where staff_id = $1 and password = $2',
}
export const insertSignIn: Statement = {
  name: 'insert-staff-sign-in',
  text: `
  insert into staff_sign_in (sign_in_id, token_hash, staff_id, began_at, seen_at, ends_at, factor_at, address, browser)
  values ($1, $2, $3, $4, $4, $5, $6, $7, $8)
  on conflict (sign_in_id) do nothing returning sign_in_id`,
}
export const endSignIn: Statement = {
  name: 'end-staff-sign-in',
  text: `update staff_sign_in set ended_at = $3
          where sign_in_id = $1 and staff_id = $2 and ended_at is null returning sign_in_id`,
}
export const endSignIns: Statement = {
  name: 'end-staff-sign-ins',
  text: 'update staff_sign_in set ended_at = $2 where staff_id = $1 and ended_at is null',
}
/** What nobody need know any more of where a person was signed in. */
export const forgetSignIns: Statement = {
  name: 'forget-staff-sign-ins',
  text: 'delete from staff_sign_in where staff_id = $1 and ends_at < $2',
}
export type OpenSignInRow = {
  sign_in_id: string
  began_at: number
  seen_at: number
  ends_at: number
  address: string
  browser: string
}
export const selectSignIns: Statement = {
  name: 'select-staff-sign-ins',
  text: `select sign_in_id, began_at, seen_at, ends_at, address, browser from staff_sign_in
          where staff_id = $1 and ended_at is null and ends_at > $2 and seen_at > $3 order by sign_in_id desc`,
}
/** Of an account that is in use, and locked until its change is committed. */
export const lockPerson: Statement = {
  name: 'lock-staff',
  text: `select staff_id, account, sealed, role, operator_id, party, all_lots, password, totp_sealed, totp_next_sealed
           from staff where staff_id = $1 and ended_at is null for no key update`,
}
export const selectMoneyPerson: Statement = {
  name: 'select-staff-who-moves-money',
  text: `select staff_id, account, role, operator_id, all_lots, totp_sealed from staff where account = $1 and ended_at is null`,
}
export const selectSealed: Statement = {
  name: 'select-staff-sealed',
  text: 'select sealed from staff where staff_id = $1',
}
export const setPassword: Statement = {
  name: 'set-staff-password',
  text: 'update staff set password = $2 where staff_id = $1',
}
