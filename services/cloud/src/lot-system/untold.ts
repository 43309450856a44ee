import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import {
  claimToRefund,
  deleteUnlessOpen,
  keepUsed,
  refundUnlessTold,
  selectToRefund,
  stopSending,
} from '../bolink/message-store.ts'
import type { UntoldRule } from '../bolink/settings.ts'
import { askRefund } from '../refund/ask.ts'
import { rightsOf } from '../refund/right.ts'
import { inTurn } from '../server/in-turn.ts'

const hourMs = 3_600_000
type ToRefundRow = { readonly bucket: number; readonly lot_id: number; readonly id: Id }
const byRule = 'rule: the lot was never told'
/** It is being told after all, together with a later payment of its stay (called/paid.ts), or its lot has just taken it. */
class NoMoreDue extends Error {}

/** Payments that a connected lot refused or never answered: kept for a person, and given back where the lot's plan says so. */
export function untoldPayments(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  /** Null: they are a person's. */
  readonly ruleOf: (lot: LotKey) => Promise<UntoldRule | null>
}) {
  const { database, clock, log, newId, ruleOf } = options

  const backAt = async (lot: LotKey): Promise<Date | null> => {
    const rule = await ruleOf(lot)
    return rule?.notTold === 'refund' ? instantOut(clock.now() + rule.refundAfterHours * hourMs) : null
  }
  /**
   * It is a person's from here on. Of a payment that the lot has not answered the message stays, never to be sent again: without it the
   * dispatch would put it there anew, and an answer that comes late after all would be to nothing.
   */
  const letGo = async (lot: LotKey, payment: string): Promise<void> => {
    const [db, key] = [database.of(lot.bucket), [lot.bucket, lot.lotId, payment]]
    await db.query(stopSending, [...key, null])
    await db.query(deleteUnlessOpen, key)
  }
  const giveBack = async (row: ToRefundRow, now: Date | null): Promise<void> => {
    const lot = { bucket: row.bucket, lotId: row.lot_id }
    const key = [row.bucket, row.lot_id, row.id]
    if ((await database.of(row.bucket).query(keepUsed, key)).length > 0) return
    const noted = async (tx: Tx) => {
      if ((await tx.query(claimToRefund, [...key, now])).length === 0) throw new NoMoreDue()
    }
    const asked = await askRefund(
      { database, clock, newId, rights: rightsOf(byRule, fen(100_000_000)), noted },
      ...[{ lot, payment: row.id, amountFen: 'all' as const, reason: byRule, by: byRule, secondFactor: null }],
    )
    if (!asked.ok) log('warn', 'not-refunded-by-rule', { lot: row.lot_id, because: asked.error.kind })
    // Of an operator who holds too little yet it is tried again; whatever else keeps it is a person's, who was told.
    if (!asked.ok && asked.error.kind === 'not-enough-held')
      await database.of(row.bucket).query(stopSending, [...key, instantOut(clock.now() + hourMs)])
    else await letGo(lot, row.id)
  }

  return {
    /** A lot will not have a payment, or never answered: kept for a person, and by rule to be given back later. */
    async unheard(lot: LotKey, payment: string): Promise<void> {
      const at = await backAt(lot)
      if (at === null) return letGo(lot, payment)
      await database.of(lot.bucket).query(stopSending, [lot.bucket, lot.lotId, payment, at])
    },
    letGo,
    /** A lot was away while it should have heard of a payment: by rule what it has not taken after that time goes back. */
    async missed(lot: LotKey, payment: string): Promise<void> {
      const at = await backAt(lot)
      if (at !== null) await database.of(lot.bucket).query(refundUnlessTold, [lot.bucket, lot.lotId, payment, at])
    },
    /** One round; called by a timer. One that cannot be given back now stays due, and stands in no other's way. */
    async round(): Promise<void> {
      const now = instantOut(clock.now())
      for (const { db, buckets } of database.nodes)
        await inTurn(await db.query<ToRefundRow>(selectToRefund, [buckets, now]), (row) =>
          giveBack(row, now).catch((error) => {
            if (!(error instanceof NoMoreDue)) throw error
          }),
        )
    },
  }
}
export type UntoldPayments = ReturnType<typeof untoldPayments>
