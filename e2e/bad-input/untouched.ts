import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Road } from '../kit/road.ts'
import { until } from '../kit/until.ts'

const tables = [
  ...[
    'enrolment',
    'session',
    'lane_occupancy',
    'gate_opening',
    'pass_holder',
    'admission',
    'quote',
    'payment',
    'clearance',
  ],
  ...['lot_command', 'refund', 'account', 'transfer', 'alarm', 'lot_log', 'lot_event', 'lot', 'lane', 'lot_device'],
] as const
type Contents = Readonly<Record<(typeof tables)[number], string>>

/** What every table of the house holds now, one digest a table. */
export async function contents(road: Road): Promise<Contents> {
  const columns = tables.map(
    (table) =>
      `(select count(*) || ' ' || md5(coalesce(string_agg(t::text, ' ' order by t::text), '')) from ${table} t) as "${table}"`,
  )
  const [row] = await road.rows<Contents>(`select ${columns.join(', ')}`)
  return row!
}

/** The contents once nothing is on its way any more. */
export async function restingContents(road: Road): Promise<Contents> {
  await road.settled()
  let before = JSON.stringify(await contents(road))
  return until('the tables rest', async () => {
    await sleep(200)
    const now = await contents(road)
    const rests = JSON.stringify(now) === before
    before = JSON.stringify(now)
    return rests ? now : null
  })
}

/** Does it, and holds that not one row of the house is another than before. */
export async function untouched<T>(road: Road, act: () => Promise<T>): Promise<T> {
  const before = await contents(road)
  const made = await act()
  assert.deepEqual(await contents(road), before)
  return made
}
