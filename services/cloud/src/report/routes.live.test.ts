import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { makeMetrics } from '../server/metrics.ts'
import { makeServer } from '../server/server.ts'
import type { Role } from '../staff/acts.ts'
import { hangStaffDoor } from '../staff/door.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import type { ListsView } from './api.ts'
import { sheetsOf } from './book.testing.ts'
import { addOfEverything, addPayments, dayMs, novemberAt, openLots } from './report.testing.ts'
import { reportRoutes } from './routes.ts'

/* The reports over HTTP: who sees what, a page after the other, and files. */

const clock = new SimulatedClock()
const houseKey = Buffer.from('a key')
const newId = idMaker(() => clock.now(), 0)
const november = 'from=2026-11-01&until=2026-12-01'
let data: TestDatabase
let sql: pg.Client
let server: FastifyInstance
let url: string
let owner: Readonly<Record<string, string>>

before(async () => {
  data = await testDatabase()
  const { database } = data
  sql = new pg.Client(data.connection)
  await sql.connect()
  const lots = [
    { bucket: 3, lotId: 77 },
    { bucket: 200, lotId: 78 },
  ]
  await openLots(database, lots)
  for (const lot of lots) await addPayments(sql, lot, { count: 60, from: novemberAt, everyMs: dayMs / 3 })
  await openLots(database, [{ bucket: 3, lotId: 99 }], '2')
  await addPayments(sql, { bucket: 3, lotId: 99 }, { count: 5, from: novemberAt, everyMs: dayMs, operator: '2' })
  server = await makeServer({
    ...{ database, log: silentLog, metrics: makeMetrics(), linkConnected: () => true },
    ...{ rightsOf: async () => null, brokerSecret: 'a secret', trustProxy: false },
    routes: [reportRoutes({ database, clock, log: silentLog, newId, houseKey })],
    hangDoor: (bare) => hangStaffDoor(bare, { database, clock, newId, houseKey, publicUrl: 'http://pay.example.com' }),
  })
  url = await server.listen({ host: '127.0.0.1', port: 0 })
  owner = await person('owner')
})
after(async () => {
  await server.close()
  await sql.end()
  await data.close()
})

const person = (role: Role, more: Partial<Parameters<typeof signedInAs>[2]> = {}) =>
  signedInAs(data.database, clock.now(), { role, ...(role.startsWith('platform') ? {} : { operatorId: '1' }), ...more })
type Page = {
  columns: { key: string }[]
  rows: Record<string, string | number | null>[]
  next: string | null
  totals?: Record<string, number>
  openingFen?: number
  closingFen?: number
  error?: { code: string; field?: string; rule?: string }
}
const get = async (path: string, headers = owner): Promise<{ status: number; body: Page }> => {
  const response = await fetch(`${url}/api/operator/${path}`, { headers })
  return { status: response.status, body: (await response.json()) as Page }
}
const payments = `reports/money/payments?${november}`

