import { isDeepStrictEqual } from 'node:util'
import type { Road } from './road.ts'
import { until } from './until.ts'

/**
 * Everything that is kept of a lot, each row as text after its table, once nothing moves any more: to see that nothing was changed. Left
 * out is how often, and when next, we ask and tell by ourselves.
 */
export async function lotRows(road: Road, lot: number): Promise<readonly string[]> {
  const tables = await road.rows<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'lot_id'
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = current_schema()::regnamespace`,
  )
  const all = tables.map(
    ({ name }) =>
      `select '${name} ' || (to_jsonb(t) - '{sends,send_at,queries,query_at}'::text[])::text as row from "${name}" t where lot_id = $1`,
  )
  const look = async () =>
    (await road.rows<{ row: string }>(`${all.join(' union all ')} order by 1`, [lot])).map(({ row }) => row)
  let before = await look()
  return until(`nothing of lot ${lot} moves`, async () => {
    const now = await look()
    const queued = now.some((row) => row.startsWith('clearance ') && row.includes('"state": "queued"'))
    const stands = !queued && isDeepStrictEqual(now, before)
    before = now
    return stands ? now : null
  })
}
