import { randomBytes } from 'node:crypto'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { Command, CommandResult, QuoteAnswer } from '@lanepay/lot-link/messages.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { readMessage, writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { toVendor } from '@lanepay/lot-systems/bolink/platform.ts'
import { answers } from '@lanepay/lot-systems/bolink/up.ts'
import { type Ability, type AskBy, type LotError, type LotSystem, unreadable } from '@lanepay/lot-systems/lot-system.ts'
import { idIn } from '../coupon/give.ts'
import type { Charges } from './charge.ts'
import type { Computers } from './computers.ts'
import type { Debts } from './debts.ts'
import { gateOrders } from './gates.ts'
import { vehicleLocks } from './locks.ts'
import { deleteMessage } from './message-store.ts'
import { countTold, type Orders } from './orders.ts'
import { idOfRequest, type Outbox, type Outgoing } from './outbox.ts'
import { type Park, type Parks, takes } from './park.ts'
import type { Pays } from './platform/pays.ts'
import type { VendorCalls } from './platform/vendor.ts'
import type { Polls } from './polls.ts'
import {
  type OrderRow,
  selectChannelOfLane,
  selectEnteredSince,
  selectPaid,
  selectPaidAtExit,
  selectShopOfCoupon,
} from './store.ts'
import { ticketOf } from './ticket.ts'
import { declinedBy } from './wishes.ts'
import { payChannel, payerSays, plateOf, seconds } from './words.ts'

export const bolinkAbilities: readonly Ability[] = [
  'quotes',
  'quotes-by-lane',
  'accepts-payment',
  'admits-unplated',
  'opens-gate',
  'opens-when-nothing-owed',
  'closes-gate',
  'reports-entry',
  'reports-exit',
]

/** Who scans again within this time after his entry is shown it (5.3). */
const shownForMs = 30_000

