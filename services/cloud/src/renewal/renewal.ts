import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey, Plate } from '@lanepay/domain/types.ts'
import type { Command, CommandResult } from '@lanepay/lot-link/messages.ts'
import type { DeviceKey } from '@lanepay/lot-link/topics.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { DriverErrorCode } from '../driver/api.ts'
import { insertQuote } from '../quote/store.ts'
import { askRefund } from '../refund/ask.ts'
import { rightsOf } from '../refund/right.ts'
import { changingVehicles } from '../vehicle/change.ts'
import { renewCard } from '../vehicle/decide.ts'
import { openHolder } from '../vehicle/holder.ts'
import type { Card, Kept } from '../vehicle/lists.ts'
import { listsTakenBy, readKeptAbout } from '../vehicle/store.ts'
import type { CardQuoteView, CardsView, RenewalErrorCode } from './api.ts'
import {
  idOf,
  isTooFar,
  letGoAfterMs,
  lineOf,
  mayBeRenewal,
  month,
  mostMonths,
  priceStandsMs,
  type Renewable,
  renewableCards,
  standingOf,
  startOf,
} from './decide.ts'
import type { CardPrice, NoCard, SoftwareCard, SoftwareCards } from './software.ts'
import {
  beginRenewal,
  endRenewal,
  endSession,
  insertRenewalQuote,
  makeSession,
  noteTold,
  type PaidRow,
  refundLater,
  refundOver,
  selectAnswered,
  selectIsSuspended,
  selectOpenRenewal,
  selectPaidRenewal,
  selectToLetGo,
  selectToRefund,
  type ToRefundRow,
} from './store.ts'

const byRule = 'rule: the card was not made longer'
const hourMs = 3_600_000

export type CardAsked = { readonly plate: Plate; readonly phoneEnd?: string | undefined }
const refusalOf = (no: NoCard): CardRefusal => {
  switch (no.kind) {
    case 'offline':
      return { code: 'lot-offline' }
    case 'ended':
      return { code: 'card-ended' }
    case 'too-far':
      return { code: 'card-too-far' }
    case 'refused':
      return { code: 'card-refused', detail: no.detail }
  }
}

export type CardRefusal = { readonly code: RenewalErrorCode | DriverErrorCode; readonly detail?: string }

/** Month cards that their drivers make longer, whoever keeps them (docs/vehicles.md). */
export type Renewals = {
  /** The cards of this plate that a driver may make longer; those of others only for whoever knows whose they are. */
  cards(lot: LotKey, asked: CardAsked): Promise<Result<CardsView, CardRefusal>>
  /** What so many months cost: a quote that is paid as any. */
  quote(
    lot: LotKey,
    asked: CardAsked & { readonly card: string; readonly months: number; readonly driver: string },
  ): Promise<Result<CardQuoteView, CardRefusal>>
  /** Tells the lot a command, or does what was paid for where it is the payment of a card: once, however often it is told. */
  tell(to: DeviceKey, command: Command): void
  /** One round; called by a timer: what lots have answered, what is refused goes back, and what nobody paid is let go. */
  round(): Promise<void>
}

