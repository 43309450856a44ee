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
import { judge, type KnownStay } from './decide.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { insertQuote, noteSession, selectGoneBack, selectOpening, selectOrderedOpening } from './store.ts'

export type QuoteAsked = {
  readonly lot: LotKey
  /** The exit lane the driver stands in; null when paying inside the lot. */
  readonly lane: number | null
  /** The plate or pass that was typed or offered; in a lane it counts only where the lot cannot say who stands there. */
  readonly plate: string | null
  /** This driver's own unplated pass, if there is one. */
  readonly pass: string | null
  readonly driver: string
}

/** The price of a vehicle; `occupancy`: as what it is known to stand in the lane of the code; null: paid inside, or nobody knows. */
type Priced = { readonly answer: QuoteAnswer; readonly occupancy: string | null }

/**
 * Asks the lot what is owed, and keeps the answer so that a payment can name it. Nothing owed at the exit opens the gate.
 *
 * Where the lot cannot say who stands in a lane (no `quotes-by-lane`) the driver is asked for the plate (`plate-needed`), and may type
 * anybody's. A gate is then ordered by us, for a payment or because nothing is owed, only if the lot has told of this very plate standing in
 * that lane; else none is: the lot hears of the payment and of the lane, and opens by the read of its own camera, which whoever pays for
 * another vehicle does not change. A pass is its driver's alone, but says nothing of where its vehicle stands: no gate is ordered for it either.
 */
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

  const standsIn = async ({ bucket, lotId }: LotKey, lane: number) => {
    const [row] = await database
      .of(bucket)
      .query<{ occupancy: string; plate: string | null; ended_at: number | null }>(selectOccupancy, [
        ...[bucket, lotId, lane],
      ])
    return row && row.ended_at === null ? row : null
  }

  /** The price by the lane, or of this plate inside, and which vehicle the answer is bound to. */
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
    const stands = await standsIn(asked.lot, asked.lane)
    if (stands === null || stands.plate !== null) return err(refusalOf(answer.error, asked.lane !== null))
    const own = await lots.quote(asked.lot, { plate: asked.pass }, asked.driver)
    if (!own.ok) return err(refusalOf(own.error, true))
    return ok({ ...own.value, lane: asked.lane, occupancy: stands.occupancy })
  }

  const priced = async (asked: QuoteAsked): Promise<Result<Priced, Refusal>> => {
    const { lot, lane, plate } = asked
    if (lane !== null && !(await lots.abilitiesOf(lot)).includes('quotes-by-lane')) {
      if (plate === null) return err({ code: 'plate-needed', message: 'the lot cannot say who stands in a lane' })
      const answer = await ask({ ...asked, lane: null })
      if (!answer.ok) return answer
      const stands = await standsIn(lot, lane)
      const isThere = stands !== null && stands.plate === answer.value.plate
      return ok({ answer: answer.value, occupancy: isThere ? stands.occupancy : null })
    }
    const answer = await ask(asked)
    if (!answer.ok || lane === null) return answer.ok ? ok({ answer: answer.value, occupancy: null }) : answer
    const { occupancy } = answer.value
    return answer.value.lane === lane && occupancy !== undefined
      ? ok({ answer: answer.value, occupancy })
      : err({ code: 'lane-empty', message: 'the lot names no vehicle in this lane' })
  }

  /** What we hold of a stay, and until when it lets the vehicle leave: what its lot would not have and has gone back is nobody's payment. */
  const heldOf = async (
    { bucket, lotId }: LotKey,
    answer: QuoteAnswer,
    stay: { readonly paid_fen: number; readonly leave_by: number | null },
  ): Promise<KnownStay> => {
    const held = { paidFen: stay.paid_fen, leaveBy: stay.leave_by }
    if (held.paidFen <= answer.paidFen) return held
    const since = firstIdAt(answer.enteredAt - 3_600_000)
    const [row] = await database
      .of(bucket)
      .query<{ fen: number }>(selectGoneBack, [bucket, lotId, answer.session, since])
    return row!.fen === 0 ? held : { paidFen: held.paidFen - row!.fen, leaveBy: null }
  }

  const gateOf = async (
    asked: QuoteAsked,
    answer: QuoteAnswer,
    occupancy: string,
  ): Promise<'opened' | 'silent' | 'sent'> => {
    const abilities = await lots.abilitiesOf(asked.lot)
    if (abilities.includes('opens-when-nothing-owed')) {
      if (answer.owedFen === 0) return 'sent'
      // It has not heard of a payment yet, and keeps shut for what it thinks is owed.
      if (!abilities.includes('opens-gate')) return 'silent'
      // Such software tells of no openings: one order for one vehicle, whatever became of it; more is a person's.
      const ordered = await database
        .of(asked.lot.bucket)
        .query(selectOrderedOpening, [
          ...[asked.lot.bucket, asked.lot.lotId, occupancy, firstIdAt(clock.now() - 3_600_000)],
        ])
      if (ordered.length > 0) return 'sent'
    }
    const [before] = await database
      .of(asked.lot.bucket)
      .query<{ silent: boolean | null; waiting: boolean }>(selectOpening, [
        asked.lot.bucket,
        asked.lot.lotId,
        occupancy,
      ])
    if (before?.silent === false) return 'opened' // once for one vehicle; a second pulse would let the next one through
    if (before?.waiting) return 'sent'
    const gate = await dispatch.openGate(
      asked.lot,
      {
        lane: asked.lane!,
        occupancy,
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
    const asking = await priced(asked)
    if (!asking.ok) return asking
    const { answer, occupancy } = asking.value
    const noted = () =>
      database.of(lot.bucket).query<{
        state: string
        paid_fen: number
        leave_by: number | null
        left_how: string | null
        suspended: boolean
      }>(noteSession, [lot.bucket, lot.lotId, answer.session, answer.plate, answer.pass, instantOut(answer.enteredAt)])
    // Made by somebody else while this statement looked, it is seen by the next.
    const stay = (await noted())[0] ?? (await noted())[0]
    if (stay?.left_how === 'left' && stay.paid_fen > 0)
      return err({ code: 'already-paid', message: 'this stay was paid, and its vehicle has been let out' })
    if (!stay || (stay.state !== 'inside' && stay.state !== 'leaving'))
      return err({ code: 'no-session', message: 'this stay has ended' })
    const now = clock.now()
    const judged = judge(answer, await heldOf(lot, answer, stay), now)
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
      ...(answer.renewable ? { renewable: true } : {}),
    }
    if (judged.owedFen === 0)
      return ok(occupancy === null ? view : { ...view, gate: await gateOf(asked, answer, occupancy) })
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
        occupancy,
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
