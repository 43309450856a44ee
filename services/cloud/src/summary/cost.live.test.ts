import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Database, Db } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { dayMs, hour, type Lot, minute, openWorld, type World } from './summary.testing.ts'
import { summaryRound } from './worker.ts'

/* What a round reads for one new stay and payment: the same, however much there was before. */

let world: World
let lot: Lot
before(async () => {
  world = await openWorld()
  lot = await world.aLot()
  await world.round()
})
after(() => world.close())

/** So many stays that were paid and counted long ago, one a second. */
async function old(stays: number, beforeDays: number): Promise<void> {
  const first = firstIdAt(world.clock.now() - beforeDays * dayMs)
  const values = [lot.bucket, lot.lotId, first, stays]
  const ids = `generate_series(1, $4::int4) as n cross join lateral (select $3::int8 + (n::int8 * 1000 << 22) as id, $5::timestamptz + n * interval '1 second' as at) as i`
  const at = new Date(world.clock.now() - beforeDays * dayMs)
  for (const text of [
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, left_at)
     select $1, $2, i.id, '粤B12345', false, 'blue', 'left', i.at, 1000, i.at from ${ids}`,
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen, channel_fee_fen,
                          platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, paid_at, cleared_at)
     select $1, $2, i.id, i.id, '粤B12345', 'o', 'wechatpay', 1, 'key', 1, 1000, 6, 10, 0, 15, 'paid', i.at, i.at, i.at, i.at from ${ids}`,
    `insert into transfer (bucket, lot_id, cause_id, cause, posted_at, channel, kind, party, amount_fen)
     select $1, $2, i.id, 'payment-paid', i.at, 'wechatpay', '{channel-clearing,operator-payable}', '{0,1}', '{-1000,1000}' from ${ids}`,
    `insert into summary_part (bucket, lot_id, of_id, kind, id, day, lane, channel, attendant, product, payments)
     select $1, $2, i.id, 'payment-paid', i.id, i.at::date, '2', 'wechatpay', '', 'parking', 1 from ${ids}`,
    `insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body)
     select $1, $2, $3 + 0 * n, n, 'agent', 'entered', i.at, i.at, '{}' from ${ids}`,
    `insert into gate_opening (bucket, lot_id, epoch, seq, lane_id, at, cause_kind, silent)
     select $1, $2, $3 + 0 * n, n, 1, i.at, 'entry', false from ${ids}`,
    `insert into cash_move (bucket, lot_id, id, what, fen, at, posted_at, late)
     select $1, $2, i.id, 'cash-taken', 100, i.at, i.at, false from ${ids}`,
  ])
    await world.rows(text, [...values, at])
  for (const log of [
    'lot_log (bucket, lot_id, device, epoch, committed_seq)',
    'summary_log (bucket, lot_id, device, epoch, seq)',
  ])
    await world.rows(`insert into ${log} values ($1, $2, 'agent', $3, $4)`, values)
  await world.rows('analyze')
  // What autovacuum does once a range is full.
  for (const table of ['transfer', 'cash_move'])
    await world.rows(
      `select brin_summarize_new_values(i.inhrelid::regclass) from pg_inherits i where i.inhparent = $1::regclass`,
      [`${table}_posted_since`],
    )
}

type Asked = { readonly name: string; readonly text: string; readonly values: readonly unknown[] }
/** The database, and every question that it is asked. */
function listening(asked: Asked[]): Database {
  const { database } = world
  const heard = (db: Db): Db => ({
    query: (statement, values = []) => {
      asked.push({ ...statement, values })
      return db.query(statement, values)
    },
    transaction: (act) =>
      db.transaction((tx) =>
        act({
          query: (statement, values = []) => {
            asked.push({ ...statement, values })
            return tx.query(statement, values)
          },
        }),
      ),
    copy: db.copy,
  })
  return {
    of: (bucket) => heard(database.of(bucket)),
    reference: heard(database.reference),
    nodes: database.nodes.map(({ db, buckets }) => ({ db: heard(db), buckets })),
    close: async () => {},
  }
}

