import type { Office } from '../office.ts'

const patrol = '4001'
/** A lot whose exit code was replaced, with a screen beside it and something printed elsewhere; and a patrol that found an old one. */
export async function aPatrol({ cloud }: Office): Promise<string> {
  const put = (table: string, row: Readonly<Record<string, unknown>>) => {
    const all = Object.entries(row)
    return cloud.sql.query(
      `insert into ${table} (${all.map(([key]) => key).join(', ')}) values (${all.map((_, at) => `$${at + 1}`).join(', ')})
       on conflict do nothing`,
      all.map(([, value]) => value),
    )
  }
  const at = new Date()
  const lot = { bucket: 1, lot_id: 4001 }
  const exit = { ...lot, kind: 'exit', lane_id: 2 }
  await put('lot_code', {
    ...{ ...exit, serial: 0, state: 'replaced', ended_at: at, ended_by: 'manager', ended_because: '贴纸被撕坏' },
  })
  await put('lot_code', { ...exit, serial: 1, state: 'live', made_at: at, made_by: 'manager' })
  await put('lot_code', {
    ...{ ...exit, serial: 2, state: 'live', made_at: at, made_by: 'manager' },
    ...{ screen_name: '出口显示屏', secret_hash: 'of no secret', good_seconds: 30 },
  })
  await put('code_alias', { alias: 'qr/4001?lane=2', ...exit, made_at: at, made_by: 'platform' })
  await put('code_patrol', { ...lot, id: patrol, begun_at: at, begun_by: 'manager' })
  await put('code_found', { ...exit, patrol, verdict: 'stale', found: '4001-3002-1-24', at, by: 'manager' })
  return patrol
}
