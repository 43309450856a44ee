import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BillLine, Bills } from '@lanepay/channels/bills.ts'
import { compareTrade } from '@lanepay/cloud/reconciliation/compare-trade.ts'
import { type Day, dayOf, startOf } from '@lanepay/cloud/reconciliation/day.ts'
import { readBill } from '@lanepay/cloud/reconciliation/read-bill.ts'
import { type BillRow, type KeptBill, planBills } from '@lanepay/cloud/reconciliation/store.ts'
import { closeDay } from '@lanepay/cloud/reconciliation/trade-day.ts'
import { copyInto } from '@lanepay/database/copy-in.ts'
import { type Database, openDatabase, type Statement } from '@lanepay/database/database.ts'
import { firstIdAt, idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { ok } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import pg from 'pg'
import { type Figure, median } from './figures.ts'
import { seedLots } from './payments.ts'
import { openYard } from './yard.ts'

const payments = 1_000_000
const lots = 10_000
const rounds = 3
const accountKey = '1900000001'
const piece = 250_000
/** One in a thousand of each. */
const brokenEach = payments / 1000

/** What is wrong with the payment or line of this number, spread over all. */
const harms = [
  'unheard',
  'not-at-channel',
  'amount',
  'fee',
  'state',
  'double',
  'day-boundary',
  'not-our-number',
] as const
type Harm = (typeof harms)[number] | null
const every = payments / brokenEach
const harmOf = (n: number): Harm => harms[n % every] ?? null

/**
 * A day's bill of a million lines against a million payments of 10,000 lots, one in a thousand broken in each class: read in,
 * compared and closed, against a bare COPY of the same lines into an unlogged table and one full outer join in SQL, in alternation.
 * Neither side fetches or parses a file of the channel: ours gets the lines as its reader hands them over, COPY its text from disk.
 */
export async function reconciliation(): Promise<Figure & { readonly alongside: Readonly<Record<string, Figure>> }> {
  const yard = await openYard()
  const database = openDatabase({ connection: yard.connection, queryTimeoutMs: 600_000 })
  const client = new pg.Client(yard.connection)
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-bench-bill-'))
  await client.connect()
  const postmaster = Number(
    (await client.query<{ pid: number }>(`select (string_to_array(pg_read_file('postmaster.pid'), chr(10)))[1] as pid`))
      .rows[0]!.pid,
  )
  try {
    const day = dayOf(Date.now() - 86_400_000)
    await seedLots(database, lots)
    await seedDay(database, day)
    const numbers = numbersOf(day)
    const file = join(dir, 'bill.copy')
    writeBare(file, day, numbers)
    const ratios: number[] = []
    let memory = 0
    for (let round = 0; round < rounds; round++) {
      const bare = await bareSeconds(client, file)
      const watch = watchMemory(postmaster)
      const { seconds, bill } = await ourSeconds(database, day, numbers)
      memory = Math.max(memory, watch.stop())
      await checkFound(client, bill)
      ratios.push(seconds.all / bare.all)
      console.log(
        `round ${round + 1}: read in ${seconds.read.toFixed(1)} s, compared ${seconds.compare.toFixed(1)} s, closed ${seconds.close.toFixed(1)} s; ` +
          `bare COPY ${bare.copy.toFixed(1)} s, join ${bare.join.toFixed(1)} s; ${memory.toFixed(0)} MB`,
      )
      await forget(client)
    }
    return {
      ...{ figure: median(ratios), bar: 2, atMost: true },
      alongside: { 'MB of our process and those of the server': { figure: memory, bar: 500, atMost: true } },
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
    await client.end()
    await database.close()
    await yard.close()
  }
}

// ---- the book

const idOf = (first: bigint, n: number): Id => String(first + BigInt(n) * 4n) as Id
const lotOf = (n: number) => 1 + (n % lots)
const firstOf = (day: Day) => BigInt(firstIdAt(startOf(day) + 3_600_000))
/** Payments come one after the other from one in the morning on, the last at eight in the evening. */
const secondOf = (n: number) => 3_600 + Math.floor((n * 68_400) / payments)

async function seedDay(database: Database, day: Day): Promise<void> {
  const insert: Statement = {
    name: 'seed-reconciled-payments',
    text: `
    insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen, channel_fee_fen,
                         platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, channel_trade_no, paid_at, cleared_at)
    select (1 + n % $4::int4) % 256, 1 + n % $4::int4, $1::int8 + n::int8 * 4, $1::int8 + n::int8 * 4, '粤B' || lpad((n % 100000)::text, 5, '0'), 'wechatpay:bench',
           'wechatpay', 1, '1900000001', 1, 1000, 6, 9, 0, 15, case when unpaid then 'closed' else 'paid' end::payment_state, at, at,
           case when not unpaid then '4200' || ($1::int8 + n::int8 * 4) end, case when not unpaid then at end, case when not unpaid then at end
      from (select n, n % $6::int4 = 0 as unpaid,
                   $5::timestamptz + case when n % $6::int4 = 6 then 86340 else 3600 + floor(n::float8 * 68400 / $7::int4) end * interval '1 second' as at
              from generate_series($2::int4, $2::int4 + $3::int4 - 1) n) s`,
  }
  for (let from = 0; from < payments; from += piece) {
    await database.reference.query(insert, [
      ...[String(firstOf(day)), from, Math.min(piece, payments - from), lots],
      ...[new Date(startOf(day)), every, payments],
    ])
  }
  await database.reference.query({ name: 'settle-payment', text: 'vacuum analyze payment' })
}

// ---- the bill

/** 32 digits a payment, made before the clock starts: a channel's file has them written out. */
function numbersOf(day: Day): Buffer {
  const first = firstOf(day)
  const numbers = Buffer.alloc(32 * payments)
  for (let n = 0; n < payments; n++)
    numbers.write(numberOf('trade', { bucket: lotOf(n) % 256, lotId: lotOf(n) }, idOf(first, n)), 32 * n, 'latin1')
  return numbers
}

function* linesOf(day: Day, numbers: Buffer): Generator<Extract<BillLine, { kind: 'payment' | 'reversed' }>> {
  const midnight = startOf(day)
  for (let n = 0; n < payments; n++) {
    const harm = harmOf(n)
    if (harm === 'not-at-channel' || harm === 'day-boundary') continue
    const number = numbers.toString('latin1', 32 * n, 32 * n + 32)
    const id = number.slice(12, 30)
    const amountFen = fen(harm === 'amount' ? 900 : 1000)
    const line = {
      kind: harm === 'state' ? ('reversed' as const) : ('payment' as const),
      tradeNumber: number,
      channelTradeNo: `4200${id}`,
      accountKey,
      amountFen,
      settledFen: amountFen,
      feeMilliFen: harm === 'fee' ? 10_000 : 6_000,
      at: (midnight + secondOf(n) * 1000) as Instant,
      product: '停车费 阳光花园 粤B·1**45',
      note: '',
    }
    yield line
    if (harm === 'double') yield line
    if (harm === 'not-our-number') yield { ...line, tradeNumber: `SHOP${id}` }
  }
}

const bills = (day: Day, numbers: Buffer): Bills => ({
  read: async (_, __, take) => {
    let lines: BillLine[] = []
    let count = 0
    for (const line of linesOf(day, numbers)) {
      lines.push(line)
      count += 1
      if (lines.length === 500) {
        await take(lines)
        lines = []
      }
    }
    await take(lines)
    return ok({ lines: count, payments: count, refunds: 0 })
  },
})

// ---- ours

async function ourSeconds(database: Database, day: Day, numbers: Buffer) {
  const started = performance.now()
  const newId = idMaker(() => Date.now(), 1003)
  const now = () => Date.now()
  const account = { accountId: 1, channel: 'wechatpay' as const, accountKey, merchant: {} }
  await database.of(0).query(planBills, [[1], [day], ['trade'], ['wechatpay'], [accountKey], [new Date()]])
  const row: BillRow = {
    ...{ account_id: 1, day, kind: 'trade', channel: 'wechatpay', account_key: accountKey, state: 'due' },
    ...{ bill_id: null, asks: 1, lines: null },
  }
  const outcome = await readBill({ database, newId, now }, row, account, bills(day, numbers))
  if (outcome !== 'kept') throw new Error(`the bill was ${outcome}`)
  const [kept] = await database
    .of(0)
    .query<{ bill_id: string; lines: number }>({ name: 'kept', text: 'select bill_id, lines from bill' })
  const bill: KeptBill = { ...account, kind: 'trade', day, billId: kept!.bill_id, lines: kept!.lines }
  const read = performance.now()
  await compareTrade(database, bill, now())
  const compared = performance.now()
  await closeDay(database, bill, now())
  const closed = performance.now()
  const seconds = {
    ...{ read: (read - started) / 1000, compare: (compared - read) / 1000, close: (closed - compared) / 1000 },
    all: (closed - started) / 1000,
  }
  return { seconds, bill }
}

/** All of each class, and nothing else. */
async function checkFound(client: pg.Client, bill: KeptBill): Promise<void> {
  const { rows } = await client.query<{ class: string; count: number }>(
    'select class::text as class, count(*)::int4 as count from discrepancy where day = $1::date group by 1 order by 1',
    [bill.day],
  )
  const expected = harms.map((harm) => `${harm} ${brokenEach}`).sort()
  const found = rows.map((row) => `${row.class} ${row.count}`).sort()
  if (found.join() !== expected.join()) throw new Error(`found ${found.join(', ')}; broken were ${expected.join(', ')}`)
}

const forget = (client: pg.Client) =>
  client.query('truncate bill, bill_line, discrepancy, discrepancy_step, reconciled_day')

// ---- the yardstick

async function bareSeconds(client: pg.Client, file: string) {
  await client.query('drop table if exists bare_line')
  await client.query(
    `create unlogged table bare_line (number text, bucket int4, lot_id int4, id int8, channel_no text, account_key text, amount_fen int8, settled_fen int8,
                                      fee_milli_fen int8, kind text, at timestamptz, product text, note text)`,
  )
  const started = performance.now()
  const copying = await copyInto(client, 'copy bare_line from stdin')
  for await (const text of createReadStream(file)) await copying.write(text as Buffer)
  await copying.end()
  const copied = performance.now()
  await client.query(
    `select count(*) from bare_line l full join payment p on p.bucket = l.bucket and p.lot_id = l.lot_id and p.id = l.id
      where l.id is null or p.id is null or l.amount_fen <> p.amount_fen or (l.fee_milli_fen + 500) / 1000 <> p.channel_fee_fen
         or l.channel_no <> p.channel_trade_no or l.kind <> 'payment' or p.state = 'closed'`,
  )
  const joined = performance.now()
  return { copy: (copied - started) / 1000, join: (joined - copied) / 1000, all: (joined - started) / 1000 }
}

function writeBare(file: string, day: Day, numbers: Buffer): void {
  let text: string[] = []
  const flush = () => {
    writeFileSync(file, text.join(''), { flag: 'a' })
    text = []
  }
  for (const line of linesOf(day, numbers)) {
    const number = line.tradeNumber
    const home = number.startsWith('SHOP')
      ? ['0', '0', '0']
      : [number.slice(1, 4), number.slice(4, 11), number.slice(11, 30)]
    const money = [line.amountFen, line.settledFen, line.feeMilliFen]
    const cells = [number, ...home, line.channelTradeNo, line.accountKey, ...money, line.kind]
    text.push(`${[...cells, new Date(line.at).toISOString(), line.product, line.note].join('\t')}\n`)
    if (text.length === 10_000) flush()
  }
  flush()
}

/**
 * The most that this process and the server's held at once for the work, looked at ten times a second: their own memory, and what
 * those that search together share; the buffers that all of them share are not in it.
 */
function watchMemory(postmaster: number): { stop(): number } {
  const heldBy = (pid: number | 'self', what: string): number => {
    try {
      return (
        Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
      )
    } catch {
      return 0 // that process has ended
    }
  }
  const childrenOf = (pid: number) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  const shared = () =>
    readdirSync('/dev/shm')
      .filter((name) => name.startsWith('PostgreSQL.'))
      .reduce((sum, name) => sum + (statSync(`/dev/shm/${name}`, { throwIfNoEntry: false })?.blocks ?? 0) / 2048, 0)
  const before = shared()
  let most = 0
  const look = () => {
    const server = childrenOf(postmaster).reduce((sum, pid) => sum + heldBy(pid, 'RssAnon'), 0)
    most = Math.max(most, heldBy('self', 'VmRSS') + server + Math.max(0, shared() - before))
  }
  const timer = setInterval(look, 100)
  return {
    stop: () => {
      look()
      clearInterval(timer)
      return most
    },
  }
}
