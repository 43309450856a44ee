import { CommitUnknown, type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command, CommandResult } from '@lanepay/lot-link/messages.ts'
import type { DeviceKey } from '@lanepay/lot-link/topics.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { clearanceCommand } from './clearance-command.ts'
import {
  answerClearance,
  answerCommand,
  type ClearanceRow,
  type CommandRow,
  claimDueClearances,
  claimDueCommands,
  expireOpenings,
  hurryClearancesOfLot,
  hurryCommandsOfLot,
  insertOpenGate,
  openingsOfPayment,
} from './store.ts'

/** The lot's own agent; a lot of another kind gets another device here. */
export const agentOf = (lot: LotKey): DeviceKey => ({ bucket: lot.bucket, lotId: lot.lotId, device: 'agent' })

export type GateAnswer = 'opened' | 'expired' | 'refused' | 'silent'

/** Tells lots what was decided, again and again until they answer, and takes in what they answer. */
export type Dispatch = {
  /** Sends a command whose row is committed. */
  now(lot: LotKey, command: Command): void
  /** Queues and sends one opening of one lane for one occupancy, and waits a moment for the answer. */
  openGate(
    lot: LotKey,
    opening: { lane: number; occupancy: string; session: string | null; payment: string | null; reason: string },
    waitMs: number,
  ): Promise<GateAnswer | 'no-answer'>
  result(from: DeviceKey, result: CommandResult): Promise<void>
  lotIsBack(lot: LotKey): Promise<void>
  /** One round of the outbox; called by a timer. */
  round(): Promise<void>
}

const openingsAtMost = 5
type Answered = {
  payment_id: string | null
  lane_id: number | null
  occupancy: string | null
  session_id: string | null
}

export function dispatcher(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly gateSeconds: number
  readonly alarms: Alarms
  readonly tell: (to: DeviceKey, command: Command) => void
}): Dispatch {
  const { database, clock, newId, gateSeconds, alarms, tell } = options
  const waiting = new Map<string, (answer: GateAnswer) => void>()

  const queueOpening = async (
    lot: LotKey,
    opening: Parameters<Dispatch['openGate']>[1],
    afterMs: number,
  ): Promise<Command> => {
    const id = newId()
    const now = clock.now()
    const command: Command = {
      id: numberOf('command', lot, id),
      kind: 'open-gate',
      issuedAt: now,
      expiresAt: now + afterMs + gateSeconds * 1000,
      lane: opening.lane,
      occupancy: opening.occupancy,
      reason: opening.reason,
    }
    await database
      .of(lot.bucket)
      .query(insertOpenGate, [
        lot.bucket,
        lot.lotId,
        id,
        opening.payment,
        opening.lane,
        opening.occupancy,
        opening.session,
        command,
        instantOut(now),
        instantOut(command.expiresAt),
        instantOut(now + (afterMs || 1000)),
      ])
    return command
  }

  /** Paid, but the gate stayed shut: asked again with a new number while the same vehicle stands there; a person hears of it. */
  const askAgain = async (
    lot: LotKey,
    row: { payment_id: string | null; lane_id: number | null; occupancy: string | null; session_id?: string | null },
    because: string,
  ) => {
    if (row.payment_id === null || row.lane_id === null || row.occupancy === null) return
    const [state] = await database
      .of(lot.bucket)
      .query<{ openings: number; waiting: boolean; stands: boolean }>(openingsOfPayment, [
        lot.bucket,
        lot.lotId,
        row.payment_id,
        row.lane_id,
        row.occupancy,
      ])
    if (!state?.stands || state.waiting) return
    await alarms.raise(lot, {
      kind: 'paid-but-shut',
      lane: row.lane_id,
      occupancy: row.occupancy,
      payment: row.payment_id,
      because,
    })
    if (state.openings >= openingsAtMost) return
    await queueOpening(
      lot,
      {
        lane: row.lane_id,
        occupancy: row.occupancy,
        session: row.session_id ?? null,
        payment: row.payment_id,
        reason: `paid; ${because}`,
      },
      2_000,
    )
  }

  return {
    now: (lot, command) => tell(agentOf(lot), command),
    openGate: async (lot, opening, waitMs) => {
      const command = await queueOpening(lot, opening, 0)
      return new Promise((resolve) => {
        const done = (answer: GateAnswer | 'no-answer') => {
          clearTimeout(timer)
          waiting.delete(command.id)
          resolve(answer)
        }
        const timer = setTimeout(() => done('no-answer'), waitMs)
        waiting.set(command.id, done)
        tell(agentOf(lot), command)
      })
    },
    result: async (from, result) => {
      const number = parseNumber('command', result.id)
      // A lot answers for itself alone: the number names its lot.
      if (!number.ok || number.value.bucket !== from.bucket || number.value.lotId !== from.lotId) {
        options.log('warn', 'command-result-not-theirs', { lot: from.lotId })
        return
      }
      const state =
        result.gate === 'opened'
          ? 'opened'
          : result.gate === undefined
            ? result.state === 'done'
              ? 'done'
              : result.state === 'expired'
                ? 'expired'
                : 'refused'
            : result.gate === 'expired'
              ? 'expired'
              : 'refused'
      const because = result.because ?? (result.gate === 'silent' ? 'silent' : null)
      const db = database.of(from.bucket)
      const answer = [from.bucket, from.lotId, number.value.id, state, because, instantOut(clock.now())]
      // Nearly all that lots are told are clearances, and no other command has the id of one.
      const [clearance] = await db.query<Answered>(answerClearance, answer)
      const row = clearance ?? (await db.query<Answered>(answerCommand, answer))[0]
      waiting.get(result.id)?.(result.gate ?? 'refused')
      if (row && (state === 'expired' || because === 'silent')) await askAgain(from, row, because ?? state)
    },
    lotIsBack: async (lot) => {
      for (const hurry of [hurryClearancesOfLot, hurryCommandsOfLot])
        await database.of(lot.bucket).query(hurry, [lot.bucket, lot.lotId, instantOut(clock.now())])
    },
    round: async () => {
      for (const { db, buckets } of database.nodes) {
        const now = instantOut(clock.now())
        const over = await db.query<{
          bucket: number
          lot_id: number
          payment_id: string | null
          lane_id: number | null
          occupancy: string | null
        }>(expireOpenings, [buckets, now])
        for (const row of over) await askAgain({ bucket: row.bucket, lotId: row.lot_id }, row, 'no-answer')
        for (const row of await db.query<ClearanceRow>(claimDueClearances, [buckets, now, 500])) {
          const lot = { bucket: row.bucket, lotId: row.lot_id }
          tell(agentOf(lot), clearanceCommand(lot, factsIn(row)))
        }
        for (const { bucket, lot_id: lotId, body } of await db.query<CommandRow>(claimDueCommands, [buckets, now, 500]))
          tell(agentOf({ bucket, lotId }), body)
      }
    },
  }
}

const factsIn = (row: ClearanceRow) => ({
  payment: row.id,
  session: row.session_id,
  lane: row.lane_id,
  occupancy: row.occupancy,
  paidFen: row.paid_fen,
  leaveMinutes: row.leave_minutes,
  issuedAt: row.made_at,
  expiresAt: row.expires_at,
})

/** A commit whose answer was lost is looked at again under the same key; here everything is written to be done twice. */
export async function twiceIfUnknown<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof CommitUnknown) return act()
    throw error
  }
}
