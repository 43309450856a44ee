import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'

/*
 * What a lot is told whole (its lists, its price list), and what has become of the telling. Of a kind only the newest counts, so no other
 * is on its way beside it.
 */

export type Whole = 'lists' | 'tariff'

/** What became of an order; `because` is the lot's own word. */
export type Told = {
  readonly state: 'queued' | 'sent' | 'done' | 'refused' | 'expired' | 'replaced'
  readonly because: string | null
  readonly toldAt: number
  readonly answeredAt: number | null
}

/** By which the lot is not told any more what a newer order has replaced. */
const replacedBy = 'replaced by a newer version'

const replaceOpen: Statement = {
  name: 'replace-open-whole-orders',
  text: `
  update lot_command
     set state = 'expired', because = $4, answered_at = $5, send_at = null
   where bucket = $1 and lot_id + 0 = $2 and kind = $3 and send_at is not null`,
}
/** Takes back what of this kind the lot has not answered yet; what it hears all the same is older, and changes nothing there. */
export const replaceOpenOrders = (tx: Tx, { bucket, lotId }: LotKey, kind: Whole, now: Instant): Promise<unknown> =>
  tx.query(replaceOpen, [bucket, lotId, kind, replacedBy, instantOut(now)])

type NewestRow = { id: Id; version: string }
const selectNewest: Statement = {
  name: 'select-newest-whole-orders',
  text: `
  select id, case when kind = 'lists' then (body->'lists'->>'version')::int8 else (body->>'version')::int8 end as version
    from lot_command
   where bucket = $1 and lot_id = $2 and kind = $3 and kind in ('lists', 'tariff')
   order by id desc limit 5`,
}
/**
 * The newest order of this kind, whoever gave it: that of the highest version among the last few, whose ids were made by several clocks.
 * Null where there was none.
 */
export async function newestOrder(
  tx: Tx,
  { bucket, lotId }: LotKey,
  kind: Whole,
): Promise<{ readonly id: Id; readonly version: number } | null> {
  const rows = await tx.query<NewestRow>(selectNewest, [bucket, lotId, kind])
  const orders = rows.map(({ id, version }) => ({ id, version: Number(version) }))
  return orders.length === 0 ? null : orders.reduce((a, b) => (b.version > a.version ? b : a))
}

const selectOrder: Statement = {
  name: 'select-whether-ordered',
  text: 'select 1 from lot_command where bucket = $1 and lot_id = $2 and id = $3',
}
/** Whether an order was committed whose commit nobody heard of. */
export const wasOrdered = async (tx: Tx, { bucket, lotId }: LotKey, id: Id): Promise<boolean> =>
  (await tx.query(selectOrder, [bucket, lotId, id])).length > 0

type ToldRow = {
  id: Id
  state: string
  because: string | null
  issued_at: number
  answered_at: number | null
}
const selectTold: Statement = {
  name: 'select-told-orders',
  text: `select id, state, because, issued_at, answered_at from lot_command
          where bucket = $1 and lot_id = $2 and id = any ($3::int8[])`,
}
/** What became of these orders, by their ids. */
export async function toldOf(
  tx: Tx,
  { bucket, lotId }: LotKey,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Told>> {
  const rows = await tx.query<ToldRow>(selectTold, [bucket, lotId, ids])
  return new Map(
    rows.map(({ id, state, because, issued_at, answered_at }) => [
      id,
      {
        state: because === replacedBy ? 'replaced' : (state as Told['state']),
        ...{ because, toldAt: issued_at, answeredAt: answered_at },
      },
    ]),
  )
}
