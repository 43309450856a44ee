import type { Database, Statement } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { blast } from './blast.ts'
import { startBenchCloud } from './cloud.ts'
import { type Figure, median } from './figures.ts'
import { benchWechatPay, notificationsOf, seedLots, seedPayments, settleTables } from './payments.ts'
import { openYard } from './yard.ts'

const rounds = 5
const perRound = 4_000
const connections = 384
const lotCounts = [1, 100, 10_000] as const
const oldPayments = 5_000_000
const piece = 250_000
const dayMs = 24 * 3_600_000

/**
 * Cost of one payment through the real route, in alternation: with 1, 100 and 10,000 lots, each in tables without old payments
 * and in tables with 5 million of them, two databases of one server. The figure is the dearest against the cheapest.
 */
export async function growth(): Promise<Figure> {
  const yard = await openYard()
  const aged = await yard.another('lanepay_aged')
  const clouds = [await startBenchCloud(yard, benchWechatPay), await startBenchCloud(aged, benchWechatPay)]
  try {
    for (const one of [yard, aged]) await seedLots(one.database, Math.max(...lotCounts))
    await seedOld(aged.database, oldPayments, Math.max(...lotCounts))
    const costUs = async (which: number, lots: number): Promise<number> => {
      const { database } = [yard, aged][which]!
      const requests = await notificationsOf(await seedPayments(database, perRound, lots))
      await settleTables(database)
      const { answered, seconds } = await blast({ host: '127.0.0.1', port: clouds[which]!.port, requests, connections })
      if (answered !== perRound) throw new Error(`${answered} of ${perRound} notifications were answered`)
      return (seconds * 1e6) / answered
    }
    const cases = lotCounts.flatMap((lots) => [0, 1].map((which) => ({ lots, which, took: [] as number[] })))
    for (const { lots, which } of cases) await costUs(which, lots) // warm
    for (let round = 0; round < rounds; round++)
      for (const { lots, which, took } of cases) took.push(await costUs(which, lots))
    for (const { lots, which, took } of cases)
      console.log(
        `${lots} lots, ${which === 0 ? '0' : '5 million'} old payments: ${median(took).toFixed(0)} us a payment`,
      )
    const costs = cases.map(({ took }) => median(took))
    return { figure: Math.max(...costs) / Math.min(...costs), bar: 1.2, atMost: true }
  } finally {
    for (const cloud of clouds) await cloud.close()
    await aged.close()
    await yard.close()
  }
}

/** Old, finished payments with all that belongs to them, in the same quarter as the new ones: the same tables, not others. */
export async function seedOld(database: Database, count: number, lots: number): Promise<void> {
  const firstId = firstIdAt(Date.now() - dayMs)
  for (let from = 0; from < count; from += piece) {
    for (const statement of oldRows)
      await database.reference.query(statement, [firstId, from, Math.min(piece, count - from), lots])
    console.log(`${Math.min(count, from + piece)} old payments`)
  }
  await settleTables(database)
}

const old = `(select $1::int8 + ($2::int4 + i) * 4 as id, 1 + ($2::int4 + i) % $4::int4 as lot from generate_series(0, $3::int4 - 1) i) o`
const oldRows: readonly Statement[] = [
  {
    name: 'old-session',
    text: `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, left_at, exit_lane, owed_when_left_fen)
           select lot % 256, lot, id, '粤B' || right(id::text, 5), false, 'blue', 'left', now(), 1000, now(), 2, 0 from ${old}`,
  },
  {
    name: 'old-payment',
    text: `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen, channel_fee_fen,
                                platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, channel_trade_no, paid_at, cleared_at)
           select lot % 256, lot, id, id, '粤B' || right(id::text, 5), 'wechatpay:bench', 'wechatpay', 1, '1900000001', 1, 1000, 6, 9, 0, 15,
                  'paid', now(), now(), '42' || id, now(), now() from ${old}`,
  },
  {
    name: 'old-clearance',
    text: `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by, told_at)
           select lot % 256, lot, id, id, 1000, now(), now(), now() from ${old}`,
  },
  {
    name: 'old-transfer',
    text: `insert into transfer (bucket, lot_id, cause_id, cause, posted_at, channel, kind, party, amount_fen)
           select lot % 256, lot, id, 'payment-paid', now(), 'wechatpay',
                  '{channel-clearing,channel-fee,platform-fee,operator-payable}', '{0,0,0,1}', '{-1000,6,9,985}' from ${old}`,
  },
]
