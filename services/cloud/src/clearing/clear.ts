import type { PaidFacts } from '@lanepay/channels/channel.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import { microBatch } from '@lanepay/database/micro-batch.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { type HouseNumber, numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'

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
export type Cleared = { readonly outcome: ClearingOutcome; readonly command: Command | null }

/** The only way to be paid: one call, one commit, however many arrive at once. */
export type Clear = (claim: Claim) => Promise<ClearingOutcome>

const clearPayments = {
  name: 'clear-payments',
  text: 'select outcome, command_body from clear_payments($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
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
  const run = async (claims: readonly Claim[]): Promise<ClearingOutcome[]> => {
    // The command and refund ids are made here and travel as parameters, so that a repeat of the very same call after a
    // lost commit answer finds the payment known and makes nothing twice.
    const commandIds = claims.map(() => newId())
    const rows = await database
      .of(claims[0]!.number.bucket)
      .query<{ outcome: ClearingOutcome; command_body: Command | null }>(clearPayments, [
        claims.map((claim) => claim.number.bucket),
        claims.map((claim) => claim.number.lotId),
        claims.map((claim) => claim.number.id),
        claims.map((claim) => claim.facts.accountKey),
        claims.map((claim) => claim.facts.amountFen),
        claims.map((claim) => claim.facts.currency),
        claims.map((claim) => claim.facts.channelTradeNo),
        claims.map((claim) => instantOut(claim.facts.paidAt)),
        claims.map((claim) => claim.facts.payer),
        commandIds,
        claims.map((claim, index) => numberOf('command', claim.number, commandIds[index]!)),
        claims.map(() => newId()),
        instantOut(clock.now()),
        gateSeconds,
      ])
    return rows.map(({ outcome, command_body }, index) => {
      if (command_body) onCommand(claims[index]!.number, command_body)
      return outcome
    })
  }
  // One server holds every bucket today, so one batch may hold payments of many; on a cluster it is a batcher a bucket.
  return microBatch({ run, keyOf: ({ number }) => `${number.bucket}/${number.lotId}/${number.id}`, largest: 200 })
}