describe('a list, page by page', () => {
  test('has every row of all lots once, newest first where asked, and their sum', async () => {
    const rows: Page['rows'] = []
    let totals: Page['totals']
    for (let next: string | null = ''; next !== null; ) {
      const { status, body } = await get(`${payments}&order=desc&limit=7${next && `&after=${next}`}`)
      assert.equal(status, 200, JSON.stringify(body))
      totals ??= body.totals
      assert.equal(body.totals === undefined, rows.length > 0, 'only on the first page')
      rows.push(...body.rows)
      next = body.next
    }
    const { rows: books } = await sql.query(
      `select count(*)::int4 as rows, - sum(amount_fen)::int8 as fen from entry where kind = 'channel-clearing' and lot_id in (77, 78)`,
    )
    assert.deepEqual([rows.length, new Set(rows.map(({ number }) => number)).size], [120, 120])
    assert.deepEqual([totals?.rows, totals?.amountFen], [books[0].rows, Number(books[0].fen)])
    assert.equal(
      rows.reduce((sum, { amountFen }) => sum + Number(amountFen), 0),
      totals?.amountFen,
    )
    const at = rows.map(({ postedAt }) => Number(postedAt))
    assert.deepEqual(
      at,
      at.toSorted((a, b) => b - a),
    )
  })

  test('is narrowed to a lot and by its filters', async () => {
    const { body } = await get(`${payments}&lot=78&channel=alipay`)
    assert.ok(body.rows.length > 0 && body.rows.every(({ lot, channel }) => lot === '78' && channel === 'alipay'))
    assert.equal(body.totals?.rows, body.rows.length)
  })

  test('its rows and its totals may be asked for apart, and come to the same', async () => {
    const { now: _, ...both } = (await get(payments)).body as Page & { now: number }
    const { now: __, ...rows } = (await get(`${payments}&only=rows`)).body as Page & { now: number }
    const { now: ___, ...totals } = (await get(`${payments}&only=totals`)).body as Page & { now: number }
    assert.deepEqual([rows.totals, totals.rows, totals.next], [undefined, [], null])
    assert.deepEqual({ ...rows, totals: totals.totals }, both)
  })

  test('a statement says what the account was and is, on every page', async () => {
    const asked = 'reports/money/statement?from=2026-11-03&until=2026-11-05&account=operator-payable&limit=4'
    const first = (await get(asked)).body
    const { rows } = await sql.query(
      `select coalesce(sum(amount_fen) filter (where posted_at < '2026-11-03T00:00:00+08:00'), 0)::int4 as opening,
              coalesce(sum(amount_fen) filter (where posted_at < '2026-11-05T00:00:00+08:00'), 0)::int4 as closing
         from entry where kind = 'operator-payable' and lot_id in (77, 78)`,
    )
    assert.deepEqual([first.openingFen, first.closingFen], [rows[0].opening, rows[0].closing])
    let last = first
    while (last.next !== null) last = (await get(`${asked}&after=${last.next}`)).body
    assert.equal(last.rows.at(-1)?.balanceFen, rows[0].closing)
  })

  test('a statement with the newest first says the same of every row, on every page', async () => {
    const asked = 'reports/money/statement?from=2026-11-03&until=2026-11-05&account=operator-payable&limit=4'
    const pagesOf = async (words: string) => {
      const found = []
      let page = (await get(asked + words)).body
      const edges = [page.openingFen, page.closingFen]
      for (;;) {
        found.push(...page.rows)
        if (page.next === null) return { found, edges }
        page = (await get(`${asked}${words}&after=${page.next}`)).body
      }
    }
    const [up, down] = [await pagesOf(''), await pagesOf('&order=desc')]
    assert.deepEqual(down.edges, up.edges)
    const [first, last] = [down.found[0]!, down.found.at(-1)!]
    assert.equal(first.balanceFen, down.edges[1], 'begins with what it is then')
    assert.equal(Number(last.balanceFen) - Number(last.amountFen), down.edges[0], 'and ends with what it was')
    const alike = (rows: typeof up.found) =>
      rows.map(({ causeId, lot, amountFen }) => [causeId, lot, amountFen].join(' '))
    assert.deepEqual(alike(down.found).sort(), alike(up.found).sort(), 'no row is lost')
    for (const [n, row] of down.found.entries())
      if (n > 0)
        assert.equal(row.balanceFen, Number(down.found[n - 1]!.balanceFen) - Number(down.found[n - 1]!.amountFen))
  })

  test('is put in the order of an amount, a plate or the lot, page by page', async () => {
    const { lists } = (await get('reports')).body as unknown as ListsView
    assert.deepEqual(lists.find(({ name }) => name === 'payments')!.sorts, [
      ...['lot', 'plate', 'amountFen', 'channelFeeFen', 'platformFeeFen', 'operatorFen', 'unappliedFen', 'refundedFen'],
    ])
    const sortedBy = async (sort: string) => {
      const found: Page['rows'][number][] = []
      let after = ''
      do {
        const page = (await get(`${payments}&sort=${sort}&limit=7${after}`)).body
        found.push(...page.rows)
        after = page.next === null ? '' : `&after=${page.next}`
      } while (after !== '')
      return found
    }
    const whole = (await get(`${payments}&limit=200`)).body.rows
    for (const key of ['amountFen', 'lot', 'plate'])
      for (const way of ['', '-']) {
        const found = await sortedBy(way + key)
        const values = found.map((row) => (key === 'plate' ? row[key] : Number(row[key])))
        const isInOrder = (n: number) =>
          n === 0 || (way === '' ? values[n - 1]! <= values[n]! : values[n - 1]! >= values[n]!)
        assert.ok(
          values.every((_, n) => isInOrder(n)),
          `${way}${key}: ${values.join(' ')}`,
        )
        const numbers = (rows: typeof found) => rows.map(({ number, what }) => `${number} ${what}`).sort()
        assert.deepEqual(numbers(found), numbers(whole), 'every row once')
      }
  })

  const wrongs: readonly (readonly [string, string])[] = [
    ['reports/money/payments', 'from'],
    ['reports/money/payments?from=2026-11-01&until=2026-11-01', 'until'],
    [`${payments}&limit=0`, 'limit'],
    [`${payments}&limit=5000`, 'limit'],
    [`${payments}&order=up`, 'order'],
    [`${payments}&only=sums`, 'only'],
    [`${payments}&sort=colour`, 'sort'],
    ['reports/money/payments?from=2026-11-01&until=2026-12-03&sort=amountFen', 'sort'],
    [`reports/money/statement?${november}&account=operator-payable&sort=amountFen`, 'sort'],
    [`exports/payments?${november}&sort=amountFen`, 'sort'],
    [`${payments}&colour=blue`, 'colour'],
    [`${payments}&number=1`, 'number'],
    [`${payments}&channel=%00`, 'channel'],
    [`${payments}&channel=alipay&channel=wechatpay`, 'channel'],
    [`${payments}&after=x`, 'after'],
    [`${payments}&after=${Buffer.from('[3,77,"99999999999999999999","1","x"]').toString('base64url')}`, 'after'],
    [`reports/money/statement?${november}`, 'account'],
    [`summaries?${november}&by=year`, 'by'],
    [`summaries?${november}&of=colour`, 'of'],
    [`summaries?${november}&after=x`, 'after'],
    [`exports/payments?${november}&as=pdf`, 'as'],
    [`exports/payments?${november}&lang=fr`, 'lang'],
    [`exports/summaries?${november}&by=year`, 'by'],
    ['books?month=2026-00', 'month'],
  ]
  for (const [path, field] of wrongs)
    test(`${path} names ${field} as what is wrong`, async () => {
      const { status, body } = await get(path)
      assert.deepEqual([status, body.error?.field], [400, field], JSON.stringify(body))
    })
})

