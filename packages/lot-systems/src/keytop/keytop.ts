import { fen } from '@lanepay/domain/money.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { CalledSystem, Operation, Paid, PaidAnswer, Quoted, QuoteOf } from '../called.ts'
import { chinaTime, fenOf, instantOf, textOf, wholeOf } from '../values.ts'
import { KeytopSettings, keytopAnswer, keytopAsk, orFailed, refused } from './wire.ts'

/**
 * A lane has two names there, that of its node (gates) and that of its device (who stands in it): its channel is `node/device`, or one
 * text where they are the same.
 */
const nodeOf = (lane: string): string => lane.split('/')[0]!
const deviceOf = (lane: string): string => lane.split('/').at(-1)!

/** Each price is an order of its own, which stands for five minutes and is what a payment names. */
const quote: Operation<KeytopSettings, QuoteOf, Quoted> = {
  ask: (of, around) =>
    keytopAsk(
      around,
      'api/wec/GetParkingPaymentInfo',
      'lane' in of
        ? { deviceCode: deviceOf(of.lane), ...(of.pass === null ? {} : { cardNo: of.pass }) }
        : isPass(of.plate)
          ? { cardNo: of.plate }
          : { plateNo: of.plate },
    ),
  read: (said, of) => {
    const nobody = 'plate' in of ? 'no-session' : 'lane-empty'
    const answer = keytopAnswer(said)
    if (!answer.ok) return err(orFailed(answer.error, nobody))
    const { orderNo, trafficId, plateNo, cardNo, entryTime, payableAmount, payable, delayTime } = answer.value
    const [bill, enteredAt] = [textOf(orderNo), instantOf(entryTime)]
    const plate = textOf(plateNo) ?? textOf(cardNo)
    if (bill === null || enteredAt === null || plate === null) return err(refused(nobody, 'no order'))
    const owed = fenOf(payableAmount ?? payable)
    if (owed === null) return err(refused('unsupported', 'payableAmount is not in fen'))
    return ok({
      // Older versions do not name the record.
      ...{ stay: textOf(trafficId) ?? `${plate}@${Math.floor(enteredAt / 1000)}`, plate, enteredAt },
      ...{ owedFen: fen(Math.max(0, owed)), leaveMinutes: wholeOf(delayTime), bill },
    })
  },
}

const methods: Readonly<Partial<Record<ChannelName, number>>> = { wechatpay: 4, alipay: 5 }
const otherMethod = 7
const otherTerminal = 1000

const paid: Operation<KeytopSettings, Paid, PaidAnswer> = {
  ask: ({ bill, payment, channel, amountFen, paidAt }, around) =>
    keytopAsk(around, 'api/wec/PayParkingFee', {
      ...{ orderNo: bill ?? '', payableAmount: amountFen, amount: amountFen, outOrderNo: payment },
      ...{ payType: otherTerminal, payMethod: methods[channel] ?? otherMethod, payTime: chinaTime(paidAt) },
      ...{ freeMoney: 0, freeTime: 0, freeDetail: '' },
    }),
  read: (said, { lane }) => {
    const answer = keytopAnswer(said)
    // A no without a reason does not say that nothing was done.
    return answer.ok ? ok({ gate: lane === null ? null : 'opened' }) : err(orFailed(answer.error, 'busy'))
  },
}

/** KeyTop's cloud (科拓速停车, `unite-api`), which keeps the connection to the lot (lot-devices.md 5.2). It tells nothing: it is asked. */
export const keytop: CalledSystem<KeytopSettings> = {
  name: 'keytop',
  title: '科拓速停车',
  abilities: ['quotes', 'accepts-payment', 'admits-unplated', 'opens-gate', 'opens-when-nothing-owed'],
  settings: KeytopSettings,
  secrets: ['appSecret'],
  quote,
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
}
