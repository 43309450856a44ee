import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { QuoteAnswer } from '@lanepay/lot-link/messages.ts'
import type { AskBy, LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import type { Dispatch } from '../command/dispatch.ts'
import type { QuoteView } from '../driver/api.ts'
import { selectOccupancy } from '../session/store.ts'
import { judge } from './decide.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { insertQuote, noteSession, selectOpening, selectOrderedOpening } from './store.ts'

export type QuoteAsked = {
  readonly lot: LotKey
  /** The exit lane the driver stands in; null when paying inside the lot. */
  readonly lane: number | null
  /** `prepay`: the plate or pass that was typed or offered. */
  readonly plate: string | null
  /** This driver's own unplated pass, if there is one. */
  readonly pass: string | null
  readonly driver: string
}

/** Asks the lot what is owed, and keeps the answer so that a payment can name it. Nothing owed at the exit opens the gate. */
export type AskQuote = (asked: QuoteAsked) => Promise<Result<QuoteView, Refusal>>

export function quoting(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly lots: LotSystem
  readonly dispatch: Dispatch
  /** How long a driver without debt waits for the gate's own answer. */
  readonly gateWaitMs: number
}): AskQuote {
  const { database, clock, newId, lots, dispatch } = options

  /** Whom to ask about, and which vehicle the answer is bound to. */
  const ask = async (asked: QuoteAsked): Promise<Result<QuoteAnswer, Refusal>> => {
    const by: AskBy =
      asked.lane === null
        ? { plate: asked.plate ?? '' }
        : { lane: asked.lane, ...(asked.pass === null ? {} : { pass: asked.pass }) }
    const answer = await lots.quote(asked.lot, by, asked.driver)
    if (answer.ok) return answer
    const unread = answer.error.kind === 'refused' && ['ambiguous', 'no-session'].includes(answer.error.because)
    if (asked.lane === null || asked.pass === null || !unread) return err(refusalOf(answer.error, asked.lane !== null))
    // A vehicle without plate stands there and this driver came in on a pass: it is his as far as anybody can tell, and
    // the clearance he pays for opens for the vehicle that stands there now.
    const [stands] = await database
      .of(asked.lot.bucket)
      .query<{ occupancy: string; plate: string | null; ended_at: number | null }>(selectOccupancy, [
        asked.lot.bucket,
        asked.lot.lotId,
        asked.lane,
      ])
    if (!stands || stands.ended_at !== null || stands.plate !== null)
      return err(refusalOf(answer.error, asked.lane !== null))
    const own = await lots.quote(asked.lot, { plate: asked.pass }, asked.driver)
    if (!own.ok) return err(refusalOf(own.error, true))
    return ok({ ...own.value, lane: asked.lane, occupancy: stands.occupancy })
  }

  const gateOf = async (asked: QuoteAsked, answer: QuoteAnswer): Promise<'opened' | 'silent' | 'sent'> => {
    const abilities = await lots.abilitiesOf(asked.lot)
    if (abilities.includes('opens-when-nothing-owed')) {
      if (answer.owedFen === 0) return 'sent'
      // It has not heard of a payment yet, and keeps shut for what it thinks is owed.
      if (!abilities.includes('opens-gate')) return 'silent'
      // Such software tells of no openings: one order for one vehicle, whatever became of it; more is a person's.
      const ordered = await database
        .of(asked.lot.bucket)
        .query(selectOrderedOpening, [
          ...[asked.lot.bucket, asked.lot.lotId, answer.occupancy, firstIdAt(clock.now() - 3_600_000)],
        ])
      if (ordered.length > 0) return 'sent'
    }
    const [before] = await database
      .of(asked.lot.bucket)
      .query<{ silent: boolean | null; waiting: boolean }>(selectOpening, [
        asked.lot.bucket,
        asked.lot.lotId,
        answer.occupancy,
      ])
    if (before?.silent === false) return 'opened' // once for one vehicle; a second pulse would let the next one through
    if (before?.waiting) return 'sent'
    const gate = await dispatch.openGate(
      asked.lot,
      {
        lane: asked.lane!,
        occupancy: answer.occupancy!,
        session: answer.session,
        payment: null,
        reason: 'nothing owed',
      },
      options.gateWaitMs,
    )
    return gate === 'opened' ? 'opened' : gate === 'no-answer' ? 'sent' : 'silent'
  }

  return async (asked) => {
    const { lot } = asked
    const asking = await ask(asked)
    if (!asking.ok) return asking
    const answer = asking.value
    if (asked.lane !== null && (answer.lane !== asked.lane || answer.occupancy === undefined))
      return err({ code: 'lane-empty', message: 'the lot names no vehicle in this lane' })
    const noted = () =>
      database
        .of(lot.bucket)
        .query<{ state: string; paid_fen: number; leave_by: number | null; suspended: boolean }>(noteSession, [
          lot.bucket,
          lot.lotId,
          answer.session,
          answer.plate,
          answer.pass,
          instantOut(answer.enteredAt),
        ])
    // Made by somebody else while this statement looked, it is seen by the next.
    const stay = (await noted())[0] ?? (await noted())[0]
    if (!stay || (stay.state !== 'inside' && stay.state !== 'leaving'))
      return err({ code: 'no-session', message: 'this stay has ended' })
    const now = clock.now()
    const judged = judge(answer, { paidFen: stay.paid_fen, leaveBy: stay.leave_by }, now)
    const view: QuoteView = {
      now,
      state: judged.state,
      plate: answer.plate,
      pass: answer.pass,
      enteredAt: answer.enteredAt,
      quotedAt: answer.quotedAt,
      expiresAt: answer.expiresAt,
      priceFen: answer.priceFen,
      paidFen: judged.paidFen,
      owedFen: judged.owedFen,
      lines: [...judged.lines],
      leaveBy: judged.leaveBy,
      leaveMinutes: answer.leaveMinutes,
      lotOnline: lots.isOnline(lot),
    }
    if (judged.owedFen === 0) return ok(asked.lane === null ? view : { ...view, gate: await gateOf(asked, answer) })
    if (stay.suspended) return err({ code: 'lot-suspended', message: 'this lot takes no payments now' })
    const quote = newId()
    await database
      .of(lot.bucket)
      .query(insertQuote, [
        lot.bucket,
        lot.lotId,
        quote,
        answer.session,
        asked.driver,
        answer.plate,
        asked.lane,
        asked.lane === null ? null : answer.occupancy,
        answer.priceFen,
        stay.paid_fen,
        judged.owedFen,
        JSON.stringify(judged.lines),
        answer.leaveMinutes,
        instantOut(answer.quotedAt),
        instantOut(answer.expiresAt),
      ])
    return ok({ ...view, quote })
  }
}