describe('who sees what', () => {
  test("another operator's lot is nowhere, and no row of it is anywhere", async () => {
    const { status, body } = await get(`${payments}&lot=99`)
    assert.deepEqual([status, body.error?.rule], [404, 'a path of ours'])
    const { body: all } = await get(`${payments}&limit=200`)
    assert.ok(all.rows.every(({ lot }) => lot !== '99'))
    assert.equal((await get('reports/money/sessions')).status, 404, 'nor is a list by the door of another act')
  })

  test('whoever has some lots sees those, and not what is the whole operator’s', async () => {
    const manager = await person('manager', { lots: [{ lot: 78 }] })
    const { body } = await get(`${payments}&limit=200`, manager)
    assert.deepEqual([...new Set(body.rows.map(({ lot }) => lot))], ['78'])
    assert.equal((await get(`${payments}&lot=77`, manager)).status, 404)
    await sql.query(
      `insert into withdrawal (bucket, lot_id, id, operator_id, account_id, channel, kind, cause, amount_fen, fee_fen, payout, state, asked_at, ask_at, steps)
       values (3, 0, $1, 1, 11, 'wechatpay', 'instant', 'asked:1', 1000, 300, 'channel', 'asked', now(), now(), 1) on conflict do nothing`,
      [String((BigInt(novemberAt + dayMs) - 1_704_067_200_000n) << 22n)],
    )
    const withdrawals = `reports/money/withdrawals?${november}`
    assert.equal((await get(withdrawals)).body.rows.length, 1)
    assert.equal((await get(withdrawals, manager)).body.rows.length, 0)
    assert.equal((await get(`${withdrawals}&lot=77`)).body.rows.length, 0)
  })

  test('plates are for those who may read the traffic', async () => {
    const finance = await person('platform-finance')
    const ask = async (path: string) => {
      const response = await fetch(`${url}/api/platform/operators/1/${path}`, { headers: finance })
      return { status: response.status, body: (await response.json()) as Page }
    }
    const { status, body } = await ask(payments)
    assert.equal(status, 200, JSON.stringify(body))
    assert.doesNotMatch(JSON.stringify(body), /粤B|plate/)
    assert.equal((await ask(`${payments}&plate=粤B00001`)).body.error?.field, 'plate')
    assert.equal((await ask(`exports/sessions?${november}`)).body.error?.code, 'not-allowed')
    assert.equal((await ask(`reports/traffic/sessions?${november}`)).body.error?.code, 'not-allowed')
    assert.ok((await get(payments)).body.rows.every(({ plate }) => String(plate).startsWith('粤B')))
  })

  test('read-only persons take nothing away; managers no shares', async () => {
    const reader = await person('read-only')
    assert.equal((await get(payments, reader)).status, 200)
    assert.equal((await get(`exports/payments?${november}`, reader)).body.error?.code, 'not-allowed')
    const manager = await person('manager')
    assert.equal((await get(`exports/shares?${november}`, manager)).body.error?.code, 'not-allowed')
    assert.equal((await get('books?month=2026-11', manager)).body.error?.code, 'not-allowed')
  })

  test('cash change is read by whoever reads refunds, the platform’s finance too, and by nobody at a lane', async () => {
    for (const list of ['cash-change', 'refunds']) {
      const statusOf = async (side: string, role: Role) => {
        const headers = await person(role, role === 'attendant' ? { lots: [{ lot: 78, lanes: [2] }] } : {})
        return (await fetch(`${url}/api/${side}/reports/money/${list}?${november}`, { headers })).status
      }
      const statuses = [
        await statusOf('operator', 'finance'),
        await statusOf('operator', 'read-only'),
        await statusOf('platform/operators/1', 'platform-finance'),
        await statusOf('operator', 'attendant'),
      ]
      assert.deepEqual(statuses, [200, 200, 200, 403], list)
    }
  })

  test('the lists that a person may read are named with their columns', async () => {
    const { body } = await get('reports', await person('manager'))
    const { lists } = body as unknown as { lists: { name: string; columns: object[] }[] }
    assert.ok(lists.some(({ name }) => name === 'payments') && lists.some(({ name }) => name === 'sessions'))
    assert.ok(!lists.some(({ name }) => name.startsWith('share')))
    assert.doesNotMatch(JSON.stringify(lists), /sql|lateral/)
  })
})

