import type { Database } from '@lanepay/database/database.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { ChannelName, Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { type Posting, postTransfer } from '@lanepay/ledger/post.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import pg from 'pg'
import { type Clear, clearing } from '../clearing/clear.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { noteSession } from '../quote/store.ts'
import { type Day, dayAfter, startOf } from '../reconciliation/day.ts'
import { refunds as makeRefunds, type Refunds } from '../refund/refund.ts'
import { type TakeIn, takingIn } from '../session/take-in.ts'
import { figureColumns, fromScratch } from './facts.ts'
import { summaryRound } from './worker.ts'

/* Lots on which anything may happen, told and posted as the product does it, and whatever the summaries make of it. */

export const firstDay = '2026-11-02' as Day
export const minute = 60_000
export const hour = 60 * minute
export const dayMs = 24 * hour

/** An event without its number and time. */
export type Told = LotEvent extends infer E
  ? E extends LotEvent
    ? Omit<E, 'seq' | 'at'> & { readonly at?: number }
    : never
  : never

export type Lot = LotKey & { readonly waiting: LotEvent[]; seq: number; epoch: Id }
export type World = Awaited<ReturnType<typeof openWorld>>

export async function openWorld() {
  const data: TestDatabase = await testDatabase()
  const { database } = data
  const sql = new pg.Pool({ ...data.connection, max: 3 })
  let now = (startOf(firstDay) + 10 * hour) as Instant
  const clock = { now: () => now }
  const newId = idMaker(() => now, 7)
  const alarms = { raise: async () => {} }
  const clear: Clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  const takeIn: TakeIn = takingIn({ database, clock, alarms })
  const refunds: Refunds = makeRefunds({
    ...{ database, clock, log: silentLog, channels: {}, accounts: channelAccounts(database), publicUrl: 'https://x' },
    alarms,
  })
  const rows = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await sql.query(text, values)).rows as Row[]

  let lots = 0
  const aLot = async (): Promise<Lot> => {
    lots += 1
    // Two of three in one bucket: they are counted in one transaction.
    const lot = { bucket: lots % 3 === 0 ? 40 : 41, lotId: lots }
    await provision(
      database,
      aLotPlan(lot, {
        operator: { id: String(lots), name: '阳光物业' },
        accounts: [{ id: lots, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} }],
      }),
      now,
    )
    return { ...lot, waiting: [], seq: 0, epoch: newId() }
  }
  /** It happens at the lot; the cloud hears of it when it is told. */
  const happens = (lot: Lot, { at = now, ...event }: Told): void => {
    lot.seq += 1
    lot.waiting.push({ ...event, seq: lot.seq, at } as LotEvent)
  }
  /** The lot tells the next `count` of what waits; left out: all of it. */
  const tell = async (lot: Lot, count = lot.waiting.length): Promise<void> => {
    while (count > 0 && lot.waiting.length > 0) {
      const events = lot.waiting.splice(0, Math.min(count, 500))
      count -= events.length
      await takeIn({ bucket: lot.bucket, lotId: lot.lotId, device: 'agent' }, { epoch: lot.epoch, events })
    }
  }
  const entered = (
    lot: Lot,
    more: {
      readonly lane?: number
      readonly as?: 'visitor' | 'month-card'
      readonly at?: number
      readonly supersedes?: Id
    } = {},
  ): Id => {
    const session = newId()
    const { lane = 1, at = now, ...also } = more
    happens(lot, {
      ...{ kind: 'entered', session, plate: `粤B${session.slice(-5)}`, pass: false, colour: 'blue', lane },
      ...{ enteredAt: at, at, ...also },
    })
    return session
  }

  type PaymentTold = {
    readonly amountFen?: number
    readonly lane?: number | null
    readonly channel?: ChannelName
    readonly paidAt?: number
    /** Who scanned the pay code. */
    readonly by?: string
  }
  /** A payment that is heard of now. */
  const pays = async (lot: Lot, session: string, told: PaymentTold = {}): Promise<Id> => {
    const { amountFen = 1000, lane = 2, channel = 'wechatpay', paidAt = now, by } = told
    const id = newId()
    const key = [lot.bucket, lot.lotId, id]
    await database.of(lot.bucket).query(noteSession, [lot.bucket, lot.lotId, session, '粤B12345', false, new Date(now)])
    const [stay] = await rows<{ paid_fen: number }>('select paid_fen from session where lot_id = $1 and id = $2', [
      lot.lotId,
      session,
    ])
    await rows(
      `insert into payment (bucket, lot_id, id, session_id, lane_id, plate, driver, channel, account_id, account_key, operator_id,
                            amount_fen, channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
       values ($1, $2::int4, $3, $4, $5, '粤B12345', 'wechatpay:o', $6, $2::int4, 'key', $2::int8, $7, $8, $9, $10, 15, 'pending', $11, $11)`,
      [
        ...key,
        session,
        lane,
        channel,
        amountFen,
        Math.floor(amountFen / 160),
        Math.floor(amountFen / 100),
        stay!.paid_fen,
        new Date(now),
      ],
    )
    if (by !== undefined)
      await rows(
        `insert into code_scan (bucket, lot_id, request, payment_id, scanned_at, scanned_by) values ($1, $2, $3::text, $3::int8, now(), $4)`,
        [...key, by],
      )
    await clear({
      number: { kind: 'trade', bucket: lot.bucket, lotId: lot.lotId, id },
      facts: {
        ...{ tradeNumber: numberOf('trade', lot, id), accountKey: 'key', amountFen: fen(amountFen), currency: 'CNY' },
        ...{ channelTradeNo: `42${id}`, paidAt: paidAt as Instant, payer: null },
      },
    })
    return id
  }
  const post = (
    lot: Lot,
    causeId: string,
    cause: Posting['cause'],
    channel: ChannelName,
    entries: readonly (readonly [Posting['entries'][number]['kind'], string, number])[],
    postedAt: number = now,
  ) =>
    database.of(lot.bucket).transaction((tx) =>
      postTransfer(tx, {
        ...{ lot, causeId: causeId as Id, cause, postedAt },
        entries: entries.map(([kind, party, amountFen]) => ({ kind, party, channel, amountFen })),
      }),
    )
  /** Asked for by a person, and on its way. */
  const refund = async (lot: Lot, payment: Id, amountFen: number): Promise<Id> => {
    const id = newId()
    const [of] = await rows<{ channel: ChannelName }>(
      `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at, asked_by)
       values ($1, $2, $3, $4, $5, 'a test', 'sent', $6, $6, '张经理')
       returning (select channel from payment where id = $4) as channel`,
      [lot.bucket, lot.lotId, id, payment, amountFen, new Date(now)],
    )
    await post(lot, id, 'refund-asked', of!.channel, [
      ['operator-payable', String(lot.lotId), -amountFen],
      ['refund-in-flight', String(lot.lotId), amountFen],
    ])
    return id
  }
  /** Its bills of all days up to this one are closed, and so are the gates. */
  const reconciled = async (lot: Lot, day: Day): Promise<void> => {
    await rows(
      `insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, kept_at, closed_at) values (0, 0, $1, $2::date, 'trade', 'wechatpay', 'key', 'closed', now(), now()) on conflict do nothing`,
      [lot.lotId, day],
    )
    await rows(
      `insert into reconciled_day (bucket, lot_id, account_id, day, proof, ours, theirs, ours_fen, theirs_fen, fee_milli_fen, discrepancies, closed_at)
       values ($1, 0, 0, $2::date, 'gates', 0, 0, 0, 0, 0, 0, now()) on conflict do nothing`,
      [lot.bucket, day],
    )
  }
  /** As many rounds as it takes to count all there is. */
  const round = async (of: Database = database): Promise<void> => {
    while (!(await summaryRound({ database: of, clock })()));
  }

  return {
    ...{
      data,
      database,
      sql,
      rows,
      clock,
      newId,
      aLot,
      happens,
      tell,
      entered,
      pays,
      post,
      refund,
      refunds,
      reconciled,
      round,
    },
    pass: (ms: number): void => {
      now = (now + ms) as Instant
    },
    /** Whatever was told and posted is counted, a commit that was late with it. */
    settle: async (of: readonly Lot[]): Promise<void> => {
      for (const lot of of) await tell(lot)
      now = (now + 2 * hour) as Instant
      await round()
    },
    /** Rows that are not nothing, by their keys: as the rounds kept them, or as they are from scratch. */
    summaries: (
      kept: 'kept' | 'scratch',
      lotIds: readonly number[],
    ): Promise<readonly Readonly<Record<string, unknown>>[]> =>
      rows(
        `select lot_id, dimension::text as dimension, day::text as day, member, ${figureColumns.map((column) => `${column}::int4 as ${column}`).join(', ')}
           from (${kept === 'kept' ? 'select * from summary_day' : fromScratch()}) as s
          where lot_id = any ($1) and (${figureColumns.join(', ')}) <> (${figureColumns.map(() => '0').join(', ')})
          order by lot_id, dimension::text, day, member`,
        [lotIds],
      ),
    close: async () => {
      await sql.end()
      await data.close()
    },
  }
}

/** Only the figures that are not nothing. */
export const told = (row: Readonly<Record<string, unknown>> | undefined): Record<string, number> =>
  Object.fromEntries(
    figureColumns.flatMap((column) => (row?.[column] ? [[column, row[column] as number] as const] : [])),
  )
export const dayNumber = (days: number): Day => dayAfter(firstDay, days)
