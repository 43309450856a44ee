import { fen, toYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import type { Around, CalledSystem, HttpAsk, HttpSaid } from '../called.ts'
import { type LotError, notOfIts, saidNo, unreadable } from '../lot-system.ts'
import { parseObject } from '../raw.ts'
import { fenOfYuan, instantOf, type Members, objectOf, textOf } from '../values.ts'
import { ymiotEvents } from './events.ts'
import { keyOrders, ymiotSign } from './sign.ts'

/** What an operator types: the lot's key and the application at Yunmeng's cloud. */
export const YmiotSettings = Type.Object(
  {
    address: Type.String({ pattern: '^https?://[^\\s?#]+$' }),
    parkKey: Type.String({ minLength: 1, maxLength: 64 }),
    appid: Type.String({ minLength: 1, maxLength: 64 }),
    secret: Type.String({ minLength: 8, maxLength: 128 }),
    /** Who knows this, in the query of the address that the cloud is told (`?key=`), is the cloud. */
    eventKey: Type.String({ pattern: '^[A-Za-z0-9]{16,64}$' }),
    keyOrder: Type.Optional(Type.Union(keyOrders.map((order) => Type.Literal(order)))),
    /** The number of a lane by the name of its gate, where they differ: a lane's channel in the plan is the name. */
    passways: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 64 }))),
  },
  { additionalProperties: false },
)
export type YmiotSettings = Static<typeof YmiotSettings>

/** One call, all its members signed (lot-devices.md 5.4). */
function ask({ settings, nonce }: Around<YmiotSettings>, path: string, own: Members): HttpAsk {
  const { parkKey, appid, secret, keyOrder = 'letters' } = settings
  const said = { parkKey, appid, rand: nonce, version: 'v1.0', ...own }
  return {
    ...{ method: 'POST', path: `/Api/${path}`, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ ...said, sign: ymiotSign(said, secret, keyOrder) }),
  }
}
const passwayOf = (lane: string, { passways }: YmiotSettings): string => passways?.[lane] ?? lane

/** What an answer holds: `code` "1" is done; what its other codes mean is not public, so they stand. */
function answer({ status, body }: HttpSaid): Result<Members | null, LotError> {
  const object = parseObject(body)
  const code = object.ok ? textOf(object.value.code) : null
  if (!object.ok || code === null) return err(notOfIts(status))
  if (code === '1') return ok(objectOf(object.value.data))
  return err(saidNo('invalid', code, textOf(object.value.msg)))
}

/** Yunmeng's cloud (云盟云平台, `ymiot`): the other door of the software that `yunmeng` calls in the lot (lot-devices.md 5.4). */
export const ymiot: CalledSystem<YmiotSettings> = {
  name: 'ymiot',
  title: '云盟云平台',
  abilities: [
    'quotes',
    'quotes-by-lane',
    'accepts-payment',
    'opens-gate',
    'opens-when-nothing-owed',
    'closes-gate',
    'reports-entry',
    'reports-exit',
  ],
  settings: YmiotSettings,
  secrets: ['secret', 'eventKey'],
  quote: {
    ask: (of, around) =>
      'plate' in of
        ? ask(around, 'Inquire/GetCarNoOrderFee', { carNo: of.plate })
        : ask(around, 'Inquire/GetParkOrderByPasswayNo', { passwayNo: passwayOf(of.lane, around.settings) }),
    read: (said, of) => {
      const read = answer(said)
      if (!read.ok) return read
      const { orderNo, carNo, totalAmount, enterTime } = read.value ?? {}
      const [stay, due] = [textOf(orderNo), fenOfYuan(totalAmount)]
      if (stay === null) return err({ kind: 'refused', because: 'plate' in of ? 'no-session' : 'lane-empty' })
      if (due === null) return err(unreadable('totalAmount is not in yuan'))
      return ok({
        ...{ stay, plate: textOf(carNo), enteredAt: instantOf(enterTime), owedFen: fen(Math.max(0, due)) },
        ...{ leaveMinutes: null, bill: null },
      })
    },
  },
  paid: {
    ask: ({ stay, payment, amountFen }, around) =>
      ask(around, 'Inform/PayNotify', { payOrderNo: stay, payedSN: payment, payedMoney: toYuan(amountFen) }),
    read: (said, { lane }) => {
      const read = answer(said)
      return read.ok ? ok({ gate: lane === null ? null : 'opened' }) : read
    },
  },
  open: {
    ask: ({ lane }, around) => ask(around, 'Inform/OpenGate', { passwayNo: passwayOf(lane, around.settings) }),
    read: (said) => {
      const read = answer(said)
      return read.ok ? ok({ gate: 'opened' }) : read
    },
  },
  // Its one word beside opening; none leaves an arm up.
  move: {
    ask: ({ lane }, around) => ask(around, 'Inform/CloseGate', { passwayNo: passwayOf(lane, around.settings) }),
    read: (said) => {
      const read = answer(said)
      return read.ok ? ok(null) : read
    },
  },
  events: ymiotEvents,
}
