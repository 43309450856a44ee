import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tariff } from '../price.ts'
import { calledLot, type Told } from './lot.ts'
import { type Answered, type Call, carriedOut, post, type Reply, serveCalls } from './server.ts'

type Fields = Readonly<Record<string, unknown>>
const written = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** Names in the order of their letters, whatever their case (lot-devices.md 5.4, the first of its two clients). */
function signOf({ sign: _, ...said }: Fields, secret: string): string {
  const pairs = Object.entries(said).map(([name, value]) => [name.toLowerCase(), `${name}=${String(value)}`] as const)
  const sorted = pairs.sort(([one], [two]) => (one < two ? -1 : 1)).map(([, pair]) => pair)
  return createHash('md5')
    .update(`${sorted.join('&')}&${secret}`)
    .digest('hex')
    .toUpperCase()
}

/** Yunmeng's cloud with one lot behind it, strict about signatures, paths and repeated calls (lot-devices.md 5.4). */
export async function ymiotCloud(options: {
  readonly clock: Clock
  readonly tariff: Tariff
  readonly parkKey: string
  readonly appid: string
  readonly secret: string
  /** Where it posts what happened, with its key in the query. */
  readonly tellTo: string
}) {
  const { parkKey, appid, secret } = options
  const told: Answered[] = []
  const rands = new Set<unknown>()
  const lot = calledLot({
    ...options,
    tell: async ({ kind, record, lane, at }: Told) => {
      const method = methods[kind]
      if (method === undefined) return // it posts nothing of it
      const url = lot.faults().forges ? options.tellTo.replace(/key=.*/, 'key=another') : options.tellTo
      const data = {
        ...{ key: parkKey, orderNo: record.orderId, enterTime: written(record.enteredAt) },
        ...(lot.faults().leavesOutPlate ? {} : { carNo: record.plate }),
        ...{ carType: '3651', gateName: lane, operatorName: '管理员', imgUrl: '' },
        ...(kind === 'left' ? { outTime: written(at), totalAmount: '0.00' } : {}),
      }
      const said = { rand: randomUUID(), appid, version: '1.0', method }
      told.push(await post(lot, url, { ...said, sign: signOf(said, secret), data }))
    },
  })
  const done = (data: Fields | null = null) => ({ code: '1', msg: '成功', data })
  const priceOf = (by: Parameters<typeof lot.asked>[0]) => {
    const record = lot.asked(by)
    if (record === null) return done()
    const { owedFen } = lot.priced(record)
    const totalAmount = lot.faults().otherSpelling ? owedFen / 100 : (owedFen / 100).toFixed(2)
    return done({ orderNo: record.orderId, carNo: record.plate, totalAmount, enterTime: written(record.enteredAt) })
  }
  const services: Readonly<Record<string, (said: Fields) => Fields>> = {
    'Inquire/GetCarNoOrderFee': ({ carNo }) => priceOf({ plate: String(carNo) }),
    'Inquire/GetParkOrderByPasswayNo': ({ passwayNo }) => priceOf({ lane: String(passwayNo) }),
    'Inform/PayNotify': ({ payOrderNo, payedSN, payedMoney }) => {
      const record = lot.records.get(String(payOrderNo))
      const fen = Math.round(Number(payedMoney) * 100)
      // It is not told of a lane: whoever it is that stands at an exit is let go.
      const outcome = lot.pay(String(payOrderNo), String(payedSN), fen, record ? lot.laneOf(record) : null)
      return outcome === 'refused' ? { code: '0', msg: '订单不存在' } : done()
    },
    'Inform/OpenGate': ({ passwayNo }) => {
      lot.open(String(passwayNo), 'ordered')
      return done()
    },
    'Inform/CloseGate': ({ passwayNo }) => {
      lot.move(String(passwayNo), 'down', 'ordered')
      return done()
    },
  }
  const answer = async (call: Call): Promise<Reply | null> => {
    if (lot.fails()) return { status: 502, body: {} }
    const { method, path, body } = call
    const name = path.replace(/^\/Api\//, '')
    const service = method === 'POST' ? services[name] : undefined
    const said = JSON.parse(body) as Fields
    if (!service) return { status: 404, body: {} }
    const isFresh = !rands.has(said.rand)
    rands.add(said.rand)
    if (said.parkKey !== parkKey || said.appid !== appid || !isFresh || said.sign !== signOf(said, secret))
      return { status: 200, body: { code: '401', msg: '签名错误' } }
    return carriedOut(lot, name, call, () => ({ status: 200, body: service(said) }))
  }
  const { address, calls, close } = await serveCalls(lot, answer)
  return { lot, told: told as readonly Answered[], address, calls, close }
}
const methods: Readonly<Partial<Record<Told['kind'], string>>> = {
  ...{ entered: 'Car_EnterCar', left: 'Car_OutCar', picture: 'Car_EnterImg' },
}
