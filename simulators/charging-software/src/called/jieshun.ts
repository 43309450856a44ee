import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Record as Stay, Tariff } from '../price.ts'
import { jieshunPermits } from './jieshun-permits.ts'
import { spacesOfLot } from './lists.ts'
import { calledLot } from './lot.ts'
import { type Answered, type Call, carriedOut, type Reply, serveCalls } from './server.ts'

type Fields = Readonly<Record<string, unknown>>
const written = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
const signOf = (text: string, key: string): string =>
  createHash('md5')
    .update(text + key)
    .digest('hex')
    .toUpperCase()

/** JieShun's cloud with one lot behind it: a login, then calls signed over the very text; it tells nothing (lot-devices.md 5.3). */
export async function jieshunCloud(options: {
  readonly clock: Clock
  readonly tariff: Tariff
  readonly cid: string
  readonly usr: string
  readonly psw: string
  readonly signKey: string
  readonly businesserCode: string
  readonly parkCode: string
}) {
  const { clock, cid, usr, psw, signKey, businesserCode, parkCode } = options
  const lot = calledLot({ ...options, tell: async () => {} })
  let token: { readonly text: string; readonly until: number } | null = null
  const orders = new Map<string, { readonly orderId: string; readonly lane: string | null }>()
  const item = (attributes: Fields) => ({
    ...{ resultCode: 0, message: '成功' },
    dataItems: [{ objectId: '', operateType: 'READ', attributes, subItems: [] }],
  })
  const dashed = (plate: string) => (/^\d/.test(plate) ? plate : `${plate.slice(0, 1)}-${plate.slice(1)}`)
  const orderOf = (record: Stay | null, lane: string | null) => {
    if (record === null) return item({ retcode: '2' })
    const { grossFen, paidFen, owedFen } = lot.priced(record)
    const orderNo = `BK${clock.now()}${orders.size + 1}`
    orders.set(orderNo, { orderId: record.orderId, lane })
    const yuan = (fen: number) => (lot.faults().otherSpelling ? fen / 100 : (fen / 100).toFixed(2))
    return item({
      ...{
        retcode: owedFen === 0 ? '9' : '0',
        orderNo,
        carNo: dashed(record.plate),
        parkCode,
        startTime: written(record.enteredAt),
      },
      ...{ createTime: written(clock.now()), serviceTime: Math.floor((lot.now() - record.enteredAt) / 1000) },
      ...{ serviceFee: yuan(grossFen), deductFee: yuan(paidFen), discountFee: yuan(0), totalFee: yuan(owedFen) },
      ...{ validTimeLen: lot.leaveMinutes },
    })
  }
  const services: Readonly<Record<string, (said: Fields) => Promise<Fields>>> = {
    '3c.pay.createorderbycarno': async ({ businesserCode: business, orderType, carNo }) => {
      if (business !== businesserCode || orderType !== 'VNP') return { resultCode: 2, message: '参数不正确' }
      const plate = String(carNo)
      if (!/^\d/.test(plate) && plate.charAt(1) !== '-') return item({ retcode: '2' })
      return orderOf(lot.asked({ plate: plate.replace('-', '') }), null)
    },
    '3c.pay.querycarbycarno': async ({ carNo }) => {
      const plate = String(carNo)
      if (!/^\d/.test(plate) && plate.charAt(1) !== '-') return { resultCode: 2, message: '参数不正确' }
      // It takes for similar what shares four characters in their places: far more than a misread.
      const like = ({ plate: one }: Stay) =>
        [...one].filter((sign, at) => sign === plate.replace('-', '')[at]).length >= 4
      const items = [...lot.records.values()].filter(like).map((record) => ({
        ...{ objectId: '', operateType: 'READ', subItems: [] },
        attributes: { carNo: dashed(record.plate), enterTime: written(record.enteredAt) },
      }))
      return { resultCode: 0, message: '成功', dataItems: items }
    },
    '3c.park.downoutcarno': async ({ equipCode, plateType, openId }) => {
      if (plateType === 0 && !openId) return { resultCode: 2, message: '参数不正确' }
      return orderOf(lot.asked({ lane: String(equipCode) }), String(equipCode))
    },
    '3c.pay.notifyorderresult': async ({ orderNo, tradeStatus, payType, payTime, transactionId }) => {
      const order = orders.get(String(orderNo))
      if (tradeStatus !== 0 || !payType || !payTime) return { resultCode: 2, message: '参数不正确' }
      if (!order) return { resultCode: 2233, message: '订单不存在' }
      // It is told no amount: what was asked for is what was paid.
      const record = lot.records.get(order.orderId)
      const owed = record ? lot.priced(record).owedFen : 0
      const outcome = lot.pay(order.orderId, String(transactionId), owed, order.lane)
      return outcome === 'refused' ? { resultCode: 2233, message: '订单不存在' } : item({ retCode: 0 })
    },
    '3c.park.queryparkspace': async ({ parkCodes }) =>
      parkCodes === parkCode
        ? item({ parkCode, restSpace: spacesOfLot - lot.records.size })
        : { resultCode: 2, message: '参数不正确' },
    ...jieshunPermits(lot, parkCode),
    '3c.lock.lock': async ({ carNo, lockFlag }) => {
      const plate = String(carNo)
      if ((lockFlag !== 0 && lockFlag !== 1) || (!/^\d/.test(plate) && plate.charAt(1) !== '-'))
        return { resultCode: 2, message: '参数不正确' }
      return item({ retcode: lot.lock(plate.replace('-', ''), lockFlag === 0) ? '0' : '2' })
    },
    '3c.park.downincarno': async ({ equipCode, openId }) => {
      lot.open(String(equipCode), 'no plate')
      await lot.enter(String(openId), String(equipCode))
      return item({ retCode: 0, carNo: openId })
    },
  }

  const answer = async (call: Call): Promise<Reply | null> => {
    if (lot.fails()) return { status: 200, body: { resultCode: 1, message: '未知错误' } }
    const { method, path } = call
    const { pathname, searchParams: query } = new URL(path, 'http://cloud')
    if (method !== 'GET' || query.get('cid') !== cid) return { status: 404, body: {} }
    if (pathname === '/login') {
      if (query.get('usr') !== usr || query.get('psw') !== psw)
        return { status: 200, body: { resultCode: 3, message: '密码错误' } }
      token = { text: randomUUID(), until: clock.now() + 3_600_000 }
      return { status: 200, body: { resultCode: 0, message: '成功', token: token.text } }
    }
    const p = query.get('p') ?? ''
    if (pathname !== '/as' || query.get('v') !== '2') return { status: 404, body: {} }
    if (token === null || query.get('tn') !== token.text || clock.now() > token.until)
      return { status: 200, body: { resultCode: 6, message: '令牌无效' } }
    if (query.get('sn') !== signOf(p, signKey)) return { status: 200, body: { resultCode: 5, message: '签名错误' } }
    const said = JSON.parse(p) as { readonly serviceId: string; readonly attributes: Fields }
    const service = services[said.serviceId]
    if (!service || said.attributes.parkCode !== parkCode)
      return { status: 200, body: { resultCode: 2, message: '参数不正确' } }
    const act = async () => {
      const reply = await service(said.attributes)
      const isWordless = lot.faults().wordlessAbout.includes(said.serviceId)
      return { status: 200, body: isWordless ? { resultCode: 0, message: '成功' } : reply }
    }
    return carriedOut(lot, said.serviceId, call, act)
  }
  const { address, calls, close } = await serveCalls(lot, answer)
  return { lot, told: [] as readonly Answered[], address, calls, close }
}