type Plan = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly Plan[]
}
type Read = { readonly by: string; readonly table: string; readonly rows: number }
const readsIn = (plan: Plan): Read[] => {
  const { 'Rows Removed by Filter': filtered = 0, 'Rows Removed by Index Recheck': rechecked = 0 } = plan
  const own = plan['Relation Name']
    ? [
        {
          ...{ by: plan['Node Type'], table: plan['Relation Name'].replace(/_(\d{4}q\d|rest)$/, '') },
          rows: (plan['Actual Rows'] + filtered + rechecked) * plan['Actual Loops'],
        },
      ]
    : []
  return [...own.filter(({ by }) => by !== 'ModifyTable'), ...(plan.Plans ?? []).flatMap(readsIn)]
}

/** One new stay with a payment, an opening and cash, and what the round that counts it reads. */
async function readForOne(): Promise<readonly Read[]> {
  world.pass(minute)
  lot.epoch = world.newId()
  lot.seq = 0
  const session = world.entered(lot)
  world.happens(lot, { kind: 'gate-opened', lane: 1, occupancy: null, session, cause: { kind: 'entry' } })
  world.happens(lot, { kind: 'cash-taken', session, clearance: world.newId(), paidFen: 500, leaveBy: 0, by: '张师傅' })
  await world.tell(lot)
  const paid = await world.pays(lot, session)
  await world.refund(lot, paid, 100)
  const asked: Asked[] = []
  const client = await world.sql.connect()
  try {
    // Before it is done, so that each question finds what it found then; and the writes are taken back.
    await summaryRound({ database: listening(asked), clock: world.clock })()
    const reads: Read[] = []
    for (const { name, text, values } of asked) {
      if (text.startsWith('set ')) continue
      await client.query('begin')
      await client.query('set local enable_seqscan = off')
      const { rows } = await client.query(`explain (analyze, format json) ${text}`, [...values])
      await client.query('rollback')
      reads.push(...readsIn(rows[0]['QUERY PLAN'][0].Plan).map((read) => ({ ...read, by: `${name}: ${read.by}` })))
    }
    return reads
  } finally {
    client.release()
  }
}

const large = [
  'payment',
  'transfer',
  'session',
  'lot_event',
  'gate_opening',
  'cash_move',
  'summary_part',
  'clearance',
  'refund',
]
const sum = (reads: readonly Read[]) => reads.reduce((total, { rows }) => total + rows, 0)

test('a round reads what is new, by key or by when it was posted, and no more where there was more before', async () => {
  const costs: { readonly exact: number; readonly byTime: number }[] = []
  for (const [stays, beforeDays] of [
    [2_000, 2],
    [40_000, 4],
  ] as const) {
    await old(stays, beforeDays)
    // The hour's look back is over: what follows is an ordinary round.
    world.pass(3 * hour)
    await world.round()
    const reads = (await readForOne()).filter(({ table }) => large.includes(table))
    assert.deepEqual(
      reads.filter(({ by, rows }) => by.endsWith('Seq Scan') && rows > 0),
      [],
    )
    // By time: whole ranges of pages, of which the last is the one that is being filled.
    const byTime = reads.filter(
      ({ by }) => by.startsWith('select-new-transfers') || by.startsWith('select-cash-of-new-shifts'),
    )
    costs.push({ exact: sum(reads.filter((read) => !byTime.includes(read))), byTime: sum(byTime) })
  }
  const [little, much] = costs
  // A stay, a payment, a refund and cash are asked for in a handful of places each; a lot's logs are a few more.
  for (const { exact } of [little!, much!]) assert.ok(exact > 5 && exact < 60, `${exact} rows by key`)
  assert.ok(much!.byTime < 8_000, `${much!.byTime} of 80,000 rows by time`)
})

test('every part of the indexes by time is kept as it grows', async () => {
  const rows = await world.rows<{ relname: string; reloptions: string[] }>(
    `select c.relname, c.reloptions from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid::regclass::text ~ '^(transfer|cash_move)_' and c.relname ~ 'timezone|posted_since'`,
  )
  assert.ok(rows.length > 8)
  for (const { relname, reloptions } of rows) assert.ok(reloptions.includes('autosummarize=on'), relname)
})
