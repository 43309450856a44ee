import type { Statement } from '@lanepay/database/database.ts'
import { firstIdOf } from '../audit/scope.ts'

/*
 * What a morning page reads: each by an index, of some lots of one bucket. $1 is the bucket, $2 the lots. What a statement finds grows with
 * what happened since its instant, or with what is open now, never with what is kept.
 */

/** A quarter of an hour of Beijing's day, 0 to 95. */
const slotOf = (instant: string): string =>
  `(extract(epoch from (${instant} at time zone 'Asia/Shanghai')::time)::int4 / 900)`

export type MoneyRow = { slot: number; channel: string; payments: number; fen: string }
/** $3 and $4: posted from the first on and before the second. */
export const selectMoney: Statement = {
  name: 'overview-money',
  text: `
  select t.slot, t.channel, count(*)::int4 as payments, sum(t.fen)::int8 as fen
    from unnest($2::int4[]) as l (lot_id)
   cross join lateral (
     select ${slotOf('x.posted_at')} as slot, x.channel::text as channel,
            (select coalesce(sum(case when a.kind = 'channel-clearing' then - a.fen when a.kind = 'operator-cash' then a.fen end), 0)
               from unnest(x.kind, x.amount_fen) as a (kind, fen)) as fen
       from transfer x
      where x.bucket = $1 and x.lot_id = l.lot_id and x.lot_id + 0 = l.lot_id and x.posted_at >= $3 and x.posted_at < $4
        and x.cause in ('payment-paid', 'cash-taken')
   ) as t
   group by t.slot, t.channel`,
}

export type EntryRow = { slot: number; entries: number }
/** $3 and $4: made from the first on and before the second, which is when they drove in. */
export const selectEntries: Statement = {
  name: 'overview-entries',
  text: `
  select s.slot, count(*)::int4 as entries
    from unnest($2::int4[]) as l (lot_id)
   cross join lateral (
     select ${slotOf('x.entered_at')} as slot
       from session x
      where x.bucket = $1 and x.lot_id = l.lot_id
        and x.id >= ${firstIdOf('$3::timestamptz')} and x.id < ${firstIdOf('$4::timestamptz')} and x.state <> 'voided' and x.renews_card is null
   ) as s
   group by s.slot`,
}

export const selectInside: Statement = {
  name: 'overview-inside',
  text: `
  select coalesce(sum(s.inside), 0)::int4 as inside
    from unnest($2::int4[]) as l (lot_id)
   cross join lateral (
     select count(*) as inside from session x
      where x.bucket = $1 and x.lot_id = l.lot_id and x.state in ('inside', 'leaving') and x.renews_card is null
   ) as s`,
}

export type IllRow = {
  lot_id: number
  device: string
  state: string
  because: string
  since: number
  all_of_it: number
}
export const selectIll: Statement = {
  name: 'overview-ill',
  text: `
  select d.lot_id, d.device, d.state, d.because, d.since, (count(*) over ())::int4 as all_of_it
    from device_state d
   where d.bucket = $1 and d.lot_id = any ($2::int4[]) and d.until_at is null and d.state <> 'well'
   order by d.since, d.lot_id, d.device limit 20`,
}

export type AlarmRow = {
  lot_id: number
  kind: string
  lane_id: number | null
  because: string
  raised_at: number
  all_of_it: number
}
/** $3: raised from then on, and not ended. */
export const selectAlarms: Statement = {
  name: 'overview-alarms',
  text: `
  select a.lot_id, a.kind, a.lane_id, a.because, a.raised_at, (count(*) over ())::int4 as all_of_it
    from unnest($2::int4[]) as l (lot_id)
   cross join lateral (
     select x.* from alarm x
      where x.bucket = $1 and x.lot_id = l.lot_id and x.id >= ${firstIdOf('$3::timestamptz')} and x.ended_at is null
   ) as a
   order by a.raised_at desc, a.id desc limit 5`,
}

export type SuspendedRow = { lot_id: number; name: string; suspended_at: number; suspended_because: string | null }
export const selectSuspended: Statement = {
  name: 'overview-suspended',
  text: `
  select l.lot_id, l.name, l.suspended_at, l.suspended_because from lot l
   where l.bucket = $1 and l.lot_id = any ($2::int4[]) and l.suspended_at is not null`,
}

/** $3: channel accounts, whose own have no lot. */
export const selectWaiting: Statement = {
  name: 'overview-discrepancies',
  text: `
  select count(*)::int4 as waiting from discrepancy d
   where d.bucket = $1 and d.state in ('found', 'with-a-person')
     and (d.lot_id = any ($2::int4[]) or d.lot_id = 0 and d.account_id = any ($3::int4[]))`,
}
