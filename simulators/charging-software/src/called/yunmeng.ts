import { createHash, createHmac, randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tariff } from '../price.ts'
import { calledLot, type Told } from './lot.ts'
import { type Answered, type Call, carriedOut, post, type Reply, serveCalls } from './server.ts'

type Fields = Readonly<Record<string, unknown>>
const prefix = '/Api/V2/OpenApi/'
const written = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** Two steps: a digest of what is said, and five members under the secret, all in lower case (lot-devices.md 5.4). */
function signOf(said: Fields, data: Fields, secret: string): string {
  const pairs = Object.entries(data).map(([name, value]) =>
    `${name}=${value === null || (Array.isArray(value) && value.length === 0) ? '' : String(value)}`.toLowerCase(),
  )
  const digest = createHash('md5').update(pairs.sort().join('&')).digest('hex')
  const { AppId, ParkKey, TimeStamp, Nonce } = said
  const text = `appid=${AppId}&data=${digest}&parkkey=${ParkKey}&timestamp=${TimeStamp}&nonce=${Nonce}`
  return createHmac('sha256', secret).update(text.toLowerCase()).digest('base64').toLowerCase()
}

/** Yunmeng's parking software of one lot (B30), strict about signatures, methods and names (lot-devices.md 5.4). */
export async function yunmengSoftware(options: {
  readonly clock: Clock
  readonly tariff: Tariff
  readonly parkKey: string
  readonly appId: string
  readonly secret: string
  /** Where it calls back with what happened. */
  readonly tellTo: string
}) {
  const { clock, parkKey, appId, secret } = options
  const told: Answered[] = []
  const lot = calledLot({
    ...options,
    tell: async ({ kind, record, lane, at }: Told) => {
      if (kind !== 'entered' && kind !== 'left') return // it has no call-back for it
      const Data = {
        ...{ OrderNo: record.orderId, EntryTime: written(record.enteredAt) },
        ...(lot.faults().leavesOutPlate ? {} : { LicensePlateNumber: record.plate }),
        ...(kind === 'entered' ? { EntryLaneNo: lane } : { ExitTime: written(at), ExitLaneNo: lane }),
      }
      const said = { ParkKey: parkKey, AppId: appId, TimeStamp: String(clock.now()), Nonce: randomUUID() }
      const Sign = signOf(said, Data, lot.faults().forges ? 'another secret' : secret)
      told.push(await post(lot, options.tellTo, { ...said, Sign, Data }))
    },
  })

  const done = (ResultMsg: string, Data: Fields | null = null) => ({ ResultCode: 200, ResultMsg, Data })
  const priceOf = (by: Parameters<typeof lot.asked>[0]) => {
    const record = lot.asked(by)
    if (record === null) return done('没有订单')
    const { owedFen } = lot.priced(record)
    const money = lot.faults().otherSpelling ? (owedFen / 100).toFixed(2) : owedFen / 100
    return done('获取订单信息成功!', { OrderNo: record.orderId, ChargeMoney: money, CouponSchemeNos: [] })
  }
  const services: Readonly<Record<string, (said: Fields) => Promise<Fields>>> = {
    'GET GetOrderPrice': async ({ OrderNo, LicensePlateNumber }) =>
      priceOf({ plate: String(LicensePlateNumber), orderId: String(OrderNo) }),
    'GET GetLaneOrder': async ({ LaneNo }) => priceOf({ lane: String(LaneNo) }),
    'POST PaySuccess': async ({ OrderNo, PaymentOrderNo, TotalAmountPaid }) => {
      const fen = Math.round(Number(TotalAmountPaid) * 100)
      // It is not told of a lane: whoever it is that stands at an exit is let go.
      const outcome = lot.pay(String(OrderNo), String(PaymentOrderNo), fen, exitOf(String(OrderNo)))
      if (outcome === 'repeated') return { ResultCode: 406, ResultMsg: '支付订单已经再处理中!' }
      return outcome === 'done' ? done('操作成功') : { ResultCode: 405, ResultMsg: '停车订单不存在' }
    },
    'POST CreateNoPlate': async ({ LicensePlateNumber, LaneNo, ParkingCardTypeNo }) => {
      if (!ParkingCardTypeNo) return { ResultCode: 400, ResultMsg: 'ParkingCardTypeNo' }
      lot.open(String(LaneNo), 'no plate')
      await lot.enter(String(LicensePlateNumber), String(LaneNo))
      return done('操作成功', { OrderNo: lot.asked({ plate: String(LicensePlateNumber) })?.orderId })
    },
  }
  const exitOf = (orderId: string): string | null => {
    const record = lot.records.get(orderId)
    return record ? lot.laneOf(record) : null
  }

  const answer = async (call: Call): Promise<Reply | null> => {
    if (lot.fails()) return { status: 500, body: {} }
    const { method, path, body } = call
    const name = path.slice(prefix.length)
    const service = path.startsWith(prefix) ? services[`${method} ${name}`] : undefined
    const said = JSON.parse(body) as Fields
    const data = said.Data as Fields
    if (!service) return { status: 404, body: {} }
    const isNow = Math.abs(Number(said.TimeStamp) - clock.now()) < 300_000
    if (said.ParkKey !== parkKey || said.AppId !== appId || !isNow || said.Sign !== signOf(said, data, secret))
      return { status: 200, body: { ResultCode: 401, ResultMsg: '签名错误' } }
    return carriedOut(lot, name, call, async () => ({ status: 200, body: await service(data) }))
  }
  const { address, calls, close } = await serveCalls(lot, answer)
  return { lot, told: told as readonly Answered[], address, calls, close }
}
