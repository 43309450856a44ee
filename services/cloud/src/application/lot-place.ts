import type { Database, Tx } from '@lanepay/database/database.ts'
import { selectBucketOfOperator, selectEmptiestBucket, selectFreeLotNumber, takeLotNumber } from './store.ts'

/* Where a new lot lives, and which number it gets (scale.md 1.7). */

/** Below these, numbers are given by hand. */
export const firstFreeNumber = 10_001

/**
 * The bucket of an operator's lots, so that its balance, its withdrawal and its daily statement are in one place; of one that has none yet,
 * the bucket with the fewest lots.
 */
export async function homeBucket(database: Database, operatorId: string | null): Promise<number> {
  const own =
    operatorId === null
      ? []
      : (
          await Promise.all(
            database.nodes.map(({ db }) =>
              db.query<{ bucket: number; lots: number }>(selectBucketOfOperator, [operatorId]),
            ),
          )
        ).flat()
  const [most] = own.sort((a, b) => b.lots - a.lots || a.bucket - b.bucket)
  if (most) return most.bucket
  const [emptiest] = await database.reference.query<{ bucket: number }>(selectEmptiestBucket)
  return emptiest!.bucket
}

/** Takes the smallest free number, for good once the transaction is. Whoever takes the same at the same time waits, and takes the next. */
export async function freeLotNumber(tx: Tx, bucket: number): Promise<number> {
  for (;;) {
    const [row] = await tx.query<{ free: number | null }>(selectFreeLotNumber, [firstFreeNumber])
    if (row?.free == null) throw new Error('no number of a lot is left')
    const [taken] = await tx.query(takeLotNumber, [row.free, bucket])
    if (taken) return row.free
  }
}
