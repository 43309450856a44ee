import type { PaidFacts } from '@lanepay/channels/channel.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import { microBatch } from '@lanepay/database/micro-batch.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { HouseNumber } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import { clearanceCommand } from '../command/clearance-command.ts'

/**
 * What became of "the channel says it is paid".
 * `applied`: the stay is cleared. `unapplied`: genuine money that goes back by itself. `known`: heard before.
 * The rest is not believed and changed nothing: our row does not agree with what was said.
 */
export type ClearingOutcome = 'applied' | 'unapplied' | 'known' | Disbelief
export const disbeliefs = ['not-found', 'other-account', 'other-amount', 'other-currency', 'other-number'] as const
export type Disbelief = (typeof disbeliefs)[number]

/** A payment that a verified notification or a verified query answer says is paid, found by its own number. */
export type Claim = { readonly number: HouseNumber; readonly facts: PaidFacts }

/** The only way to be paid: one call, one commit, however many arrive at once. */
export type Clear = (claim: Claim) => Promise<ClearingOutcome>

const clearPayments = {
  name: 'clear-payments',
  text: `select outcome, session_id, lane_id, occupancy, leave_minutes
           from clear_payments($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
}
type Row = {
  readonly outcome: ClearingOutcome
  readonly session_id: string
  readonly lane_id: number | null
  readonly occupancy: string | null
  readonly leave_minutes: number
}

export function clearing(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  /** Within this time the gate may open for the occupancy that was quoted. */
  readonly gateSeconds: number
  /** Called after the commit for every stay that was cleared: send it now, the outbox repeats it if need be. */
  readonly onCommand: (number: HouseNumber, command: Command) => void
}): Clear {
  const { database, clock, newId, gateSeconds, onCommand } = options
  const run = async (items: readonly Claim[]): Promise<ClearingOutcome[]> => {
    // In key order, whatever order they came in: two calls then never wait for each other in a ring.
    const order = items.map((_, index) => index).sort((a, b) => byKey(items[a]!.number, items[b]!.number))
    const claims = order.map((index) => items[index]!)
    const ids = claims.map(({ number }) => BigInt(number.id)).sort((a, b) => (a < b ? -1 : 1))
    const now = clock.now()
    const rows = await database.of(claims[0]!.number.bucket).query<Row>(clearPayments, [
      claims.map(({ number }) => number.bucket),
      claims.map(({ number }) => number.lotId),
      claims.map(({ number }) => number.id),
      claims.map(({ facts }) => facts.accountKey),
      claims.map(({ facts }) => facts.amountFen),
      claims.map(({ facts }) => facts.currency),
      claims.map(({ facts }) => facts.channelTradeNo),
      claims.map(({ facts }) => instantOut(facts.paidAt)),
      claims.map(({ facts }) => facts.payer),
      // Made here, so that a repeat of the very same call after a lost commit answer makes nothing twice.
      claims.map(() => newId()),
      ids.at(0),
      ids.at(-1),
      instantOut(now),
      gateSeconds,
    ])
    const outcomes: ClearingOutcome[] = []
    for (const [index, row] of rows.entries()) {
      outcomes[order[index]!] = row.outcome
      const { number, facts } = claims[index]!
      if (row.outcome === 'applied')
        onCommand(
          number,
          clearanceCommand(number, {
            payment: number.id,
            session: row.session_id,
            lane: row.lane_id,
            occupancy: row.occupancy,
            paidFen: facts.amountFen,
            leaveMinutes: row.leave_minutes,
            issuedAt: now,
            expiresAt: now + gateSeconds * 1000,
          }),
        )
    }
    return outcomes
  }
  // One server holds every bucket today, so one batch may hold payments of many; on a cluster it is a batcher a bucket.
  return microBatch({
    run,
    keyOf: ({ number }) => `${number.bucket}/${number.lotId}/${number.id}`,
    largest: 200,
    // A call costs much, a payment more in it little: two calls at once pay only where many wait.
    lanes: 2,
    crowd: 50,
  })
}

const byKey = (a: HouseNumber, b: HouseNumber): number =>
  a.bucket - b.bucket || a.lotId - b.lotId || (BigInt(a.id) < BigInt(b.id) ? -1 : 1)
