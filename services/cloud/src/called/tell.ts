import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { Command, CommandResult, CouponWorth, QuoteAnswer } from '@lanepay/lot-link/messages.ts'
import type { Grant, Paid, Quoted, QuoteOf, Settled } from '@lanepay/lot-systems/called.ts'
import {
  type AskBy,
  gateMoves,
  type LotError,
  type LotSystem,
  mayAskAgain,
  noWord,
  wrongOf,
} from '@lanepay/lot-systems/lot-system.ts'
import type { Alarms } from '../alarm/alarm.ts'
import type { Happened } from '../bolink/happened.ts'
import { deleteMessage } from '../bolink/message-store.ts'
import type { Orders } from '../bolink/orders.ts'
import { idOfRequest, type Outbox } from '../bolink/outbox.ts'
import { selectChannelOfLane } from '../bolink/store.ts'
import { plateOfRecord } from '../bolink/words.ts'
import type { UntoldPayments } from '../lot-system/untold.ts'
import type { Calling } from './call.ts'
import { closingStays } from './close.ts'
import { keptCoupons, waysOf } from './coupons.ts'
import type { UntoldExits } from './ended.ts'
import type { OfVehicle } from './lately.ts'
import { reading } from './lists.ts'
import { doesNotAddUp, linesOf } from './made.ts'
import { type OwedPayment, tellingPaid } from './paid.ts'
import type { calledPermits, RenewalOwed } from './permits.ts'
import { isNobody, type Prices } from './prices.ts'
import type { Called } from './settings.ts'
import {
  dropOldBills,
  dropOldCoupons,
  insertBill,
  type PaidRow,
  selectLotsToTell,
  selectPaidBill,
  selectPlateOfSession,
} from './store.ts'
import { untilTold } from './until-told.ts'

/** A price stands so long; an older one is asked for again before money is taken (lot-devices.md 6.4). */
const priceStandsMs = 60_000
/** To leave after paying, where the software says nothing of it. */
const leaveMinutes = 10
/** No payment of a price is so late. */
const billsKeptMs = 3 * 24 * 3_600_000

/** A coupon that a price was lowered by. */
type Lowering = { readonly coupon: string; readonly worth: CouponWorth; readonly fen: Fen | null }
/** How the message goes by that nothing is left of a stay's price. */
const settledOf = (stay: string): string => `settled:${stay}`
/** What lies in the outbox: a payment with the command it came of, a price of which a coupon left nothing, a coupon, or an order to a gate. */
type Owed =
  | {
      readonly kind: 'settled'
      readonly settled: Settled
      readonly coupon: string
      readonly session: string
      readonly stay: string
      readonly plate: string
      readonly gateUntil: number
    }
  | OwedPayment
  | RenewalOwed
  | { readonly kind: 'grant'; readonly grant: Grant; readonly command: string }
  | {
      readonly kind: 'open'
      readonly lane: string
      readonly stay: string | null
      readonly reason: string
      readonly by: string
      readonly command: string
      /** Of an order that no person gave: whom it is for. Null: nobody knows. */
      readonly plate?: string | null
    }

/**
 * Asks and tells lots whose software is called. A payment is told under its one number until the lot has it or says a final no; a
 * gate is told once, and whether it moved is not known when no answer comes.
 */
