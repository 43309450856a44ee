import { fen } from '@lanepay/domain/money.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { CouponWorth } from '@lanepay/lot-link/messages.ts'
import type { CalledSystem, Operation, Paid, PaidAnswer, Quoted, QuoteOf } from '../called.ts'
import { type GateMove, unreadable } from '../lot-system.ts'
import { fenOfYuan, instantOf, type Members, madeOf, textOf, wholeOf } from '../values.ts'
import { hikvisionEvents, stayOf } from './events.ts'
import { hikvisionLists } from './lists.ts'
import { HikvisionSettings, hikvisionAnswer, hikvisionAsk } from './wire.ts'

/** A coupon in the words of a bill (`deductRuleType`); null: a rate is of what is paid or of what is taken off, which is said nowhere. */
function deductionOf(worth: CouponWorth): { readonly deductRuleType: number; readonly deductContent?: string } | null {
  switch (worth.kind) {
    case 'amount':
      return { deductRuleType: 0, deductContent: String(worth.fen) }
    case 'whole':
      return { deductRuleType: 2 }
    case 'minutes':
      return { deductRuleType: 4, deductContent: String(worth.minutes) }
    case 'percent':
    case 'until':
      return null
  }
}

/** A bill: of the plate, or of who stands in a lane. What is to be collected is `supposeCost`; the other figures need not add up. */
const quote: Operation<HikvisionSettings, QuoteOf, Quoted> = {
  ask: (of, around) => {
    const { parkSyscode } = around.settings
    if (!('plate' in of))
      return hikvisionAsk(around, 'v1/pay/preBill', { roadwaySyscode: of.lane, ...loweredBy(of.worth) })
    const plate = { plateNo: of.plate, parkSyscode }
    // The quick one has no word for coupons.
    if (of.worth === undefined) return hikvisionAsk(around, 'v1/pay/quickPreBill', plate)
    return hikvisionAsk(around, 'v1/pay/preBill', { ...plate, ...loweredBy(of.worth) })
  },
  read: (said, of) => {
    const nobody = 'plate' in of ? 'no-session' : 'lane-empty'
    const answer = hikvisionAnswer(said, nobody)
    if (!answer.ok) return answer
    const {
      billSyscode,
      plateNo,
      enterTime,
      supposeCost,
      delayTime,
      currentDeduceCost,
      totalCost,
      deduceCost,
      paidCost,
    } = answer.value ?? {}
    const [plate, enteredAt, owed] = [textOf(plateNo), instantOf(enterTime), fenOfYuan(supposeCost)]
    const lowered = fenOfYuan(currentDeduceCost)
    if (plate === null || enteredAt === null) return err({ kind: 'refused', because: nobody })
    if (owed === null) return err(unreadable('supposeCost is not in yuan'))
    return ok({
      ...{ stay: stayOf(plate, enteredAt), plate, enteredAt },
      ...{ owedFen: fen(Math.max(0, owed)), leaveMinutes: wholeOf(delayTime), bill: textOf(billSyscode) },
      ...(of.worth === undefined || lowered === null ? {} : { loweredFen: fen(Math.max(0, lowered)) }),
      ...madeOf(fenOfYuan(totalCost), fenOfYuan(deduceCost), fenOfYuan(paidCost)),
    })
  },
}
const loweredBy = (worth: CouponWorth | undefined): Members => (worth === undefined ? {} : (deductionOf(worth) ?? {}))

/** The bill's number is all that it is told: neither how much nor by whom, so the same bill twice is one payment. */
const paid: Operation<HikvisionSettings, Pick<Paid, 'bill'>, PaidAnswer> = {
  ask: ({ bill }, around) => hikvisionAsk(around, 'v2/pay/receipt', { billSyscode: bill ?? '' }),
  read: (said) => {
    const answer = hikvisionAnswer(said)
    return answer.ok ? ok({ gate: null }) : answer
  },
}

const commands: Readonly<Record<GateMove, number>> = { close: 0, 'hold-open': 3 }

/** Hikvision's ISC platform (海康综合安防平台) in the lot: bills, receipts, gates and events (lot-devices.md 5.6). No word for a car without plate. */
export const hikvision: CalledSystem<HikvisionSettings> = {
  name: 'hikvision',
  title: '海康综合安防平台',
  abilities: [
    'quotes',
    'quotes-by-lane',
    'accepts-payment',
    'opens-gate',
    'opens-when-nothing-owed',
    'closes-gate',
    'holds-gate-open',
    'reports-entry',
    'reports-exit',
    'coupons',
    ...(['lists-lanes', 'reports-spaces', 'lists-inside', 'lists-passages'] as const),
  ],
  settings: HikvisionSettings,
  secrets: ['appSecret', 'eventKey'],
  quote,
  paid,
  open: {
    ask: ({ lane }, around) => hikvisionAsk(around, 'v1/deviceControl', { roadwaySyscode: lane, command: 1 }),
    read: (said) => {
      const answer = hikvisionAnswer(said)
      return answer.ok ? ok({ gate: 'opened' }) : answer
    },
  },
  move: {
    ask: ({ lane, move }, around) =>
      hikvisionAsk(around, 'v1/deviceControl', { roadwaySyscode: lane, command: commands[move] }),
    read: (said) => {
      const answer = hikvisionAnswer(said)
      return answer.ok ? ok(null) : answer
    },
  },
  // The bill knows what it was lowered by, and is settled as one that was paid.
  coupons: { takes: (worth) => deductionOf(worth) !== null, by: 'price', settled: paid },
  ...hikvisionLists,
  events: hikvisionEvents,
}
