import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'

/** What a cleared payment's rows say; all that a lot must hear of it. */
export type ClearanceFacts = {
  readonly payment: string
  readonly session: string
  readonly lane: number | null
  readonly occupancy: string | null
  readonly paidFen: number
  readonly leaveMinutes: number
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The command that tells a lot of a payment, the same however often it is made: its id is the payment's own. */
export function clearanceCommand(lot: LotKey, facts: ClearanceFacts): Command {
  const { payment, session, lane, occupancy, paidFen, leaveMinutes, issuedAt, expiresAt } = facts
  return {
    id: numberOf('command', lot, payment as Id),
    kind: 'clearance',
    issuedAt,
    expiresAt,
    clearance: payment,
    session,
    paidFen,
    leaveMinutes,
    leaveBy: issuedAt + leaveMinutes * 60_000,
    ...(lane !== null && occupancy !== null ? { gate: { lane, occupancy } } : {}),
  }
}
