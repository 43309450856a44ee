import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import pg from 'pg'
import { keeping } from './book.testing.ts'
import { csvBook } from './csv.ts'
import { exportList } from './export.ts'
import { lists } from './lists.ts'
import { type Asked, comparePositions, type Found, rowsOf, totalsOf } from './read.ts'
import { addOfEverything, addPayments, asking, dayMs, novemberAt, openLots } from './report.testing.ts'
import { withSnapshot } from './snapshot.ts'
import { sortedBy, sortsOf } from './sorts.ts'
import { pageStatement } from './sql.ts'
import { openingOf } from './statement.ts'

/* Every list on the real tables. */

const lots = [
  { bucket: 3, lotId: 77 },
  { bucket: 3, lotId: 78 },
  { bucket: 200, lotId: 5 },
] as const
const everywhere = [...lots, { bucket: 0, lotId: 0 }]
let data: TestDatabase
let sql: pg.Client

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  // What a page reads must not hang on whether the rows were counted meanwhile.
  await sql.query(`do $$ declare part regclass; begin
    for part in select t.relid from unnest(array['payment', 'transfer']::regclass[]) as p (id), pg_partition_tree(p.id) t where t.isleaf loop
      execute format('alter table %s set (autovacuum_enabled = off)', part);
    end loop; end $$`)
  await sql.query('alter table cash_change set (autovacuum_enabled = off)')
  await openLots(data.database, lots)
  // At the same times in all lots, so that only the lot tells rows of one instant apart; some before November and some after.
  for (const lot of lots)
    await addPayments(sql, lot, { count: 70, from: novemberAt - 20 * 3_600_000, everyMs: 12 * 3_600_000 })
  for (const lot of lots) await addOfEverything(sql, lot)
  await openLots(data.database, [{ bucket: 3, lotId: 99 }], '2')
  await addPayments(sql, { bucket: 3, lotId: 99 }, { count: 5, from: novemberAt, everyMs: 1000, operator: '2' })
})
after(async () => {
  await sql.end()
  await data.close()
})

const snapshot = <T>(act: Parameters<typeof withSnapshot<T>>[2]) => withSnapshot(data.database, [0, 3, 200], act)
const all = async (asked: Asked, wanted?: number): Promise<Found[]> =>
  snapshot(async (look) => {
    const found: Found[] = []
    for await (const page of rowsOf(look, asked, null, wanted)) found.push(...page)
    return found
  })

test('every list can be asked, in every order that it has, from any row on, with every filter', async (t) => {
  for (const list of lists)
    await t.test(list.name, async () => {
      const places = everywhere
      const ordered = [list, ...sortsOf(list, { plates: true }).map((key) => sortedBy(list, key))]
      for (const [by, order] of ordered.flatMap((one) => [[one, 'asc'] as const, [one, 'desc'] as const])) {
        const asked = asking(list.name, places, { list: by, order })
        // By each column with pages of its own size, so that all of them take no longer than the two of time.
        const [held, shown] = by === list ? [7, 11] : [60, 50]
        const found = await all(asked, held)
        assert.ok(found.length >= 2, 'has rows')
        assert.deepEqual(
          found,
          found.toSorted((a, b) => comparePositions(asked, a, b)),
        )
        const { rows, sums } = await snapshot((look) => totalsOf(look, asked))
        assert.equal(rows, found.length)
        for (const [key, sum] of Object.entries(sums))
          assert.equal(sum, String(found.reduce((total, { row }) => total + BigInt(row[key] ?? 0), 0n)), key)
        // Begun anew behind each row, as a screen does, it is the same list.
        const again = await snapshot(async (look) => {
          const seen: Found[] = []
          for (;;) {
            const { value } = await rowsOf(look, asked, seen.at(-1) ?? null, shown).next()
            if (value === undefined) return seen
            seen.push(...value)
          }
        })
        assert.deepEqual(again, found)
      }
      for (const { key } of list.filters) {
        const filters = { [key]: key === 'plate' ? '粤B00007' : '7' }
        const { rows } = await snapshot((look) => totalsOf(look, asking(list.name, places, { filters })))
        assert.equal((await all(asking(list.name, places, { filters }))).length, rows)
      }
    })
})

