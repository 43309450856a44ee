import { type Database, type Db, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { fateOf, type ShareFate } from './decide.ts'
import { numbersOf, type RuleOf } from './rule-of.ts'
import { claimDueShares, type DueShareRow, makeShares } from './store.ts'

type Judged = { readonly row: DueShareRow; readonly fate: Exclude<ShareFate, { act: 'wait' }>; readonly share: Id }

const atOnce = 200

/**
 * One round over the paid payments that are to be shared: what they owe the partners is posted and their share orders are made,
 * many in one call. Whoever else does the same at the same time makes the others (0007_share.sql).
 */
export function makingShares(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly alarms: Alarms
  readonly ruleOf: RuleOf
}): () => Promise<void> {
  const { database, clock, log, newId, alarms, ruleOf } = options

  const judge = async (row: DueShareRow): Promise<Judged | null> => {
    const rule = await ruleOf({ bucket: row.bucket, lotId: row.lot_id }, row.share_rule)
    const fate = fateOf(
      {
        state: row.state,
        amountFen: fen(row.amount_fen),
        channelFeeFen: fen(row.channel_fee_fen),
        platformFeeFen: fen(row.platform_fee_fen),
        refundedFen: fen(row.refunded_fen),
        feeBackFen: fen(Number(row.fee_back_fen)),
        refunding: row.refunding,
      },
      numbersOf(rule),
    )
    return fate.act === 'wait' ? null : { row, fate, share: newId() }
  }
  const make = (db: Db, all: readonly Judged[]) => {
    const parts = all.flatMap(({ fate }, n) =>
      fate.act === 'share' ? fate.parts.map((part) => ({ ...part, place: n + 1 })) : [],
    )
    return db.query<{ place: number }>(makeShares, [
      all.map(({ row }) => row.bucket),
      all.map(({ row }) => row.lot_id),
      all.map(({ row }) => row.id),
      all.map(({ row }) => row.refunded_fen),
      all.map(({ share }) => share),
      all.map(({ fate }) => (fate.act === 'nothing' ? null : fate.act)),
      all.map(({ fate }) => fate.act !== 'share' || fate.finish),
      parts.map(({ place }) => place),
      parts.map(({ party }) => party),
      parts.map(({ wholeFen }) => wholeFen),
      parts.map(({ amountFen }) => amountFen),
      instantOut(clock.now()),
    ])
  }
  /** What the books do not have cannot be shared; it is tried again when they may. The rest is a bug, and told as one. */
  const notMade = async ({ bucket, lot_id: lotId, id: payment }: DueShareRow, error: Error): Promise<void> => {
    const { code, constraint } = error as { code?: string; constraint?: string }
    if (code === '23514' && constraint === 'account_never_negative')
      return alarms.raise(
        { bucket, lotId },
        {
          kind: 'share-failed',
          payment,
          because: "the operator's account at this lot and channel holds less than its parts",
        },
      )
    log('error', 'share-not-made', { lot: lotId, payment, message: error.message })
  }
  return async () => {
    for (const { db, buckets } of database.nodes) {
      const due = await db.query<DueShareRow>(claimDueShares, [buckets, instantOut(clock.now()), atOnce])
      const judged = (await Promise.all(due.toSorted(inKeyOrder).map(judge))).filter((one) => one !== null)
      if (judged.length === 0) continue
      await make(db, judged).catch(async (error: Error) => {
        log('warn', 'shares-one-by-one', { payments: judged.length, message: error.message })
        // One that cannot be posted must not hold up its neighbours.
        for (const one of judged) await make(db, [one]).catch((alone: Error) => notMade(one.row, alone))
      })
    }
  }
}

const inKeyOrder = (a: DueShareRow, b: DueShareRow): number =>
  a.bucket - b.bucket || a.lot_id - b.lot_id || (BigInt(a.id) < BigInt(b.id) ? -1 : 1)
