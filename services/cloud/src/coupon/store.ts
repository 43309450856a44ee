import type { Statement } from '@lanepay/database/database.ts'
import type { Worth } from './api.ts'

export type ShopRow = {
  shop_id: string
  bucket: number
  lot_id: number
  name: string
  account: string
  password: string | null
  kinds: readonly { readonly name: string; readonly worth: Worth }[]
  per_day: number
  per_month: number
  hours: number
  ended_at: number | null
}
const shopColumns = 'shop_id, bucket, lot_id, name, account, password, kinds, per_day, per_month, hours, ended_at'
export const selectShopsOfLot: Statement = {
  name: 'select-shops-of-lot',
  text: `select ${shopColumns} from shop where bucket = $1 and lot_id = $2 order by ended_at is not null, name, shop_id`,
}
export const selectShop: Statement = { name: 'select-shop', text: `select ${shopColumns} from shop where shop_id = $1` }
export const selectShopToSignIn: Statement = {
  name: 'select-shop-to-sign-in',
  text: `select ${shopColumns} from shop where account = $1 and ended_at is null`,
}
export const insertShop: Statement = {
  name: 'insert-shop',
  text: `insert into shop (shop_id, bucket, lot_id, name, account, kinds, per_day, per_month, hours, made_at, link_hash, link_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (shop_id) do nothing`,
}
export const changeShop: Statement = {
  name: 'change-shop',
  text: `update shop set name = $4, kinds = $5, per_day = $6, per_month = $7, hours = $8
          where shop_id = $1 and bucket = $2 and lot_id = $3 and ended_at is null returning shop_id`,
}
export const endShop: Statement = {
  name: 'end-shop',
  text: `update shop set ended_at = $4, link_hash = null, link_until = null
          where shop_id = $1 and bucket = $2 and lot_id = $3 and ended_at is null returning shop_id`,
}
export const offerShopLink: Statement = {
  name: 'offer-shop-link',
  text: `update shop set link_hash = $4, link_until = $5
          where shop_id = $1 and bucket = $2 and lot_id = $3 and ended_at is null returning shop_id`,
}
export const selectShopOfLink: Statement = {
  name: 'select-shop-of-link',
  text: `select shop_id, bucket, lot_id, account, name, link_until from shop where link_hash = $1 and ended_at is null`,
}
export const useShopLink: Statement = {
  name: 'use-shop-link',
  text: `update shop set password = $2, link_hash = null, link_until = null where link_hash = $1 and ended_at is null returning shop_id`,
}
export const insertShopSignIn: Statement = {
  name: 'insert-shop-sign-in',
  text: `insert into shop_sign_in (token_hash, shop_id, began_at, ends_at) values ($1, $2, $3, $4)
         on conflict (token_hash) do nothing`,
}
export const selectShopSignedIn: Statement = {
  name: 'select-shop-signed-in',
  text: `select ${shopColumns.replace(/\w+/g, 's.$&')} from shop_sign_in i join shop s on s.shop_id = i.shop_id
          where i.token_hash = $1 and i.ended_at is null and i.ends_at > $2 and s.ended_at is null`,
}
export const endShopSignIn: Statement = {
  name: 'end-shop-sign-in',
  text: 'update shop_sign_in set ended_at = $2 where token_hash = $1 and ended_at is null',
}
export const endShopSignIns: Statement = {
  name: 'end-shop-sign-ins',
  text: 'update shop_sign_in set ended_at = $2 where shop_id = $1 and ended_at is null',
}

/**
 * One more on a day, where both limits let it: `$5` of the day, `$6` of the month, which is from `$7` until before `$8`. Whoever counts holds
 * the day, and other days of the month do not change any more.
 */
const otherDays = `(select coalesce(sum(d.given), 0) from shop_day d
                     where d.bucket = $1 and d.lot_id = $2 and d.shop_id = $3 and d.day >= $7 and d.day < $8 and d.day <> $4)`
export const countOne: Statement = {
  name: 'count-one-coupon',
  text: `
  insert into shop_day (bucket, lot_id, shop_id, day, given)
  select $1, $2, $3, $4, 1 where ${otherDays} < $6
  on conflict (bucket, lot_id, shop_id, day) do update
     set given = shop_day.given + 1
   where shop_day.given < $5 and shop_day.given + ${otherDays} < $6
  returning given`,
}
/** By shop: on a day (`$3`), and in its month (from `$4` until before `$5`). */
export const selectGiven: Statement = {
  name: 'select-coupons-given',
  text: `
  select shop_id, coalesce(sum(given) filter (where day = $3), 0)::int4 as today, coalesce(sum(given), 0)::int4 as month
    from shop_day where bucket = $1 and lot_id = $2 and day >= $4 and day < $5 group by shop_id`,
}

