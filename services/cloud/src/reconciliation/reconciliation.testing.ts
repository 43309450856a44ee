import assert from 'node:assert/strict'
import type { BillError, BillLine, Bills } from '@lanepay/channels/bills.ts'
import type { Database, Db } from '@lanepay/database/database.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { type Log, silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import pg from 'pg'
import { audit } from '../audit/audit.ts'
import { type Clear, clearing } from '../clearing/clear.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { refunds as makeRefunds, type Refunds } from '../refund/refund.ts'
import { type Day, readyAt, startOf } from './day.ts'
import { type Reconciliation, reconciliation } from './reconcile.ts'

/* A lot with a book, and a channel whose bills are what a test says they are. */

export const accountKey = '1900000001'
export const day = '2026-06-02' as Day
/** Of that day, Beijing time. */
export const at = (clock: string, onDay: Day = day): Instant =>
  (startOf(onDay) + Date.parse(`1970-01-01T${clock.length === 5 ? `${clock}:00` : clock}Z`)) as Instant

export type PaymentTold = {
  /** Beijing time on `day`; the payment is cleared at that instant. */
  readonly paidAt?: Instant
  readonly amountFen?: number
  /** Left out: paid and cleared. */
  readonly state?: 'pending' | 'closed' | 'unapplied'
  /** Why its stay would not take it. */
  readonly stay?: 'inside' | 'left'
}
export type Paid = {
  readonly lot: LotKey
  readonly id: Id
  readonly number: string
  readonly amountFen: number
  readonly paidAt: Instant
}

export type House = Awaited<ReturnType<typeof openHouse>>