const words: readonly (readonly [Parameters<typeof asking>[0], Readonly<Record<string, unknown>>])[] = [
  [
    'refunds',
    { what: 'refund-asked', amountFen: '100', unappliedFen: '0', platformFeeFen: '1', reason: '=多收', state: 'done' },
  ],
  [
    'cash-change',
    {
      amountFen: 800,
      takenFen: 800,
      openFen: 0,
      state: 'taken',
      askedAs: 'ZL0000',
      because: null,
      channelNumber: '1330000071',
    },
  ],
  ['wallet-charges', { wallet: '200279', amountFen: 1000 }],
  ['fees', { cause: 'fee-taken', feeFen: '5', setAsideFen: '6', operatorFen: '1' }],
  ['shares', { party: '2001', wholeFen: 50, amountFen: 40, state: 'done' }],
  ['share-returns', { party: '2001', amountFen: 7 }],
  ['withdrawals', { account: '11', kind: 'instant', amountFen: '5000', feeFen: '300', state: 'paid' }],
  ['withdrawal-steps', { step: 1, state: 'paid', who: '张', why: '已到账' }],
  ['bills', { day: '2026-11-02', account: '11', kind: 'trade', state: 'closed', lines: 12 }],
  ['reconciled-days', { day: '2026-11-02', proof: 'trade', ours: 3, oursFen: '300', discrepancies: 0 }],
  [
    'discrepancies',
    { proof: 'trade', item: 'payment:0', class: 'amount', oursFen: '100', theirsFen: '99', owner: 'platform' },
  ],
  ['discrepancy-steps', { item: 'payment:0', step: 1, who: '张' }],
  [
    'sessions',
    { plate: '粤A00000', state: 'left', entryLane: '1', exitLane: '2', how: 'left', paidFen: 5, owedFen: 0 },
  ],
  ['left-owing', { plate: '粤A00010', how: 'escaped', owedFen: 700, paidFen: 5, entryLane: '1', exitLane: '2' }],
  ['gate-openings', { lane: '2', cause: 'attendant', by: '李', because: '救护车', silent: 'false' }],
  ['unordered-openings', { lane: '2' }],
  [
    'shifts',
    { attendant: '李', takenFen: '200', givenBackFen: '10', expectedFen: '690', countedFen: '690', overShortFen: '0' },
  ],
  ['cash-moves', { what: 'cash-given-back', attendant: '李', inFen: '0', outFen: '10', countedFen: '0' }],
  ['alarms', { kind: 'misread', lane: '2', because: 'a test' }],
]
for (const [name, expected] of words)
  test(`${name}: what the columns say`, async () => {
    const [first] = await all(asking(name, everywhere))
    const said = Object.fromEntries(Object.keys(expected).map((key) => [key, first!.row[key]]))
    assert.deepEqual(said, expected)
  })

test('a refund that failed is taken off again', async () => {
  const { rows, sums } = await snapshot((look) => totalsOf(look, asking('refunds', [lots[0]])))
  assert.deepEqual([rows, sums.amountFen, sums.platformFeeFen], [3, '100', '1'])
})

test('cash change says what of it was taken and what is open, under our number, and never who took it', async () => {
  const asked = asking('cash-change', [lots[0]])
  const { rows, sums } = await snapshot((look) => totalsOf(look, asked))
  assert.deepEqual([rows, sums], [2, { amountFen: '1601', takenFen: '800', openFen: '801' }])
  const [{ row } = assert.fail(), other] = await all(asked)
  assert.match(String(row.number), /^7003\d{28}$/)
  const { rows: kept } = await sql.query('select payee from cash_change where lot_id = 77')
  assert.ok(kept.every(({ payee }) => payee !== null))
  assert.ok(!Object.values({ ...row, ...other!.row }).includes(kept[0].payee))
  const named = async (filters: Asked['filters']) =>
    (await all(asking('cash-change', lots, { filters }))).map(({ row: { lot, askedAs } }) => `${lot} ${askedAs}`)
  assert.deepEqual(await named({ askedAs: 'ZL0001' }), ['77 ZL0001', '78 ZL0001', '5 ZL0001'])
  assert.deepEqual(await named({ state: 'taken' }), ['77 ZL0000', '78 ZL0000', '5 ZL0000'])
})

test("what belongs to an account is its operator's, and nobody else's", async () => {
  const theirs = { operators: ['2'], accounts: [21, 22] }
  for (const name of ['withdrawals', 'withdrawal-steps', 'bills'] as const)
    assert.equal((await all(asking(name, everywhere, theirs))).length, 0, name)
  const ofNone = await all(asking('discrepancies', [{ bucket: 0, lotId: 0 }], theirs))
  assert.equal(ofNone.length, 0)
})

test('payments are those that were posted in the period, of these lots and of no other', async () => {
  const found = await all(asking('payments', lots))
  const { rows } = await sql.query(
    `select count(*)::int4 as count, - sum(amount_fen)::int8 as fen
       from entry where kind = 'channel-clearing' and cause = 'payment-paid' and lot_id in (77, 78, 5) and posted_at >= $1 and posted_at < $2`,
    [new Date(novemberAt), new Date(novemberAt + 30 * dayMs)],
  )
  assert.equal(found.length, rows[0].count)
  assert.ok(found.length > 150 && found.length < 210)
  const { sums } = await snapshot((look) => totalsOf(look, asking('payments', lots)))
  assert.equal(sums.amountFen, rows[0].fen)
  assert.match(String(found[0]!.row.number), /^1003\d{28}$/)
})

