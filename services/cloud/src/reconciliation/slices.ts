import type { Database, Db } from '@lanepay/database/database.ts'

const linesAtOnce = 1_000_000

/** Every server with its buckets, in as many parts as keep a statement to so many lines. */
export function bucketSlices(
  database: Database,
  lines: number,
): readonly { readonly db: Db; readonly buckets: readonly number[] }[] {
  const parts = Math.max(1, Math.ceil(lines / linesAtOnce))
  return database.nodes.flatMap(({ db, buckets }) => {
    const each = Math.ceil(buckets.length / parts)
    return Array.from({ length: Math.ceil(buckets.length / each) }, (_, part) => ({
      db,
      buckets: buckets.slice(part * each, (part + 1) * each),
    }))
  })
}
