import type { Statement } from '@lanepay/database/database.ts'
import { bothWays } from '../report/both-ways.ts'
import type { Role } from './acts.ts'
import type { StaffSort } from './api.ts'

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
  /** Of the order that was asked for. */
  sort_key: string
}
/** What a page of persons is put in order by: never null, so that each has a place. */
const sortKeys: Readonly<Record<StaffSort, { readonly sql: string; readonly type: string }>> = {
  account: { sql: 'f.account collate "C"', type: 'text' },
  role: { sql: 'f.role::text collate "C"', type: 'text' },
  seen: { sql: 'coalesce((extract(epoch from f.seen_at) * 1000000)::int8, 0)', type: 'int8' },
}
/**
 * $1 operator, null of the platform; $2 those that have ended too; $3 a part of the account; $4 a lot; $5 role; $6 and $7 behind which, the key and
 * the account; $8 how many.
 */
const personsBy = ({ sql, type }: (typeof sortKeys)[StaffSort], sort: string) =>
  bothWays(
    `select-staff-by-${sort}`,
    (beyond, way) => `
  select f.*, ${sql}::text as sort_key
    from (select p.staff_id, p.account, p.sealed, p.role, p.party, p.all_lots, p.made_at, p.ended_at,
                 p.password is not null as has_password, p.totp_sealed is not null as has_factor,
                 (select max(s.seen_at) from staff_sign_in s where s.staff_id = p.staff_id) as seen_at,
                 coalesce((select jsonb_agg(jsonb_build_object('lot', l.lot_id, 'lanes', to_jsonb(l.lanes)) order by l.lot_id)
                             from staff_lot l where l.staff_id = p.staff_id), '[]') as lots
            from staff p
           where p.operator_id is not distinct from $1::int8 and ($2::boolean or p.ended_at is null)
             and ($3::text is null or position($3 in p.account) > 0
                  or exists (select from staff_lot o where o.staff_id = p.staff_id and o.lot_id = $4::int4))
             and ($5::text is null or p.role::text = $5)) as f
   where $7::text is null or (${sql}, f.account collate "C") ${beyond} ($6::${type}, $7 collate "C")
   order by ${sql} ${way}, f.account collate "C" ${way}
   limit $8`,
  )
export const selectPersons = {
  account: personsBy(sortKeys.account, 'account'),
  role: personsBy(sortKeys.role, 'role'),
  seen: personsBy(sortKeys.seen, 'seen'),
} as const satisfies Readonly<Record<StaffSort, unknown>>
export type AccountRow = { staff_id: string; operator_id: string | null; role: Role }
export const selectAccount: Statement = {
  name: 'select-staff-account',
  text: 'select staff_id, operator_id, role from staff where account = $1 and ended_at is null',
}
