import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '@lanepay/domain/clock.ts'
import { goodHabits, type Habits } from './habits.ts'
import { isListService, keptLists } from './lists.ts'
import { priceOf, type Record, type Tariff, type Ticket, ticketIn } from './price.ts'
import { type Data, money, signed } from './wire.ts'

type Fields = { readonly [name: string]: unknown }
/** A call of the platform's: where it came, and what it said. */
export type Heard = { readonly path: string; readonly service: string; readonly fields: Fields }

/** `unionBeside`: as newer calls have it, beside `data` and not signed. `sign`: a wrong one. */
type CallHow = { readonly sign?: string; readonly unionBeside?: boolean }

/**
 * The cloud of a vendor whose lots are connected in the Bolink protocol's platform mode: it calls the platform and is called by it,
 * prices by its own tariff and opens the gates of its lots. It believes no call that is not signed over the text it came with.
 */
export async function startVendorCloud(options: {
  /** The platform, like `https://host`. */
  readonly address: () => string
  readonly unionId: string
  readonly key: string
  readonly clock: Clock
  readonly tariff: Tariff
}) {
  const { address, unionId, key, clock, tariff } = options
  const habits: Pick<Habits, 'silentAbout' | 'refusesPayments' | 'refusesGates'> & {
    readonly namesOtherPayment: boolean
    /** Calls with every entry and exit twice. */
    readonly callsTwice: boolean
    /** Hears calls of these services, and leaves them without any answer. */
    readonly hangsAt: readonly string[]
  } = {
    ...{
      silentAbout: [],
      refusesPayments: false,
      refusesGates: false,
      namesOtherPayment: false,
      callsTwice: false,
      hangsAt: [],
    },
  }
  let behaviour = habits
  const records = new Map<string, Record & { readonly parkId: string }>()
  const standing = new Map<string, string>()
  const heard: Heard[] = []
  /** What it was told of cards and lists, by lot. */
  const lists = new Map<string, ReturnType<typeof keptLists>>()
  const listsOf = (parkId: string) => {
    const kept = lists.get(parkId) ?? keptLists()
    lists.set(parkId, kept)
    return kept
  }
  /** What it was told was paid for cards, by the payment's number. */
  const cardPayments = new Map<string, { readonly card: string; readonly yuan: string }>()
  const tickets = new Map<string, readonly Ticket[]>()
  /** Records held inside, by the four digits that let them go. */
  const locks = new Map<string, string>()
  const pictures = new Map<string, Buffer>()
  const unsigned: string[] = []
  const opened: { readonly lane: string; readonly plate: string | null; readonly because: string }[] = []
  /** Lanes whose arm was lowered by order. */
  const lowered: string[] = []
  const seconds = () => Math.floor(clock.now() / 1000)

  /** The text of `data` and its sign, cut out of the body. */
  const believed = (body: string): Fields | null => {
    const [, data, sign] = /^\{"data":(\{.*\}),"sign":"([0-9A-F]{32})"\}$/s.exec(body) ?? []
    const own = createHash('md5').update(`${data}key=${key}`).digest('hex').toUpperCase()
    return data !== undefined && own === sign ? (JSON.parse(data) as Fields) : null
  }

  const answerTo = (service: string, fields: Fields): Fields => {
    const text = (name: string) => String(fields[name] ?? '')
    const ofPark = [...records.values()].filter(({ parkId }) => parkId === text('park_id'))
    const stands = records.get(standing.get(`${text('park_id')}/${text('out_channel_id')}`) ?? '')
    if (isListService(service)) return listsOf(text('park_id')).take(service, fields, null)
    if (service === 'month_pay_sync') {
      cardPayments.set(text('trade_no'), { card: text('card_id'), yuan: text('amount_pay') })
      return { state: 1, errmsg: '', trade_no: text('trade_no') }
    }
    if (service === 'deliver_ticket') {
      const ticket = ticketIn(fields)
      const name = `${text('park_id')}/${text('car_number')}`
      const had = tickets.get(name) ?? []
      // The same one again is the same.
      if (ticket && !had.some(({ id }) => id === ticket.id)) tickets.set(name, [...had, ticket])
      return { state: ticket ? 1 : 0, ticket_id: text('ticket_id'), errmsg: ticket ? '' : '不支持该优惠券' }
    }
    if (service === 'lock_car') {
      const [orderId, isLocked] = [text('order_id'), Number(fields.is_locked)]
      const isWrong = isLocked === 0 && locks.get(orderId) !== text('lock_key')
      if (!records.has(orderId) || isWrong) return { state: 0, errmsg: '锁车密码错误' }
      if (isLocked === 1) locks.set(orderId, text('lock_key'))
      else locks.delete(orderId)
      return { state: 1, errmsg: '' }
    }
    if (service === 'query_price') {
      const asked =
        Number(fields.pay_scene) === 0
          ? (records.get(text('order_id')) ?? ofPark.find(({ plate }) => plate === text('car_number')))
          : (stands ?? (Number(fields.pay_scene) === 2 ? records.get(text('order_id')) : undefined))
      if (!asked) return { state: 0, errmsg: '没有找到车辆', park_id: text('park_id'), order_id: '' }
      const given = tickets.get(`${asked.parkId}/${asked.plate}`) ?? []
      const { grossFen, owedFen } = priceOf({ ...asked, tickets: given }, tariff, clock.now())
      // Nothing is owed by who stands at the exit: it opens by itself.
      if (Number(fields.pay_scene) !== 0 && owedFen === 0)
        opened.push({ lane: text('out_channel_id'), plate: asked.plate, because: 'nothing owed' })
      return {
        ...{ state: 1, park_id: asked.parkId, order_id: asked.orderId, car_number: asked.plate },
        ...{ in_time: Math.floor(asked.enteredAt / 1000), price: (owedFen / 100).toFixed(2) },
        ...{ total: (grossFen / 100).toFixed(2), duration: 0, free_out_time: tariff.leaveMinutes },
        query_order_no: fields.query_order_no,
      }
    }
    if (service === 'get_inpark_image') return { state: 0, errmsg: '没有图片' }
    const tradeNo = behaviour.namesOtherPayment ? '1234567890123456' : text('trade_no')
    const state = behaviour.refusesPayments ? 0 : 1
    if (service === 'prepay_order' || service === 'outpark') {
      const record = records.get(text('order_id'))
      if (!record) return { state: 0, errmsg: '订单已结算', trade_no: tradeNo }
      const isNew = !record.paid.has(text('trade_no'))
      if (state === 1 && isNew) {
        record.paid.set(text('trade_no'), Math.round(Number(fields.prepay ?? fields.total) * 100))
        record.paidAt = clock.now()
        // Only for the vehicle that was paid for: another may have taken its place.
        if (service === 'outpark' && stands === record)
          opened.push({ lane: text('out_channel_id'), plate: record.plate, because: `paid ${text('trade_no')}` })
      }
    }
    if (service === 'nolicence_in_park') {
      opened.push({ lane: text('channel_id'), plate: text('car_number'), because: 'no plate' })
      void enter(text('park_id'), text('car_number'), text('channel_id'))
      return { state: 1, errmsg: '入场成功', car_number: text('car_number'), timetemp: fields.timetemp }
    }
    if (service === 'operate_liftrod') {
      if (behaviour.refusesGates) return { state: 0, errmsg: '道闸故障' }
      const [lane, because] = [text('channel_id'), `ordered ${text('liftrod_id')}`]
      if (Number(fields.operate) === 1) lowered.push(lane)
      else opened.push({ lane, plate: null, because })
      return { state: 1, errmsg: '', channel_id: lane, liftrod_id: text('liftrod_id') }
    }
    return { state, errmsg: state === 1 ? '' : '不要', trade_no: tradeNo, order_id: text('order_id') }
  }

  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => {
      body += piece
    })
    request.on('end', () => {
      const fields = believed(body)
      if (fields === null) {
        unsigned.push(body)
        return response.end('{"state":0,"errmsg":"error:签名错误"}')
      }
      const service = String(fields.service_name)
      heard.push({ path: request.url ?? '', service, fields })
      if (behaviour.hangsAt.includes(service)) return
      // It does what it is asked all the same.
      if (behaviour.silentAbout.includes(service)) {
        answerTo(service, fields)
        return response.writeHead(502).end()
      }
      const picture = pictures.get(`${String(fields.orderid)}/${String(fields.type)}`)
      if (service === 'get_inpark_image' && picture)
        return response.setHeader('content-type', 'image/jpeg').end(picture)
      return response.end(JSON.stringify(answerTo(service, fields)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  /** Calls the platform with this, as it is. Answers what it says. */
  async function call(path: string, data: Data, how: CallHow = {}): Promise<Fields> {
    const { raw, sign } = signed(how.unionBeside ? data : { ...data, union_id: unionId }, '', key, goodHabits)
    const beside = how.unionBeside ? `,"union_id":"${unionId}"` : ''
    const response = await fetch(`${address()}/unionapi/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body: `{"data":${raw}${beside},"sign":"${how.sign ?? sign}"}`,
    })
    return (await response.json()) as Fields
  }
  const tell = async (path: string, data: Data): Promise<Fields> => {
    const reply = await call(path, data)
    if (behaviour.callsTwice) await call(path, data)
    return reply
  }
  async function enter(parkId: string, plate: string, lane: string): Promise<{ orderId: string; reply: Fields }> {
    const orderId = `${lane}_2C${seconds()}-${randomUUID().slice(0, 8)}`
    records.set(orderId, { parkId, orderId, plate, enteredAt: clock.now(), lane, paid: new Map(), paidAt: null })
    const entry = { car_number: plate, in_time: seconds(), order_id: orderId, empty_plot: 20, park_id: parkId }
    return { orderId, reply: await tell('neworder/addorder', { ...entry, in_channel_id: lane }) }
  }

  return {
    /** Where it takes the platform's calls. */
    url,
    heard: heard as readonly Heard[],
    /** Calls that it did not believe. */
    unsigned: unsigned as readonly string[],
    opened: opened as readonly { readonly lane: string; readonly plate: string | null; readonly because: string }[],
    lowered: lowered as readonly string[],
    records: records as ReadonlyMap<string, Record>,
    locks: locks as ReadonlyMap<string, string>,
    listsOf,
    cardPayments: cardPayments as ReadonlyMap<string, { readonly card: string; readonly yuan: string }>,
    /** Its camera has this of a record's entry or exit. */
    keepPicture: (orderId: string, part: 'in' | 'out', jpeg: Buffer): unknown =>
      pictures.set(`${orderId}/${part}`, jpeg),
    call,
    /** A vehicle is let in at this lane of a lot. */
    enter,
    behave(more: Partial<typeof habits>): void {
      behaviour = { ...behaviour, ...more }
    },
    /** It comes to stand in this exit lane. */
    toExit(parkId: string, plate: string, lane: string): void {
      const record = [...records.values()].find((one) => one.parkId === parkId && one.plate === plate)
      if (!record) throw new RangeError(`${plate} is not inside`)
      standing.set(`${parkId}/${lane}`, record.orderId)
    },
    /** It drives away, its record ends. */
    async leave(parkId: string, lane: string, payType = 'cash'): Promise<Fields> {
      const record = records.get(standing.get(`${parkId}/${lane}`) ?? '')
      if (!record) throw new RangeError(`nobody stands in ${lane}`)
      const { owedFen } = priceOf(record, tariff, clock.now())
      standing.delete(`${parkId}/${lane}`)
      records.delete(record.orderId)
      const exit = { park_id: parkId, car_number: record.plate, out_time: seconds(), order_id: record.orderId }
      const total = money(owedFen, goodHabits)
      return tell('neworder/updateorder', { ...exit, pay_type: payType, empty_plot: 21, total, out_channel_id: lane })
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
export type VendorCloud = Awaited<ReturnType<typeof startVendorCloud>>
