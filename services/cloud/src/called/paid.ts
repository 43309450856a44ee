import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import type { CommandResult } from '@lanepay/lot-link/messages.ts'
import type { Paid, PaidAnswer } from '@lanepay/lot-systems/called.ts'
import { type LotError, mayAskAgain, wrongOf } from '@lanepay/lot-systems/lot-system.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { deleteMessage } from '../bolink/message-store.ts'
import { countTold } from '../bolink/orders.ts'
import type { UntoldPayments } from '../lot-system/untold.ts'
import { type Fate, fateOf, tookLong } from './anew.ts'
import type { Calling } from './call.ts'
import type { KeptCoupons } from './coupons.ts'
import type { UntoldExits } from './ended.ts'
import type { Prices } from './prices.ts'
import type { Called } from './settings.ts'
import {
  dropLeaveBy,
  type HeardRow,
  noteToldAfterAll,
  putInOtherWords,
  putOffRefunds,
  selectHeard,
  selectUntold,
  type UntoldRow,
} from './store.ts'

/** No order to a gate, with who stands there and the note of what became of it, takes longer (call.ts). */
const orderTakesMs = 40_000
/** What is told together with a later payment goes back to nobody meanwhile: longer than from one telling to the next. */
const putOffMs = 3_600_000

/** A payment as it lies in the outbox, with the command it came of. */
export type OwedPayment = {
  readonly kind: 'paid'
  readonly paid: Paid
  readonly command: string
  readonly gateUntil: number
  /** By what the price that was paid was lowered, and of which session. */
  readonly coupon?: { readonly name: string; readonly session: string }
  /** Told by a price that was asked for anew, and what the software said then was paid already. */
  readonly anew?: { readonly paidFen: number | null }
  /** So many tellings, from the first on, have not been taken: it has said so. */
  readonly notTaken?: number
}
type Gate = Pick<CommandResult, 'gate' | 'because'>

const isStale = (said: Result<unknown, LotError>): boolean =>
  !said.ok && said.error.kind === 'refused' && said.error.because === 'quote-stale'
const yuan = (amountFen: number): string => toYuan(fen(amountFen))

/**
 * Tells called software of payments. One whose price stands no more is told by the price anew, under its own number; what it does not cover is the
 * driver's to pay, and is told together with it then.
 */
