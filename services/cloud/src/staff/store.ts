import type { Statement } from '@lanepay/database/database.ts'
import type { Role } from './acts.ts'

export type SignedInRow = {
  sign_in_id: string
  seen_at: number
  ends_at: number
  factor_at: number | null
  staff_id: string
  account: string
  role: Role
  operator_id: string | null
  party: string | null
  all_lots: boolean
  has_factor: boolean
  lots: readonly { readonly lot: number; readonly lanes: readonly number[] | null }[]
}

/** Whom a token signs in; nobody where the sign-in or the account was ended. */
export const selectSignedIn: Statement = {
  name: 'select-signed-in',
  text: `
  select s.sign_in_id, s.seen_at, s.ends_at, s.factor_at, p.staff_id, p.account, p.role, p.operator_id, p.party, p.all_lots,
         p.totp_sealed is not null as has_factor,
         coalesce((select jsonb_agg(jsonb_build_object('lot', l.lot_id, 'lanes', to_jsonb(l.lanes)))
                     from staff_lot l where l.staff_id = p.staff_id), '[]') as lots
    from staff_sign_in s join staff p on p.staff_id = s.staff_id
   where s.token_hash = $1 and s.ended_at is null and p.ended_at is null`,
}
export const noteSeen: Statement = {
  name: 'note-sign-in-seen',
  text: 'update staff_sign_in set seen_at = $2 where sign_in_id = $1 and seen_at < $2',
}
export const selectOpenLook: Statement = {
  name: 'select-open-look',
  text: `select operator_id from staff_look where look_id = $1 and staff_id = $2 and ended_at is null and ends_at > $3`,
}
export const selectOperator: Statement = {
  name: 'select-operator',
  text: 'select operator_id from operator where operator_id = $1',
}
export const selectWhoseLot: Statement = {
  name: 'select-whose-lot',
  // fanout: a person names a lot by its number alone; never on the road
  text: '-- fanout\n select bucket, operator_id from lot where lot_id = $1',
}
export const selectLotsOfOperator: Statement = {
  name: 'select-lots-of-operator',
  // fanout: what a person of an operator may see; never on the road
  text: '-- fanout\n select bucket, lot_id from lot where operator_id = $1 order by lot_id',
}
