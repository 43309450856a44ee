import type { Database, Statement, Tx } from '@lanepay/database/database.ts'

/** One look at the data of some buckets: whatever is committed meanwhile is not in it. */
export type Snapshot = { query<Row>(bucket: number, statement: Statement, values?: readonly unknown[]): Promise<Row[]> }

const begin: Statement = {
  name: 'report-snapshot',
  text: 'set transaction isolation level repeatable read, read only',
}
// Reports read by index, whatever the planner believes of tables it has never counted.
const byIndex: Statement = {
  name: 'report-by-index',
  text: `select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`,
}

/**
 * Looks at these buckets in one read-only transaction of each server that has some of them; on one server that is one snapshot of
 * all (scale.md, rules 13 and 19). Nothing is read twice: when a server is lost after the first row was read, it is over.
 * @throws Error then, with what happened as its cause
 */
export async function withSnapshot<T>(
  { nodes }: Pick<Database, 'nodes'>,
  buckets: readonly number[],
  act: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const needed = nodes.filter((node) => node.buckets.some((bucket) => buckets.includes(bucket)))
  const txOf = new Map<number, Tx>()
  let lost: unknown
  const snapshot: Snapshot = {
    query: (bucket, statement, values) => {
      const tx = txOf.get(bucket)
      if (!tx) throw new RangeError(`bucket ${bucket} is not in this snapshot`)
      return tx.query(statement, values)
    },
  }
  const open = async ([node, ...rest]: typeof needed): Promise<T> => {
    if (!node) {
      if (lost !== undefined) throw new Error('the snapshot was lost while it was read', { cause: lost })
      try {
        return await act(snapshot)
      } catch (error) {
        lost = error
        throw error
      }
    }
    return node.db.transaction(async (tx) => {
      await tx.query(begin)
      await tx.query(byIndex)
      for (const bucket of node.buckets) txOf.set(bucket, tx)
      return open(rest)
    })
  }
  return open(needed)
}