export function tellingPaid(options: {
  readonly database: Database
  readonly clock: Clock
  readonly alarms: Alarms
  readonly calling: Calling
  readonly prices: Prices
  readonly coupons: KeptCoupons
  readonly exits: UntoldExits
  readonly untold: UntoldPayments
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
  readonly orderedFor: (
    called: Called,
    order: { lane: string; stay: string; plate: string; reason: string },
    requestId: string,
  ) => Promise<Gate>
}): (called: Called, id: Id, owed: OwedPayment) => Promise<void> {
  const { database, clock, alarms, calling, prices, coupons, exits, untold, onResult } = options

  /** Earlier payments of the stay that the software would not have, and nobody has back: what it wants now is the price of all of them. */
  const together = async (called: Called, id: Id, heardOf: HeardRow): Promise<readonly UntoldRow[]> => {
    if (heardOf.paid_before_fen === null || heardOf.paid_before_fen === 0) return []
    const key = [called.bucket, called.lotId, heardOf.session_id, id]
    const db = database.of(called.bucket)
    await db.query(putOffRefunds, [...key, instantOut(clock.now() + putOffMs)])
    return db.query<UntoldRow>(selectUntold, key)
  }

  const refuse = async (called: Called, id: Id, owed: OwedPayment, because: string, says: string): Promise<void> => {
    await alarms.raise(called, { kind: 'lot-not-told', payment: id, because: says })
    await onResult(called, { id: owed.command, at: clock.now(), state: 'refused', because })
    await (because === 'uncertain' ? untold.letGo(called, id) : untold.unheard(called, id))
  }

  return async (called, id, owed) => {
    const { bucket, lotId } = called
    const { command, gateUntil } = owed
    const db = database.of(bucket)
    const key = [bucket, lotId, id]
    const since = instantOut(clock.now() - orderTakesMs)
    const [heardOf] = await db.query<HeardRow>(selectHeard, [...key, since])
    if (!heardOf) throw new Error(`payment ${id} of lot ${lotId} has no clearance`)
    // Refused for good, and whoever noted that died before it came to an end here.
    if (heardOf.is_refused && !heardOf.is_told_again) return untold.unheard(called, id)
    if (heardOf.is_answered && !heardOf.is_refused) return void (await db.query(deleteMessage, key))
    // Put here again while its gate is being ordered: what becomes of that is the answer. Who died over it is followed by the next telling.
    if (heardOf.is_at_work) return
    // No system hears of a refund: a person who gives it back before it is had takes it from the lot. Should that fail, it is told by a person.
    if (heardOf.goes_back) return untold.letGo(called, id)
    const { sends } = heardOf
    const isUncertain = heardOf.is_told_again || sends - 1 > (owed.notTaken ?? 0)
    const along = await together(called, id, heardOf)
    const amountFen = along.reduce((sum, one) => fen(sum + one.amount_fen), owed.paid.amountFen)
    // Too late for a gate: whoever stands there by now may be another.
    let paid: Paid = { ...owed.paid, amountFen, lane: clock.now() <= gateUntil ? owed.paid.lane : null }
    const tell = async (): Promise<Result<PaidAnswer, LotError>> => {
      const said = await calling.call(called, called.system.paid, paid, paid.payment)
      prices.forget(called, paid)
      return said
    }
    let kept = owed
    const keep = async (more: Partial<OwedPayment>): Promise<void> => {
      kept = { ...kept, ...more }
      await db.query(putInOtherWords, [...key, JSON.stringify(kept)])
    }

    const isSlow =
      !isUncertain &&
      !heardOf.is_told &&
      owed.anew === undefined &&
      tookLong({ quotedAt: heardOf.quoted_at ?? paid.paidAt, paidAt: paid.paidAt })
    let said: Result<PaidAnswer, LotError> | null = isSlow ? null : await tell()
    // Whoever told it died before that was noted: no later no takes it from the lot.
    if (heardOf.is_told && said?.ok === false && !mayAskAgain(said.error)) said = ok({ gate: 'silent' })
    if (said === null || isStale(said)) {
      const anew = await prices.anew(called, paid)
      // Told again, by its steps.
      if (!anew.ok && mayAskAgain(anew.error)) return isUncertain ? undefined : keep({ notTaken: sends })
      if (!anew.ok) {
        const { because } = anew.error as Extract<LotError, { kind: 'refused' }>
        const says = `the lot names no price of the stay any more: ${because}`
        return refuse(called, id, owed, isUncertain ? 'uncertain' : because, says)
      }
      const now = anew.value
      const paidFen = now?.quoted.paidFen ?? null
      const paidBeforeFen = owed.anew === undefined ? heardOf.bill_paid_fen : owed.anew.paidFen
      const fate: Fate = fateOf(now && { ...now.quoted, paidFen }, { amountFen, paidBeforeFen, isUncertain })
      switch (fate) {
        case 'tell': {
          const { lowered } = paid
          paid = {
            ...{ ...paid, bill: now!.quoted.bill, lane: now!.lane },
            ...(lowered === undefined ? {} : { lowered: { ...lowered, fen: now!.quoted.loweredFen ?? null } }),
          }
          // First kept, then told: whatever becomes of this telling, the next one says the same.
          await keep({ paid: { ...paid, amountFen: owed.paid.amountFen }, anew: { paidFen }, notTaken: sends - 1 })
          said = await tell()
          if (!isStale(said)) break
          // Once more, by its steps: something may have happened in between. Twice it is a no, whatever its word.
          if (owed.anew === undefined) return keep({ notTaken: sends })
          return refuse(
            ...([called, id, owed, 'quote-stale'] as const),
            'the lot says twice that the price stands no more which it has just said',
          )
        }
        case 'taken':
          said = ok({ gate: 'silent' })
          break
        case 'short':
          // Of a payment that took long the software has not been asked: it may still take the price that was shown.
          said ??= await tell()
          if (!isStale(said)) break
          await db.query(dropLeaveBy, key)
          return refuse(
            ...([called, id, owed, 'quote-stale'] as const),
            `the price went up: ¥${yuan(now!.quoted.owedFen)} are owed, ¥${yuan(amountFen)} were paid; the driver is asked for the difference`,
          )
        case 'nothing-owed':
          return refuse(
            ...([called, id, owed, 'nothing-owed'] as const),
            'the lot did not take the payment, and nothing is owed for the stay any more',
          )
        case 'unclear':
          return refuse(
            ...([called, id, owed, 'uncertain'] as const),
            'the lot says that the price stands no more; whether it took the payment before, nobody knows',
          )
      }
    }
    if (!said.ok && mayAskAgain(said.error)) return // told again, by its steps
    if (!said.ok) {
      const no = said.error as Extract<LotError, { kind: 'refused' }>
      return refuse(called, id, owed, no.because, `the lot refused the payment: ${wrongOf(no)}`)
    }
    const { gate } = said.value
    // By whoever takes the message away alone; and a gate is ordered when it is heard for the first time, for none else knows of an order.
    const heard = await db.transaction(async (tx) => {
      const [gone] = await tx.query<{ id: string }>(deleteMessage, key)
      if (!gone) return null
      if (owed.coupon !== undefined) {
        const { name: coupon, session } = owed.coupon
        await coupons.spend(tx, called, { coupon, session, loweredFen: paid.lowered?.fen ?? null })
      }
      const told = (payment: string, ownFen: Fen) =>
        countTold(tx, called, { payment, orderId: paid.stay, amountFen: ownFen }, clock.now())
      for (const one of along) {
        await told(one.id, one.amount_fen)
        await tx.query(noteToldAfterAll, [bucket, lotId, one.id])
        await tx.query(deleteMessage, [bucket, lotId, one.id])
      }
      // Refused before a person had it told again.
      if (heardOf.is_refused) await tx.query(noteToldAfterAll, key)
      return (await told(id, owed.paid.amountFen)) ? 'first' : 'again'
    })
    if (heard === null) return
    const { lane } = paid
    const moved = async (): Promise<Gate> => {
      if (lane === null) return {}
      if (gate === 'opened') return { gate: 'opened' }
      if (gate !== null || heard === 'again') return { gate: 'silent', because: 'uncertain' }
      return options.orderedFor(called, { lane, stay: paid.stay, plate: paid.plate, reason: 'paid' }, paid.payment)
    }
    const did = await moved()
    if (did.gate === 'silent')
      await alarms.raise(called, {
        ...{ kind: 'paid-but-shut', payment: id },
        because: 'the lot has the payment, but not said that its gate opened',
      })
    await onResult(called, { id: command, at: clock.now(), state: 'done', ...did })
    if (lane !== null && did.gate === 'opened') await exits.paidIn(called, lane, paid, clock.now())
  }
}
