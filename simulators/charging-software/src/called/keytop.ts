import { createHash } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tariff, Ticket } from '../price.ts'
import { calledLot } from './lot.ts'
import { type Answered, type Call, carriedOut, type Reply, serveCalls } from './server.ts'

type Fields = Readonly<Record<string, unknown>>
const written = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
const isCard = (name: string): boolean => /^[0-9A-Z]+$/.test(name)
/** A price stands so long. */
const orderStandsMs = 300_000

/** What says something, by name, then the secret (lot-devices.md 5.2). */
const signOf = (said: Fields, secret: string): string => {
  const pairs = Object.keys(said)
    .filter((name) => name !== 'appId' && name !== 'key' && said[name] !== '')
    .sort()
    .map((name) => `${name}=${String(said[name])}`)
  return createHash('md5')
    .update(`${pairs.join('&')}&${secret}`)
    .digest('hex')
    .toUpperCase()
}

/** KeyTop's cloud with one lot behind it, strict about signatures, service codes and orders; it tells nothing (lot-devices.md 5.2). */
export async function keytopCloud(options: {
  readonly clock: Clock
  readonly tariff: Tariff
  readonly appId: string
  readonly appSecret: string
  readonly parkId: string
}) {
  const { clock, appId, appSecret, parkId } = options
  const lot = calledLot({ ...options, tell: async () => {} })
  const orders = new Map<
    string,
    {
      readonly orderId: string
      readonly lane: string | null
      readonly at: number
      readonly ticket: Ticket | undefined
      readonly offFen: number
    }
  >()
  const done = (data: Fields | null = null) => ({ resCode: '0', resMsg: '成功', data })
  const spelled = (value: number) => (lot.faults().otherSpelling ? String(value) : value)

  const services: Readonly<Record<string, (said: Fields) => Promise<Fields>>> = {
    'api/wec/GetParkingPaymentInfo': async ({ plateNo, cardNo, deviceCode, freeMoney, freeTime }) => {
      if ([plateNo, cardNo, deviceCode].filter((name) => name !== undefined).length !== 1)
        return { resCode: '1201', resMsg: '参数错误' }
      const lane = deviceCode === undefined ? null : String(deviceCode)
      const record = lot.asked(lane === null ? { plate: String(plateNo ?? cardNo) } : { lane })
      // A device sees plates; which card stands before it, it does not know.
      if (record === null || (lane !== null && isCard(record.plate)))
        return { resCode: '1', resMsg: '未查询到停车信息' }
      const orderNo = `${clock.now()}${orders.size + 1}`
      const isLowered = Number(freeMoney ?? 0) + Number(freeTime ?? 0) > 0
      const ticket = isLowered ? { id: orderNo, fen: Number(freeMoney), minutes: Number(freeTime) } : undefined
      const { grossFen, paidFen, owedFen } = lot.priced(record, ticket)
      const offFen = lot.priced(record).owedFen - owedFen
      orders.set(orderNo, { orderId: record.orderId, lane, at: clock.now(), ticket, offFen })
      const data = {
        ...{
          parkId,
          orderNo,
          plateNo: record.plate,
          entryTime: written(record.enteredAt),
          payTime: written(clock.now()),
        },
        ...{
          elapsedTime: Math.floor((lot.now() - record.enteredAt) / 60_000),
          totalAmount: spelled(grossFen + offFen),
        },
        ...{ payableAmount: spelled(owedFen), deductionAmount: spelled(offFen), paidAmount: spelled(paidFen) },
        ...{ delayTime: lot.leaveMinutes, trafficId: record.orderId },
      }
      // Its older versions send what is said as a text.
      return { ...done(), data: lot.faults().otherSpelling ? JSON.stringify(data) : data }
    },
    'api/wec/PayParkingFee': async (said) => {
      const { orderNo, payableAmount, amount, outOrderNo, payMethod, freeMoney, freeDetail } = said
      const order = orders.get(String(orderNo))
      // What is to be paid is paid or taken off (its printed example), and what is taken off is said twice, the second time as JSON text.
      const isWhole = Number(payableAmount) === Number(amount) + Number(freeMoney)
      const detail = freeDetail === '' ? { money: 0 } : (JSON.parse(String(freeDetail)) as { readonly money: number })
      if (typeof payMethod !== 'number' || !isWhole || detail.money !== freeMoney)
        return { resCode: '1201', resMsg: '参数错误' }
      if (order && order.offFen !== freeMoney) return { resCode: '1202', resMsg: '减免金额不符' }
      const isStale = order && (clock.now() - order.at > orderStandsMs || order.at < lot.faults().staleBefore)
      if (!order || isStale) return { resCode: '2102', resMsg: '流水号不匹配' }
      const outcome = lot.pay(order.orderId, String(outOrderNo), Number(amount), order.lane)
      if (outcome === 'done' && order.ticket) lot.give(lot.records.get(order.orderId)!, order.ticket)
      return outcome === 'refused' ? { resCode: '2102', resMsg: '流水号不匹配' } : done()
    },
    'api/wec/UnlicensedCarInout': async ({ deviceCode, cardNo }) => {
      lot.open(String(deviceCode), 'no plate')
      await lot.enter(String(cardNo), String(deviceCode))
      return done()
    },
    'api/control/GateControl': async ({ type, nodeId }) => {
      if (type !== 1) return { resCode: '1201', resMsg: '参数错误' }
      lot.open(String(nodeId), 'ordered')
      return done()
    },
  }

  const answer = async (call: Call): Promise<Reply | null> => {
    if (lot.fails()) return { status: 200, body: { resCode: '500', resMsg: '系统异常' } }
    const { method, path, headers, body } = call
    const service = services[path.slice(1)]
    const said = JSON.parse(body) as Fields
    if (!service || method !== 'POST' || headers.version !== '1.0.0') return { status: 404, body: {} }
    const code = path.slice(path.lastIndexOf('/') + 1)
    if (said.appId !== appId || said.key !== signOf(said, appSecret))
      return { status: 200, body: { resCode: '1001', resMsg: '密钥错误' } }
    if (said.parkId !== parkId) return { status: 200, body: { resCode: '1102', resMsg: '车场未授权' } }
    const isNow = Math.abs(Number(said.ts) - clock.now()) < 300_000
    if (said.serviceCode !== code.charAt(0).toLowerCase() + code.slice(1) || !isNow || !said.reqId)
      return { status: 200, body: { resCode: '1201', resMsg: '参数错误' } }
    return carriedOut(lot, path.slice(1), call, async () => ({ status: 200, body: await service(said) }))
  }
  const { address, calls, close } = await serveCalls(lot, answer)
  return { lot, told: [] as readonly Answered[], address, calls, close }
}
