import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { firstIdAt, idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { addPayments, dayMs, novemberAt, openLots } from '../report/report.testing.ts'
import { makeMetrics } from '../server/metrics.ts'
import { makeServer } from '../server/server.ts'
import { hangStaffDoor } from '../staff/door.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import type { OverviewView } from './api.ts'
import { overviews } from './live.ts'
import { overviewRoutes } from './routes.ts'
import * as store from './store.ts'

/* The morning page over HTTP: what it says, how it follows what happens, and what it costs. */

const hourMs = 3_600_000
/** The eighth of November, at noon in Beijing; seven days after the first. */
const noon = (novemberAt + 7 * dayMs + 12 * hourMs) as Instant
let ahead = 0
const clock: Clock = { now: () => (noon + ahead) as Instant }
const houseKey = Buffer.from('a key')
const newId = idMaker(() => clock.now(), 0)
const lots = [
  { bucket: 3, lotId: 77 },
  { bucket: 200, lotId: 78 },
]
let data: TestDatabase
let sql: pg.Client
let server: FastifyInstance
let url: string
let pages: ReturnType<typeof overviews>

before(async () => {
  data = await testDatabase()
  const { database } = data
  sql = new pg.Client(data.connection)
  await sql.connect()
  await openLots(database, lots)
  await openLots(database, [{ bucket: 3, lotId: 99 }], '2')
  // A payment each hour of both Sundays, at the half, until noon of the later one; another operator has its own.
  for (const lot of lots) {
    await addPayments(sql, lot, { count: 24, from: novemberAt + hourMs / 2, everyMs: hourMs })
    await addPayments(sql, lot, { count: 12, from: novemberAt + 7 * dayMs + hourMs / 2, everyMs: hourMs })
  }
  await addPayments(
    sql,
    { bucket: 3, lotId: 99 },
    { count: 12, from: novemberAt + 7 * dayMs, everyMs: hourMs, operator: '2' },
  )
  pages = overviews({ database, clock, log: silentLog })
  server = await makeServer({
    ...{ database, log: silentLog, metrics: makeMetrics(), linkConnected: () => true },
    ...{ rightsOf: async () => null, brokerSecret: 'a secret', trustProxy: false },
    routes: [overviewRoutes(pages)],
    hangDoor: (bare) => hangStaffDoor(bare, { database, clock, newId, houseKey, publicUrl: 'http://pay.example.com' }),
  })
  url = await server.listen({ host: '127.0.0.1', port: 0 })
})
after(async () => {
  await server?.close()
  await sql?.end()
  await data?.close()
})

type Person = Partial<Parameters<typeof signedInAs>[2]>
const person = (told: Person = {}) =>
  signedInAs(data.database, clock.now(), { role: 'manager', operatorId: '1', ...told })
const overview = async (headers: Readonly<Record<string, string>>, query = '') => {
  const response = await fetch(`${url}/api/operator/overview${query}`, { headers })
  assert.equal(response.status, 200)
  return (await response.json()) as OverviewView
}

/** A stream as a page reads it, event after event. */
async function live(headers: Readonly<Record<string, string>>, query = '') {
  const stop = new AbortController()
  const response = await fetch(`${url}/api/operator/overview/live${query}`, { headers, signal: stop.signal })
  const text = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let kept = ''
  return {
    response,
    /** The next event; null when the stream has ended. Beats are passed over. */
    async next(): Promise<{ readonly event: string; readonly data: OverviewView } | null> {
      for (;;) {
        const end = kept.indexOf('\n\n')
        if (end >= 0) {
          const [, event, json] = /^event: (.*)\ndata: (.*)$/.exec(kept.slice(0, end)) ?? []
          kept = kept.slice(end + 2)
          if (event !== undefined) return { event, data: JSON.parse(json!) as OverviewView }
          continue
        }
        const { done, value } = await text.read()
        if (done) return null
        kept += value
      }
    },
    stop: () => stop.abort(),
  }
}
const payAt = (at: number, lot = lots[0]!) => addPayments(sql, lot, { count: 1, from: at, everyMs: 1 })

describe('the morning page', () => {
  test('says which of these lots the platform has suspended, since when and why, and of no other operator’s', async () => {
    assert.deepEqual((await overview(await person())).suspended, [])
    await sql.query(
      `update lot set suspended_at = '2026-11-01T08:00:00Z', suspended_because = '营业执照被吊销' where lot_id in (78, 99)`,
    )
    try {
      const { suspended } = await overview(await person())
      assert.deepEqual(
        suspended.map(({ name: _, ...told }) => told),
        [{ lot: 78, since: Date.UTC(2026, 10, 1, 8), because: '营业执照被吊销' }],
      )
    } finally {
      await sql.query('update lot set suspended_at = null, suspended_because = null')
    }
  })
  test('says what came in today, hour by hour and by channel, against the same weekday until the same time', async () => {
    const page = await overview(await person())
    assert.equal(page.day, '2026-11-08')
    assert.equal(page.lots, 2)
    const paid = (n: number) => 1000 + (n % 7)
    const hours = (count: number) => Array.from({ length: count }, (_, n) => 2 * paid(n))
    assert.deepEqual(
      page.hours.map(({ fen }) => fen),
      [...hours(12), ...Array.from({ length: 12 }, () => 0)],
    )
    assert.deepEqual(
      page.hoursBefore.map(({ fen }) => fen),
      hours(24),
    )
    const sum = hours(12).reduce((all, fen) => all + fen, 0)
    assert.deepEqual(page.today, { fen: sum, payments: 24, entries: 0 })
    assert.deepEqual(page.before, { fen: sum, payments: 24, entries: 0 }, 'until noon, not the whole day')
    assert.deepEqual(
      page.channels.map(({ channel, payments }) => [channel, payments]),
      [
        ['wechatpay', 16],
        ['alipay', 8],
      ],
    )
  })

  test('is of the lots that the person may see, or of the one that is chosen', async () => {
    const one = await person({ lots: [{ lot: 77 }] })
    assert.equal((await overview(one)).today.payments, 12)
    assert.equal((await overview(await person(), '?lot=78')).today.payments, 12)
    const theirs = await fetch(`${url}/api/operator/overview?lot=99`, { headers: await person() })
    assert.equal(theirs.status, 404)
  })

  for (const role of ['attendant', 'reviewer', 'partner'] as const)
    test(`is nothing for ${role}: it may not see money`, async () => {
      const headers = await signedInAs(data.database, clock.now(), {
        role,
        ...(role === 'attendant' ? { operatorId: '1', lots: [{ lot: 77, lanes: [2] }] } : {}),
        ...(role === 'partner' ? { party: '9' } : {}),
      })
      for (const path of ['overview', 'overview/live']) {
        const response = await fetch(`${url}/api/operator/${path}`, { headers })
        assert.ok([403, 404].includes(response.status), `${path}: ${response.status}`)
      }
    })

  test('names devices that are ill, alarms that have not ended, who is inside and what differs', async () => {
    const lot = { bucket: 3, lotId: 77 }
    await sql.query(
      `insert into device_state (bucket, lot_id, device, since, state, because)
       values ($1, $2, 'camera 1', $3, 'ill', 'no picture'), ($1, $2, 'gate 2', $3, 'well', '')`,
      [lot.bucket, lot.lotId, new Date(noon - hourMs)],
    )
    const alarm = `insert into alarm (bucket, lot_id, id, kind, subject, because, raised_at, ended_at) values ($1, $2, $3, $4, $5, 'x', $6, $7)`
    const first = BigInt(firstIdAt(noon - hourMs))
    await sql.query(alarm, [3, 77, String(first), 'misread', 'a', new Date(noon - hourMs), null])
    await sql.query(alarm, [3, 77, String(first + 1n), 'misread', 'b', new Date(noon - hourMs), new Date(noon)])
    await sql.query(
      `insert into discrepancy (bucket, lot_id, account_id, day, proof, item, class, owner, about, found_at, state, steps)
       select 3, 77, 11, '2026-11-07', 'trade', 'payment:' || n, (enum_range(null::discrepancy_class))[1], 'platform', 'x', $1,
              case n when 1 then 'settled' else 'found' end::discrepancy_state, 0
         from generate_series(1, 3) as n`,
      [new Date(noon)],
    )
    const page = await overview(await person())
    assert.deepEqual([page.illCount, page.ill.map(({ device }) => device)], [1, ['camera 1']])
    assert.deepEqual([page.alarmsToday, page.alarms.map(({ kind }) => kind)], [1, ['misread']])
    assert.equal(page.discrepancies, 2)
    assert.equal(page.inside, 0)
  })
})

describe('the page that lies open', () => {
  test('shows what happens, once, and only that', async () => {
    const stream = await live(await person())
    assert.equal(stream.response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    assert.equal(stream.response.headers.get('cache-control'), 'no-store')
    const first = await stream.next()
    assert.equal(first!.event, 'overview')
    await pages.round() // tells it once more what it has, which whoever connects now would lack
    const before = first!.data.today.payments
    await payAt(noon - 60_000)
    await pages.round()
    await pages.round()
    const told: (number | undefined)[] = []
    for (;;) {
      const next = await stream.next()
      told.push(next!.data.today.payments)
      if (next!.data.today.payments !== before) break
    }
    assert.equal(told.at(-1), before + 1)
    assert.ok(told.length <= 2, 'what has not changed is not sent again and again')
    stream.stop()
  })

  test('ends with the sign-in, and with the account', async () => {
    for (const end of [
      'update staff_sign_in set ended_at = $1 where sign_in_id = (select max(sign_in_id) from staff_sign_in where began_at = $2)',
      'update staff set ended_at = $1 where staff_id = (select staff_id from staff_sign_in where began_at = $2 order by sign_in_id desc limit 1)',
    ]) {
      ahead += 1_000
      const stream = await live(await person())
      await stream.next()
      await sql.query(end, [new Date(clock.now()), new Date(clock.now())])
      await pages.round()
      for (let event = await stream.next(); event !== null; event = await stream.next())
        assert.ok(['overview', 'over'].includes(event.event))
      assert.equal(pages.watchers(), 0)
    }
  })

  test('ends with the look in which it was begun', async () => {
    const headers = await signedInAs(data.database, clock.now(), { role: 'support' })
    const { rows } = await sql.query<{ staff_id: string }>(`select staff_id from staff where role = 'support'`)
    const values = [rows[0]!.staff_id, new Date(clock.now()), new Date(clock.now() + hourMs)]
    const look =
      'insert into staff_look (look_id, staff_id, operator_id, reason, began_at, ends_at) values (7, $1, 1, $4, $2, $3)'
    await sql.query(look, [...values, 'a question'])
    const stream = await live({ ...headers, 'x-lanepay-look': '7' })
    assert.equal((await stream.next())!.event, 'overview')
    await pages.round()
    assert.equal(pages.watchers(), 1)
    await sql.query('update staff_look set ended_at = $1', [new Date(clock.now())])
    await pages.round()
    let last = ''
    for (let event = await stream.next(); event !== null; event = await stream.next()) last = event.event
    assert.equal(last, 'over')
  })

  test('is one for each person: the newer takes the place of the older', async () => {
    const headers = await person()
    const older = await live(headers)
    await older.next()
    const newer = await live(headers)
    await newer.next()
    assert.equal((await older.next())!.event, 'replaced')
    assert.equal(await older.next(), null)
    assert.equal(pages.watchers(), 1)
    newer.stop()
  })

  test('is forgotten when whoever looked has gone', async () => {
    const stream = await live(await person())
    await stream.next()
    stream.stop()
    await server.inject('/healthz')
    while (pages.watchers() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await pages.round()
  })

  test('is read once for all who watch the same lots', async () => {
    const asked = { count: 0 }
    const counting = {
      ...data.database,
      of: (bucket: number) => {
        const db = data.database.of(bucket)
        return {
          ...db,
          query: <Row>(...[statement, values]: Parameters<typeof db.query>) => {
            if (statement.name === store.selectInside.name) asked.count++
            return db.query<Row>(statement, values)
          },
        }
      },
    }
    const many = overviews({ database: counting, clock, log: silentLog })
    const whose = { operatorId: '1', lots, whole: true }
    // Persons who are signed in, as the round asks who still is.
    const signIns: string[] = []
    for (let n = 0; n < 20; n++) await person()
    const { rows } = await sql.query<{ sign_in_id: string; staff_id: string }>(
      `select s.sign_in_id, s.staff_id from staff_sign_in s join staff p on p.staff_id = s.staff_id
        where s.ended_at is null and p.ended_at is null order by s.began_at desc, s.sign_in_id limit 20`,
    )
    for (const row of rows)
      many.watch({
        ...{ signInId: row.sign_in_id as never, staffId: row.staff_id as never, lookId: null, whose },
        send: (event) => {
          if (event === 'overview') signIns.push(row.staff_id)
          return true
        },
        end: () => {},
      })
    await many.round()
    assert.equal(asked.count, lots.length, 'a statement for each bucket, not for each who watches')
    assert.equal(signIns.length, 20)
  })
})

describe('what it costs', () => {
  test('a round reads by indexes, and no more than what happened since it last counted', async () => {
    // Some years of payments before: what is kept must not be read.
    await addPayments(sql, lots[0]!, { count: 20_000, from: novemberAt - 400 * dayMs, everyMs: 1_600_000 })
    await sql.query('analyze transfer')
    const values = [3, [77], new Date(noon - 2 * hourMs), new Date(noon + dayMs / 2)]
    for (const [statement, given] of [
      [store.selectMoney, values],
      [store.selectEntries, values],
      [store.selectInside, values.slice(0, 2)],
      [store.selectIll, values.slice(0, 2)],
      [store.selectSuspended, values.slice(0, 2)],
      [store.selectAlarms, values.slice(0, 3)],
      [store.selectWaiting, [3, [77], [11]]],
    ] as const) {
      await sql.query('begin')
      await sql.query(`set local enable_seqscan = off`) // small tables are read whole; what is asked is whether an index fits
      const { rows } = await sql.query(`explain (analyze, format json) ${statement.text}`, given as unknown[])
      await sql.query('commit')
      const scans = scansOf(rows[0]['QUERY PLAN'][0].Plan)
      assert.deepEqual(
        scans.filter(({ type }) => type === 'Seq Scan'),
        [],
        statement.name,
      )
      const read = scans.reduce((sum, one) => sum + one.rows, 0)
      assert.ok(read < 200, `${statement.name} read ${read} rows`)
    }
  })
})
type Plan = Readonly<Record<string, unknown>> & { readonly Plans?: readonly Plan[] }
const scansOf = (plan: Plan): { readonly type: string; readonly rows: number }[] => [
  ...('Relation Name' in plan
    ? [
        {
          type: String(plan['Node Type']),
          rows:
            (Number(plan['Actual Rows']) + Number(plan['Rows Removed by Filter'] ?? 0)) * Number(plan['Actual Loops']),
        },
      ]
    : []),
  ...(plan.Plans ?? []).flatMap(scansOf),
]
