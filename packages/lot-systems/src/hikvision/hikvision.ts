import { fen } from '@lanepay/domain/money.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { CalledSystem, Operation, Paid, PaidAnswer, Quoted, QuoteOf } from '../called.ts'
import { fenOfYuan, instantOf, textOf, wholeOf } from '../values.ts'
import { hikvisionEvents, stayOf } from './events.ts'
import { HikvisionSettings, hikvisionAnswer, hikvisionAsk } from './wire.ts'

/** A bill: of the plate, or of who stands in a lane. What is to be collected is `supposeCost`; the other figures need not add up. */
const quote: Operation<HikvisionSettings, QuoteOf, Quoted> = {
  ask: (of, around) =>
    'plate' in of
      ? hikvisionAsk(around, 'v1/pay/quickPreBill', { plateNo: of.plate, parkSyscode: around.settings.parkSyscode })
      : hikvisionAsk(around, 'v1/pay/preBill', { roadwaySyscode: of.lane }),
  read: (said, of) => {
    const nobody = 'plate' in of ? 'no-session' : 'lane-empty'
    const answer = hikvisionAnswer(said, nobody)
    if (!answer.ok) return answer
    const { billSyscode, plateNo, enterTime, supposeCost, delayTime } = answer.value ?? {}
    const [plate, enteredAt, owed] = [textOf(plateNo), instantOf(enterTime), fenOfYuan(supposeCost)]
    if (plate === null || enteredAt === null) return err({ kind: 'refused', because: nobody })
    if (owed === null) return err({ kind: 'refused', because: 'unsupported', detail: 'supposeCost is not in yuan' })
    return ok({
      ...{ stay: stayOf(plate, enteredAt), plate, enteredAt },
      ...{ owedFen: fen(Math.max(0, owed)), leaveMinutes: wholeOf(delayTime), bill: textOf(billSyscode) },
    })
  },
}

/** The bill's number is all that it is told: neither how much nor by whom, so the same bill twice is one payment. */
const paid: Operation<HikvisionSettings, Paid, PaidAnswer> = {
  ask: ({ bill }, around) => hikvisionAsk(around, 'v2/pay/receipt', { billSyscode: bill ?? '' }),
  read: (said) => {
    const answer = hikvisionAnswer(said)
    if (answer.ok) return ok({ gate: null })
    // A bill that no longer stands is the same however often it is told.
    const { error } = answer
    return err(error.kind === 'refused' && error.because === 'busy' ? { ...error, because: 'not-priceable' } : error)
  },
}

/** Hikvision's ISC platform (海康综合安防平台) in the lot: bills, receipts, gates and events (lot-devices.md 5.6). No word for a car without plate. */
export const hikvision: CalledSystem<HikvisionSettings> = {
  name: 'hikvision',
  title: '海康综合安防平台',
  abilities: ['quotes', 'accepts-payment', 'opens-gate', 'opens-when-nothing-owed', 'reports-entry', 'reports-exit'],
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
  status: {
    ask: (_, around) =>
      hikvisionAsk(around, 'v1/tempCarInRecords/page', {
        ...{ parkSyscode: around.settings.parkSyscode, pageNo: 1, pageSize: 1 },
      }),
    read: (said) => {
      const answer = hikvisionAnswer(said)
      return answer.ok ? ok({ inside: wholeOf(answer.value?.total) ?? 0, version: null, devices: null }) : answer
    },
  },
  events: hikvisionEvents,
}
