import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { CouponWorth } from '@lanepay/lot-link/messages.ts'
import type {
  Around,
  CalledSystem,
  HttpAsk,
  HttpSaid,
  Lowered,
  Operation,
  Paid,
  PaidAnswer,
  Quoted,
  QuoteOf,
} from '../called.ts'
import { type LotError, unreadable } from '../lot-system.ts'
import { chinaTime, fenOf, instantOf, madeOf, textOf, wholeOf } from '../values.ts'
import { KeytopSettings, keytopAnswer, keytopAsk, orFailed } from './wire.ts'

/**
 * A lane has two names there, that of its node (gates) and that of its device (who stands in it): its channel is `node/device`, or one
 * text where they are the same.
 */
const nodeOf = (lane: string): string => lane.split('/')[0]!
const deviceOf = (lane: string): string => lane.split('/').at(-1)!

/**
 * Each price is an order of its own, which stands for five minutes and is what a payment names. It is asked for by one name: a plate, the card
 * of a car without one, or the device of a lane, which knows of no card.
 */
const quote: Operation<KeytopSettings, QuoteOf, Quoted> = {
  ask: (of, around) =>
    keytopAsk(around, 'api/wec/GetParkingPaymentInfo', {
      ...('lane' in of
        ? { deviceCode: deviceOf(of.lane) }
        : isPass(of.plate)
          ? { cardNo: of.plate }
          : { plateNo: of.plate }),
      ...(of.worth === undefined ? {} : freeOf(of.worth)),
    }),
  read: (said, of) => {
    const nobody = 'plate' in of ? 'no-session' : 'lane-empty'
    const answer = keytopAnswer(said)
    if (!answer.ok) return err(orFailed(answer.error, nobody))
    const { orderNo, trafficId, plateNo, cardNo, entryTime, payableAmount, payable, delayTime, deductionAmount } =
      answer.value
    const { totalAmount, paidAmount } = answer.value
    const lowered = of.worth === undefined ? null : fenOf(deductionAmount)
    const [bill, enteredAt] = [textOf(orderNo), instantOf(entryTime)]
    const plate = textOf(plateNo) ?? textOf(cardNo)
    if (bill === null || enteredAt === null || plate === null)
      return err({ kind: 'refused', because: nobody, detail: 'no order' })
    const owed = fenOf(payableAmount ?? payable)
    if (owed === null) return err(unreadable('payableAmount is not in fen'))
    return ok({
      // Older versions do not name the record.
      ...{ stay: textOf(trafficId) ?? `${plate}@${Math.floor(enteredAt / 1000)}`, plate, enteredAt },
      ...{ owedFen: fen(Math.max(0, owed)), leaveMinutes: wholeOf(delayTime), bill },
      ...(lowered === null ? {} : { loweredFen: fen(Math.max(0, lowered)) }),
      ...madeOf(fenOf(totalAmount), fenOf(deductionAmount), fenOf(paidAmount)),
    })
  },
}

/** A coupon in the words of an order; null where it has none. */
function freeOf(worth: CouponWorth): { readonly freeMoney: number; readonly freeTime: number } | null {
  switch (worth.kind) {
    case 'amount':
      return { freeMoney: worth.fen, freeTime: 0 }
    case 'minutes':
      return { freeMoney: 0, freeTime: worth.minutes }
    case 'whole':
    case 'percent':
    case 'until':
      return null
  }
}

const methods: Readonly<Partial<Record<ChannelName, number>>> = { wechatpay: 4, alipay: 5 }
const otherMethod = 7
const otherTerminal = 1000

/**
 * An order is paid by an amount and what is taken off, which together are what was to be paid (its printed example): `freeDetail` is a text,
 * for software that does not sign what is nested.
 */
const payOrder = (
  around: Around<KeytopSettings>,
  said: {
    readonly bill: string | null
    readonly number: string
    readonly method: number
    readonly amountFen: number
    readonly at: number
    readonly lowered: Lowered | undefined
  },
): HttpAsk => {
  const { bill, number, method, amountFen, at, lowered } = said
  const { freeMoney = 0, freeTime = 0 } = lowered === undefined ? {} : (freeOf(lowered.worth) ?? {})
  const offFen = lowered?.fen ?? freeMoney
  const freeDetail = lowered === undefined ? '' : JSON.stringify({ code: '', money: offFen, time: freeTime, type: 0 })
  return keytopAsk(around, 'api/wec/PayParkingFee', {
    ...{ orderNo: bill ?? '', payableAmount: amountFen + offFen, amount: amountFen, outOrderNo: number },
    ...{ payType: otherTerminal, payMethod: method, payTime: chinaTime(at) },
    ...{ freeMoney: offFen, freeTime, freeDetail },
  })
}
const readPaid = (said: HttpSaid, gate: PaidAnswer['gate']): Result<PaidAnswer, LotError> => {
  const answer = keytopAnswer(said)
  // A no without a reason does not say that nothing was done.
  return answer.ok ? ok({ gate }) : err(orFailed(answer.error, 'busy'))
}
const paid: Operation<KeytopSettings, Paid, PaidAnswer> = {
  ask: ({ bill, payment: number, channel, amountFen, paidAt: at, lowered }, around) =>
    payOrder(around, { ...{ bill, number, amountFen, at, lowered }, method: methods[channel] ?? otherMethod }),
  // The order of a card names no device that could open.
  read: (said, { lane, plate }) => readPaid(said, lane === null || isPass(plate) ? null : 'opened'),
}

/** KeyTop's cloud (科拓速停车, `unite-api`), which keeps the connection to the lot (lot-devices.md 5.2). It tells nothing: it is asked. */
export const keytop: CalledSystem<KeytopSettings> = {
  name: 'keytop',
  title: '科拓速停车',
  abilities: [
    'quotes',
    'quotes-by-lane',
    'accepts-payment',
    'admits-unplated',
    'opens-gate',
    'opens-when-nothing-owed',
    'coupons',
  ],
  settings: KeytopSettings,
  secrets: ['appSecret'],
  quote,
  quoteNext: (of) => ('lane' in of && of.pass !== null ? { plate: of.pass, stay: null } : null),
  paid,
  admit: {
    ask: ({ lane, pass }, around) =>
      keytopAsk(around, 'api/wec/UnlicensedCarInout', { deviceType: 1, deviceCode: deviceOf(lane), cardNo: pass }),
    read: (said) => {
      const answer = keytopAnswer(said)
      return answer.ok ? ok({ gate: 'opened' }) : err(orFailed(answer.error, 'lane-empty'))
    },
  },
  open: {
    ask: ({ lane }, around) =>
      keytopAsk(around, 'api/control/GateControl', { type: around.settings.openType ?? 1, nodeId: nodeOf(lane) }),
    read: (said) => {
      const answer = keytopAnswer(said)
      return answer.ok ? ok({ gate: 'opened' }) : err(orFailed(answer.error, 'busy'))
    },
  },
  coupons: {
    takes: (worth) => freeOf(worth) !== null,
    by: 'price',
    settled: {
      ask: ({ bill, number, at, lowered }, around) =>
        payOrder(around, { ...{ bill, number, at, lowered }, amountFen: 0, method: otherMethod }),
      read: (said) => readPaid(said, 'opened'),
    },
  },
}