/** A connected lot: its own charging software, or its vendor's cloud, which speaks the Bolink protocol, decides prices and gates. */
export function bolinkLots(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly polls: Polls
  readonly outbox: Outbox
  readonly orders: Orders
  readonly parks: Parks
  readonly computers: Computers
  readonly charges: Charges
  readonly debts: Debts
  readonly pays: Pays
  readonly vendor: Pick<VendorCalls, 'isThere'>
  /** A stay that a person says has gone. */
  readonly close: (lot: LotKey, id: Id, command: Extract<Command, { kind: 'close' }>) => Promise<void>
  /** What became of a command that was answered without being sent. */
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
  readonly stayPicture: NonNullable<LotSystem['stayPicture']>
}): LotSystem &
  Required<Pick<LotSystem, 'lockVehicle' | 'moveGate'>> & { tell(lot: LotKey, command: Command): Promise<void> } {
  const { database, clock, newId, polls, outbox, orders, computers, charges, debts, pays, vendor } = options
  const locks = vehicleLocks({ database, newId, orders, outbox, parks: options.parks, polls })

  const parkOf = async (lot: LotKey): Promise<Park> => {
    const park = await options.parks.ofLot(lot)
    if (!park) throw new Error(`lot ${lot.lotId} runs on charging software that nobody has named`)
    return park
  }
  const channelOf = async (lot: LotKey, lane: number): Promise<{ channel: string; name: string } | null> => {
    const [row] = await database
      .of(lot.bucket)
      .query<{ channel: string; name: string }>(selectChannelOfLane, [lot.bucket, lot.lotId, lane])
    return row ?? null
  }
  const unsupported = (lot: LotKey, id: CommandResult['id']): Promise<void> =>
    options.onResult(lot, { id, at: clock.now(), state: 'unsupported' })
  const gates = gateOrders({
    ...{ newId, outbox, onUnsupported: unsupported },
    laneOf: async (lot, lane) => {
      const channel = await channelOf(lot, lane)
      if (channel === null) return null
      const park = await parkOf(lot)
      return { park, ...channel, localId: await computers.ofLane(lot, channel.channel, park) }
    },
  })

  /** The record on which this driver, who has no plate, is inside and has paid nothing at an exit yet; null: he is not (6.3). */
  const ownOf = async (lot: LotKey, pass: string): Promise<OrderRow | null> => {
    const order = await orders.openOfPlate(lot, pass)
    const key = order && [lot.bucket, lot.lotId, order.session_id]
    return key && (await database.of(lot.bucket).query(selectPaidAtExit, key)).length === 0 ? order : null
  }

  const asked = async (
    lot: LotKey,
    by: AskBy,
    park: Park,
    own: OrderRow | null,
    driver: string | undefined,
  ): Promise<Result<{ message: Omit<Outgoing, 'id'>; lane: number | null }, LotError>> => {
    const { parkId } = park
    const queryOrderNo = `${parkId}${timeText(clock.now())}-${randomBytes(3).readUIntBE(0, 3)}`.slice(-48)
    const body = (fields: { car_number?: string; order_id?: string; out_channel_id?: string; licence?: string }) =>
      writeMessage(down.query_price, {
        ...fields,
        service_name: 'query_price',
        park_id: parkId,
        // Inside; who stands in the lane; the record of a driver without a plate who stands there (5.1).
        pay_scene: fields.out_channel_id === undefined ? 0 : own === null ? 1 : 2,
        query_order_no: queryOrderNo,
        ...(park.settings.tellsPayer ? payerSays(driver) : {}),
      })
    if ('lane' in by) {
      const lane = await channelOf(lot, by.lane)
      if (!lane) return err({ kind: 'refused', because: 'lane-unknown' })
      const localId = await computers.ofLane(lot, lane.channel, park)
      if (localId === undefined) return err({ kind: 'offline', absent: true })
      const licence = by.pass === undefined ? {} : { licence: by.pass }
      const who = own === null ? licence : { car_number: by.pass!, order_id: own.order_id }
      const text = body({ out_channel_id: lane.channel, ...who })
      return ok({
        lane: by.lane,
        message: { service: 'query_price', answeredBy: [`no:${queryOrderNo}`], orderId: null, localId, body: text },
      })
    }
    const known = 'plate' in by ? await orders.openOfPlate(lot, by.plate) : await orders.ofSession(lot, by.session)
    const orderId = known?.order_id ?? ''
    if ('session' in by && !known) return err({ kind: 'refused', because: 'no-session' })
    return ok({
      lane: null,
      message: {
        service: 'query_price',
        answeredBy: [
          `no:${queryOrderNo}`,
          ...(orderId === '' ? [] : [`order:${orderId}`]),
          ...('plate' in by ? [`car:${plateOf(by.plate)}`] : []),
        ],
        orderId: null,
        localId: computers.keeperOf(lot, known),
        body: body({ ...('plate' in by ? { car_number: by.plate } : {}), order_id: orderId }),
      },
    })
  }

  const quote = async (lot: LotKey, by: AskBy, driver?: string): Promise<Result<QuoteAnswer, LotError>> => {
    const park = await parkOf(lot)
    const own = 'lane' in by && by.pass !== undefined ? await ownOf(lot, by.pass) : null
    const price = await priced(lot, by, park, own, driver)
    // Somebody else stands there: it is asked who.
    const isAnother = own && !price.ok && price.error.kind === 'refused' && price.error.because === 'lane-empty'
    return isAnother ? priced(lot, by, park, null, driver) : price
  }
  const priced = async (
    lot: LotKey,
    by: AskBy,
    park: Park,
    own: OrderRow | null,
    driver: string | undefined,
  ): Promise<Result<QuoteAnswer, LotError>> => {
    const asking = await asked(lot, by, park, own, driver)
    if (!asking.ok) return asking
    const said = await outbox.ask(lot, { ...asking.value.message, id: newId() }, park.settings)
    if (!said.ok) return said
    const read = readMessage(answers.query_price, said.value)
    if (!read.ok) return err(unreadable(read.error.field))
    const answer = read.value
    const { lane } = asking.value
    const nobody: LotError = {
      kind: 'refused',
      because: lane === null ? 'no-session' : 'lane-empty',
      ...(answer.errmsg && answer.state !== 1 ? { detail: answer.errmsg, said: answer.errmsg } : {}),
    }
    if (answer.state !== 1 || !answer.order_id)
      return (
        ('plate' in by ? ((await debtOf(lot, by.plate, park)) ?? (await cardOf(lot, by.plate, park))) : null) ??
        err(nobody)
      )
    if (answer.price === undefined) return err(unreadable('price'))
    const first = await orders.one(lot, answer.order_id)
    // The lot names a record of another computer's question, or answers late with another vehicle: nothing is taken on it.
    if ('session' in by && first?.session_id !== by.session) return err(nobody)
    if ('plate' in by && answer.car_number && plateOf(answer.car_number) !== plateOf(by.plate)) return err(nobody)
    const order = await orders.quoted(lot, {
      orderId: answer.order_id,
      plate: answer.car_number ?? ('plate' in by ? by.plate : null),
      enteredAt: answer.in_time === undefined ? null : answer.in_time * 1000,
    })
    // A record that the lot has not uploaded and does not describe: no money is taken for it.
    if (!order) return err({ kind: 'refused', because: 'no-session' })
    await orders.priced(lot, order.order_id, { no: answer.query_order_no, at: answer.query_time })
    const card = 'plate' in by && answer.price <= 0 ? await cardOf(lot, by.plate, park) : null
    if (card) return card
    const quotedAt = clock.now()
    // What the lot says is to be collected now, and what it has told us it knows as paid: never reckoned from its other figures.
    const owedFen = Math.max(0, answer.price)
    const priceFen = owedFen + order.told_fen
    return ok({
      session: order.session_id,
      plate: order.plate,
      pass: isPass(order.plate),
      enteredAt: order.enteredAt,
      // One record stands in the lane, until another does: the record is the occupancy.
      ...(lane === null ? {} : { lane, occupancy: order.session_id }),
      quotedAt,
      expiresAt: quotedAt + park.settings.priceStandsSeconds * 1000,
      priceFen,
      paidFen: order.told_fen,
      owedFen,
      lines: [{ kind: 'unit', text: { 'zh-CN': '停车费', en: 'Parking' }, amountFen: priceFen }],
      leaveMinutes: answer.free_out_time ?? park.settings.leaveMinutes,
    })
  }

  /** Nobody of this plate is inside: what it owes from a stay that it left without paying, the oldest first (6.9). */
  const debtOf = async (lot: LotKey, plate: string, park: Park): Promise<Result<QuoteAnswer, LotError> | null> => {
    const [debt] = await debts.ofPlate(lot, plate)
    if (!debt) return null
    return owing(lot, park, {
      ...{ orderId: debt.order_id, plate: debt.plate, enteredAt: debt.entered_at, owedFen: debt.owed_fen },
      text: { 'zh-CN': '补缴停车费', en: 'Parking, owed from before' },
    })
  }

  /** What is paid as a stay is, and is none: by a session of its own. */
  const owing = async (
    lot: LotKey,
    park: Park,
    what: {
      readonly orderId: string
      readonly plate: string
      readonly enteredAt: number
      readonly owedFen: number
      readonly text: { readonly 'zh-CN': string; readonly en: string }
    },
  ): Promise<Result<QuoteAnswer, LotError>> => {
    const { plate, owedFen } = what
    const order = await orders.claimDebt(lot, what.orderId)
    const quotedAt = clock.now()
    return ok({
      ...{ session: order.session_id, plate, pass: isPass(plate), enteredAt: what.enteredAt },
      ...{ quotedAt, expiresAt: quotedAt + park.settings.priceStandsSeconds * 1000 },
      ...{ priceFen: owedFen, paidFen: 0, owedFen, leaveMinutes: park.settings.leaveMinutes },
      lines: [{ kind: 'unit', text: what.text, amountFen: owedFen }],
    })
  }

  /** Nothing else is owed, and the vendor's cloud wants a month card of this plate paid (8.1). */
  const cardOf = async (lot: LotKey, plate: string, park: Park): Promise<Result<QuoteAnswer, LotError> | null> => {
    const card = park.callUrl === null ? null : await pays.cardOf(lot, plate, park.settings.payStandsMinutes)
    if (!card) return null
    const owedFen = fen(card.amount_fen!)
    return owing(lot, park, {
      ...{ orderId: `card:${card.trade_no}`, plate: card.plate, enteredAt: clock.now(), owedFen },
      text: { 'zh-CN': '月卡续费', en: 'Month card' },
    })
  }

  /** A payment, in the words of the lot: at the exit it opens the gate, inside it is taken off at the exit. */
  const paid = async (lot: LotKey, command: Extract<Command, { kind: 'clearance' }>): Promise<void> => {
    const order = await orders.ofSession(lot, command.session)
    const [payment] = await database.of(lot.bucket).query<{
      channel: ChannelName
      amount_fen: number
      channel_fee_fen: number
      plate: string
      paid_at: number
      driver: string
      is_over: boolean
    }>(selectPaid, [lot.bucket, lot.lotId, command.clearance])
    if (!order || !payment) throw new Error(`payment ${command.clearance} is of no record of lot ${lot.lotId}`)
    if (payment.is_over)
      return options.onResult(lot, { id: command.id, at: clock.now(), state: 'refused', because: 'refunded' })
    const park = await parkOf(lot)
    const { parkId, settings } = park
    const charge = await charges.ofPayment(lot, command.clearance, payment.driver)
    if (charge === 'wait') return // its upload is being answered: told then, or at the next asking
    // Too late for a gate: whoever stands there by now may be another. What is prepaid is taken off at the exit.
    const lane = command.gate && clock.now() <= command.expiresAt ? await channelOf(lot, command.gate.lane) : null
    const tradeNo = numberOf('trade', lot, command.clearance as Id)
    const amount = fen(payment.amount_fen)
    const { pay_user_id } = settings.tellsPayer ? payerSays(payment.driver) : {}
    const facts = {
      trade_no: tradeNo,
      order_id: order.order_id,
      car_number: payment.plate,
      pay_channel: payChannel[payment.channel],
      pay_time: seconds(payment.paid_at),
      arrive_money: fen(payment.amount_fen - payment.channel_fee_fen),
      fee: fen(payment.channel_fee_fen),
      account_type: 1,
      remark: `停车费 ${payment.plate}`,
      ...(pay_user_id === undefined ? {} : { pay_user_id }),
    }
    const message = { id: command.clearance as Id, orderId: order.order_id }
    if (charge?.answered === 1) {
      // The lot heard it in the answer to its upload, and no other message follows (4.2); nor one that was put at the same moment.
      await database.of(lot.bucket).query(deleteMessage, [lot.bucket, lot.lotId, command.clearance])
      if (order.debt_of !== null) {
        await debts.paid(lot, order.debt_of, command.clearance)
        await debts.told(lot, command.clearance, true)
      }
      // Of a stay that goes on, as where a vendor's cloud had it charged inside: its next price is without it.
      const told = { payment: command.clearance, orderId: order.order_id, amountFen: amount }
      await database.of(lot.bucket).transaction((tx) => countTold(tx, lot, told, clock.now()))
      await options.onResult(lot, { id: command.id, at: clock.now(), state: 'done', gate: 'opened' })
    } else if (charge && order.debt_of === null)
      await outbox.tell(
        lot,
        {
          ...message,
          service: 'outpark',
          answeredBy: [`trade:${tradeNo}`],
          localId: await computers.ofExit(lot, park, charge.body),
          body: writeMessage(down.outpark, {
            ...{
              ...facts,
              service_name: 'outpark',
              state: 1,
              pay_type: String(charge.body.pay_type),
              total: amount,
              errmsg: '支付成功',
            },
            ...(typeof charge.body.out_channel_id === 'string' ? { out_channel_id: charge.body.out_channel_id } : {}),
          }),
        },
        settings,
      )
    else if (order.debt_of?.startsWith('card:')) {
      const card = await pays.ofPayment(lot, command.clearance)
      if (!card) throw new Error(`payment ${command.clearance} is of a month card that nobody asked for`)
      await outbox.tell(
        lot,
        {
          ...message,
          service: 'monthcard_pay',
          answeredBy: [`trade:${card.trade_no}`],
          localId: null,
          body: writeMessage(toVendor.monthcard_pay, {
            ...{ state: 1, amount, trade_no: card.trade_no, out_trade_no: tradeNo, pay_time: facts.pay_time },
            ...(card.subject === '' ? {} : { card_id: card.subject }),
            ...(card.attach === null ? {} : { attach: card.attach }),
            ...{ park_id: parkId, service_name: 'monthcard_pay' },
          }),
        },
        settings,
      )
    } else if (order.debt_of !== null) {
      await debts.paid(lot, order.debt_of, command.clearance)
      await outbox.tell(
        lot,
        {
          ...message,
          service: 'escape_order',
          answeredBy: [`trade:${tradeNo}`],
          localId: null,
          body: writeMessage(down.escape_order, {
            ...{ ...facts, order_id: order.debt_of, service_name: 'escape_order', state: 1, total: amount },
            ...{ errmsg: '支付成功', park_id: parkId, union_id: park.unionId },
          }),
        },
        settings,
      )
    } else if (lane === null)
      await outbox.tell(
        lot,
        {
          ...message,
          service: 'prepay_order',
          answeredBy: [`order:${order.order_id}:${amount}`, `trade:${tradeNo}`],
          localId: computers.keeperOf(lot, order),
          body: writeMessage(down.prepay_order, {
            ...facts,
            service_name: 'prepay_order',
            park_id: parkId,
            prepay: amount,
            prepay_type: 1,
            // As it said when it was asked what is owed (5.2).
            ...(order.price_no === null ? {} : { query_order_no: order.price_no }),
            query_time: order.price_at === null ? seconds(command.issuedAt) : Number(order.price_at),
          }),
        },
        settings,
      )
    else
      await outbox.tell(
        lot,
        {
          ...message,
          service: 'outpark',
          answeredBy: [`trade:${tradeNo}`],
          localId: (await computers.ofLane(lot, lane.channel, park)) ?? null,
          body: writeMessage(down.outpark, {
            ...facts,
            service_name: 'outpark',
            state: 1,
            pay_type: 'scancode',
            total: amount,
            errmsg: '支付成功',
            out_channel_id: lane.channel,
          }),
        },
        settings,
      )
  }

  /** A coupon, told until the lot has answered; one that cannot be said to it is refused at once. */
  const couponGiven = async (lot: LotKey, id: Id, command: Extract<Command, { kind: 'coupon' }>): Promise<void> => {
    const park = await parkOf(lot)
    const now = clock.now()
    const ticket = ticketOf(command, now, park.settings)
    // Its vendor's cloud may have no word for coupons (8.2), and of a lot that another platform runs nothing is sent.
    const isHeard = takes(park, 'coupons') && !park.settings.beside && ticket !== null && 'plate' in command.for
    if (!isHeard) {
      await options.onResult(lot, { id: command.id, at: now, state: 'unsupported', because: 'unsupported' })
      return
    }
    const { plate } = command.for as { readonly plate: string }
    const order = await orders.openOfPlate(lot, plate)
    const couponId = idIn(command.coupon)
    const [shop] =
      couponId === null
        ? []
        : await database.of(lot.bucket).query<{ name: string }>(selectShopOfCoupon, [lot.bucket, lot.lotId, couponId])
    await outbox.tell(
      lot,
      {
        ...{ id, service: 'deliver_ticket', answeredBy: [`ticket:${command.coupon}`], orderId: null },
        localId: computers.keeperOf(lot, order),
        body: writeMessage(down.deliver_ticket, {
          ...{ ...ticket, service_name: 'deliver_ticket', ticket_id: command.coupon, car_number: plate },
          ...{ have_order: order ? 1 : 0, order_id: order?.order_id ?? '', park_id: park.parkId },
          ...{ shop_name: shop?.name ?? '', create_time: seconds(now) },
          remark: '',
        }),
      },
      park.settings,
    )
  }

  return {
    isOnline: (lot) => polls.isOnline(lot) || vendor.isThere(lot),
    abilitiesOf: async (lot) => {
      const park = await options.parks.ofLot(lot)
      if (!park) return bolinkAbilities
      const wantsOurs = !(await declinedBy(database, lot)).has('cloud')
      return [
        ...bolinkAbilities,
        ...(takes(park, 'coupons') ? (['coupons'] as const) : []),
        ...(wantsOurs && takes(park, 'locks') ? (['locks-vehicle'] as const) : []),
        ...(wantsOurs && takes(park, 'lists') ? (['lists'] as const) : []),
        // Those that it has said where it polls, and those that are kept here and told to it.
        ...((park.callUrl === null ? !park.settings.beside : wantsOurs && takes(park, 'lists'))
          ? (['permits', 'renews-permits'] as const)
          : []),
        // Of a vendor's cloud no word for it is published (8.2).
        ...(wantsOurs && park.callUrl === null ? (['closes'] as const) : []),
      ]
    },
    lockVehicle: locks.lockVehicle,
    moveGate: gates.moveGate,
    quote,
    // It sends pictures of stays by itself (keeping.ts), or is asked for them, and has no word for how it is.
    stayPicture: options.stayPicture,
    picture: async () => err({ kind: 'refused', because: 'unsupported' }),
    status: async () => err({ kind: 'refused', because: 'unsupported' }),
    admitUnplated: async (lot, { lane, pass, requestId, driver }) => {
      const channel = await channelOf(lot, lane)
      if (!channel) return err({ kind: 'refused', because: 'lane-unknown' })
      const park = await parkOf(lot)
      const localId = await computers.ofLane(lot, channel.channel, park)
      if (localId === undefined) return err({ kind: 'offline', absent: true })
      // Its entry has come, whatever became of the answer: it is inside, and no second vehicle is let in on it (5.3).
      const hasEntered = async () => {
        const since = firstIdAt(clock.now() - shownForMs)
        return (
          (await database.of(lot.bucket).query(selectEnteredSince, [lot.bucket, lot.lotId, pass, since])).length > 0
        )
      }
      if (await hasEntered()) return ok({ gate: 'opened' })
      // One request is one question: who scans again waits for its answer, and it is not sent down again.
      const payer = park.settings.tellsPayer ? payerSays(driver).pay_user_id : undefined
      const said = await outbox.ask(
        lot,
        {
          ...{ id: idOfRequest(requestId), service: 'nolicence_in_park', answeredBy: [`car:${pass}`] },
          ...{ orderId: null, localId },
          body: writeMessage(down.nolicence_in_park, {
            park_id: park.parkId,
            car_number: pass,
            timetemp: seconds(clock.now()),
            service_name: 'nolicence_in_park',
            channel_id: channel.channel,
            ...(payer === undefined ? {} : { pay_user_id: payer }),
          }),
        },
        park.settings,
        true,
      )
      if (!said.ok) return (await hasEntered()) ? ok({ gate: 'opened' }) : said
      const read = readMessage(answers.nolicence_in_park, said.value)
      if (!read.ok) return err(unreadable(read.error.field))
      const { state, errmsg } = read.value
      if (state === 0)
        return err({
          ...{ kind: 'refused', because: 'not-admitted' },
          ...(errmsg ? { detail: errmsg, said: errmsg } : {}),
        })
      // 2: it is still at work; its entry tells when the vehicle is in.
      return ok({ gate: state === 1 ? 'opened' : 'silent' })
    },
    tell: async (lot, command) => {
      if (command.kind === 'clearance') return paid(lot, command)
      const number = parseNumber('command', command.id)
      if (command.kind === 'close' && number.ok) return options.close(lot, number.value.id, command)
      if (command.kind === 'coupon' && number.ok) return couponGiven(lot, number.value.id, command)
      if (command.kind === 'open-gate' && number.ok) return gates.open(lot, number.value.id, command)
      await unsupported(lot, command.id)
    },
  }
}

/** `20180411145518`, by China's clock. */
const timeText = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14)
