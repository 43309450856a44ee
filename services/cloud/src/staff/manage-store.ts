import type { Statement } from '@lanepay/database/database.ts'
import type { Role } from './acts.ts'

export const insertPerson: Statement = {
  name: 'insert-staff',
  text: `
  insert into staff (staff_id, account, sealed, role, operator_id, party, all_lots, made_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (account) do nothing returning staff_id`,
}
export const setRights: Statement = {
  name: 'set-staff-rights',
  text: 'update staff set role = $2, party = $3, all_lots = $4 where staff_id = $1',
}
export const dropLots: Statement = { name: 'drop-staff-lots', text: 'delete from staff_lot where staff_id = $1' }
export const selectLotsOfPerson: Statement = {
  name: 'select-staff-lots',
  text: 'select lot_id, lanes from staff_lot where staff_id = $1 order by lot_id',
}
export const insertLots: Statement = {
  name: 'insert-staff-lot',
  text: `insert into staff_lot (staff_id, lot_id, lanes) values ($1, $2, $3)
         on conflict (staff_id, lot_id) do update set lanes = excluded.lanes`,
}
export const endPerson: Statement = {
  name: 'end-staff',
  text: 'update staff set ended_at = $2, password = null, totp_sealed = null, totp_next_sealed = null where staff_id = $1',
}
export type ListedRow = {
  staff_id: string
  account: string
  sealed: string
  role: Role
  party: string | null
  all_lots: boolean
  lots: readonly { readonly lot: number; readonly lanes: readonly number[] | null }[]
  has_password: boolean
  has_factor: boolean
  made_at: number
  ended_at: number | null
  seen_at: number | null
}
export const selectPersons: Statement = {
  name: 'select-staff-of-operator',
  text: `
  select p.staff_id, p.account, p.sealed, p.role, p.party, p.all_lots, p.made_at, p.ended_at,
         p.password is not null as has_password, p.totp_sealed is not null as has_factor,
         (select max(s.seen_at) from staff_sign_in s where s.staff_id = p.staff_id) as seen_at,
         coalesce((select jsonb_agg(jsonb_build_object('lot', l.lot_id, 'lanes', to_jsonb(l.lanes)) order by l.lot_id)
                     from staff_lot l where l.staff_id = p.staff_id), '[]') as lots
    from staff p
   where p.operator_id is not distinct from $1::int8
   order by p.ended_at is not null, p.account`,
}
export type AccountRow = { staff_id: string; operator_id: string | null; role: Role }
export const selectAccount: Statement = {
  name: 'select-staff-account',
  text: 'select staff_id, operator_id, role from staff where account = $1 and ended_at is null',
}