export function telling(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly calling: Calling
  readonly prices: Prices
  readonly untold: UntoldPayments
  readonly calledOf: (lot: LotKey) => Promise<Result<Called, 'not-called'>>
  readonly outbox: Outbox
  readonly orders: Orders
  readonly happened: Pick<Happened, 'corrected'>
  readonly alarms: Alarms
  readonly exits: UntoldExits
  readonly permits: Pick<ReturnType<typeof calledPermits>, 'send'>
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
}): {
  readonly lots: LotSystem & { tell(lot: LotKey, command: Command): Promise<void> }
  /** Tells a lot what it is owed now; nothing for a lot that is not called. */
  due(lot: LotKey): Promise<void>
  round(): Promise<void>
} {
  const { database, clock, newId, calling, prices, outbox, orders, happened, alarms, exits, onResult } = options
  const coupons = keptCoupons(options)
  const calledOf = async (lot: LotKey): Promise<Called> => {
    const called = await options.calledOf(lot)
    if (!called.ok) throw new Error(`lot ${lot.lotId} is run by software whose settings nobody has typed`)
    return called.value
  }
  const channelOf = async (lot: LotKey, lane: number): Promise<string | null> => {
    const [row] = await database
      .of(lot.bucket)
      .query<{ channel: string }>(selectChannelOfLane, [lot.bucket, lot.lotId, lane])
    return row?.channel ?? null
  }
  type AskedOf<Of = QuoteOf> = { readonly of: Of; readonly toldFen: number }
  const ofStay = async (lot: LotKey, session: string): Promise<AskedOf<OfVehicle> | null> => {
    const order = await orders.ofSession(lot, session)
    const [row] = await database
      .of(lot.bucket)
      .query<{ plate: string }>(selectPlateOfSession, [lot.bucket, lot.lotId, session])
    return order && row ? { of: { plate: row.plate, stay: order.order_id }, toldFen: order.told_fen } : null
  }
  const asked = async (lot: LotKey, by: AskBy): Promise<Result<AskedOf, LotError>> => {
    if ('plate' in by) {
      const known = await orders.openOfPlate(lot, by.plate)
      return ok({ of: { plate: by.plate, stay: known?.order_id ?? null }, toldFen: known?.told_fen ?? 0 })
    }
    if ('session' in by) {
      const of = await ofStay(lot, by.session)
      return of ? ok(of) : err({ kind: 'refused', because: 'no-session' })
    }
    const lane = await channelOf(lot, by.lane)
    return lane === null
      ? err({ kind: 'refused', because: 'lane-unknown' })
      : ok({ of: { lane, pass: by.pass ?? null }, toldFen: 0 })
  }

  /** The price, lowered by its plate's coupon where the software is told of coupons so. One that it will not lower stands as it is. */
  const priceOf = async (
    called: Called,
    asked: AskedOf,
  ): Promise<
    Result<
      { readonly quoted: Quoted; readonly at: number; readonly lowering: Lowering | null; readonly of: QuoteOf },
      LotError
    >
  > => {
    const { coupons: ways } = called.system
    const { read, at, of } = await prices.plain(called, asked.of, asked.toldFen)
    if (!read.ok) return read
    const plain = ok({ quoted: read.value, at, lowering: null, of })
    const plate = read.value.plate ?? ('plate' in of ? of.plate : null)
    if (ways?.by !== 'price' || read.value.owedFen === 0 || plate === null) return plain
    // Whether a coupon has lowered this price already is being asked.
    if (await outbox.sent(called, 'settled', [settledOf(read.value.stay)])) return err({ kind: 'offline' })
    const coupon = await coupons.ofPlate(called, plate)
    if (coupon === null) return plain
    const { worth } = coupon
    const { read: lowered, at: loweredAt } = await prices.ask(called, { ...of, worth }, asked.toldFen)
    if (!lowered.ok) return mayAskAgain(lowered.error) ? lowered : plain
    // Another vehicle has come to stand there meanwhile.
    if (lowered.value.stay !== read.value.stay) return plain
    return ok({
      ...{ quoted: lowered.value, at: loweredAt, of },
      lowering: { coupon: coupon.coupon, worth, fen: lowered.value.loweredFen ?? null },
    })
  }

  /** Nothing of the price is left at an exit: the software is told so, as of a payment, and the coupon is used. */
  const tellSettled = async (called: Called, owed: Extract<Owed, { kind: 'settled' }>, id: Id | null) => {
    const { settled, coupon, session, stay, plate, gateUntil } = owed
    const { coupons: ways } = called.system
    if (ways?.by !== 'price') throw new Error(`${called.system.name} is told of no price that a coupon lowered`)
    const db = database.of(called.bucket)
    const read = await calling.call(called, ways.settled, settled, settled.number)
    prices.forget(called, { stay, plate })
    if (!read.ok) return read
    const isFirst = await db.transaction(async (tx) => {
      const key = [called.bucket, called.lotId, id]
      if (id !== null && (await tx.query(deleteMessage, key)).length === 0) return false
      await coupons.spend(tx, called, { coupon, session, loweredFen: settled.lowered.fen })
      return true
    })
    // Too late for a gate, or it is somebody else's by now.
    if (read.value.gate === 'opened' || !isFirst || clock.now() > gateUntil) return read
    const order = { lane: settled.lane, stay, plate, reason: 'coupon' }
    const { gate } = read.value.gate === null ? await orderedFor(called, order, settled.number) : read.value
    if (gate === 'silent')
      await alarms.raise(called, {
        ...{ kind: 'paid-but-shut', occupancy: session },
        because: 'a coupon left nothing to be paid, and the lot has not said that its gate opened',
      })
    return read
  }
  const settle = async (
    called: Called,
    price: { stay: string; session: string; plate: string; bill: string | null; lane: string; lowering: Lowering },
  ): Promise<Result<null, LotError>> => {
    const { stay, session, plate, bill, lane, lowering } = price
    const { coupon, ...lowered } = lowering
    // A driver who taps twice is let out once.
    if (!(await coupons.hold(called, coupon))) return ok(null)
    const at = clock.now()
    // Of the same coupon and stay it is the same, whichever process tells it.
    const id = idOfRequest(`settled ${coupon} ${stay}`)
    const settled = { ...{ bill, number: numberOf('command', called, id), at, lane }, lowered }
    const owed: Owed = { ...{ kind: 'settled', settled, coupon, session, stay, plate, gateUntil: at + priceStandsMs } }
    const read = await tellSettled(called, owed, null)
    if (read.ok) return ok(null)
    const { error } = read
    if (!mayAskAgain(error) || (error.kind === 'offline' && error.absent)) await coupons.letGo(called, coupon)
    else {
      // It may have done so: until that is known nobody else uses the coupon, and it is asked again.
      const message = {
        ...{ id, service: owed.kind, answeredBy: [settledOf(stay)], orderId: null, localId: null },
        body: JSON.stringify(owed),
      }
      await database.of(called.bucket).transaction(async (tx) => {
        await coupons.pend(tx, called, coupon)
        await outbox.tellWithin(tx, called, message, untilTold)
      })
      outbox.wake(called)
    }
    return read
  }

  const quote = async (lot: LotKey, by: AskBy): Promise<Result<QuoteAnswer, LotError>> => {
    const called = await calledOf(lot)
    const of = await asked(lot, by)
    if (!of.ok) return of
    const price = await priceOf(called, of.value)
    if (!price.ok) return price
    const { quoted, lowering, at: quotedAt } = price.value
    const { stay, plate, enteredAt, owedFen, bill } = quoted
    // Whoever asked by one vehicle is never shown another, however the software came to speak of it.
    const asking = 'plate' in price.value.of ? tidyPlate(price.value.of.plate) : null
    const isOther = (one: string): boolean => asking !== null && tidyPlate(one) !== asking
    if (plate !== null && isOther(plate)) return err({ kind: 'refused', because: 'no-session' })
    const known = await orders.quoted(lot, {
      ...{ orderId: stay, enteredAt },
      plate: plate ?? asking,
    })
    // The record is the stay: named by another plate than before, its plate was put right there.
    const right = plate === null ? known?.plate : plateOfRecord(plate, stay)
    const order = known && right !== undefined ? { ...known, plate: right } : known
    if (order && order.plate !== known?.plate)
      await happened.corrected(lot, { session: order.session_id as Id, plate: order.plate, by: called.system.title })
    if (!order || isOther(order.plate) || ('session' in by && order.session_id !== by.session))
      return err({ kind: 'refused', because: 'no-session' })
    if (quoted.locked) return err({ kind: 'refused', because: 'locked' })
    if (doesNotAddUp(quoted))
      options.log('warn', 'price-does-not-add-up', {
        lot: lot.lotId,
        system: called.system.name,
        owedFen,
        ...{ paidFen: quoted.paidFen, ...quoted.made },
      })
    await exits.inside(called, { stay, plate: order.plate, enteredAt: order.enteredAt })
    if (bill !== null)
      await database
        .of(lot.bucket)
        .query(insertBill, [
          ...[lot.bucket, lot.lotId, order.session_id, instantOut(quotedAt), bill],
          ...[lowering?.coupon ?? null, lowering?.fen ?? null, quoted.paidFen ?? null],
        ])
    if (lowering !== null && owedFen === 0 && 'lane' in of.value.of) {
      const { lane } = of.value.of
      const { session_id: session, plate } = order
      const settled = await settle(called, { stay, session, plate, bill, lane, lowering })
      if (!settled.ok) return settled
    }
    // What is to be collected now, and what it was told: never reckoned from its other figures.
    const priceFen = owedFen + order.told_fen
    const lines = linesOf(quoted, { toldFen: order.told_fen, loweredFen: lowering?.fen ?? 0 })
    return ok({
      ...{ session: order.session_id, plate: order.plate, pass: isPass(order.plate), enteredAt: order.enteredAt },
      // One stay stands in the lane, until another does: the stay is the occupancy.
      ...('lane' in by ? { lane: by.lane, occupancy: order.session_id } : {}),
      ...{ quotedAt, expiresAt: quotedAt + priceStandsMs, priceFen, paidFen: order.told_fen, owedFen },
      lines,
      ...(quoted.renewable ? { renewable: true } : {}),
      leaveMinutes: quoted.leaveMinutes ?? leaveMinutes,
    })
  }

  const put = (id: Id, owed: Exclude<Owed, { kind: 'settled' | 'renewal' }>, orderId: string | null) => ({
    ...{ id, service: owed.kind, answeredBy: [owed.command], orderId, localId: null, body: JSON.stringify(owed) },
  })
  const tellPaid = async (lot: LotKey, command: Extract<Command, { kind: 'clearance' }>): Promise<void> => {
    const stay = (await orders.ofSession(lot, command.session))?.order_id
    const [payment] = await database
      .of(lot.bucket)
      .query<PaidRow>(selectPaidBill, [lot.bucket, lot.lotId, command.clearance])
    if (stay === undefined || !payment)
      throw new Error(`payment ${command.clearance} is of no stay of lot ${lot.lotId}`)
    if (payment.is_over)
      return onResult(lot, { id: command.id, at: clock.now(), state: 'refused', because: 'refunded' })
    const paid: Paid = {
      ...{ stay, plate: payment.plate, bill: payment.bill, channel: payment.channel, paidAt: payment.paid_at },
      ...{ amountFen: fen(payment.amount_fen), payment: numberOf('trade', lot, command.clearance as Id) },
      lane: command.gate ? await channelOf(lot, command.gate.lane) : null,
      ...(payment.senseless ? { senseless: true } : {}),
      ...(payment.worth === null
        ? {}
        : { lowered: { worth: payment.worth, fen: payment.lowered_fen === null ? null : fen(payment.lowered_fen) } }),
    }
    const owed: Owed = {
      ...{ kind: 'paid', paid, command: command.id, gateUntil: command.expiresAt },
      ...(payment.coupon === null ? {} : { coupon: { name: payment.coupon, session: command.session } }),
    }
    await outbox.tell(lot, put(command.clearance as Id, owed, stay), untilTold)
  }
  const unsupported = (lot: LotKey, id: string) =>
    onResult(lot, { id, at: clock.now(), state: 'unsupported', because: 'unsupported' })
  const tellCoupon = async (lot: LotKey, command: Extract<Command, { kind: 'coupon' }>): Promise<void> => {
    const number = parseNumber('command', command.id)
    const ways = waysOf((await calledOf(lot)).system.coupons, command)
    if (!number.ok || ways === null || !('plate' in command.for)) return unsupported(lot, command.id)
    if (ways.by === 'price') {
      await coupons.keep(lot, command)
      return onResult(lot, { id: command.id, at: clock.now(), state: 'done' })
    }
    const { plate } = command.for
    const stay = (await orders.openOfPlate(lot, plate))?.order_id ?? null
    const grant: Grant = { coupon: command.coupon, stay, plate, worth: command.worth }
    await outbox.tell(lot, put(number.value.id, { kind: 'grant', grant, command: command.id }, null), untilTold)
  }
  const tellOpen = async (lot: LotKey, command: Extract<Command, { kind: 'open-gate' }>): Promise<void> => {
    const number = parseNumber('command', command.id)
    const lane = await channelOf(lot, command.lane)
    if (!number.ok || lane === null || !(await calledOf(lot)).system.open) return unsupported(lot, command.id)
    const of = (await ofStay(lot, command.occupancy))?.of
    const owed: Owed = {
      ...{ kind: 'open', lane, stay: of?.stay ?? null, reason: command.reason, by: command.by ?? 'lanepay' },
      ...{ command: command.id, ...(command.by === undefined ? { plate: of?.plate ?? null } : {}) },
    }
    await outbox.tellOnce(lot, put(number.value.id, owed, null), command.expiresAt)
  }

  /** What a gate did on our order; silent: nobody knows, so it is looked at and not ordered again. */
  const ordered = async (
    called: Called,
    order: { lane: string; stay: string | null; reason: string; by: string },
    requestId: string,
  ): Promise<Pick<CommandResult, 'gate' | 'because'>> => {
    const { open } = called.system
    if (!open) return { gate: 'refused', because: 'unsupported' }
    const read = await calling.call(called, open, order, requestId)
    if (read.ok) return { gate: read.value.gate }
    return read.error.kind === 'offline'
      ? { gate: 'silent', because: 'uncertain' }
      : { gate: 'refused', because: read.error.because }
  }

  /** The same for a vehicle that is done with; kept shut when another stands there by now, in our agent's words (payment/view.ts). */
  const orderedFor = async (
    called: Called,
    order: { lane: string; stay: string; plate: string; reason: string },
    requestId: string,
  ): Promise<Pick<CommandResult, 'gate' | 'because'>> => {
    const { lane, stay, plate, reason } = order
    const { read } = await prices.plain(called, { lane, pass: isPass(plate) ? plate : null }, null)
    if (isNobody(read)) return { gate: 'refused', because: 'vehicle-gone' }
    if (!read.ok) return { gate: 'silent', because: 'uncertain' }
    if (read.value.stay !== stay) return { gate: 'refused', because: 'vehicle-changed' }
    return ordered(called, { lane, stay, reason, by: 'lanepay' }, requestId)
  }

  const sendPaid = tellingPaid({ ...options, prices, coupons, orderedFor })

  const sendSettled = async (called: Called, id: Id, owed: Extract<Owed, { kind: 'settled' }>): Promise<void> => {
    const read = await tellSettled(called, owed, id)
    if (read.ok || mayAskAgain(read.error)) return // told again, by its steps
    // It may have been taken when it was told first: no other price is lowered by it.
    const refused = read.error as Extract<LotError, { kind: 'refused' }>
    const because = `the lot refused settled, told again: ${wrongOf(refused)}`
    await alarms.raise(called, { kind: 'coupon-not-told', coupon: id, because })
    await database.of(called.bucket).query(deleteMessage, [called.bucket, called.lotId, id])
  }

  const sendGrant = async (called: Called, id: Id, { grant, command }: Extract<Owed, { kind: 'grant' }>) => {
    const { bucket, lotId, system } = called
    if (system.coupons?.by !== 'grant') return unsupported(called, command)
    const read = await calling.call(called, system.coupons.grant, grant, numberOf('command', called, id))
    prices.forget(called, grant)
    if (!read.ok && mayAskAgain(read.error)) return // told again, by its steps
    const became = read.ok
      ? ({ state: 'done' } as const)
      : ({ state: 'refused', because: (read.error as Extract<LotError, { kind: 'refused' }>).because } as const)
    await onResult(called, { id: command, at: clock.now(), ...became })
    await database.of(bucket).query(deleteMessage, [bucket, lotId, id])
  }

  const close = closingStays({ clock, orders, exits, onResult, channelOf, priceOf: prices.plain, calledOf, ofStay })
  const sending = new Map<number, Promise<void>>()
  const send = async (lot: LotKey): Promise<void> => {
    const called = await options.calledOf(lot)
    if (!called.ok) return
    for (;;) {
      const message = await outbox.next(lot, '')
      if (message === null) return
      const owed = JSON.parse(message.body) as Owed
      if (owed.kind === 'paid') await sendPaid(called.value, message.id as Id, owed)
      else if (owed.kind === 'grant') await sendGrant(called.value, message.id as Id, owed)
      else if (owed.kind === 'renewal') await options.permits.send(called.value, message.id as Id, owed)
      else if (owed.kind === 'settled') await sendSettled(called.value, message.id as Id, owed)
      else {
        const number = numberOf('command', lot, message.id as Id)
        const { lane, stay, plate, reason } = owed
        // It may have waited behind what the lot is slow to answer, and somebody else stand there by now; a person sees who does.
        const did =
          stay === null || typeof plate !== 'string'
            ? await ordered(called.value, owed, number)
            : await orderedFor(called.value, { lane, stay, plate, reason }, number)
        const state = did.gate === 'opened' ? 'done' : 'refused'
        await onResult(lot, { id: owed.command, at: clock.now(), state, ...did })
        await database.of(lot.bucket).query(deleteMessage, [lot.bucket, lot.lotId, message.id])
      }
    }
  }
  /** One at a time a lot: its software is one box, and what it is told goes in order. */
  const due = (lot: LotKey): Promise<void> => {
    const turn = (sending.get(lot.lotId) ?? Promise.resolve()).then(() => send(lot))
    const kept = turn.catch(() => {}).then(() => void (sending.get(lot.lotId) === kept && sending.delete(lot.lotId)))
    sending.set(lot.lotId, kept)
    return turn
  }

  return {
    due,
    lots: {
      isOnline: (lot) => !calling.isAway(lot),
      // To close a stay it is asked a price alone, which all of them answer.
      abilitiesOf: async (lot) => [...(await calledOf(lot)).system.abilities, 'closes'],
      quote,
      admitUnplated: async (lot, { lane, pass, requestId }) => {
        const called = await calledOf(lot)
        const channel = await channelOf(lot, lane)
        if (channel === null) return err({ kind: 'refused', because: 'lane-unknown' })
        if (!called.system.admit) return err(noWord)
        const read = await calling.call(called, called.system.admit, { lane: channel, pass }, requestId)
        prices.forget(lot, { plate: pass })
        return read
      },
      lockVehicle: async (lot, { plate, locked }) => {
        const called = await calledOf(lot)
        if (!called.system.lock) return err(noWord)
        const stay = (await orders.openOfPlate(lot, plate))?.order_id ?? null
        const read = await calling.call(called, called.system.lock, { stay, plate, locked }, newId())
        prices.forget(lot, { stay, plate })
        return read
      },
      moveGate: async (lot, { lane, ...wanted }) => {
        const called = await calledOf(lot)
        const channel = await channelOf(lot, lane)
        const { move, abilities } = called.system
        if (channel === null) return err({ kind: 'refused', because: 'lane-unknown' })
        if (!move || !abilities.includes(gateMoves[wanted.move])) return err(noWord)
        return calling.call(called, move, { lane: channel, ...wanted }, newId())
      },
      similar: async (lot, plate) => {
        const called = await calledOf(lot)
        const { similar } = called.system
        return similar ? calling.call(called, similar, { plate }, newId()) : err(noWord)
      },
      ...reading({ clock, newId, calling, calledOf, channelOf }),
      tell: async (lot, command) => {
        if (command.kind === 'clearance') await tellPaid(lot, command)
        else if (command.kind === 'open-gate') await tellOpen(lot, command)
        else if (command.kind === 'coupon') await tellCoupon(lot, command)
        else if (command.kind === 'close') await close(lot, command)
        else await unsupported(lot, command.id)
      },
    },
    /** One round: lots that are owed something, whichever process put it there. None is waited for: one that does not answer holds up no other. */
    round: async () => {
      const now = clock.now()
      for (const { db, buckets } of database.nodes) {
        const rows = await db.query<{ bucket: number; lot_id: number }>(selectLotsToTell, [buckets, instantOut(now)])
        for (const { bucket, lot_id: lotId } of rows)
          if (!sending.has(lotId))
            void due({ bucket, lotId }).catch((error: Error) =>
              options.log('error', 'lot-not-told', { lot: lotId, message: error.message }),
            )
        await db.query(dropOldBills, [buckets, instantOut(now - billsKeptMs)])
        // Not before the last bill that names it.
        await db.query(dropOldCoupons, [buckets, instantOut(now - billsKeptMs)])
      }
    },
  }
}
