import { listOf } from '@lanepay/cloud/report/lists.ts'
import { type Asked, rowsOf, totalsOf } from '@lanepay/cloud/report/read.ts'
import { addPayments, openLots } from '@lanepay/cloud/report/report.testing.ts'
import { reportRoutes } from '@lanepay/cloud/report/routes.ts'
import { withSnapshot } from '@lanepay/cloud/report/snapshot.ts'
import { sortedBy } from '@lanepay/cloud/report/sorts.ts'
import { bucketsOf } from '@lanepay/cloud/report/whose.ts'
import { makeMetrics } from '@lanepay/cloud/server/metrics.ts'
import { makeServer } from '@lanepay/cloud/server/server.ts'
import { hangStaffDoor } from '@lanepay/cloud/staff/door.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { openDatabase } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import pg from 'pg'
import { type Figure, median } from './figures.ts'
import { settleTables } from './payments.ts'
import { openYard } from './yard.ts'

const payments = 5_000_000
const lots = Array.from({ length: 10 }, (_, n) => ({ bucket: n, lotId: n + 1 }))
const dayMs = 86_400_000
const days = 30
const rounds = 15

/**
 * A page of the list of payments over HTTP, by a signed-in person, against its SQL alone, over 5 million payments of ten lots: the first page
 * of a week with its totals; alongside, its rows alone, which a screen shows first, those with the greatest amounts, a day, and a page further
 * on, which has no totals.
 */
export async function lists(): Promise<Figure & { readonly alongside: Readonly<Record<string, Figure>> }> {
  const yard = await openYard()
  const database = openDatabase({ connection: yard.connection, queryTimeoutMs: 600_000 })
  const sql = new pg.Client(yard.connection)
  await sql.connect()
  const until = Math.floor((Date.now() + 8 * 3_600_000) / dayMs) * dayMs - 8 * 3_600_000
  const from = until - days * dayMs
  const houseKey = Buffer.from('the house key of the bench of lists')
  const server = await makeServer({
    ...{ database, log: silentLog, metrics: makeMetrics(), linkConnected: () => true, trustProxy: false },
    ...{ rightsOf: async () => null, brokerSecret: 'a secret' },
    hangDoor: (bare) => hangStaffDoor(bare, { ...deps(), publicUrl: 'http://127.0.0.1' }),
    routes: [reportRoutes({ ...deps(), log: silentLog })],
  })
  try {
    await openLots(database, lots)
    const each = payments / lots.length
    for (const lot of lots)
      await addPayments(sql, lot, { count: each, from, everyMs: Math.floor((days * dayMs) / each) })
    await settleTables(database)
    const url = await server.listen({ host: '127.0.0.1', port: 0 })
    const headers = await signedInAs(database, Date.now(), { role: 'owner', operatorId: '1' })
    const page = async (fromDay: number, more: Readonly<Record<string, string>> = {}) => {
      const words = new URLSearchParams({ from: dayOf(fromDay), until: dayOf(until), order: 'desc', ...more })
      const response = await fetch(`${url}/api/operator/reports/money/payments?${words}`, { headers })
      if (response.status !== 200) throw new Error(await response.text())
      return (await response.json()) as { next: string; totals?: { rows: number } }
    }
    const asked = (fromDay: number, sort?: string): Asked => ({
      ...{
        list: sort ? sortedBy(listOf('payments'), sort) : listOf('payments'),
        places: lots,
        from: fromDay,
        until,
        operators: ['1'],
        accounts: [11, 12],
      },
      ...{ filters: {}, order: 'desc' },
    })
    /** What the page reads, and nothing round it. */
    const alone = (fromDay: number, whole: boolean, sort?: string) =>
      withSnapshot(database, bucketsOf(lots), async (snapshot) => {
        await rowsOf(snapshot, asked(fromDay, sort), null, 51).next()
        if (whole) await totalsOf(snapshot, asked(fromDay))
      })
    const ratio = async (what: string, fromDay: number, more?: Readonly<Record<string, string>>): Promise<number> => {
      const [asks, reads]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round++) {
        asks.push(await msOf(() => page(fromDay, more)))
        reads.push(await msOf(() => alone(fromDay, more === undefined, more?.sort?.replace('-', ''))))
      }
      console.log(`${what}: ${median(asks).toFixed(1)} ms, its SQL alone ${median(reads).toFixed(1)} ms`)
      return median(asks) / median(reads)
    }
    const of = (figure: number): Figure => ({ figure, bar: 2, atMost: true })
    const weekFrom = until - 7 * dayMs
    const { next } = await page(weekFrom)
    const week = await ratio('a week', weekFrom)
    return {
      ...of(week),
      alongside: {
        'its rows alone': of(await ratio('its rows alone', weekFrom, { only: 'rows' })),
        'by amount': of(await ratio('by amount', weekFrom, { only: 'rows', sort: '-amountFen' })),
        'of a day': of(await ratio('a day', until - dayMs)),
        'a page further on': of(await ratio('a page further on', weekFrom, { after: next })),
      },
    }
  } finally {
    await server.close()
    await sql.end()
    await database.close()
    await yard.close()
  }

  function deps() {
    return { database, clock: systemClock, newId: idMaker(Date.now, 1003), houseKey }
  }
}

const dayOf = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)
async function msOf(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await act()
  return performance.now() - from
}
