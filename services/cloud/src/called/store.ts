import type { Statement } from '@lanepay/database/database.ts'

/** The lot's settings, and which system it is that they are for. */
export type CalledLotRow = { system: string; settings: Record<string, unknown>; sealed: string }
export const selectCalledLot: Statement = {
  name: 'select-called-lot',
  text: `
  select l.system, c.settings, c.sealed
    from called_lot c
    join lot l on l.bucket = c.bucket and l.lot_id = c.lot_id
   where c.bucket = $1 and c.lot_id = $2`,
}
export const upsertCalledLot: Statement = {
  name: 'upsert-called-lot',
  text: `
  insert into called_lot (bucket, lot_id, settings, sealed) values ($1, $2, $3, $4)
  on conflict (bucket, lot_id) do update set settings = excluded.settings, sealed = excluded.sealed`,
}

/** Lots that are owed something now, of those that are called. */
export const selectLotsToTell: Statement = {
  name: 'select-called-lots-to-tell',
  text: `
  select distinct m.bucket, m.lot_id
    from called_lot c
    join bolink_message m on m.bucket = c.bucket and m.lot_id = c.lot_id
   where c.bucket = any ($1::int4[]) and m.send_at <= $2`,
}

export const insertBill: Statement = {
  name: 'insert-called-bill',
  text: `
  insert into called_bill (bucket, lot_id, session_id, quoted_at, bill) values ($1, $2, $3, $4, $5)
  on conflict (bucket, lot_id, session_id, quoted_at) do nothing`,
}
/** A payment as its lot is told it: with the bill of the price that was paid. */
export const selectPaidBill: Statement = {
  name: 'select-paid-for-called-lot',
  text: `
  select p.channel, p.amount_fen, p.plate, p.paid_at, b.bill
    from payment p
    left join quote q on q.bucket = p.bucket and q.lot_id = p.lot_id and q.id = p.quote_id
    left join called_bill b on b.bucket = q.bucket and b.lot_id = q.lot_id and b.session_id = q.session_id and b.quoted_at = q.quoted_at
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
export const dropOldBills: Statement = {
  name: 'drop-old-called-bills',
  text: 'delete from called_bill where bucket = any ($1::int4[]) and quoted_at < $2',
}
export const selectPlateOfSession: Statement = {
  name: 'select-plate-for-called-lot',
  text: 'select plate from session where bucket = $1 and lot_id = $2 and id = $3',
}
