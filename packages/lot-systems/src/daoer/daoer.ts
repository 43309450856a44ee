import { fen } from '@lanepay/domain/money.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { CalledSystem, Operation, Paid, PaidAnswer, Quoted, QuoteOf } from '../called.ts'
import { unreadable } from '../lot-system.ts'
import { plateForRecord, plateOfRecord } from '../unplated.ts'
import { chinaTime, fenOf, instantOf, textOf } from '../values.ts'
import { daoerEvents } from './events.ts'
import { DaoerSettings, daoerAnswer, daoerAsk, daoerError } from './wire.ts'

/**
 * By plate (scene 0), who stands at the exit (1), and who stands there without a plate (2): third-party-wallets.md B.3. A driver who came in
 * on a pass may stand there with a plate.
 */
const quote: Operation<DaoerSettings, QuoteOf, Quoted> = {
  ask: (of, around) =>
    daoerAsk(
      around,
      'queryParkFee',
      'plate' in of
        ? { payScene: 0, plateNum: plateForRecord(of.plate), recordNo: of.stay ?? '' }
        : of.pass === null
          ? { payScene: 1, outChannelid: of.lane }
          : { payScene: 2, outChannelid: of.lane, plateNum: plateForRecord(of.pass), recordNo: '' },
    ),
  read: (said, of) => {
    const nobody = 'plate' in of ? 'no-session' : 'lane-empty'
    const answer = daoerAnswer(said)
    if (!answer.ok) return err(daoerError(answer.error, nobody))
    const { recordNo, plateNum, enterTime, paidFee, orderNo } = answer.value
    const stay = textOf(recordNo)
    const owed = fenOf(paidFee)
    if (stay === null) return err({ kind: 'refused', because: nobody })
    if (owed === null) return err(unreadable('paidFee is not in fen'))
    const plate = textOf(plateNum)
    return ok({
      ...{ stay, plate: plate === null ? null : plateOfRecord(plate), enteredAt: instantOf(enterTime) },
      ...{ owedFen: fen(Math.max(0, owed)), leaveMinutes: null, bill: textOf(orderNo) },
    })
  },
}

const paid: Operation<DaoerSettings, Paid, PaidAnswer> = {
  ask: ({ stay, bill, payment, channel, amountFen, paidAt, lane, senseless }, around) => {
    const { payTypes = { wechatpay: 1, alipay: 2 }, payAuth = 'lanepay' } = around.settings
    return daoerAsk(around, 'payNotify', {
      ...{
        orderNo: bill ?? '',
        recordNo: stay,
        payTime: chinaTime(paidAt),
        payType: { zldpay: payTypes.wechatpay, ...payTypes }[channel],
      },
      ...(lane === null ? { type: 0 } : { type: senseless ? 2 : 1, outChannelid: lane }),
      ...{ paidFee: amountFen, discountFee: 0, payAuth, payAuthName: 'Lanepay', payPath: payment },
    })
  },
  read: (said, { lane }) => {
    const answer = daoerAnswer(said)
    if (answer.ok) return ok({ gate: lane === null ? null : 'opened' })
    // The same payment again is one payment; that its gate opened the first time is not said.
    const isRepeated = answer.error.code === 405 || answer.error.code === 6006
    return isRepeated ? ok({ gate: lane === null ? null : 'silent' }) : err(daoerError(answer.error))
  },
}

/** Daoer's cloud (道尔云, `tdznyun-api`): it keeps the connection to the lot, we call it and it calls us (third-party-wallets.md B). */
export const daoer: CalledSystem<DaoerSettings> = {
  name: 'daoer',
  title: '道尔云',
  abilities: [
    'quotes',
    'quotes-by-lane',
    'accepts-payment',
    'admits-unplated',
    'opens-gate',
    'opens-when-nothing-owed',
    'reports-entry',
    'reports-exit',
  ],
  settings: DaoerSettings,
  secrets: ['key'],
  quote,
  quoteNext: (of) => ('lane' in of && of.pass !== null ? { ...of, pass: null } : null),
  paid,
  admit: {
    ask: ({ lane, pass }, around) =>
      daoerAsk(around, 'unlicensedReq', { plateNum: pass, channelid: lane, requestTime: chinaTime(around.now) }),
    read: (said) => {
      const answer = daoerAnswer(said)
      if (answer.ok || answer.error.code === 405) return ok({ gate: 'opened' })
      const error = daoerError(answer.error, 'lane-empty')
      return err(
        error.kind === 'refused' && error.because === 'invalid' ? { ...error, because: 'not-admitted' } : error,
      )
    },
  },
  open: {
    // 2: without a payment; 1: by hand. A reason is a number of the vendor's list, of which 1 is all that is printed.
    ask: ({ lane, stay, by }, around) =>
      daoerAsk(around, 'remoteDev', {
        ...{ channelid: lane, type: 2, cmd: 1, openGateCase: 1, plateId: stay ?? '', operator: by.slice(0, 20) },
      }),
    read: (said) => {
      const answer = daoerAnswer(said)
      return answer.ok ? ok({ gate: 'opened' }) : err(daoerError(answer.error))
    },
  },
  senseless: true,
  events: daoerEvents,
}