describe('files', () => {
  test('hold what the screen shows, and are noted in the trail', async () => {
    const { body } = await get(`${payments}&channel=alipay`)
    const response = await fetch(`${url}/api/operator/exports/payments?${november}&channel=alipay&lang=en`, {
      headers: owner,
    })
    assert.equal(
      response.headers.get('content-disposition'),
      'attachment; filename="payments-2026-11-01-2026-12-01.xlsx"',
    )
    const [[, ...rows] = []] = Object.values(sheetsOf(Buffer.from(await response.arrayBuffer())))
    const total = rows.pop()!
    assert.equal(rows.length, body.totals?.rows)
    assert.equal(Math.round(Number(total[8]) * 100), body.totals?.amountFen)
    const { rows: lines } = await sql.query(
      `select about, role from staff_line where act = 'export' and operator_id = 1`,
    )
    assert.deepEqual(lines, [{ about: 'payments-2026-11-01-2026-12-01', role: 'owner' }])
  })

  test('summaries of all lots together are a page in either order, and name no lot', async () => {
    const asked = `summaries?${november}&of=all`
    const { status, body } = await get(asked)
    assert.equal(status, 200, JSON.stringify(body))
    assert.ok(!body.columns.some(({ key }) => key === 'lot' || key === 'member'))
    assert.deepEqual((await get(`${asked}&order=desc`)).body.rows, body.rows.toReversed())
    assert.equal((await get(`${asked}&order=up`)).body.error?.field, 'order')
  })

  test('a list in Excel says of which days it is', async () => {
    const response = await fetch(`${url}/api/operator/exports/payments?${november}&lang=en`, { headers: owner })
    assert.deepEqual(Object.keys(sheetsOf(Buffer.from(await response.arrayBuffer()))), ['Payments 20261101-1130'])
  })

  test('summaries are a page and a file', async () => {
    const { status, body } = await get(`summaries?${november}&of=channel`)
    assert.deepEqual([status, body.next], [200, null], JSON.stringify(body))
    assert.ok(body.columns.some(({ key }) => key === 'paidFen') && body.totals !== undefined)
    const file = await fetch(`${url}/api/operator/exports/summaries?${november}&as=csv&of=channel`, { headers: owner })
    assert.match(await file.text(), /^日期,车场,渠道,支付笔数/)
  })

  test('a month’s books come as a zip, too', async () => {
    const response = await fetch(`${url}/api/operator/books?month=2026-11&as=zip`, { headers: owner })
    assert.equal(response.headers.get('content-type'), 'application/zip')
    assert.equal(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 4)
        .toString('latin1'),
      'PK\u0003\u0004',
    )
  })

  test('a list that cannot be read is an error, and books that break off are cut: no part is taken for the whole', async () => {
    await sql.query('alter table refund rename to refund_away')
    try {
      const { status, body } = await get(`exports/refunds?${november}`)
      assert.deepEqual([status, body.error?.code], [500, 'internal'])
      const books = await fetch(`${url}/api/operator/books?month=2026-11`, { headers: owner })
      assert.equal(books.status, 200)
      await assert.rejects(books.arrayBuffer())
    } finally {
      await sql.query('alter table refund_away rename to refund')
    }
  })

  test('whoever goes away stops the making, and three at a time are made', async () => {
    const lot = { bucket: 3, lotId: 77 }
    await addPayments(sql, lot, { count: 30_000, from: novemberAt + 100, everyMs: 80_000 })
    // Enough that no buffer on the way holds it: each waits for a reader that takes nothing.
    const readers = await Promise.all(
      [1, 2, 3].map(() => fetch(`${url}/api/operator/exports/transfers?${november}&as=csv`, { headers: owner })),
    )
    assert.deepEqual(
      readers.map(({ status }) => status),
      [200, 200, 200],
    )
    const busy = await get(`exports/payments?${november}`)
    assert.deepEqual([busy.status, busy.body.error?.code], [429, 'busy'])
    for (const { body } of readers) await body!.cancel()
    const held = async () =>
      (
        await sql.query(
          `select count(*)::int4 as held from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
        )
      ).rows[0].held as number
    while ((await held()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal((await fetch(`${url}/api/operator/exports/payments?${november}`, { headers: owner })).status, 200)
  })
})

describe('a partner', () => {
  const askedOf = async (path: string, headers: Readonly<Record<string, string>>) => {
    const response = await fetch(`${url}/api/partner/${path}`, { headers })
    return { status: response.status, text: await response.text() }
  }
  const partner = (party: string) => signedInAs(data.database, clock.now(), { role: 'partner', party })
  before(async () => {
    const [first, other] = [
      { bucket: 9, lotId: 501 },
      { bucket: 10, lotId: 502 },
    ]
    await openLots(data.database, [first])
    await addPayments(sql, first, { count: 3, from: novemberAt, everyMs: 60_000 })
    await addOfEverything(sql, first)
    await openLots(data.database, [other], '32')
    await sql.query(
      `insert into share (bucket, lot_id, id, payment_id, kind, round, finish, state, asked_at, done_at)
       select 10, 502, id, payment_id, kind, round, finish, state, asked_at, done_at from share where lot_id = 501`,
    )
    await sql.query(
      `insert into share_part (bucket, lot_id, share_id, party, whole_fen, amount_fen, state)
       select 10, 502, share_id, party, whole_fen, amount_fen, state from share_part where lot_id = 501`,
    )
    for (const { bucket, lotId } of [first, other])
      await sql.query(
        `insert into share_rule (bucket, lot_id, version, channel, from_at, wait_minutes, limit_basis_points, parties, made_at)
         values ($1, $2, 1, 'wechatpay', now(), 60, 3000, $3, now())`,
        [bucket, lotId, JSON.stringify([{ party: '2001' }])],
      )
    await sql.query(
      `insert into share_part (bucket, lot_id, share_id, party, whole_fen, amount_fen, state)
       select bucket, lot_id, share_id, 2002, 9, 9, 'done' from share_part where lot_id = 501`,
    )
  })

  test('sees its share of every payment, over the lots of all operators, and what it comes to', async () => {
    const headers = await partner('2001')
    const { lists } = JSON.parse((await askedOf('reports', headers)).text)
    assert.deepEqual(
      lists.map(({ name, filters }: { name: string; filters: string[] }) => [name, filters.includes('party')]),
      [
        ['shares', false],
        ['share-returns', false],
        ['statement', false],
      ],
    )
    const page: Page = JSON.parse((await askedOf(`reports/shares/shares?${november}`, headers)).text)
    assert.deepEqual([...new Set(page.rows.map(({ lot }) => lot))].sort(), ['501', '502'])
    const { rows } = await sql.query(
      'select count(*)::int4 as rows, sum(amount_fen)::int4 as fen from share_part where party = 2001 and lot_id in (501, 502)',
    )
    assert.deepEqual([page.totals?.rows, page.totals?.amountFen], [rows[0].rows, rows[0].fen])
    const csv = await askedOf(`exports/shares?${november}&as=csv&lang=en`, headers)
    assert.equal(csv.text.trim().split('\r\n').length, rows[0].rows + 2, 'a heading, every row, and their sum')
    const back: Page = JSON.parse((await askedOf(`reports/shares/share-returns?${november}`, headers)).text)
    assert.ok(back.rows.length > 0)
  })

  test('has a statement of what it is owed over all these lots, and knows what of that is on its way', async () => {
    const headers = await partner('2001')
    const entries = [
      [501, 'share-owed', 60],
      [502, 'share-owed', 40],
      [501, 'share-paid', -30],
    ] as const
    for (const [at, [lotId, cause, fen]] of entries.entries())
      await sql.query(
        `insert into transfer (bucket, lot_id, cause_id, cause, posted_at, channel, kind, party, amount_fen)
         values ($1, $2, $3, $4, $5, 'wechatpay', '{partner-payable,operator-payable}', '{2001,1}', $6)`,
        [lotId === 501 ? 9 : 10, lotId, 700 + at, cause, new Date(novemberAt + (3 + at) * dayMs), [fen, -fen]],
      )
    for (const [bucket, lotId, fen] of [
      [9, 501, 30],
      [10, 502, 40],
    ])
      await sql.query(
        `insert into account (bucket, lot_id, kind, party, channel, balance_fen, version)
         values ($1, $2, 'partner-payable', 2001, 'wechatpay', $3, 1)`,
        [bucket, lotId, fen],
      )
    const asked = `reports/money/statement?from=2026-11-05&until=2026-12-01`
    const page: Page = JSON.parse((await askedOf(asked, headers)).text)
    assert.deepEqual([page.openingFen, page.closingFen], [60, 70])
    assert.deepEqual(
      page.rows.map(({ lot, amountFen, balanceFen }) => [lot, amountFen, balanceFen]),
      [
        ['502', 40, 100],
        ['501', -30, 70],
      ],
    )
    const csv = await askedOf('exports/statement?from=2026-11-05&until=2026-12-01&as=csv&lang=en', headers)
    assert.equal(
      csv.text.trim().split('\r\n').length,
      6,
      'a heading, what it was, both entries, what it is, and their sum',
    )

    await sql.query(
      `update share set ask_at = now(), state = 'asked', done_at = null
        where lot_id = 501 and id = (select min(id) from share where lot_id = 501)`,
    )
    await sql.query(
      `update share_part set state = 'asked' where lot_id = 501 and party = 2001 and share_id = (select min(id) from share where lot_id = 501)`,
    )
    const { now: _, ...money } = JSON.parse((await askedOf('money', headers)).text)
    assert.deepEqual(money, { owedFen: 70, onTheWayFen: 40, onTheWay: 1, returningFen: 0, returning: 0 })
    const others = JSON.parse((await askedOf('money', await partner('2003'))).text)
    assert.deepEqual([others.owedFen, others.onTheWay], [0, 0])
  })

  test('reads no other account, whatever it asks for', async () => {
    const headers = await partner('2003')
    for (const words of ['', '&account=operator-payable', '&account=operator-payable&party=1', '&party=2001']) {
      const page: Page = JSON.parse((await askedOf(`reports/money/statement?${november}${words}`, headers)).text)
      assert.deepEqual([page.rows, page.openingFen, page.closingFen], [[], 0, 0], words)
    }
    for (const list of ['transfers', 'payments', 'withdrawals'])
      assert.equal((await askedOf(`reports/money/${list}?${november}`, await partner('2001'))).status, 404)
  })

  test('sees nothing of another’s, whatever it asks for', async () => {
    const headers = await partner('2003')
    for (const words of ['', '&party=2001', '&party=2002'])
      assert.deepEqual(JSON.parse((await askedOf(`reports/shares/shares?${november}${words}`, headers)).text).rows, [])
    const own: Page = JSON.parse(
      (await askedOf(`reports/shares/shares?${november}&party=2002`, await partner('2001'))).text,
    )
    assert.ok(own.rows.every(({ party }) => party === '2001'))
    assert.equal((await askedOf(`reports/shares/payments?${november}`, headers)).status, 404)
    assert.equal((await askedOf(`exports/payments?${november}`, headers)).status, 404)
    assert.equal((await askedOf('reports', owner)).status, 404, 'and an operator has none here')
  })
})
