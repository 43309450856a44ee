import { fen, toYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import type { Around, CalledSystem, HttpAsk, HttpSaid } from '../called.ts'
import { type LotError, notOfIts, saidNo, unreadable } from '../lot-system.ts'
import { parseObject } from '../raw.ts'
import { chinaTime, fenOfYuan, type Members, objectOf, textOf, wholeOf } from '../values.ts'
import { yunmengEvents } from './events.ts'
import { yunmengDigest, yunmengSign } from './sign.ts'

/** What an operator types: where the software stands in the lot, and what its page of third parties shows. */
export const YunmengSettings = Type.Object(
  {
    address: Type.String({ pattern: '^https?://[^\\s?#]+$' }),
    parkKey: Type.String({ minLength: 1, maxLength: 64 }),
    appId: Type.String({ minLength: 1, maxLength: 64 }),
    secret: Type.String({ minLength: 8, maxLength: 128 }),
    /** The class of cars (`ParkingCardTypeNo`) that one without a plate comes in as. */
    unplatedCardType: Type.String({ minLength: 1, maxLength: 64 }),
    /** How it numbers WeChat Pay, Alipay and partners' wallets; these, where it does not, as WeChat Pay. */
    payMethods: Type.Optional(
      Type.Object(
        { wechatpay: Type.String(), alipay: Type.String(), zldpay: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type YunmengSettings = Static<typeof YunmengSettings>

/** One call of the software in the lot (B30, `OpenApi` V2): what is asked stands in `Data`, in a GET too. */
function ask(around: Around<YunmengSettings>, method: 'GET' | 'POST', name: string, Data: Members): HttpAsk {
  const { parkKey, appId, secret } = around.settings
  const said = { parkKey, appId, time: String(around.now), nonce: around.nonce }
  const Sign = yunmengSign(secret, said, yunmengDigest(JSON.stringify(Data)))
  return {
    ...{ method, path: `/Api/V2/OpenApi/${name}`, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ ParkKey: parkKey, AppId: appId, TimeStamp: said.time, Nonce: said.nonce, Sign, Data }),
  }
}

/** What an answer holds. Its list of codes is not public: 200 is done, what is of a server is asked again, and every other one stands. */
function answer({ status, body }: HttpSaid): Result<Members | null, LotError> {
  const object = parseObject(body)
  const code = object.ok ? wholeOf(object.value.ResultCode) : null
  if (!object.ok || code === null) return err(notOfIts(status))
  if (code === 200) return ok(objectOf(object.value.Data))
  if (code >= 500 && code < 600) return err({ kind: 'offline' })
  const because = code === 401 || code === 403 ? 'unauthorised' : 'invalid'
  return err(saidNo(because, code, textOf(object.value.ResultMsg)))
}

/** A payment's number that came before is said to be at work; both spellings are printed. */
const hadIt = /支付订单已经[再在]处理中/

/** Yunmeng's parking software in the lot (云盟, B30), called over HTTP (lot-devices.md 5.4). Its public pages name no order to a gate. */
export const yunmeng: CalledSystem<YunmengSettings> = {
  name: 'yunmeng',
  title: '云盟停车软件 B30',
  abilities: [
    'quotes',
    'quotes-by-lane',
    'accepts-payment',
    'admits-unplated',
    'opens-when-nothing-owed',
    'reports-entry',
    'reports-exit',
  ],
  settings: YunmengSettings,
  secrets: ['secret'],
  // It answers with record and price alone: plate and entry are as its posts have told.
  quote: {
    ask: (of, around) =>
      'plate' in of
        ? ask(around, 'GET', 'GetOrderPrice', { OrderNo: of.stay ?? '', LicensePlateNumber: of.plate })
        : ask(around, 'GET', 'GetLaneOrder', { LaneNo: of.lane }),
    read: (said, of) => {
      const read = answer(said)
      if (!read.ok) return read
      const { OrderNo, ChargeMoney } = read.value ?? {}
      const [stay, due] = [textOf(OrderNo), fenOfYuan(ChargeMoney)]
      if (stay === null) return err({ kind: 'refused', because: 'plate' in of ? 'no-session' : 'lane-empty' })
      if (due === null) return err(unreadable('ChargeMoney is not in yuan'))
      const owedFen = fen(Math.max(0, due))
      return ok({ stay, plate: null, enteredAt: null, owedFen, leaveMinutes: null, bill: null })
    },
  },
  // At an exit it opens by itself when it hears of the payment.
  paid: {
    ask: ({ stay, payment, channel, amountFen, paidAt }, around) => {
      const { payMethods = { wechatpay: '79003', alipay: '79007' } } = around.settings
      const yuan = Number(toYuan(amountFen))
      return ask(around, 'POST', 'PaySuccess', {
        ...{ OrderNo: stay, TotalAmountDue: yuan, TotalAmountPaid: yuan, DiscountAmount: 0 },
        ...{ PaymentTime: chinaTime(paidAt), PaymentOrderNo: payment },
        PaymentMethod: { zldpay: payMethods.wechatpay, ...payMethods }[channel],
        ...{ Remarks: null, PlateCouponNos: [] },
      })
    },
    read: (said, { lane }) => {
      const read = answer(said)
      if (read.ok) return ok({ gate: lane === null ? null : 'opened' })
      const isRepeated = read.error.kind === 'refused' && hadIt.test(read.error.detail ?? '')
      return isRepeated ? ok({ gate: lane === null ? null : 'silent' }) : read
    },
  },
  admit: {
    ask: ({ lane, pass }, around) =>
      ask(around, 'POST', 'CreateNoPlate', {
        ...{ LicensePlateNumber: pass, EntryTime: chinaTime(around.now), LaneNo: lane, Remarks: null },
        ...{ VehicleTypeNo: null, ParkingCardTypeNo: around.settings.unplatedCardType, OperatorName: null },
      }),
    read: (said) => {
      const read = answer(said)
      if (read.ok) return ok({ gate: 'opened' })
      const { error } = read
      return err(
        error.kind === 'refused' && error.because === 'invalid' ? { ...error, because: 'not-admitted' } : error,
      )
    },
  },
  events: yunmengEvents,
}
