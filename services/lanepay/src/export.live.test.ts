import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { filesInZip, sheetsOf } from '@lanepay/cloud/report/book.testing.ts'
import { addPayments, dayMs, novemberAt, openLots } from '@lanepay/cloud/report/report.testing.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import pg from 'pg'

/* `lanepay export`, as a person types it: what is in the files, and what it costs to make them. */

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
/**
 * Said by the process itself when it ends: the most memory it ever had, in kB. Linux counts into `maxRSS` what the process that started it
 * had at that time, so there it is read where it is not.
 */
const sayPeak = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs'
  process.on('exit', () => {
    const file = '/proc/self/status'
    const [, peak] = fs.existsSync(file) ? /VmHWM:\\s*(\\d+)/.exec(fs.readFileSync(file, 'utf8')) : [, process.resourceUsage().maxRSS]
    process.stderr.write(\`peak \${peak}\\n\`)
  })`)}`
/** Of operator 1, as the documents have it; and of one with very many payments. */
const small = { bucket: 3, lotId: 77 }
const large = [
  { bucket: 3, lotId: 901 },
  { bucket: 200, lotId: 902 },
] as const
const payments = 100_000
const mostMb = 200
let data: TestDatabase
let sql: pg.Client
let folder: string
let env: Record<string, string>

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  folder = mkdtempSync(join(tmpdir(), 'lanepay-export-'))
  env = {
    LANEPAY_HOME: folder,
    LANEPAY_DATABASE_URL: databaseUrl(data.connection),
  }
  await openLots(data.database, [small])
  await addPayments(sql, small, { count: 60, from: novemberAt - dayMs, everyMs: dayMs })
  await openLots(data.database, large, '9')
  // 100,000 in all in November, and at each lot one on either side of it: the last on the stroke of December.
  const everyMs = (30 * dayMs * large.length) / payments
  const told = { count: payments / large.length + 2, from: novemberAt - everyMs, everyMs, operator: '9' }
  for (const lot of large) await addPayments(sql, lot, told)
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await sql.end()
  await data.close()
})

/** Runs it into a file; answers the file, what it said, and the most memory it had. */
async function exported(args: readonly string[]) {
  const file = join(folder, 'export')
  const { LANEPAY_TEST_POSTGRES: _, ...inherited } = process.env
  const child = spawn(process.execPath, ['--import', sayPeak, main, 'export', ...args], {
    env: { ...inherited, ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  child.stdout.pipe(createWriteStream(file))
  const [status] = (await once(child, 'close')) as [number | null]
  const peakMb = Number(/peak (\d+)/.exec(said)?.[1]) / 1024
  return { status, said, peakMb, bytes: () => readFileSync(file) }
}
const november = ['--from', '2026-11-01', '--until', '2026-12-01']
/** What the ledger says that came in, in fen. */
async function cameIn(): Promise<{ count: number; fen: number }> {
  const { rows } = await sql.query(
    `select count(*)::int4 as count, - sum(amount_fen)::int8 as fen from entry
      where kind = 'channel-clearing' and lot_id in (901, 902) and posted_at >= '2026-11-01T00:00:00+08:00' and posted_at < '2026-12-01T00:00:00+08:00'`,
  )
  return { count: rows[0].count, fen: Number(rows[0].fen) }
}
const yuan = (fen: number): string => (fen / 100).toFixed(2)

describe('100,000 payments of an operator', () => {
  test('as Excel: every one of them, their sum, and no more than 200 MB', async () => {
    const { status, said, peakMb, bytes } = await exported(['payments', '--operator', '9', ...november])
    assert.equal(status, 0, said)
    const books = await cameIn()
    const [[, ...rows] = []] = Object.values(sheetsOf(bytes()))
    const total = rows.pop()!
    assert.deepEqual([rows.length, books.count], [payments, payments])
    const fen = rows.reduce((sum, row) => sum + Math.round(Number(row[8]) * 100), 0)
    assert.deepEqual([fen, Math.round(Number(total[8]) * 100)], [books.fen, books.fen])
    assert.equal(new Set(rows.map((row) => row[2])).size, payments, 'each under its own number')
    assert.ok(rows.every((row) => /^1(003|200)\d{28}$/.test(String(row[2]))))
    assert.ok(peakMb < mostMb, `${peakMb.toFixed(0)} MB`)
    console.log(`peak ${peakMb.toFixed(0)} MB`)
  })

  test('as CSV: the same', async () => {
    const { status, said, peakMb, bytes } = await exported(['payments', '--operator', '9', ...november, '--as', 'csv'])
    assert.equal(status, 0, said)
    const books = await cameIn()
    const [head, ...rows] = bytes().toString().trimEnd().split('\r\n')
    assert.match(head!, /^\uFEFF记账时间,事由,订单号,/)
    const total = rows.pop()!.split(',')
    assert.equal(rows.length, payments)
    assert.equal(total[8], yuan(books.fen))
    assert.match(rows[0]!.split(',')[2]!, /^1(003|200)\d{28}\t$/)
    assert.ok(peakMb < mostMb, `${peakMb.toFixed(0)} MB`)
    console.log(`peak ${peakMb.toFixed(0)} MB`)
  })
})

test('the books of 100,000 payments, half a million rows: no more than 200 MB, and they agree with the ledger', async () => {
  const { status, said, peakMb, bytes } = await exported([
    'books',
    '2026-11',
    '--operator',
    '9',
    '--as',
    'zip',
    '--lang',
    'en',
  ])
  assert.equal(status, 0, said)
  assert.ok(peakMb < mostMb, `${peakMb.toFixed(0)} MB`)
  console.log(`peak ${peakMb.toFixed(0)} MB`)
  const files = filesInZip(bytes())
  const books = await cameIn()
  const transfers = files['transfers.csv']!.trimEnd().split('\r\n')
  assert.equal(transfers.length - 2, 4 * books.count)
  const checks = files['checks.csv']!.trimEnd().split('\r\n').slice(1, -1)
  assert.ok(checks.length >= 7)
  // Nobody has made summaries here.
  for (const check of checks.filter((line) => !/^"?Summary/.test(line))) assert.match(check, /,0\.00$/)
  assert.match(checks[0]!, new RegExp(`^Payments: came in,${yuan(books.fen)},${yuan(books.fen)},0.00$`))
})

test('every export that the documents show writes its file', async () => {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/reports.md', import.meta.url)), 'utf8')
  const commands = [...text.matchAll(/^npm run lanepay -- export (.+)$/gm)].map(([, args]) => args!.split(' '))
  assert.ok(commands.length >= 5)
  for (const args of commands) {
    const { status, said } = await exported(args)
    assert.equal(status, 0, `${args.join(' ')}: ${said}`)
    const file = join(folder, args.at(-1)!)
    assert.ok(statSync(file).size > 0, file)
    assert.ok(!existsSync(`${file}.part`))
  }
})

const day = ['--from', '2026-11-01', '--until', '2026-11-02']
const refusals: readonly (readonly [string[], RegExp, string])[] = [
  [['holidays', '--lot', '77', ...day], /LIST: payments, orders/, 'a list that there is not'],
  [['payments', ...day], /--lot or --operator/, 'of nobody'],
  [['payments', '--lot', '999', ...day], /--lot: a lot that is open here/, 'of a lot that nobody has opened'],
  [['payments', '--operator', '999', ...day], /--operator: the number of an operator/, 'of no operator'],
  [
    ['payments', '--lot', '77', '--from', '2026-02-30', '--until', '2026-03-01'],
    /from: a day/,
    'a day that there is not',
  ],
  [
    ['payments', '--lot', '77', '--from', '2026-11-02', '--until', '2026-11-02'],
    /until: a day after from/,
    'no day at all',
  ],
  [['payments', '--lot', '77', '--from', '2020-01-01', '--until', '2026-11-02'], /at most 366 days/, 'half of history'],
  [
    ['payments', '--lot', '77', ...day, '--only', 'colour=blue'],
    /colour: one of channel/,
    'a filter that it does not have',
  ],
  [['payments', '--lot', '77', ...day, '--only', 'number=123'], /number: a number of ours/, 'a mangled number'],
  [
    ['payments', '--lot', '77', ...day, '--without-plates', '--only', 'plate=粤B12345'],
    /plate: one of/,
    'a plate by the back door',
  ],
  [['statement', '--lot', '77', ...day], /account: which account/, 'a statement of nothing'],
  [['payments', '--lot', '77', ...day, '--as', 'zip'], /--as: one of xlsx, csv/, 'a form that lists do not have'],
  [['books', '2026-13', '--lot', '77'], /month: a month/, 'a month that there is not'],
  [['payments', '--lot', '77', ...day, '--to', '/nowhere/at/all'], /--to: ENOENT/, 'a place that there is not'],
]
for (const [args, answer, what] of refusals)
  test(`refuses ${what}, and says why`, async () => {
    const { status, said, bytes } = await exported(args)
    assert.equal(status, 1, said)
    assert.match(said, answer)
    assert.equal(bytes().length, 0)
  })

test('whoever stops reading stops the export', async () => {
  const { LANEPAY_TEST_POSTGRES: _, ...inherited } = process.env
  const child = spawn(process.execPath, [main, 'export', 'payments', '--operator', '9', ...november, '--as', 'csv'], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  const closed = once(child, 'close')
  // One that says nothing has ended by itself, and is judged below.
  await Promise.race([once(child.stdout, 'data'), once(child.stdout, 'close')])
  child.stdout.destroy()
  const [status] = (await closed) as [number | null]
  assert.equal(status, 1)
  assert.match(said, /given up: the reader is gone/)
  const { rows } = await sql.query(
    `select count(*)::int4 as open from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
  )
  assert.equal(rows[0].open, 0, 'and leaves no snapshot behind')
})
