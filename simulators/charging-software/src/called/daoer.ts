import { createHash } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tariff } from '../price.ts'
import { calledLot, type Told } from './lot.ts'
import { type Answered, type Call, carriedOut, post, type Reply, serveCalls } from './server.ts'

type Fields = Readonly<Record<string, unknown>>

/** Sorted, joined, with the key at the end; objects as their compact JSON (third-party-wallets.md B.1). */
const signOf = (body: Fields, key: string): string => {
  const pairs = Object.entries(body)
    .filter(([name, value]) => name !== 'sign' && value !== '' && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .sort()
  return createHash('md5')
    .update([...pairs, `key=${key}`].join('&'))
    .digest('hex')
    .toUpperCase()
}
const written = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** Daoer's cloud with one lot behind it, strict about names, signatures and times (third-party-wallets.md B). */
export async function daoerCloud(options: {
  readonly clock: Clock
  readonly tariff: Tariff
  readonly pid: string
  readonly key: string
  readonly parkCode: string
  /** Where it tells the platform what happened. */
  readonly tellTo: string
}) {
  const { clock, pid, key, parkCode } = options
  const told: Answered[] = []
  const say = async (happened: Told, more: Fields = {}): Promise<void> => {
    const serviceName = names[happened.kind]
    if (serviceName === undefined) return // it has no notice for it
    const body = {
      pid,
      serviceName,
      timestamp: Math.floor(clock.now() / 1000),
      bizContent: { ...biz(happened), ...more },
    }
    const sign = signOf(body, lot.faults().forges ? 'another key' : key)
    told.push(await post(lot, options.tellTo, { ...body, sign }))
  }
  const lot = calledLot({ ...options, tell: (happened) => say(happened) })
  const biz = ({ kind, record, lane, at }: Told) => ({
    ...{ parkCode, recordNo: record.orderId, enterTime: written(record.enteredAt) },
    ...(lot.faults().leavesOutPlate ? {} : { plateNum: record.plate }),
    ...(kind === 'entered' ? { inChannelid: lane } : { outChannelid: lane, leaveTime: written(at) }),
    ...(kind === 'at-exit' ? billOf(record) : {}),
  })
  const billOf = (record: Told['record']): Fields => {
    const { grossFen, owedFen } = lot.priced(record)
    return { payableFee: grossFen, discountFee: 0, paidFee: owedFen, orderNo: `TC${record.orderId}`, sweepCode: 0 }
  }

  const services: Readonly<Record<string, (said: Fields) => Promise<Fields>>> = {
    queryParkFee: async (said) => {
      const byLane = Number(said.payScene) === 1
      const record = lot.asked(
        byLane
          ? { lane: String(said.outChannelid) }
          : { plate: String(said.plateNum), ...(said.recordNo === '' ? {} : { orderId: String(said.recordNo) }) },
      )
      if (record === null) return { code: 6003, msg: '未找到入场记录' }
      const { grossFen, owedFen } = lot.priced(record)
      const spelled = (fen: number) => (lot.faults().otherSpelling ? String(fen) : fen)
      return {
        code: 200,
        msg: '成功',
        data: {
          ...{ recordNo: record.orderId, plateNum: record.plate, enterTime: written(record.enteredAt) },
          ...{ leaveTime: written(clock.now()), useTime: Math.floor((lot.now() - record.enteredAt) / 1000) },
          ...{
            payableFee: spelled(grossFen),
            discountFee: 0,
            paidFee: spelled(owedFen),
            orderNo: `TC${record.orderId}`,
          },
        },
      }
    },
    payNotify: async (said) => {
      // At an exit, or without any act of the driver, it opens.
      const lane = [1, 2].includes(Number(said.type)) ? String(said.outChannelid) : null
      if (said.orderNo !== `TC${String(said.recordNo)}`) return { code: 404, msg: 'orderNo' }
      const outcome = lot.pay(String(said.recordNo), String(said.payPath), Number(said.paidFee), lane)
      return {
        done: { code: 200, msg: '成功' },
        repeated: { code: 6006, msg: '重复通知' },
        refused: { code: 402, msg: '订单已结算' },
      }[outcome]
    },
    unlicensedReq: async (said) => {
      if (!/^[A-Z0-9]{7}$/.test(String(said.plateNum))) return { code: 402, msg: 'plateNum' }
      lot.open(String(said.channelid), 'no plate')
      await lot.enter(`无${String(said.plateNum)}`, String(said.channelid))
      return { code: 200, msg: '成功' }
    },
    remoteDev: async (said) => {
      lot.open(String(said.channelid), `ordered by ${String(said.operator)}`)
      return { code: 200, msg: '成功', data: '操作成功' }
    },
  }

  const answer = async (call: Call): Promise<Reply | null> => {
    if (lot.fails()) return { status: 500, body: { code: 500, msg: '服务器错误' } }
    const { method, body } = call
    const said = JSON.parse(body) as Fields
    const name = String(said.serviceName)
    const service = services[name]
    const content = said.bizContent as Fields
    const isNow = Math.abs(Number(said.timestamp) * 1000 - clock.now()) < 300_000
    if (method !== 'POST' || said.pid !== pid || !isNow || said.sign !== signOf(said, key))
      return { status: 200, body: { code: 401, msg: '签名错误' } }
    if (!service || content.parkCode !== parkCode) return { status: 200, body: { code: 404, msg: '不存在' } }
    return carriedOut(lot, name, call, async () => ({ status: 200, body: await service(content) }))
  }
  const { address, calls, close } = await serveCalls(lot, answer)
  /** An attendant at this lane scans what the driver of this vehicle shows. */
  const scan = async (plate: string, lane: string, code: string): Promise<void> => {
    const record = [...lot.records.values()].find((one) => one.plate === plate)
    if (!record) throw new RangeError(`${plate} is not inside`)
    await say({ kind: 'at-exit', record, lane, at: clock.now() }, { sweepCode: 1, sweepAuthCode: code })
  }
  return {
    lot,
    scan,
    told: told as readonly Answered[],
    address,
    calls,
    close,
  }
}
const names: Readonly<Partial<Record<Told['kind'], string>>> = {
  ...{ entered: 'enterNotify', left: 'leaveNotify', 'at-exit': 'preLeaveNotify' },
}
