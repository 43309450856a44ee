import assert from 'node:assert/strict'
import test from 'node:test'
import { testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { closePayment, markPending, openPayments, type QuoteRow, selectQuotes } from './store.ts'

/*
 * The three calls of a tap on "pay" on a real PostgreSQL: one quote is one payment, whoever calls, in whatever company, however
 * often; and a look at many quotes answers each by its place.
 */
const { database, close } = await testDatabase()
test.after(close)
const sql = <Row = unknown>(text: string, values: readonly unknown[] = []) =>
  database.reference.query<Row>({ name: text.slice(0, 60), text }, values)
const newId = idMaker(Date.now, 1)
const [bucket, lotId] = [7, 1]
const span = (ids: readonly string[]) => {
  const sorted = ids.map(BigInt).sort((a, b) => (a < b ? -1 : 1))
  return [sorted.at(0)!, sorted.at(-1)!]
}

await sql(`insert into operator values (1, 'op', now())`)
await sql(
  `insert into lot (bucket, lot_id, operator_id, name, platform_fee_basis_points, created_at) values (7, 1, 1, 'lot', 100, now())`,
)

/** Quotes of stays of their own, in the order in which they were asked. */
async function someQuotes(count: number): Promise<string[]> {
  const quotes: string[] = []
  for (let n = 0; n < count; n++) {
    const [session, quote] = [newId(), newId()]
    await sql(
      `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen)
       values ($1, $2, $3, '粤B12345', false, 'blue', 'inside', now(), 0)`,
      [bucket, lotId, session],
    )
    await sql(
      `insert into quote (bucket, lot_id, id, session_id, driver, plate, price_fen, paid_before_fen, owed_fen, lines, leave_minutes, quoted_at, expires_at)
       values ($1, $2, $3, $4, 'wechatpay:o', '粤B12345', $5, 0, $5, '[]', 15, now(), now() + interval '10 minutes')`,
      [bucket, lotId, quote, session, 100 + n],
    )
    quotes.push(quote)
  }
  return quotes
}
const all = (quotes: readonly string[], value: unknown) => quotes.map(() => value)
async function open(quotes: readonly string[], ids: readonly string[]): Promise<Set<string>> {
  const at = (ms: number) => all(quotes, new Date(Date.now() + ms))
  const rows = await database
    .of(bucket)
    .query<{ id: string }>(openPayments, [
      all(quotes, bucket),
      all(quotes, lotId),
      quotes,
      ids,
      all(quotes, 'wechatpay'),
      all(quotes, 1),
      all(quotes, '1900000001'),
      all(quotes, '1'),
      all(quotes, 6),
      all(quotes, 9),
      at(0),
      at(300_000),
      at(3_000),
      ...span(quotes),
    ])
  return new Set(rows.map((row) => row.id))
}
const mark = (ids: readonly string[]) =>
  database.of(bucket).query(markPending, [all(ids, bucket), all(ids, lotId), ids, ...span(ids)])
const payments = (quotes: readonly string[]) =>
  sql<{ id: string; quote_id: string; state: string; amount_fen: number }>(
    'select id, quote_id, state, amount_fen from payment where quote_id = any ($1::int8[]) order by quote_id',
    [quotes],
  )
const look = (quotes: readonly string[]) =>
  database.of(bucket).query<QuoteRow>(selectQuotes, [all(quotes, bucket), all(quotes, lotId), quotes, ...span(quotes)])

test('a payment is opened with what its quote says, and is the quote’s', async () => {
  const quotes = await someQuotes(3)
  const ids = quotes.map(() => newId())
  assert.deepEqual(await open(quotes, ids), new Set(ids))
  assert.deepEqual(
    (await payments(quotes)).map((row) => ({ ...row })),
    quotes.map((quote, n) => ({ id: ids[n], quote_id: quote, state: 'created', amount_fen: 100 + n })),
  )
  assert.deepEqual(
    (
      await sql<{ payment_id: string }>('select payment_id from quote where id = any ($1::int8[]) order by id', [
        quotes,
      ])
    ).map((row) => row.payment_id),
    ids,
  )
})

test('the same call again answers the same and makes nothing more', async () => {
  const quotes = await someQuotes(2)
  const ids = quotes.map(() => newId())
  const first = await open(quotes, ids)
  await mark(ids)
  assert.deepEqual(await open(quotes, ids), first)
  assert.deepEqual(
    (await payments(quotes)).map((row) => row.state),
    ['pending', 'pending'],
    'and puts nothing back',
  )
})

test('a quote that is taken is nobody else’s, and does not hold up its neighbours', async () => {
  const [taken = '', free = ''] = await someQuotes(2)
  const first = newId()
  await open([taken], [first])
  const [late, fine] = [newId(), newId()]
  assert.deepEqual(await open([taken, free], [late, fine]), new Set([fine]))
  assert.deepEqual(
    (await payments([taken, free])).map((row) => row.id),
    [first, fine],
  )
})

test('a quote that is not there makes no payment', async () => {
  const [quote = ''] = await someQuotes(1)
  const [lost, fine] = [newId(), newId()]
  assert.deepEqual(await open([newId(), quote], [lost, fine]), new Set([fine]))
  assert.equal((await sql('select 1 from payment where id = $1', [lost])).length, 0)
})

test('of many calls at once for the same quotes each quote is exactly one’s', async () => {
  const quotes = await someQuotes(40)
  const calls = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const ids = quotes.map(() => newId())
      const mine = await open(quotes, ids)
      return ids.map((id) => (mine.has(id) ? id : null))
    }),
  )
  const rows = await payments(quotes)
  for (const [n, quote] of quotes.entries()) {
    const owners = calls.map((call) => call[n]).filter((id) => id !== null)
    assert.deepEqual(owners, [rows.find((row) => row.quote_id === quote)?.id], `quote ${n}`)
  }
  assert.equal(rows.length, quotes.length)
})

test('only what is created becomes pending', async () => {
  const quotes = await someQuotes(2)
  const [fresh, closed] = [newId(), newId()]
  await open(quotes, [fresh, closed])
  await database.of(bucket).query(closePayment, [bucket, lotId, closed])
  await mark([fresh, closed, newId()])
  assert.deepEqual(
    (await payments(quotes)).map((row) => row.state),
    ['pending', 'closed'],
  )
  const [{ query_at: queryAt } = { query_at: null }] = await sql<{ query_at: number | null }>(
    'select query_at from payment where id = $1',
    [fresh],
  )
  assert.notEqual(queryAt, null, 'and is still asked about')
})

test('a look answers each quote by its place, with its payment and without those that are not there', async () => {
  const quotes = await someQuotes(3)
  const [id] = [newId()]
  await open([quotes[1]!], [id])
  const rows = await look([quotes[2]!, newId(), quotes[1]!, quotes[0]!])
  const seen = new Map(rows.map((row) => [row.n, row]))
  assert.deepEqual([...seen.keys()].sort(), [1, 3, 4])
  assert.deepEqual(
    [1, 3, 4].map((n) => [seen.get(n)!.owed_fen, seen.get(n)!.payment_id, seen.get(n)!.lot_name]),
    [
      [102, null, 'lot'],
      [101, id, 'lot'],
      [100, null, 'lot'],
    ],
  )
  assert.equal(typeof seen.get(1)!.expires_at, 'number')
})
