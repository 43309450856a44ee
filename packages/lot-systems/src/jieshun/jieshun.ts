import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { CalledSystem, HttpSaid, Operation, Paid, PaidAnswer, Quoted, QuoteOf } from '../called.ts'
import { type LotError, unreadable } from '../lot-system.ts'
import { chinaTime, fenOfYuan, instantOf, type Members, madeOf, textOf, wholeOf } from '../values.ts'
import { jieshunPermits } from './permits.ts'
import { jieshunSpaces } from './spaces.ts'
import {
  firstOf,
  itemsOf,
  JieshunSettings,
  jieshunAnswer,
  jieshunAsk,
  jieshunLogin,
  outcomeOf,
  plateForJieshun,
  plateOfJieshun,
} from './wire.ts'

const refused = (because: string, detail: string): LotError => ({ kind: 'refused', because, detail })
/** What became of what it was told to do. */
function outcomeIn(said: HttpSaid): Result<number, LotError> {
  const answer = jieshunAnswer(said)
  return answer.ok ? outcomeOf(firstOf(answer.value)) : answer
}
const notInside = 2
/** Paid and within the time to leave; within the free time; free by a discount: nothing is owed. */
const nothingOwed = [9, 10, 11, 12]

/** Each price is an order of its own. A stay goes by plate and entry: only orders have names there. */
const quote: Operation<JieshunSettings, QuoteOf, Quoted> = {
  ask: (of, around) => {
    const { businesserCode } = around.settings
    if ('plate' in of)
      return jieshunAsk(around, '3c.pay.createorderbycarno', {
        ...{ businesserCode, orderType: 'VNP', carNo: plateForJieshun(of.plate, around.settings) },
      })
    const who = of.pass === null ? { plateType: 1 } : { plateType: 0, openId: of.pass }
    return jieshunAsk(around, '3c.park.downoutcarno', { equipCode: of.lane, ...who })
  },
  read: (said, of) => {
    const nobody = 'plate' in of ? 'no-session' : 'lane-empty'
    const answer = jieshunAnswer(said)
    if (!answer.ok) return answer
    const order = firstOf(answer.value)
    return order === null ? err(refused(nobody, 'no order')) : priceOf(order, nobody)
  },
}
function priceOf(order: Members, nobody: string): Result<Quoted, LotError> {
  const read = outcomeOf(order)
  if (!read.ok) return read
  const outcome = read.value
  const isFree = nothingOwed.includes(outcome)
  if (outcome === notInside) return err(refused(nobody, String(outcome)))
  // 1: its device fails. 9999: whatever else.
  if (outcome === 1 || outcome === 9999) return err(refused('busy', String(outcome)))
  // 5: a permit.
  if (outcome === 5) return err(refused('permit-holder', '5'))
  // 6: it has no price list. 20: no discount here.
  if (outcome !== 0 && outcome !== 13 && !isFree) return err(refused('not-priceable', String(outcome)))
  const { carNo, startTime, totalFee, orderNo, validTimeLen, serviceFee, discountFee, deductFee } = order
  const [plate, enteredAt] = [textOf(carNo), instantOf(startTime)]
  if (plate === null || enteredAt === null) return err(refused(nobody, 'no plate or entry'))
  const owed = isFree ? fen(0) : fenOfYuan(totalFee)
  if (owed === null) return err(unreadable('totalFee is not in yuan'))
  const known = plateOfJieshun(plate)
  return ok({
    ...{ stay: `${known}@${Math.floor(enteredAt / 1000)}`, plate: known, enteredAt },
    ...{ owedFen: fen(Math.max(0, owed)), leaveMinutes: wholeOf(validTimeLen), bill: textOf(orderNo) },
    ...madeOf(fenOfYuan(serviceFee), fenOfYuan(discountFee), fenOfYuan(deductFee)),
  })
}

const payTypes: Readonly<Partial<Record<ChannelName, readonly [code: string, name: string]>>> = {
  wechatpay: ['WX', '微信'],
  alipay: ['ZFB', '支付宝'],
}
const paid: Operation<JieshunSettings, Paid, PaidAnswer> = {
  ask: ({ bill, payment, channel, paidAt }, around) => {
    const [payType, payTypeName] = payTypes[channel] ?? ['OTHER', '其他']
    return jieshunAsk(around, '3c.pay.notifyorderresult', {
      ...{ orderNo: bill ?? '', tradeStatus: 0, isCallBack: 0, payType, payTypeName, payTime: chinaTime(paidAt) },
      transactionId: payment,
    })
  },
  read: (said, { lane }) => {
    const outcome = outcomeIn(said)
    if (!outcome.ok) return outcome
    return outcome.value === 0
      ? ok({ gate: lane === null ? null : 'opened' })
      : err(refused('busy', String(outcome.value)))
  },
}

/**
 * JieShun's cloud (捷顺, `3c.*`): orders by plate or by the device of a lane, and their payments (lot-devices.md 5.3). It tells nothing
 * and takes no order to a gate: a payment is what opens one.
 */
export const jieshun: CalledSystem<JieshunSettings> = {
  name: 'jieshun',
  title: '捷顺云',
  abilities: [
    'quotes',
    'quotes-by-lane',
    'accepts-payment',
    'admits-unplated',
    'opens-when-nothing-owed',
    'locks-vehicle',
    'reports-spaces',
    'permits',
    'renews-permits',
  ],
  settings: JieshunSettings,
  secrets: ['psw', 'signKey'],
  login: {
    account: ({ address, cid, usr, psw }) => [address, cid, usr, psw],
    ask: (_, around) => jieshunLogin(around),
    read: (said) => {
      const answer = jieshunAnswer(said)
      if (!answer.ok) return err(answer.error.kind === 'offline' ? answer.error : refused('unauthorised', 'login'))
      const token = textOf(answer.value.token)
      return token === null ? err(unreadable('login: no token')) : ok(token)
    },
  },
  quote,
  paid,
  admit: {
    ask: ({ lane, pass }, around) =>
      jieshunAsk(around, '3c.park.downincarno', { equipCode: lane, openId: pass, plateType: 0, voucherType: 0 }),
    read: (said) => {
      const outcome = outcomeIn(said)
      if (!outcome.ok) return outcome
      return outcome.value === 0 ? ok({ gate: 'opened' }) : err(refused('lane-empty', String(outcome.value)))
    },
  },
  similar: {
    ask: ({ plate }, around) =>
      jieshunAsk(around, '3c.pay.querycarbycarno', { carNo: plateForJieshun(plate, around.settings) }),
    read: (said) => {
      const answer = jieshunAnswer(said)
      if (!answer.ok) return answer
      const plates = itemsOf(answer.value).map(({ carNo }) => textOf(carNo))
      return ok(plates.filter((plate) => plate !== null).map(plateOfJieshun))
    },
  },
  status: [jieshunSpaces],
  permits: jieshunPermits,
  lock: {
    ask: ({ plate, locked }, around) =>
      jieshunAsk(around, '3c.lock.lock', {
        ...{ carNo: plateForJieshun(plate, around.settings), lockFlag: locked ? 0 : 1 },
      }),
    read: (said, { locked }) => {
      const outcome = outcomeIn(said)
      if (!outcome.ok) return outcome
      if (outcome.value === 0) return ok({ locked })
      return err(refused(outcome.value === notInside ? 'no-session' : 'not-admitted', String(outcome.value)))
    },
  },
}
