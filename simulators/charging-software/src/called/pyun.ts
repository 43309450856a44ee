import { createHash } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tariff } from '../price.ts'
import { lanesOfLot, seenIn, spacesOfLot } from './lists.ts'
import { calledLot, type Told, wholeFen } from './lot.ts'
import { pyunPermits } from './pyun-permits.ts'
import { type Answered, type Call, carriedOut, type Reply, send, serveCalls } from './server.ts'

type Fields = Readonly<Record<string, unknown>>
const prefix = 'service.parking.'
const formType = 'application/x-www-form-urlencoded'
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x0d, 0x0a, 0x2d, 0x2d, 0xff, 0xd9])
const written = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace(/\D/g, '')

/** All members by name, then the secret (lot-devices.md 5.1). */
const signOf = (said: Fields, secret: string): string => {
  const pairs = Object.keys(said)
    .filter((name) => name !== 'sign')
    .sort()
    .map((name) => `${name}=${String(said[name])}`)
  return createHash('md5')
    .update(`${pairs.join('&')}&app_secret=${secret}`)
    .digest('hex')
    .toUpperCase()
}

/** Software of one lot that speaks 4pyun's protocol over HTTP, strict about signatures, services and times (lot-devices.md 5.1). */
export async function pyunSoftware(options: {
  readonly clock: Clock
  readonly tariff: Tariff
  readonly parkUuid: string
  readonly appSecret: string
  /** Where it uploads what happened: the platform's address, without the protocol's own path. */
  readonly tellTo: string
}) {
  const { clock, parkUuid, appSecret } = options
  const told: Answered[] = []
  /** With a picture it is a form of parts, signed without the picture itself. */
  const upload = async (what: string, said: Readonly<Record<string, string>>, picture?: Buffer) => {
    const sign = signOf(said, lot.faults().forges ? 'another secret' : appSecret)
    const url = `${options.tellTo}/gate/1.0/parking/internal/${what}`
    if (picture === undefined)
      return send(lot, url, formType, Buffer.from(new URLSearchParams({ ...said, sign }).toString()))
    const form = new FormData()
    for (const [name, value] of Object.entries({ ...said, sign })) form.set(name, value)
    form.set('enter_image', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), 'enter.jpg')
    const whole = new Response(form)
    return send(lot, url, whole.headers.get('content-type')!, Buffer.from(await whole.arrayBuffer()))
  }
  const lot = calledLot({
    ...options,
    // 1: let in; 0, and whatever is no answer: as it decides itself; -1: not let in.
    mayEnter: async (plate, lane) => {
      const { status, text } = await upload('enter/before', { park_uuid: parkUuid, plate, enter_gate: lane })
      return status !== 200 || String((JSON.parse(text) as Fields).status) !== '-1'
    },
    tell: async ({ kind, record, lane, at }: Told) => {
      if (kind === 'at-exit' || kind === 'corrected') return // it is asked who stands there
      const said = {
        ...{ park_uuid: parkUuid, parking_serial: record.orderId, plate_color: '1' },
        ...(lot.faults().leavesOutPlate ? {} : { plate: record.plate }),
        ...{ enter_time: String(record.enteredAt), car_type: '1', car_desc: '临时车' },
        ...(kind === 'left' ? { leave_gate: lane, leave_time: String(at) } : { enter_gate: lane }),
      }
      if (kind !== 'picture') return void told.push(await upload(kind === 'left' ? 'leave' : 'enter', said))
      // The entry again, with what its camera has sent meanwhile.
      const hash = createHash('md5').update(jpeg).digest('hex')
      told.push(await upload('enter', { ...said, enter_image_hash: hash }, jpeg))
    },
  })

  const spelled = (value: number) => (lot.faults().otherSpelling ? value : String(value))
  const orders = new Map<string, string>()
  const services: Readonly<Record<string, (said: Fields) => Promise<Fields>>> = {
    'payment.billing': async ({ plate, passport, gate_id }) => {
      if (plate !== undefined && passport !== undefined) return { result_code: '1500', message: '参数互斥' }
      const by = gate_id === undefined ? { plate: String(plate ?? passport) } : { lane: String(gate_id) }
      const record = lot.asked(by)
      if (record === null) return { result_code: '1002', message: '未查询到停车信息' }
      if (lot.isPermitted(record.plate)) return { result_code: '1003', message: '月卡车辆，无需缴费' }
      const { grossFen, paidFen, owedFen } = lot.priced(record)
      const whole = lot.priced({ ...record, tickets: [] }).grossFen
      const order = `${clock.now()}${orders.size + 1}`
      orders.set(order, record.orderId)
      return {
        ...{ result_code: spelled(1001), plate: record.plate, parking_serial: record.orderId, parking_order: order },
        ...{
          enter_time: written(record.enteredAt),
          parking_time: spelled(Math.floor((lot.now() - record.enteredAt) / 1000)),
        },
        ...{ total_value: spelled(whole + lot.faults().totalOffFen), free_value: spelled(whole - grossFen) },
        ...{ paid_value: spelled(paidFen), locking_status: lot.locked.has(record.plate) ? 1 : 0 },
        ...{ car_type: lot.permitOf(record.plate) === null ? '1' : '2', recharge_expire_days: spelled(7) },
        ...{ pay_value: spelled(owedFen), buffer_time: spelled(lot.leaveMinutes * 60) },
      }
    },
    ...pyunPermits(lot, written),
    'payment.result': async ({ parking_order, parking_serial, pay_serial, pay_time, pay_value, gate_id }) => {
      if (!/^\d{14}$/.test(String(pay_time))) return { result_code: '1500', message: 'pay_time' }
      if (orders.get(String(parking_order)) !== parking_serial) return { result_code: '1002', message: '订单不存在' }
      const lane = gate_id === undefined ? null : String(gate_id)
      const outcome = lot.pay(String(parking_serial), String(pay_serial), Number(pay_value), lane)
      // What it had already is answered as done.
      return outcome === 'refused'
        ? { result_code: '1002', message: '未查询到停车信息' }
        : { result_code: '1001', message: '订单支付成功' }
    },
    'direct.enter': async ({ passport, gate_id }) => {
      if (!/^无[A-Z0-9]{7}$/.test(String(passport))) return { result_code: '1500', message: 'passport' }
      lot.open(String(gate_id), 'no plate')
      await lot.enter(String(passport), String(gate_id))
      return { result_code: '1001', parking_serial: lot.asked({ plate: String(passport) })?.orderId }
    },
    'gate.control': async ({ gate_id, status, reason }) => {
      const to = { CLOSE: 'down', KEEP_OPEN: 'held up' } as const
      if (status === 'OPEN') lot.open(String(gate_id), String(reason))
      else if (status === 'CLOSE' || status === 'KEEP_OPEN') lot.move(String(gate_id), to[status], String(reason))
      else return { result_code: '1500', message: 'status' }
      return { result_code: '1001' }
    },
    realtime: async () => ({
      ...{ result_code: '1001', total: spelled(spacesOfLot), parking: spelled(lot.records.size) },
      ...{ charge_json: '{}', charge_depict: '' },
    }),
    // A camera, and the lanes; the exit's controller is off.
    'device.list': async () => ({
      result_code: '1001',
      device_list: [
        { name: '入口相机', type: 1, no: '11', uuid: 'camera-11', status: spelled(1), status_desc: '正常' },
        ...lanesOfLot.map(({ channel, name, direction }, nth) => ({
          ...{ name, type: direction === 'entry' ? 2 : 3, no: String(nth + 1), uuid: channel },
          ...(direction === 'entry'
            ? { status: spelled(1), status_desc: '正常' }
            : { status: spelled(-1), status_desc: '脱机' }),
        })),
      ],
    }),
    'gate.capture': async ({ gate_id }) =>
      lanesOfLot.some(({ channel }) => channel === gate_id)
        ? { result_code: '1001', image_base64: seenIn(String(gate_id)).toString('base64') }
        : { result_code: '1500', message: '通道不存在' },
    vip: async ({ plate, credits, locking }) => {
      if (!/^\d+$/.test(String(credits)) || !/^[01]$/.test(String(locking)))
        return { result_code: '1500', message: 'credits, locking' }
      return lot.lock(String(plate), locking === '1')
        ? { result_code: '1001' }
        : { result_code: '1002', message: '未查询到停车信息' }
    },
    'discount.create': async ({ grant_serial, plate, parking_serial, type, value }) => {
      if (!grant_serial || !/^[123]$/.test(String(type)) || !/^\d+$/.test(String(value)))
        return { result_code: '1500', message: 'grant_serial, type, value' }
      const record = lot.asked({
        plate: String(plate),
        ...(parking_serial === undefined ? {} : { orderId: String(parking_serial) }),
      })
      if (record === null) return { result_code: '1002', message: '未查询到停车信息' }
      const worth = { 1: { fen: Number(value) }, 2: { minutes: Number(value) }, 3: { fen: wholeFen } }[Number(type)]
      const outcome = lot.give(record, { id: String(grant_serial), ...worth })
      return { result_code: outcome === 'done' ? '1001' : '1403' }
    },
  }

  const answer = async (call: Call): Promise<Reply | null> => {
    if (lot.fails()) return { status: 503, body: {} }
    const { method, body } = call
    const said = JSON.parse(body) as Fields
    const name = String(said.service).slice(prefix.length)
    const service = services[name]
    const signed = (fields: Fields): Reply => {
      const whole = { service: said.service, version: '1.0', charset: 'UTF-8', ...fields }
      return { status: 200, body: { ...whole, sign: signOf(whole, appSecret) } }
    }
    const isKnown =
      method === 'POST' && said.version === '1.0' && said.charset === 'UTF-8' && said.park_uuid === parkUuid
    if (!isKnown || said.sign !== signOf(said, appSecret)) return signed({ result_code: '1401', message: '签名错误' })
    if (!service) return signed({ result_code: '1500', message: '不支持的服务' })
    return carriedOut(lot, name, call, async () => signed(await service(said)))
  }
  const { address, calls, close } = await serveCalls(lot, answer)
  return { lot, told: told as readonly Answered[], address, calls, close }
}