export async function openHouse() {
  const data: TestDatabase = await testDatabase()
  const sql = new pg.Pool({ ...data.connection, max: 4 })
  let now = readyAt(day)
  const clock = { now: () => now }
  const newId = idMaker(() => clock.now(), 7)
  const { database } = data
  const clear: Clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  const refunds: Refunds = makeRefunds({
    ...{ database, clock, log: silentLog, channels: {}, accounts: channelAccounts(database), publicUrl: 'https://x' },
    alarms: { raise: async () => {} },
  })
  /** What the channel answers when a bill is asked for; a day that is not here has none. */
  const answers = new Map<string, readonly BillLine[] | BillError>()
  const asked: string[] = []
  /** What the file of a bill is, in the pieces in which it comes. */
  const files = new Map<string, readonly Uint8Array[]>()
  const bills: Bills = {
    read: async (
      _,
      ask,
      take,
      keep,
    ): Promise<Result<{ lines: number; payments: number; refunds: number }, BillError>> => {
      asked.push(`${ask.kind} ${ask.day}`)
      for (const piece of files.get(`${ask.kind} ${ask.day}`) ?? []) await keep?.(piece)
      const answer = answers.get(`${ask.kind} ${ask.day}`) ?? ({ kind: 'no-bill', code: 'NO_STATEMENT_EXIST' } as const)
      if ('kind' in answer) {
        // What is not believed in the end may have handed over lines before.
        if (answer.kind === 'damaged') await take([...(answers.get(`before damage ${ask.day}`) as BillLine[])])
        return err(answer)
      }
      for (let first = 0; first < answer.length; first += 3) await take(answer.slice(first, first + 3))
      const count = (kind: string) => answer.filter((line) => line.kind === kind).length
      return ok({ lines: answer.length, payments: count('payment'), refunds: count('refund') })
    },
  }
  /** Whatever went wrong in a round, in words. */
  const errors: string[] = []
  const log: Log = (level, event, facts) => {
    if (level === 'error') errors.push(`${event} ${JSON.stringify(facts)}`)
  }
  const make = (over: Partial<Parameters<typeof reconciliation>[0]> = {}): Reconciliation =>
    reconciliation({
      ...{ database, clock, log, newId, clear, refunds },
      channels: { wechatpay: { accountKey: () => accountKey, bills } },
      ...over,
    })
  const rows = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await sql.query(text, values)).rows as Row[]

  let lots = 0
  let nodes = 0
  /** Payments of one instant have ids of their own. */
  const nextNode = () => (nodes++ % 1000) + 20
  const aLot = async (): Promise<LotKey> => {
    lots += 1
    const lot = { bucket: (lots * 37) % 256, lotId: lots }
    await provision(
      database,
      {
        ...{ bucket: lot.bucket, number: lot.lotId, name: '阳光花园', platformFeeBasisPoints: 100 },
        operator: { id: '1', name: '阳光物业' },
        accounts: [{ id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} }],
        lanes: [{ id: 2, name: '出口', direction: 'exit' }],
      },
      clock.now(),
    )
    return lot
  }

  const aPayment = async (lot: LotKey, told: PaymentTold = {}): Promise<Paid> => {
    const { paidAt = at('12:00'), amountFen = 1000, state, stay = 'inside' } = told
    const before = now
    now = (paidAt - 60_000) as Instant
    const made = idMaker(() => now, nextNode())
    const [id, session] = [made(), made()]
    const fee = Math.floor((amountFen * 60 + 5_000) / 10_000)
    await sql.query(
      `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, left_at)
       values ($1, $2, $3, '粤B12345', false, 'blue', $4::session_state, to_timestamp($5), 0, case when $4 = 'left' then to_timestamp($5) end)`,
      [lot.bucket, lot.lotId, session, stay, now / 1000],
    )
    await sql.query(
      `insert into payment (bucket, lot_id, id, session_id, lane_id, occupancy, plate, driver, channel, account_id, account_key, operator_id,
                            amount_fen, channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
       values ($1, $2, $3, $4, 2, 77, '粤B12345', 'wechatpay:o', 'wechatpay', 1, $5, 1, $6, $7, 5, 0, 15, $8, to_timestamp($9), to_timestamp($9))`,
      [
        lot.bucket,
        lot.lotId,
        id,
        session,
        accountKey,
        amountFen,
        fee,
        state === 'closed' ? 'closed' : 'pending',
        now / 1000,
      ],
    )
    const paid: Paid = { lot, id, number: numberOf('trade', lot, id), amountFen, paidAt }
    now = paidAt
    if (state === undefined || state === 'unapplied') {
      const outcome = await clear({
        number: { kind: 'trade', ...lot, id },
        facts: {
          ...{ tradeNumber: paid.number, accountKey, amountFen: fen(amountFen), currency: 'CNY' },
          ...{ channelTradeNo: channelNoOf(id), paidAt, payer: 'o' },
        },
      })
      assert.equal(outcome, stay === 'left' ? 'unapplied' : 'applied')
    }
    now = before
    return paid
  }

  /** A refund in the state that is told, its books posted as refunding posts them. */
  const aRefund = async (
    payment: Paid,
    told: { state?: 'sent' | 'done' | 'failed'; amountFen?: number; doneAt?: Instant } = {},
  ): Promise<{ readonly id: Id; readonly number: string; readonly payment: Paid; readonly amountFen: number }> => {
    const { state = 'done', amountFen = 900, doneAt = at('13:00') } = told
    const before = now
    now = (doneAt - 60_000) as Instant
    const id = idMaker(() => now, nextNode())()
    const { lot } = payment
    await sql.query(
      `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at)
       values ($1, $2, $3, $4, $5, 'a test', 'asked', to_timestamp($6), to_timestamp($6) + interval '1 year')`,
      [lot.bucket, lot.lotId, id, payment.id, amountFen, now / 1000],
    )
    now = doneAt
    const number = numberOf('refund', lot, id)
    if (state === 'sent') await refunds.heard(lot, id, { state: 'pending' })
    // As the worker does before it asks the channel.
    if (state === 'failed') await refunds.heard(lot, id, { state: 'failed', code: 'X', message: 'a test' })
    if (state === 'done')
      await refunds.heard(lot, id, { state: 'done', refundNumber: number, amountFen: fen(amountFen), doneAt })
    now = before
    return { id, number, payment, amountFen }
  }

  return {
    ...{
      errors,
      data,
      database,
      sql,
      rows,
      clock,
      newId,
      clear,
      refunds,
      answers,
      files,
      asked,
      make,
      aLot,
      aPayment,
      aRefund,
    },
    setNow: (instant: Instant) => {
      now = instant
    },
    discrepancies: (onDay: Day = day) =>
      rows<FoundRow>(
        `select lot_id, proof, item, class, state, owner, ours_fen::int as ours_fen, theirs_fen::int as theirs_fen, about
           from discrepancy where day = $1::date order by proof, lot_id, item`,
        [onDay],
      ),
    steps: (item: string) =>
      rows<{ step: number; state: string; who: string; why: string; on_day: string }>(
        `select step, state, who, why, on_day::text as on_day from discrepancy_step where item = $1 order by day, step`,
        [item],
      ),
    /** The invariants of the whole book hold after whatever was done. */
    holds: async () => {
      assert.deepEqual(errors, [])
      assert.deepEqual((await audit(database)).broken, [])
    },
    close: async () => {
      await sql.end()
      await data.close()
    },
  }
}
export type FoundRow = {
  lot_id: number
  proof: string
  item: string
  class: string
  state: string
  owner: string
  ours_fen: number | null
  theirs_fen: number | null
  about: string
}

