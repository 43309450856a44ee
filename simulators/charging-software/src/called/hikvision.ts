import { createHmac, randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Record, Tariff, Ticket } from '../price.ts'
import { lanesOfLot, pageOf, spacesOfLot } from './lists.ts'
import { calledLot, type Told, wholeFen } from './lot.ts'
import { type Answered, type Call, carriedOut, post, type Reply, serveCalls } from './server.ts'

type Fields = Readonly<{ [name: string]: unknown }>
const prefix = '/artemis/api/pms/'
const directory = '/artemis/api/resource/'
const entrance = 'entrance-1'
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
    { readonly record: Record; readonly owedFen: number; readonly ticket: Ticket | undefined; readonly at: number }
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
    // Its picture, and a plate put right, come as the event of the line, told apart by `eventCmd` alone.
    const eventType = {
      ...{ entered: 771760131, picture: 771760130, corrected: 771760130 },
      ...{ 'at-exit': 771760133, left: 771760134 },
    }[kind]
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
    bills.set(billSyscode, { record, owedFen, ticket, at: clock.now() })
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
      const asked = bills.get(String(billSyscode))
      const one = asked && asked.at >= lot.faults().staleBefore ? asked : undefined
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
    'v1/tempCarInRecords/page': (said) =>
      paged(
        said,
        [...lot.records.values()].map(({ orderId, plate, enteredAt }) => ({
          ...{ inRecordSyscode: orderId, plateNo: plate, inTime: written(enteredAt), parkSyscode, parkName: '车场' },
        })),
      ),
    'v1/crossRecords/page': (said) => {
      const [from, to] = [said.startTime, said.endTime].map((text) => Date.parse(String(text)))
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/.test(String(said.startTime)) || !(from! <= to!))
        return { code: '0x02e13002', msg: 'startTime, endTime' }
      const passed = lot.passed.filter(({ at }) => at >= from! && at <= to!)
      return paged(
        said,
        passed.map(({ plate, way, lane, at }, nth) => ({
          ...{ crossRecordSyscode: String(nth), plateNo: plate, crossTime: written(at), roadwaySyscode: lane },
          ...{ parkSyscode, vehicleOut: way === 'in' ? 0 : 1, releaseResult: 1 },
        })),
      )
    },
    'v1/park/remainSpaceNum': ({ parkSyscode: park }) => ({
      ...{ code: '0', msg: 'success' },
      data:
        park === parkSyscode
          ? [{ parkSyscode, parkName: '车场', totalPlace: spacesOfLot, leftPlace: spacesOfLot - lot.records.size }]
          : [],
    }),
  }
  const paged = ({ parkSyscode: park, pageNo, pageSize }: Fields, all: readonly Fields[]): Fields => {
    if (park !== parkSyscode) return { code: '0x02e13201', msg: 'parkSyscode' }
    const [no, size] = [Number(pageNo), Number(pageSize)]
    if (!(no >= 1) || !(size >= 1 && size <= 1000)) return { code: '0x02e33005', msg: 'pageNo, pageSize' }
    const list = pageOf(all, no, size)
    return { code: '0', msg: 'success', data: { total: all.length, pageNo: no, pageSize: size, list } }
  }
  /** The platform's directory: a lot's entrances, and their lanes. */
  const listed: Readonly<{ [name: string]: (said: Fields) => Fields }> = {
    'v1/entrance/entranceList': ({ parkIndexCodes }) => ({
      ...{ code: '0', msg: 'success' },
      data:
        parkIndexCodes === parkSyscode
          ? [{ entranceIndexCode: entrance, entranceName: '大门', parkIndexCode: parkSyscode }]
          : [],
    }),
    'v1/roadway/roadwayList': ({ entranceIndexCodes }) => ({
      ...{ code: '0', msg: 'success' },
      data:
        entranceIndexCodes === entrance
          ? lanesOfLot.map(({ channel, name, direction }) => ({
              ...{ roadwayIndexCode: channel, roadwayName: name, roadwayType: direction === 'entry' ? 0 : 1 },
              entranceIndexCode: entrance,
            }))
          : [],
    }),
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
    const isOfDirectory = call.path.startsWith(directory)
    const name = call.path.slice(isOfDirectory ? directory.length : prefix.length)
    const service = isOfDirectory ? listed[name] : call.path.startsWith(prefix) ? services[name] : undefined
    if (!service) return { status: 404, body: {} }
    return carriedOut(lot, name, call, () => ({ status: 200, body: service(JSON.parse(call.body) as Fields) }))
  }
  const { address, calls, close } = await serveCalls(lot, answer)
  /** Somebody comes to this entry whom it does not let in: of its list of blocked vehicles, or a visitor while it is full. */
  const refuses = async (plate: string, lane: string, because: 'blocked' | 'full'): Promise<void> => {
    const [eventType, releaseReason] = because === 'blocked' ? [771756034, 380] : [771760130, 323]
    const time = written(lot.now())
    const data = {
      ...{ alarmCar: because === 'blocked' ? 1 : 0, eventCmd: 1, eventIndex: `${because}-${plate}`, inoutType: 0 },
      ...{ plateNo: plate, plateColor: 0, roadwayIndex: lane, parkIndex: parkSyscode, time },
      inResult: { rlsResult: { releaseAuth: 16, releaseReason, releaseResult: 0 } },
    }
    const event = { data, eventId: `${because}-${plate}`, eventType, happenTime: time, srcIndex: lane, status: 0 }
    const notice = { method: 'OnEventNotify', params: { ability: 'event_pms', events: [event], sendTime: time } }
    for (let times = 0; times < (lot.faults().tellsTwice ? 2 : 1); times++)
      told.push(await post(lot, options.tellTo, notice))
  }
  return { lot, refuses, told: told as readonly Answered[], address, calls, close }
}