export type CouponRow = {
  id: string
  shop_id: string
  plate: string
  kind: string
  worth: Worth
  given_at: number
  valid_until: number
  taken_by: 'shop' | 'driver'
  used_at: number | null
  lowered_fen: number | null
  order_state: string | null
  because: string | null
}
export const insertCoupon: Statement = {
  name: 'insert-coupon',
  text: `
  insert into coupon (bucket, lot_id, id, shop_id, plate, kind, worth, given_at, valid_until, taken_by, command_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (bucket, lot_id, id) do nothing returning id`,
}
/** One that was not given after all, in the transaction that made it. */
export const deleteCoupon: Statement = {
  name: 'delete-coupon',
  text: 'delete from coupon where bucket = $1 and lot_id = $2 and id = $3',
}
const couponColumns = `c.id, c.shop_id, c.plate, c.kind, c.worth, c.given_at, c.valid_until, c.taken_by, c.used_at, c.lowered_fen,
  o.state as order_state, o.because`
const withOrder = `
    from coupon c left join lot_command o on o.bucket = c.bucket and o.lot_id = c.lot_id and o.id = c.command_id
   where c.bucket = $1 and c.lot_id = $2`
export const selectCoupon: Statement = {
  name: 'select-coupon',
  text: `select ${couponColumns} ${withOrder} and c.id = $3`,
}
const couponsFound = `${withOrder}
     and ($3::int8 is null or c.shop_id = $3)
     and ($4::text is null
          or $4 = 'used' and c.used_at is not null
          or $4 = 'refused' and c.used_at is null and o.state in ('refused', 'expired')
          or $4 = 'over' and c.used_at is null and o.state not in ('refused', 'expired') and c.valid_until < $5
          or $4 = 'open' and c.used_at is null and o.state not in ('refused', 'expired') and c.valid_until >= $5)
     and ($8::text is null or strpos(c.plate, $8) > 0)`
export const selectCoupons: Statement = {
  name: 'select-coupons',
  text: `select ${couponColumns} ${couponsFound} and ($6::int8 is null or c.id < $6) order by c.id desc limit $7`,
}
export const selectCouponsOldestFirst: Statement = {
  name: 'select-coupons-oldest-first',
  text: `select ${couponColumns} ${couponsFound} and ($6::int8 is null or c.id > $6) order by c.id limit $7`,
}
export type SettledRow = { shop_id: string; given: number; used: number; lowered_fen: string; unknown: number }
export const selectSettlement: Statement = {
  name: 'select-coupon-settlement',
  text: `
  select shop_id, sum(given)::int4 as given, sum(used)::int4 as used, sum(lowered_fen) as lowered_fen, sum(unknown)::int4 as unknown
    from (select shop_id, 0 as given, 1 as used, coalesce(lowered_fen, 0)::int8 as lowered_fen, (lowered_fen is null)::int4 as unknown
            from coupon where bucket = $1 and lot_id = $2 and used_at >= $3 and used_at < $4
          union all
          select shop_id, 1, 0, 0, 0 from coupon where bucket = $1 and lot_id = $2 and given_at >= $3 and given_at < $4) as counted
   group by shop_id`,
}
export const selectUsedInMonth: Statement = {
  name: 'select-coupons-used-in-month',
  text: `select ${couponColumns} ${withOrder} and c.used_at >= $3 and c.used_at < $4 order by c.used_at, c.id`,
}

export type LogWithNews = { bucket: number; lot_id: number; epoch: string; committed_seq: string; seq: string }
/** Logs of lots with shops, of which something was not read yet. */
export const selectLogsWithNews: Statement = {
  name: 'select-logs-for-coupons',
  text: `
  select l.bucket, l.lot_id, l.epoch, max(l.committed_seq)::int8 as committed_seq, coalesce(c.seq, 0)::int8 as seq
    from lot_log l
    join (select distinct bucket, lot_id from shop) s on s.bucket = l.bucket and s.lot_id = l.lot_id
    left join coupon_log c on c.bucket = l.bucket and c.lot_id = l.lot_id and c.epoch = l.epoch
   where l.bucket = any ($1::int4[]) and l.committed_seq > coalesce(c.seq, 0)
   group by l.bucket, l.lot_id, l.epoch, c.seq
   limit 200`,
}
export const selectEventsWithCoupons: Statement = {
  name: 'select-events-with-coupons',
  text: `select seq, body from lot_event
          where bucket = $1 and lot_id = $2 and epoch = $3 and seq > $4 and seq <= $5 and kind = 'left' and body ? 'coupons'
          order by seq`,
}
export const useCoupon: Statement = {
  name: 'use-coupon',
  text: `update coupon set session_id = $4, used_at = $5, lowered_fen = $6
          where bucket = $1 and lot_id = $2 and id = $3 and session_id is null`,
}
export const setCouponLog: Statement = {
  name: 'set-coupon-log',
  text: `insert into coupon_log (bucket, lot_id, epoch, seq) values ($1, $2, $3, $4)
         on conflict (bucket, lot_id, epoch) do update set seq = greatest(coupon_log.seq, excluded.seq)`,
}
