import type { Statement } from '@lanepay/database/database.ts'

/* What a lot's software says of its own lists (keeping.ts, cards.ts). */

/** As it was last said; what a thing was first called by (`epoch`) stays, and an end of a shift keeps its beginning. */
export const keep: Statement = {
  name: 'keep-of-bolink-lot',
  text: `
  insert into bolink_kept (bucket, lot_id, kind, key, body, sealed, said_at, ended_at)
  values ($1, $2, $3, $4, $5, $6, $7, case when $8 then $7::timestamptz end)
  on conflict (bucket, lot_id, kind, key) do update
     set body = bolink_kept.body || excluded.body || jsonb_build_object('epoch', bolink_kept.body -> 'epoch'),
         sealed = coalesce(excluded.sealed, bolink_kept.sealed), said_at = excluded.said_at, ended_at = excluded.ended_at
  returning body ->> 'epoch' as epoch`,
}
/** One row of its blocked list, as it was last said; held until the transaction ends by whoever holds the lot's lists. */
export const selectKeptBlocked: Statement = {
  name: 'select-kept-blocked-of-bolink-lot',
  text: `
  select coalesce(body ->> 'plate', '') as plate, coalesce(body ->> 'because', '') as note, (body ->> 'since')::float8 as since, ended_at is not null as ended
    from bolink_kept where bucket = $1 and lot_id = $2 and kind = 'blocked' and key = $3`,
}
/** The software has answered that it has deleted this one. */
export const endKeptBlocked: Statement = {
  name: 'end-kept-blocked-of-bolink-lot',
  text: `
  update bolink_kept set ended_at = $4 where bucket = $1 and lot_id = $2 and kind = 'blocked' and key = $3 and ended_at is null`,
}
/** Other cards of exactly these plates are replaced by this one. */
export const endKeptCardsOf: Statement = {
  name: 'end-kept-cards-of-bolink-lot',
  text: `
  update bolink_kept set ended_at = $5
   where bucket = $1 and lot_id = $2 and kind = 'month-card' and key <> $3 and ended_at is null
     and body -> 'plates' @> $4::jsonb and body -> 'plates' <@ $4::jsonb`,
}
/** Of one kind, or all; stays that another platform runs would drown the rest, so they are to be named. */
export const selectKept: Statement = {
  name: 'select-kept-of-bolink-lot',
  text: `
  select kind, key, body, sealed, said_at, ended_at from bolink_kept
   where bucket = $1 and lot_id = $2 and (kind = $3 or ($3::text is null and kind <> 'beside-stay'))
   order by kind, key limit 10000`,
}
export const selectIsKept: Statement = {
  name: 'select-is-kept-of-bolink-lot',
  text: 'select ended_at is not null as ended from bolink_kept where bucket = $1 and lot_id = $2 and kind = $3 and key = $4',
}
export const insertPicture: Statement = {
  name: 'insert-bolink-picture',
  text: `
  insert into bolink_picture (bucket, lot_id, source, key, part, content, taken_at, kept_until) values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (bucket, lot_id, source, key, part) do nothing`,
}
export const dropPictures: Statement = {
  name: 'drop-bolink-pictures',
  text: 'delete from bolink_picture where bucket = any ($1::int4[]) and kept_until < $2',
}
/** Month cards that the lot's software has said and that this plate is on, with what they are sold as; not those that it was told from here. */
export const selectSoftwareCards: Statement = {
  name: 'select-software-cards-of-plate',
  text: `
  select k.kind, k.key, k.body, k.sealed, k.said_at, k.ended_at, p.body ->> 'name' as product, p.body ->> 'period' as period
    from bolink_kept k
    left join bolink_kept p on p.bucket = k.bucket and p.lot_id = k.lot_id and p.kind = 'month-product' and p.key = k.body ->> 'product'
   where k.bucket = $1 and k.lot_id = $2 and k.kind = 'month-card' and k.ended_at is null and k.body -> 'plates' @> $3::jsonb
     and not exists (select from month_card c where c.bucket = k.bucket and c.lot_id = k.lot_id and c.id::text = k.key)
   order by k.key limit 20`,
}