export function cardRenewals(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly alarms: Alarms
  readonly software: SoftwareCards
  readonly isOnline: (lot: LotKey) => boolean
  /** What became of the clearance: nobody tells it any more. */
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
  readonly tellLot: (to: DeviceKey, command: Command) => void
}): Renewals {
  const { database, clock, log, newId, houseKey, alarms, software, isOnline } = options
  const change = changingVehicles({ database, clock, newId, houseKey })
  const phoneOf = (card: Card): string | null =>
    card.holder === null ? null : openHolder(houseKey, card.id, card.holder).phone || null

  type Found = Renewable & { readonly ofSoftware?: SoftwareCard; readonly kept?: Kept }
  const foundFor = async (lot: LotKey, plate: string): Promise<Result<Found[], CardRefusal>> => {
    const db = database.of(lot.bucket)
    const takenBy = await listsTakenBy(db, lot)
    const kept = { capacity: null, ...(await readKeptAbout(db, lot, plate)) }
    const here =
      takenBy === 'whole' || takenBy === 'rows'
        ? renewableCards(kept, plate, takenBy, phoneOf).map((card) => ({ ...card, kept }))
        : []
    const theirs = await software.ofPlate(lot, plate)
    if (!theirs.ok) return err(refusalOf(theirs.error))
    return ok([
      ...here,
      ...theirs.value.map((card) => ({
        ...{ card: `lot:${card.key}`, product: card.product, from: null, until: card.until, monthFen: card.periodFen },
        ...{ phone: card.phone, period: card.period ?? month, ofSoftware: card },
      })),
    ])
  }

  const priced = async (
    lot: LotKey,
    { card, until, monthFen, kept, ofSoftware }: Found,
    months: number,
    now: number,
  ): Promise<Result<CardPrice, CardRefusal>> => {
    if (ofSoftware === undefined) {
      // All that would refuse it once it is paid refuses it now.
      const made = renewCard(kept!, idOf(card), { months, noted: null }, now)
      if (!made.ok) return err({ code: 'card-refused', detail: made.error.kind })
      const to = made.value.cards[0]!.until
      if (isTooFar(to, now)) return err({ code: 'card-too-far' })
      const time = { from: startOf(until, now), to }
      return ok({ priceFen: monthFen! * months, time, startAt: null, lotTradeNo: null, permit: null })
    }
    // What it says is its last second.
    const startAt = startOf(until === null ? null : until + 1_000, now, ofSoftware.late?.from)
    const price = await software.price(lot, ofSoftware, { months, startAt, now })
    if (price.ok) return price
    log('info', 'card-not-priced', { lot: lot.lotId, because: price.error.kind })
    return err(refusalOf(price.error))
  }

  /** The session by which this card is paid next: one at a time, whoever pays. Null: it is paid, and not made longer yet. */
  const sessionOf = (lot: LotKey, card: string, plate: string, now: number): Promise<string | null> => {
    const id = newId()
    const key = [lot.bucket, lot.lotId]
    return twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const [begun] = await tx.query(beginRenewal, [...key, id, card, instantOut(now)])
        if (begun) await tx.query(makeSession, [...key, id, plate, instantOut(now), card])
        const [open] = await tx.query<{ session_id: string; paid_fen: number }>(selectOpenRenewal, [
          ...[...key, card, instantOut(now)],
        ])
        return open && open.paid_fen === 0 ? open.session_id : null
      }),
    )
  }

  /** Ends it in this transaction, once; true: this was the time. */
  const end = async (
    tx: Tx,
    lot: LotKey,
    session: string,
    became: { readonly outcome: 'renewed' | 'refused'; readonly because: string | null; readonly until: number | null },
    refund: Id | null,
  ): Promise<boolean> => {
    const now = instantOut(clock.now())
    const key = [lot.bucket, lot.lotId, session]
    const { outcome, because, until } = became
    const [ended] = await tx.query(endRenewal, [...key, outcome, because, instantOut(until), now, refund])
    if (!ended) return false
    await tx.query(endSession, [...key, `month card ${outcome}`, true])
    return true
  }

  /** What was paid cannot be had: it goes back, and a person is told. */
  const refuse = async (lot: LotKey, payment: Id, session: string, because: string): Promise<void> => {
    const refund = newId()
    await twiceIfUnknown(() =>
      database
        .of(lot.bucket)
        .transaction((tx) => end(tx, lot, session, { outcome: 'refused', because, until: null }, refund)),
    )
    await alarms.raise(lot, { kind: 'card-not-renewed', payment, because })
  }

  /** A card that is kept here. */
  const renewHere = async (lot: LotKey, payment: Id, paid: PaidRow): Promise<void> => {
    const id = idOf(paid.card)
    const who = { staffId: null, account: 'driver', role: 'driver', address: '', lookId: null }
    const number = numberOf('trade', lot, payment)
    const result = (because: string | null): Promise<void> =>
      options.onResult(lot, {
        ...{ id: numberOf('command', lot, payment), at: clock.now() },
        ...(because === null ? { state: 'done' } : { state: 'refused', because }),
      })
    // Told again: its answer was lost.
    if (paid.outcome !== null) return result(paid.outcome === 'renewed' ? null : paid.outcome)
    const renewed = await change(
      { lot, operatorId: paid.operator_id, who },
      (kept) => {
        const terms = { months: paid.months, noted: null, reason: number }
        // Reckoned from when it was paid, however late that is acted on.
        const made = renewCard(kept, id, terms, paid.paid_at)
        if (!made.ok) return made
        const { until } = made.value.cards[0]!
        return ok({
          change: made.value,
          value: until,
          about: `card ${id}`,
          after: `${paid.months} months`,
          reason: number,
          paid: { tradeNo: number, paidAt: paid.paid_at, paidFen: paid.amount_fen, as: paid.channel },
        })
      },
      async (tx, until) => {
        if (!(await end(tx, lot, paid.session_id, { outcome: 'renewed', because: null, until }, null))) return false
        await tx.query(noteTold, [lot.bucket, lot.lotId, payment, instantOut(clock.now())])
        return true
      },
    )
    if (!renewed.ok) await refuse(lot, payment, paid.session_id, renewed.error.kind)
    await result(renewed.ok ? null : renewed.error.kind)
  }

  const giveBack = async (row: ToRefundRow): Promise<void> => {
    const lot = { bucket: row.bucket, lotId: row.lot_id }
    const key = [row.bucket, row.lot_id, row.session_id]
    const asked = await askRefund(
      {
        ...{ database, clock, newId: () => row.refund_id as Id, rights: rightsOf(byRule, fen(100_000_000)) },
        noted: async (tx) => void (await tx.query(refundOver, key)),
      },
      {
        ...{ lot, payment: row.payment_id as Id, amountFen: 'all', reason: byRule, by: byRule },
        secondFactor: null,
      },
    )
    if (asked.ok) return
    log('warn', 'card-not-refunded', { lot: row.lot_id, because: asked.error.kind })
    const db = database.of(row.bucket)
    // Of an operator who holds too little yet it is tried again; whatever else keeps it is a person's, who was told.
    if (asked.error.kind === 'not-enough-held') await db.query(refundLater, [...key, instantOut(clock.now() + hourMs)])
    else await db.query(refundOver, key)
  }

  /** Whether this payment is of a card: then what was paid for is done. */
  const takes = async (lot: LotKey, payment: Id): Promise<boolean> => {
    const key = [lot.bucket, lot.lotId, payment]
    const [paid] = await database.of(lot.bucket).query<PaidRow>(selectPaidRenewal, key)
    if (!paid) return false
    if (paid.card.startsWith('here:')) await renewHere(lot, payment, paid)
    else if (paid.outcome === null)
      await software.tell(lot, {
        ...{ payment, key: idOf(paid.card), months: paid.months, startAt: paid.start_at, permit: paid.permit },
        ...{ lotTradeNo: paid.lot_trade_no, plate: paid.plate, amountFen: paid.amount_fen },
        ...{ channelFeeFen: paid.channel_fee_fen, channel: paid.channel, paidAt: paid.paid_at },
      })
    return true
  }

  return {
    async cards(lot, { plate, phoneEnd }) {
      const found = await foundFor(lot, plate)
      if (!found.ok) return found
      const seen = found.value.map((one) => ({ ...one, standing: standingOf(one.phone, phoneEnd) }))
      return ok({
        now: clock.now(),
        plate,
        cards: seen
          .filter(({ standing }) => standing !== 'unproven')
          .map(({ card, product, until, monthFen, period, standing }) => ({
            ...{ card, product, monthFen, period },
            until: standing === 'proven' ? until : null,
          })),
        phoneNeeded: seen.some(({ standing }) => standing === 'unproven'),
        mostMonths,
      })
    },

    async quote(lot, { plate, phoneEnd, card, months, driver }) {
      const all = await foundFor(lot, plate)
      if (!all.ok) return all
      const found = all.value.find((one) => one.card === card)
      if (!found) return err({ code: 'card-unknown' })
      const standing = standingOf(found.phone, phoneEnd)
      if (standing === 'unproven') return err({ code: 'card-not-proven' })
      const db = database.of(lot.bucket)
      const [{ suspended } = { suspended: true }] = await db.query<{ suspended: boolean }>(selectIsSuspended, [
        ...[lot.bucket, lot.lotId],
      ])
      if (suspended) return err({ code: 'lot-suspended' })
      const price = await priced(lot, found, months, clock.now())
      if (!price.ok) return price
      const now = clock.now()
      const session = await sessionOf(lot, card, plate, now)
      if (session === null) return err({ code: 'card-busy' })
      const { priceFen, time, startAt, lotTradeNo, permit } = price.value
      const quote = newId()
      const lines = [lineOf(found, months, priceFen, standing === 'proven' ? time : {})]
      const expiresAt = now + priceStandsMs
      await twiceIfUnknown(() =>
        db.transaction(async (tx) => {
          await tx.query(insertQuote, [
            ...[lot.bucket, lot.lotId, quote, session, driver, plate, null, null, priceFen, 0, priceFen],
            ...[JSON.stringify(lines), 0, instantOut(now), instantOut(expiresAt)],
          ])
          await tx.query(insertRenewalQuote, [
            ...[lot.bucket, lot.lotId, quote, months, instantOut(startAt), lotTradeNo, permit],
          ])
        }),
      )
      return ok({
        ...{ now, state: 'owed' as const, quote, plate, pass: false, enteredAt: now, quotedAt: now, expiresAt },
        ...{ priceFen, paidFen: 0, owedFen: priceFen, lines, leaveBy: null, leaveMinutes: 0 },
        lotOnline: isOnline(lot),
      })
    },

    tell(to, command) {
      if (!mayBeRenewal(command)) return options.tellLot(to, command)
      const lot = { bucket: to.bucket, lotId: to.lotId }
      void takes(lot, command.clearance as Id)
        .then((isCard) => isCard || options.tellLot(to, command))
        // What was not done now is told again: its row stays due.
        .catch((error: Error) => log('error', 'card-not-renewed', { lot: lot.lotId, message: error.message }))
    },

    async round() {
      const now = clock.now()
      for (const { db, buckets } of database.nodes) {
        type Answered = { bucket: number; lot_id: number; session_id: string; payment_id: Id } & {
          state: string
          because: string | null
        }
        for (const row of await db.query<Answered>(selectAnswered, [buckets])) {
          const lot = { bucket: row.bucket, lotId: row.lot_id }
          const became = { outcome: 'renewed', because: null, until: null } as const
          if (row.state === 'done') await db.transaction((tx) => end(tx, lot, row.session_id, became, null))
          else await refuse(lot, row.payment_id, row.session_id, row.because ?? row.state)
        }
        for (const row of await db.query<ToRefundRow>(selectToRefund, [buckets, instantOut(now)])) await giveBack(row)
        for (const { bucket, lot_id, session_id } of await db.query<{
          bucket: number
          lot_id: number
          session_id: string
        }>(selectToLetGo, [buckets, instantOut(now - letGoAfterMs)]))
          await db.transaction(async (tx) => {
            const key = [bucket, lot_id, session_id]
            // Whoever pays at this moment is faster, or finds nothing to pay for and has it back.
            const [isOver] = await tx.query(endSession, [...key, 'month card let-go', false])
            if (isOver) await tx.query(endRenewal, [...key, 'let-go', null, null, instantOut(now), null])
          })
      }
    },
  }
}