export const channelNoOf = (id: Id): string => `42${id}`

type Payment = Extract<BillLine, { kind: 'payment' }>
/** The line that agrees with a payment in everything. */
export const lineOf = (paid: Paid, over: Partial<Payment> = {}): Payment => ({
  kind: 'payment',
  tradeNumber: paid.number,
  channelTradeNo: channelNoOf(paid.id),
  accountKey,
  amountFen: fen(paid.amountFen),
  settledFen: fen(paid.amountFen),
  feeMilliFen: paid.amountFen * 6,
  at: paid.paidAt,
  product: '停车费 阳光花园, 粤B·1**45',
  note: '',
  ...over,
})
type RefundLine = Extract<BillLine, { kind: 'refund' }>
export const refundLineOf = (
  refund: { readonly id: Id; readonly number: string; readonly payment: Paid; readonly amountFen: number },
  over: Partial<RefundLine> = {},
): RefundLine => ({
  ...lineOf(refund.payment),
  kind: 'refund',
  refundNumber: refund.number,
  channelRefundNo: `50${refund.id}`,
  amountFen: fen(refund.amountFen),
  settledFen: fen(refund.amountFen),
  feeMilliFen: refund.amountFen * -6,
  at: at('13:00'),
  state: 'done',
  ...over,
})
type Flow = Extract<BillLine, { kind: 'flow' }>
export const flow = (
  over: Partial<Flow> & Pick<Flow, 'flowNo' | 'way'> & { amountFen: Fen; balanceFen: Fen },
): Flow => ({
  kind: 'flow',
  channelNo: '',
  ourNumber: null,
  at: at('12:00'),
  business: '交易',
  note: '',
  ...over,
})
type Fen = Flow['amountFen']

/** Of one account: what moved, out below zero. */
export type Move = Partial<Flow> & { readonly fen: number }
/** Movements whose balances follow from each other. */
export function flows(openingFen: number, moves: readonly Move[]): Flow[] {
  let balance = openingFen
  return moves.map(({ fen: moved, ...over }, index) => {
    balance += moved
    return flow({
      ...{ flowNo: `F${openingFen}-${index}`, way: moved < 0 ? 'out' : 'in', amountFen: Math.abs(moved) as Fen },
      balanceFen: fen(balance),
      ...over,
    })
  })
}

/** A day's bills are due, and who works on them dies after so many statements; another goes on half an hour later. Answers whether it died. */
export async function workedAndKilled(house: House, day: Day, killAt: number): Promise<boolean> {
  house.setNow(readyAt(day))
  const { database, wasKilled } = dying(house.database, killAt)
  await house
    .make({ database })
    .round()
    .catch(() => {})
  house.errors.length = 0
  house.setNow((readyAt(day) + 31 * 60_000) as Instant)
  await house.make().round()
  return wasKilled()
}

/** A database that is dead from the statement after `killAt` on; every statement counts. */
function dying(database: Database, killAt: number): { readonly database: Database; readonly wasKilled: () => boolean } {
  let done = 0
  const dead = () => {
    if (++done > killAt) throw new Error('killed')
  }
  const mortal = <T extends { query: (...args: never[]) => unknown }>(tx: T): T => ({
    ...tx,
    query: async (...args: never[]) => {
      dead()
      return tx.query(...args)
    },
  })
  const dbOf = (db: Db): Db => ({
    ...mortal(db),
    copy: async (statement, act) => {
      dead()
      return db.copy(statement, act)
    },
    transaction: (act) => db.transaction((tx) => act(mortal(tx))),
  })
  return {
    database: {
      ...database,
      of: (bucket: number) => dbOf(database.of(bucket)),
      reference: dbOf(database.reference),
      nodes: database.nodes.map((node) => ({ ...node, db: dbOf(node.db) })),
    },
    wasKilled: () => done > killAt,
  }
}
