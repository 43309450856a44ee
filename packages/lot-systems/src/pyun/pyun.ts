import { fen } from '@lanepay/domain/money.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { CouponWorth } from '@lanepay/lot-link/messages.ts'
import type { CalledSystem, Operation, Paid, PaidAnswer, Quoted, QuoteOf } from '../called.ts'
import { type GateMove, unreadable } from '../lot-system.ts'
import { plateForRecord, plateOfRecord } from '../unplated.ts'
import { fenOf, instantOf, madeOf, textOf, wholeOf } from '../values.ts'
import { pyunEvents } from './events.ts'
import { pyunLists } from './lists.ts'
import { originOf } from './origin.ts'
import { pyunPermits } from './permits.ts'
import { PyunSettings, pyunAnswer, pyunAsk, pyunError, pyunTime } from './wire.ts'

const permitHolder = 1003
/** In a bill: paid before the gate of the entry opens. */
const payToEnter = 6
/** In a bill: of a vehicle that is no visitor's. Whether its permit may be renewed is said by the days for which that may be late: 0 or more. */
const ofPermit = 2

/** By plate, or by a made-up plate (`passport`); by lane, with the made-up plate of who asks, should he stand there. */
const quote: Operation<PyunSettings, QuoteOf, Quoted> = {
  ask: (of, around) =>
    pyunAsk(
      around,
      'payment.billing',
      'lane' in of
        ? { gate_id: of.lane, ...(of.pass === null ? {} : { passport: plateForRecord(of.pass) }) }
        : isPass(of.plate)
          ? { passport: plateForRecord(of.plate) }
          : { plate: of.plate },
    ),
  read: (said, of) => {
    const nobody = 'plate' in of ? 'no-session' : 'lane-empty'
    const answer = pyunAnswer(said)
    if (!answer.ok) {
      // Whoever has a permit owes nothing; of which stay is known where we asked for one.
      if (answer.error.code !== permitHolder) return err(pyunError(answer.error, nobody))
      if (!('plate' in of) || of.stay === null) return err(pyunError(answer.error, nobody))
      return ok({ ...nothing, stay: of.stay, owedFen: fen(0) })
    }
    const { parking_serial, parking_order, plate, card_id, enter_time, pay_value, buffer_time, pay_type } = answer.value
    const { total_value, free_value, paid_value, locking_status, car_type, recharge_expire_days } = answer.value
    if (wholeOf(pay_type) === payToEnter)
      return err({ kind: 'refused', because: 'not-admitted', detail: 'pay to enter' })
    const [stay, owed] = [textOf(parking_serial), fenOf(pay_value)]
    if (stay === null) return err({ kind: 'refused', because: nobody })
    if (owed === null) return err(unreadable('pay_value is not in fen'))
    const known = textOf(plate) ?? textOf(card_id)
    const leaveSeconds = wholeOf(buffer_time)
    return ok({
      ...{ stay, plate: known === null ? null : plateOfRecord(known), enteredAt: instantOf(enter_time) },
      ...{ owedFen: fen(Math.max(0, owed)), bill: textOf(parking_order) },
      leaveMinutes: leaveSeconds === null ? null : Math.floor(leaveSeconds / 60),
      ...madeOf(fenOf(total_value), fenOf(free_value), fenOf(paid_value)),
      ...(wholeOf(car_type) === ofPermit && (wholeOf(recharge_expire_days) ?? -1) >= 0 ? { renewable: true } : {}),
      ...(wholeOf(locking_status) === 1 ? { locked: true } : {}),
    })
  },
}
const nothing = { plate: null, enteredAt: null, leaveMinutes: null, bill: null }

const paid: Operation<PyunSettings, Paid, PaidAnswer> = {
  ask: ({ stay, plate, bill, payment, channel, amountFen, paidAt, lane }, around) => {
    const [origin, name] = originOf(channel)
    return pyunAsk(around, 'payment.result', {
      ...{ parking_serial: stay, parking_order: bill ?? '', plate: plateForRecord(plate) },
      ...{ pay_serial: payment, pay_time: pyunTime(paidAt), value: String(amountFen), pay_value: String(amountFen) },
      ...{ free_value: '0', reduce_value: '0', pay_origin: origin, pay_origin_desc: name, pay_source: name },
      ...(lane === null ? {} : { gate_id: lane }),
    })
  },
  read: (said, { lane }) => {
    const answer = pyunAnswer(said)
    if (answer.ok) return ok({ gate: lane === null ? null : 'opened' })
    // 1403: had before, revoked, or of a car that has left: told, but no gate has opened by this, nor is it a reason to order one.
    return answer.error.code === 1403 ? ok({ gate: lane === null ? null : 'silent' }) : err(pyunError(answer.error))
  },
}

