import { claimDue } from '@lanepay/database/claim-due.ts'
import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'

const dayMs = 86_400_000
/** So long a picture is kept here; its lot keeps its own by its plan. */
export const keptForMs = 31 * dayMs

const insertWanted: Statement = {
  name: 'want-lot-picture',
  text: `
  insert into lot_picture (bucket, lot_id, lane_id, at, wanted_at, ask_at, kept_until) values ($1, $2, $3, $4, $5, $5, $6)
  on conflict (bucket, lot_id, lane_id, at) do update
     set ask_at = excluded.ask_at, asks = 0
   where lot_picture.content is null and lot_picture.ask_at is null`,
}
/** Says that the picture of a read is to be fetched, whenever its lot is there: in the transaction of the act that leaves it. */
export const wantPicture = (
  tx: Tx,
  { bucket, lotId }: LotKey,
  { lane, at, now }: { readonly lane: number; readonly at: number; readonly now: number },
): Promise<unknown> =>
  tx.query(insertWanted, [bucket, lotId, lane, ...[at, now, now + keptForMs].map((one) => instantOut(one))])

export const keepPicture: Statement = {
  name: 'keep-lot-picture',
  text: `
  insert into lot_picture (bucket, lot_id, lane_id, at, wanted_at, content, kept_until) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (bucket, lot_id, lane_id, at) do update set content = excluded.content, ask_at = null
   where lot_picture.content is null`,
}
export const selectPicture: Statement = {
  name: 'select-lot-picture',
  text: 'select content, ask_at from lot_picture where bucket = $1 and lot_id = $2 and lane_id = $3 and at = $4',
}
export const selectLastPicture: Statement = {
  name: 'select-last-lot-picture',
  text: `select at from lot_picture where bucket = $1 and lot_id = $2 and lane_id = $3 and content is not null
          order by at desc limit 1`,
}
export type DueRow = { bucket: number; lot_id: number; lane_id: number; at: number; asks: number }
export const claimDuePictures = claimDue({
  ...{ name: 'claim-due-pictures', table: 'lot_picture', answer: 'c.bucket, c.lot_id, c.lane_id, c.at, c.asks' },
  ...{ due: 'ask_at', order: 'bucket, ask_at', key: ['lane_id', 'at'] },
  set: `asks = c.asks + 1, ask_at = $2::timestamptz + least(power(2, c.asks) * 5, 3600) * interval '1 second'`,
})
export const giveUpPicture: Statement = {
  name: 'give-up-lot-picture',
  text: 'update lot_picture set ask_at = null where bucket = $1 and lot_id = $2 and lane_id = $3 and at = $4 and content is null',
}
export const dropPictures: Statement = {
  name: 'drop-lot-pictures',
  text: 'delete from lot_picture where bucket = any ($1::int4[]) and kept_until < $2',
}
/** What a connected lot's software has sent of a stay, by the lot's own name for it (bolink-protocol.md 4.7). */
export const selectSentPicture: Statement = {
  name: 'select-sent-picture-of-stay',
  text: `
  select p.content
    from bolink_order o
    join bolink_picture p on p.bucket = o.bucket and p.lot_id = o.lot_id and p.source = 'order' and p.key = o.order_id and p.part = $4
   where o.bucket = $1 and o.lot_id = $2 and o.session_id = $3`,
}
