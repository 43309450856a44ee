import { instantOut, type Statement } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { bothWays } from '../report/both-ways.ts'
import type { Role } from './acts.ts'
import type { LooksQuery, LooksView } from './api.ts'
import type { Who } from './route.ts'
import type { StaffDeps } from './sign-in.ts'
import { noteLine, placeOf } from './trail.ts'

/*
 * Somebody of the platform looks at an operator's view: with a reason, for an hour, reading only, each read written down where the operator
 * reads it (door.ts).
 */

export const lookLastsMs = 3_600_000

const insertLook: Statement = {
  name: 'insert-staff-look',
  text: `insert into staff_look (look_id, staff_id, operator_id, reason, began_at, ends_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (look_id) do nothing returning look_id`,
}
const endLook: Statement = {
  name: 'end-staff-look',
  text: `update staff_look set ended_at = $3 where look_id = $1 and staff_id = $2 and ended_at is null returning operator_id`,
}
type LookRow = {
  look_id: string
  account: string
  role: Role
  operator_id: string
  reason: string
  began_at: number
  ends_at: number
  ended_at: number | null
}
const selectLooks = bothWays(
  'select-staff-looks',
  (beyond, way) => `
  select l.look_id, p.account, p.role, l.operator_id, l.reason, l.began_at, l.ends_at, l.ended_at
    from staff_look l join staff p on p.staff_id = l.staff_id
   where ($1::int8 is null or l.operator_id = $1)
     and ($2::text is null or position(lower($2) in lower(p.account)) > 0 or position(lower($2) in lower(l.reason)) > 0)
     and l.look_id ${beyond} $3
   order by l.look_id ${way} limit $4`,
)
const pageLooks = 50

export function looking({ database, clock, newId, houseKey }: StaffDeps) {
  return {
    async begin(
      who: Who & { readonly staffId: Id },
      operatorId: string,
      reason: string,
    ): Promise<Result<{ readonly look: Id; readonly endsAt: Instant }, 'operator-unknown'>> {
      const look = newId()
      const place = placeOf(operatorId)
      try {
        return await twiceIfUnknown(() =>
          database.of(place.bucket).transaction(async (tx) => {
            const now = clock.now()
            const endsAt = (now + lookLastsMs) as Instant
            const row = [look, who.staffId, operatorId, reason, instantOut(now), instantOut(endsAt)]
            if ((await tx.query(insertLook, row)).length > 0)
              await noteLine(
                tx,
                { houseKey, newId, now },
                place,
                { ...who, lookId: look },
                {
                  ...{ act: 'support.look', operatorId, about: `look ${look}`, after: 'begun', reason },
                },
              )
            return ok({ look, endsAt })
          }),
        )
      } catch (error) {
        if ((error as { code?: string }).code === '23503') return err('operator-unknown')
        throw error
      }
    },

    /** Whether there was such a look of this person, still going on. */
    async end(who: Who, look: string): Promise<boolean> {
      const now = clock.now()
      const [ended] = await database.reference.query<{ operator_id: string }>(endLook, [
        look,
        who.staffId,
        instantOut(now),
      ])
      return ended !== undefined
    },

    /** Looks that fit, the newest first unless it is said, of one operator or (null) of all. */
    async list(operatorId: string | null, { text, order = 'desc', before }: LooksQuery): Promise<LooksView> {
      const rows = await database.reference.query<LookRow>(selectLooks[order], [
        ...[operatorId, text ?? null, before ?? (order === 'asc' ? '0' : newest), pageLooks + 1],
      ])
      const page = rows.slice(0, pageLooks)
      return {
        looks: page.map((row) => ({
          ...{ look: row.look_id, account: row.account, role: row.role, operator: row.operator_id, reason: row.reason },
          ...{ beganAt: row.began_at, endsAt: row.ends_at, endedAt: row.ended_at },
        })),
        next: rows.length > pageLooks ? page.at(-1)!.look_id : null,
      }
    },
  }
}
/** Greater than every id. */
export const newest = '9223372036854775807'