const statuses: Readonly<Record<GateMove, string>> = { close: 'CLOSE', 'hold-open': 'KEEP_OPEN' }

/**
 * A coupon's kind and worth (`discount.create`); null: a rate is of a thousand, of what is paid or of what is taken off is said nowhere, and
 * neither is how a free period is written.
 */
function discountOf(worth: CouponWorth): { readonly type: string; readonly value: string } | null {
  switch (worth.kind) {
    case 'amount':
      return { type: '1', value: String(worth.fen) }
    case 'minutes':
      return { type: '2', value: String(worth.minutes) }
    case 'whole':
      return { type: '3', value: '0' }
    case 'percent':
    case 'until':
      return null
  }
}

/** Software that speaks the protocol of 4pyun (P云) over HTTP: we dispatch to it, and it uploads to us (lot-devices.md 5.1). */
export const pyun: CalledSystem<PyunSettings> = {
  name: 'pyun',
  title: 'P云',
  abilities: [
    'quotes',
    'quotes-by-lane',
    'accepts-payment',
    'admits-unplated',
    'opens-gate',
    'opens-when-nothing-owed',
    'closes-gate',
    'holds-gate-open',
    'reports-entry',
    'reports-exit',
    'asks-before-entry',
    'coupons',
    'locks-vehicle',
    ...(['pictures', 'lists-lanes', 'reports-devices', 'reports-spaces'] as const),
    'permits',
    'renews-permits',
  ],
  settings: PyunSettings,
  secrets: ['appSecret'],
  quote,
  paid,
  admit: {
    ask: ({ lane, pass }, around) =>
      pyunAsk(around, 'direct.enter', {
        ...{ passport: plateForRecord(pass), plate: plateForRecord(pass), gate_id: lane },
        enter_time: pyunTime(around.now),
      }),
    read: (said) => {
      const answer = pyunAnswer(said)
      // 1403: the same admission, a moment ago.
      if (answer.ok || answer.error.code === 1403) return ok({ gate: 'opened' })
      if (answer.error.code === 1000) return err({ kind: 'refused', because: 'not-admitted', detail: 'pay to enter' })
      return err(pyunError(answer.error, 'lane-empty'))
    },
  },
  open: {
    ask: ({ lane, reason, by }, around) =>
      pyunAsk(around, 'gate.control', { gate_id: lane, status: 'OPEN', reason: `${reason} (${by})`.slice(0, 50) }),
    read: (said) => {
      const answer = pyunAnswer(said)
      return answer.ok ? ok({ gate: 'opened' }) : err(pyunError(answer.error))
    },
  },
  move: {
    ask: ({ lane, move, reason, by }, around) =>
      pyunAsk(around, 'gate.control', {
        ...{ gate_id: lane, status: statuses[move], reason: `${reason} (${by})`.slice(0, 50) },
      }),
    read: (said) => {
      const answer = pyunAnswer(said)
      return answer.ok ? ok(null) : err(pyunError(answer.error))
    },
  },
  // `credits`: nothing is taken from a wallet unasked.
  lock: {
    ask: ({ plate, locked }, around) =>
      pyunAsk(around, 'vip', { plate: plateForRecord(plate), credits: '0', locking: locked ? '1' : '0' }),
    read: (said, { locked }) => {
      const answer = pyunAnswer(said)
      return answer.ok ? ok({ locked }) : err(pyunError(answer.error))
    },
  },
  coupons: {
    takes: (worth) => discountOf(worth) !== null,
    by: 'grant',
    grant: {
      ask: ({ coupon, stay, plate, worth }, around) =>
        pyunAsk(around, 'discount.create', {
          ...{ grant_serial: coupon, plate: plateForRecord(plate), ...(stay === null ? {} : { parking_serial: stay }) },
          ...discountOf(worth),
        }),
      read: (said) => {
        const answer = pyunAnswer(said)
        // 1403: the same one, a moment ago.
        return answer.ok || answer.error.code === 1403 ? ok(null) : err(pyunError(answer.error))
      },
    },
  },
  ...pyunLists,
  permits: pyunPermits,
  events: pyunEvents,
}
