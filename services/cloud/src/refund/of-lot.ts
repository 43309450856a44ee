import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'

const selectRefunds: Statement = {
  name: 'select-refunds-by-id',
  text: 'select id, payment_id from refund where bucket = $1 and lot_id = $2 and id = any ($3::int8[])',
}

/** Of these numbers those that are refunds, with the payment that each is of. */
export async function paymentsOfRefunds(
  database: Database,
  lot: LotKey,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, Id>> {
  const rows = await database
    .of(lot.bucket)
    .query<{ id: Id; payment_id: Id }>(selectRefunds, [lot.bucket, lot.lotId, ids])
  return new Map(rows.map((row) => [row.id, row.payment_id]))
}