test('a filter narrows the rows and their totals alike', async () => {
  const filters = { channel: 'alipay' }
  const found = await all(asking('payments', lots, { filters }))
  assert.ok(found.length > 0 && found.every(({ row }) => row.channel === 'alipay'))
  const { rows } = await snapshot((look) => totalsOf(look, asking('payments', lots, { filters })))
  assert.equal(rows, found.length)
})

test('a statement begins with what the account was, and ends with what it is', async () => {
  const filters = { account: 'operator-payable', channel: 'wechatpay' }
  const asked = asking('statement', lots, { filters })
  const opening = await snapshot((look) => openingOf(look, asked, null))
  const at = async (instant: number) => {
    const { rows } = await sql.query(
      `select coalesce(sum(amount_fen), 0)::int8 as fen from entry
        where kind = 'operator-payable' and channel = 'wechatpay' and lot_id in (77, 78, 5) and posted_at < $1`,
      [new Date(instant)],
    )
    return BigInt(rows[0].fen)
  }
  assert.equal(opening, await at(asked.from))
  assert.ok(opening > 0n)
  const found = await all(asked)
  for (const n of [0, 5, found.length - 1]) {
    const sum = found.slice(0, n + 1).reduce((total, { row }) => total + BigInt(row.amountFen!), opening)
    assert.equal(await snapshot((look) => openingOf(look, asked, found[n]!)), sum, 'and goes on from any row')
  }
  const { sink, bytes } = keeping()
  await snapshot(async (look) => {
    const book = csvBook(sink, { language: 'en', at: novemberAt })
    await exportList(look, asked, book, { name: 'statement', plates: true })
    await book.end()
  })
  const lines = bytes().toString().trimEnd().split('\r\n')
  const yuan = (fen: bigint) => (Number(fen) / 100).toFixed(2)
  assert.match(lines[1]!, new RegExp(`opening balance.*,${yuan(opening)}$`))
  assert.match(lines.at(-2)!, new RegExp(`closing balance.*,${yuan(await at(asked.until))}$`))
})

test('what is committed while a list is read is not in it', async () => {
  const late = { bucket: 3, lotId: 77 }
  await snapshot(async (look) => {
    const before = await totalsOf(look, asking('payments', [late]))
    await addPayments(sql, late, { count: 3, from: novemberAt + 20 * dayMs + 1, everyMs: 10 })
    assert.deepEqual(await totalsOf(look, asking('payments', [late])), before)
  })
})

test('a page costs what it shows: it is read by its index, wherever it begins and however many rows and lots there are', async (t) => {
  const lot = { bucket: 3, lotId: 88 }
  await openLots(data.database, [lot], '3')
  await addPayments(sql, lot, { count: 20_000, from: novemberAt, everyMs: 100_000, operator: '3' })
  await sql.query(
    `insert into cash_change (bucket, lot_id, id, asked_as, asked_by, asked_at, operator_id, account_id, channel, amount_fen, expires_at, state,
                              because, ended_at)
     select bucket, lot_id, id, id::text, 'vendor', created_at, 3, 31, 'wechatpay', 300, created_at, 'returned', 'nobody', created_at
       from payment where bucket = 3 and lot_id = 88`,
  )
  await sql.query('begin')
  // As a snapshot has it, and with nothing known of how many rows there are.
  await sql.query(
    `select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`,
  )
  const middle = novemberAt + 10_000 * 100_000
  const keys: Readonly<Record<'payments' | 'orders' | 'cash-change' | 'transfers', string[]>> = {
    payments: [new Date(middle).toISOString(), '0', ''],
    orders: [firstIdAt(middle)],
    'cash-change': [firstIdAt(middle)],
    transfers: [new Date(middle).toISOString(), '0', '', '0'],
  }
  const limit = 50
  for (const [name, key] of Object.entries(keys) as [keyof typeof keys, string[]][])
    for (const order of ['asc', 'desc'] as const)
      await t.test(`${name} ${order}`, async () => {
        const list = asking(name, [lot]).list
        const values = [
          ...[3, 88, new Date(novemberAt), new Date(novemberAt + 30 * dayMs), [], []],
          ...[...list.filters.map(() => null), ...key, limit],
        ]
        const { rows } = await sql.query(
          `explain (analyze, timing off, costs off, format json) ${pageStatement(list, order, 'behind').text}`,
          values,
        )
        const read = rowsRead(rows[0]['QUERY PLAN'][0].Plan)
        assert.ok(read > 0 && read < 20 * limit, `${read} rows were read to show ${limit}`)
      })
  await sql.query('rollback')
})
type Plan = Readonly<Record<string, unknown>> & { readonly Plans?: readonly Plan[] }
/** Rows that scans of tables found and looked at, with those that they threw away. */
function rowsRead(plan: Plan): number {
  const own =
    'Relation Name' in plan
      ? (Number(plan['Actual Rows']) + Number(plan['Rows Removed by Filter'] ?? 0)) * Number(plan['Actual Loops'])
      : 0
  return own + (plan.Plans ?? []).reduce((sum, child) => sum + rowsRead(child), 0)
}
