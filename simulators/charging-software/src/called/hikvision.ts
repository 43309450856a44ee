import { createHmac, randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Record, Tariff, Ticket } from '../price.ts'
import { calledLot, type Told, wholeFen } from './lot.ts'
import { type Answered, type Call, carriedOut, post, type Reply, serveCalls } from './server.ts'

type Fields = Readonly<{ [name: string]: unknown }>
const prefix = '/artemis/api/pms/'
const written = (ms: number): string => `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 23)}+08:00`

/** Hikvision's ISC platform of one lot, strict about signatures and names (lot-devices.md 5.6). Lanes go by their own names. */
export async function hikvisionPlatform(options: {
  readonly clock: Clock
  readonly tariff: Tariff
  readonly appKey: string
  readonly appSecret: string
  readonly parkSyscode: string
  /** Where it tells the platform what happened, with its key in the query. */
  readonly tellTo: string
}) {
  const { clock, parkSyscode } = options
  const told: Answered[] = []
  const bills = new Map<
    string,
    { readonly record: Record; readonly owedFen: number; readonly ticket: Ticket | undefined }
  >()
  const lot = calledLot({
    ...options,
    tell: async (happened) => {
      const url = lot.faults().forges ? options.tellTo.replace(/key=.*/, 'key=another') : options.tellTo
      told.push(await post(lot, url, notice(happened)))
    },
  })
  const notice = ({ kind, record, lane, at }: Told) => {
    const id = `${kind}-${record.orderId}`
    const isEntry = kind !== 'left' && kind !== 'at-exit'
    const release = { rlsResult: { releaseAuth: 41, releaseResult: 35, ...(isEntry ? { releaseReason: 100 } : {}) } }
    const data = {
      ...{
        eventCmd: { entered: 3, 'at-exit': 1, left: 4, picture: 2, corrected: 5 }[kind],
        eventIndex: id,
        inoutType: isEntry ? 0 : 1,
      },
      ...(lot.faults().leavesOutPlate ? {} : { plateNo: record.plate }),
      ...{ plateColor: 0, roadwayIndex: lane, parkIndex: parkSyscode, time: written(at) },
      ...(isEntry ? { inResult: release } : { outResult: { ...release, realCost: 0, totalCost: 0 } }),
    }
    // Its picture, and a plate put right, come as the event that they are of, told apart by `eventCmd` alone.
    const eventType = isEntry ? 771760131 : { 'at-exit': 771760133, left: 771760134 }[kind]
    const event = {
      data,
      eventId: id,
      eventType,
      happenTime: written(at),
      srcIndex: lane,
      srcType: 'roadway',
      status: 0,
    }
    return { method: 'OnEventNotify', params: { ability: 'event_pms', events: [event], sendTime: written(at) } }
  }

  /** What a bill is lowered by (lot-devices.md 5.6): fen, all, minutes; null: no such coupon. */
  const ticketOf = ({ deductRuleType, deductContent }: Fields, id: string): Ticket | null | undefined => {
    if (deductRuleType === undefined) return undefined
    const content = Number(deductContent)
    if (deductRuleType === 2) return { id, fen: wholeFen }
    if (!(content > 0)) return null
    return deductRuleType === 0 ? { id, fen: content } : deductRuleType === 4 ? { id, minutes: content } : null
  }
  const bill = (record: Record | null, said: Fields = {}): Fields => {
    if (record === null) return { code: '0', msg: 'success', data: null }
    const billSyscode = randomUUID()
    const ticket = ticketOf(said, billSyscode)
    if (ticket === null) return { code: '0x02e13002', msg: 'deductRuleType' }
    const { grossFen, paidFen, owedFen } = lot.priced(record, ticket)
    const offFen = lot.priced(record).owedFen - owedFen
    bills.set(billSyscode, { record, owedFen, ticket })
    const yuan = (fen: number) => (lot.faults().otherSpelling ? fen / 100 : (fen / 100).toFixed(2))
    return {
      code: '0',
      msg: 'success',
      data: {
        ...{ parkSyscode, inRecordSyscode: record.orderId, billSyscode, plateNo: record.plate },
        ...{ enterTime: written(record.enteredAt), parkTime: Math.floor((lot.now() - record.enteredAt) / 60_000) },
        ...{
          supposeCost: yuan(owedFen),
          deduceCost: yuan(offFen),
          currentDeduceCost: yuan(offFen),
          paidCost: yuan(paidFen),
          totalCost: yuan(grossFen + offFen),
        },
        ...{ delayTime: lot.leaveMinutes, calcType: paidFen > 0 ? 1 : 0 },
      },
    }
  }
  const services: Readonly<{ [name: string]: (said: Fields) => Fields }> = {
    'v1/pay/quickPreBill': ({ plateNo }) => bill(lot.asked({ plate: String(plateNo) })),
    'v1/pay/preBill': ({ roadwaySyscode, plateNo, parkSyscode: park, ...said }) => {
      // By one of them.
      const isByLane = roadwaySyscode !== undefined
      if (isByLane === (plateNo !== undefined && park === parkSyscode)) return { code: '0x02e13201', msg: 'by one' }
      return bill(lot.asked(isByLane ? { lane: String(roadwaySyscode) } : { plate: String(plateNo) }), said)
    },
    // A bill is paid once; the same one again is done already. It opens no gate.
    'v2/pay/receipt': ({ billSyscode }) => {
      const one = bills.get(String(billSyscode))
      const outcome = one ? lot.pay(one.record.orderId, String(billSyscode), one.owedFen, null) : 'refused'
      if (one?.ticket && outcome === 'done') lot.give(one.record, one.ticket)
      return outcome === 'refused' ? { code: '0x02e13661', msg: '账单无效' } : { code: '0', msg: 'success' }
    },
    'v1/deviceControl': ({ roadwaySyscode, command }) => {
      if (command === 1) lot.open(String(roadwaySyscode), 'ordered')
      else if (command === 0 || command === 3)
        lot.move(String(roadwaySyscode), command === 0 ? 'down' : 'held up', 'ordered')
      else return { code: '0x02e13002', msg: 'command' }
      return { code: '0', msg: 'success' }
    },
    'v1/tempCarInRecords/page': () => ({ code: '0', msg: 'success', data: { total: lot.records.size, list: [] } }),
  }

  const isSigned = ({ method, path, headers }: Call): boolean => {
    const names = String(headers['x-ca-signature-headers']).split(',')
    const lines = [
      method,
      ...['accept', 'content-md5', 'content-type', 'date'].flatMap((name) => headers[name] ?? []),
      ...names.toSorted().map((name) => `${name}:${String(headers[name])}`),
      path,
    ]
    const expected = createHmac('sha256', options.appSecret).update(lines.join('\n')).digest('base64')
    const isNow = Math.abs(Number(headers['x-ca-timestamp']) - clock.now()) < 900_000
    return isNow && headers['x-ca-key'] === options.appKey && headers['x-ca-signature'] === expected
  }
  const answer = async (call: Call): Promise<Reply | null> => {
    if (lot.fails()) return { status: 200, body: { code: '0x02e13000', msg: '内部错误' } }
    if (!isSigned(call)) return { status: 401, body: {} }
    const name = call.path.slice(prefix.length)
    const service = call.path.startsWith(prefix) ? services[name] : undefined
    if (!service) return { status: 404, body: {} }
    return carriedOut(lot, name, call, () => ({ status: 200, body: service(JSON.parse(call.body) as Fields) }))
  }
  const { address, calls, close } = await serveCalls(lot, answer)
  return { lot, told: told as readonly Answered[], address, calls, close }
}
