import { randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Table } from '@lanepay/simulator-wire/store.ts'
import { type Tell, tellNobody } from '@lanepay/simulator-wire/wire.ts'
import { type OwnCard, ownCards } from './cards.ts'
import { goodHabits, type Habits } from './habits.ts'
import { isListService, type KeptRow, keptLists, type Said } from './lists.ts'
import { type Price, priceOf, type Record, type Tariff, type Ticket, ticketIn } from './price.ts'
import { type Data, decoded, money, signed } from './wire.ts'

export type Message = { readonly service: string; readonly fields: { readonly [name: string]: unknown } }
/** A parking record as it outlives the program. */
export type KeptRecord = Omit<Record, 'paid'> & { readonly paid: readonly (readonly [string, number])[] }
export type Upload = { readonly service: string; readonly reply: { readonly [name: string]: unknown } }

/**
 * The charging computer of a lot that has software of its own: it speaks the Bolink protocol in HTTP mode as public clients do,
 * prices by its own tariff and opens its own gates. What it heard and what its gates did is kept for whoever looks.
 */
export function chargingSoftware(options: {
  /** The platform with the prefix of its paths, like `http://host/bpd`. */
  readonly address: string
  readonly unionId: string
  readonly parkId: string
  readonly key: string
  /** Names its lanes: `x_channels_A1_A2`. */
  readonly localId: string
  readonly clock: Clock
  readonly tariff: Tariff
  readonly habits?: Partial<Habits>
  /** Where its records outlive it; without it they end with it. */
  readonly memory?: Table<KeptRecord>
  /** The same of its cards and lists. */
  readonly listMemory?: Table<KeptRow>
  readonly tell?: Tell
  /** How many fit in; without it its figures of free spaces are made up. */
  readonly bays?: number
  /** Whether a vehicle without a plate waits at this entry lane; without it one always does. */
  readonly waitsUnplated?: (lane: string) => boolean
  /** A gate of its opens. */
  readonly onOpened?: (lane: string) => void
  /** What went wrong while a message was answered; without it that ends the polling. */
  readonly onError?: (error: unknown) => void
}) {
  const { address, parkId, clock, tariff, memory, tell = tellNobody } = options
  let habits: Habits = { ...goodHabits, ...options.habits }
  let token: string | null = null
  let lineIsUp = true
  let polling: Promise<void>[] = []
  let stopping = new AbortController()
  const kept: { service: string; data: Data }[] = []
  const records = new Map<string, Record>()
  for (const { paid, ...record } of memory?.values() ?? [])
    records.set(record.orderId, { ...record, paid: new Map(paid) })
  const remember = (record: Record) => {
    records.set(record.orderId, record)
    memory?.put(record.orderId, { ...record, paid: [...record.paid] })
  }
  /** Of plates that are not inside yet. */
  const waitingTickets = new Map<string, Ticket[]>()
  const standing = new Map<string, Record>()
  /** Exit lanes in which a vehicle stands whose plate was not read. */
  const unread = new Set<string>()
  const opened: { readonly lane: string; readonly plate: string | null; readonly because: string }[] = []
  /** Lanes whose arm was lowered by order. */
  const lowered: string[] = []
  /** Records held inside, by the four digits that let them go. */
  const locks = new Map<string, string>()
  const lists = keptLists(options.listMemory)
  const cards = ownCards()
  /** What was paid for cards, as it was told, by the number of the payment. */
  const cardPayments = new Map<string, { readonly card: string; readonly yuan: string }>()
  /** Records that were ended from afar. */
  const zeroed = new Set<string>()
  /** Plates that it did not let in. */
  const turnedAway: string[] = []
  const heard: Message[] = []
  const uploads: Upload[] = []
  const now = () => clock.now() + habits.clockAheadMs
  const seconds = () => Math.floor(now() / 1000)

  const post = async (path: string, body: string, signal?: AbortSignal): Promise<string> => {
    const response = await fetch(`${address}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body,
      ...(signal ? { signal } : {}),
    })
    return response.text()
  }
  const send = async (service: string, data: Data): Promise<Upload['reply']> => {
    const { raw, sign } = signed(data, service, options.key, habits)
    const who = service === 'login' ? '' : `"token":"${token}",`
    const text = await post('upload.do', `{"service_name":"${service}","sign":"${sign}",${who}"data":${raw}}`)
    // To an answer it may hear nothing.
    const reply = (text === '' ? { state: 1 } : JSON.parse(text)) as Upload['reply']
    uploads.push({ service, reply })
    const { token: _, ...answered } = reply // it opens the lot's line
    tell({
      at: clock.now(),
      wire: 'bolink',
      from: parkId,
      to: 'cloud',
      title: `upload.do ${service}  → ${reply.state}`,
      detail: { sent: decoded(data), answered },
    })
    return reply
  }
  /** Sent now, or when the line is back. */
  const upload = async (service: string, data: Data): Promise<void> => {
    if (!lineIsUp) return void kept.push({ service, data })
    await send(service, data)
    if (habits.uploadsTwice) await send(service, data)
  }
  const answer = async (service: string, data: Data): Promise<void> => {
    if (!habits.silentAbout.includes(service)) await send(service, data)
  }

  const open = (lane: string, because: string) => {
    const record = standing.get(lane)
    opened.push({ lane, plate: record?.plate ?? null, because })
    options.onOpened?.(lane)
  }
  /** Whoever scans, or has paid, where a vehicle without a plate stands is taken for its driver. */
  const takenFor = (lane: string, record: Record): void => {
    if (unread.has(lane) && !standing.has(lane)) standing.set(lane, record)
  }
  const priced = (record: Record): Price =>
    lists.isFree(record.plate, now()) === null
      ? priceOf(record, tariff, now())
      : { grossFen: 0, paidFen: 0, owedFen: 0 }
  const take = (record: Record, tradeNo: string, yuan: unknown): void => {
    if (record.paid.has(tradeNo)) return // both sides drop a payment that was handled
    record.paid.set(tradeNo, Math.round(Number(yuan) * 100))
    record.paidAt = now()
    remember(record)
  }

  /** Strict: one whose worth is not there, or of a kind that it has not, is refused; the same one again is the same. */
  const takeTicket = async (fields: Message['fields'], record: Record | undefined): Promise<void> => {
    const ticket = ticketIn(fields)
    const isTaken = ticket !== null && !habits.refusesTickets
    const plate = String(fields.car_number)
    if (isTaken && !record) waitingTickets.set(plate, [...(waitingTickets.get(plate) ?? []), ticket])
    if (isTaken && record && !record.tickets?.some(({ id }) => id === ticket.id)) {
      record.tickets = [...(record.tickets ?? []), ticket]
      remember(record)
    }
    await answer('deliver_ticket', {
      ...{ state: isTaken ? 1 : 0, errmsg: isTaken ? '' : '不支持该优惠券', ticket_id: String(fields.ticket_id) },
      ...{ order_id: record?.orderId ?? '', have_order: Number(fields.have_order), car_number: plate },
    })
  }

  const hear = async ({ service, fields }: Message): Promise<void> => {
    const text = (name: string) => String(fields[name] ?? '')
    const record =
      records.get(text('order_id')) ?? [...records.values()].find(({ plate }) => bare(plate) === text('car_number'))
    if (service === 'query_price') {
      const scene = Number(fields.pay_scene)
      const own = [...records.values()].find(({ plate }) => plate !== '' && bare(plate) === text('licence'))
      const lane = text('out_channel_id')
      if (scene === 1 && own) takenFor(lane, own)
      if (scene === 2 && record) takenFor(lane, record)
      const stands = standing.get(lane)
      // Of a driver without a plate nobody else's record is said, where another stands.
      const ofDriver = stands === undefined || stands === record ? record : undefined
      const asked = scene === 0 ? record : scene === 2 ? ofDriver : (stands ?? own)
      const named = habits.forgetsQueryOrderNo ? {} : { query_order_no: text('query_order_no') }
      if (!asked)
        return answer(service, {
          state: 0,
          errmsg: '没有找到车辆',
          park_id: parkId,
          order_id: text('order_id'),
          ...named,
          ...habits.answersWith,
        })
      const { grossFen, owedFen } = priced(asked)
      return answer(service, {
        state: 1,
        park_id: parkId,
        order_id: asked.orderId,
        car_number: asked.plate,
        in_time: Math.floor(asked.enteredAt / 1000),
        price: money(owedFen, habits),
        total: money(grossFen, habits),
        duration: Math.floor((now() - asked.enteredAt) / 60_000),
        free_out_time: tariff.leaveMinutes,
        query_time: seconds(),
        ...named,
        ...habits.answersWith,
      }).then(() => {
        if (scene !== 0 && owedFen === 0) open(lane, 'nothing owed')
      })
    }
    if (service === 'deliver_ticket') return takeTicket(fields, record)
    if (isListService(service))
      return answer(service, {
        ...lists.take(service, fields.data as Said, habits.refusesRows[service] ?? null),
        ...(habits.forgetsMessageUuid ? {} : { message_uuid: String((fields.data as Said).message_uuid) }),
      })
    if (service === 'query_prodprice') return answer(service, cards.price(fields))
    if (service === 'monthcard_pay') return answer(service, cards.pay(fields, habits.refusesPayments))
    if (service === 'order_zero_balance' || service === 'completezero_order') {
      // A person of the office says that it has gone: its record ends, and no gate moves.
      const { sync_id, order_id } = fields.data as Said
      const inside = records.get(String(order_id))
      if (inside) records.delete(inside.orderId)
      if (inside) memory?.delete(inside.orderId)
      const known = inside !== undefined || zeroed.has(String(order_id))
      if (inside) zeroed.add(inside.orderId)
      const said = { sync_id: Number(sync_id), operate_type: 2 }
      return answer(service, { ...said, state: known ? 1 : 0, errmsg: known ? '' : '订单不存在' })
    }
    if (service === 'month_pay_sync') {
      // A card's payment is noted, once; how long the card is it was told before.
      const { trade_no, card_id, amount_pay } = fields.data as Said
      cardPayments.set(String(trade_no), { card: String(card_id), yuan: String(amount_pay) })
      return answer(service, { state: 1, errmsg: '', trade_no: String(trade_no) })
    }
    const state = habits.refusesPayments || !record ? 0 : 1
    const errmsg = state === 1 ? '成功' : '订单已结算'
    if (service === 'prepay_order') {
      if (state === 1) take(record!, text('trade_no'), fields.prepay)
      const prepay = String(fields.prepay)
      return answer(service, { state, park_id: parkId, order_id: text('order_id'), prepay, errmsg })
    }
    if (service === 'outpark') {
      const lane = text('out_channel_id')
      // Only 1 opens; 0 and 2 are heard, and the gate stays shut.
      if (Number(fields.state) !== 1)
        return answer(service, { state: 1, order_id: text('order_id'), trade_no: text('trade_no'), errmsg: '' })
      const isNew = record !== undefined && !record.paid.has(text('trade_no'))
      if (state === 1) take(record!, text('trade_no'), fields.total)
      // Who was faster with the phone than with the car has it stand there by now.
      if (state === 1) takenFor(lane, record!)
      // Only for the vehicle that was paid for: another may have taken its place.
      if (state === 1 && isNew && standing.get(lane) === record) open(lane, `paid ${text('trade_no')}`)
      return answer(service, { state, order_id: text('order_id'), trade_no: text('trade_no'), errmsg })
    }
    if (service === 'refund' || service === 'escape_order')
      return answer(service, { state: habits.refusesPayments ? 0 : 1, trade_no: text('trade_no'), errmsg: '' })
    if (service === 'nolicence_in_park') {
      const lane = text('channel_id')
      const waits = options.waitsUnplated?.(lane) ?? true
      const said = {
        state: waits ? 1 : 0,
        errmsg: waits ? '入场成功' : '入口没有等待的无牌车',
        car_number: text('car_number'),
        timetemp: seconds(),
        ...habits.answersWith,
      }
      if (said.state !== 1) return answer(service, said)
      opened.push({ lane, plate: text('car_number'), because: 'no plate' })
      options.onOpened?.(lane)
      await answer(service, said)
      return enter(habits.marksMadeUpPlates ? `无${text('car_number')}` : text('car_number'), lane)
    }
    if (service === 'lock_car') {
      const inside = records.get(text('order_id'))
      const said = { order_id: text('order_id'), is_locked: Number(fields.is_locked) }
      // Who unlocks has to know by what it was locked.
      const isWrong = said.is_locked === 0 && locks.get(said.order_id) !== text('lock_key')
      if (!inside || isWrong) return answer(service, { ...said, state: 0, errmsg: '锁车密码错误' })
      if (said.is_locked === 1) locks.set(said.order_id, text('lock_key'))
      else locks.delete(said.order_id)
      return answer(service, { ...said, state: 1, errmsg: '' })
    }
    if (service === 'operate_liftrod') {
      const isRefused = habits.refusesGates
      if (!isRefused && Number(fields.operate) === 1) lowered.push(text('channel_id'))
      else if (!isRefused) open(text('channel_id'), `ordered ${text('liftrod_id')}`)
      return answer(service, {
        state: isRefused ? 0 : 1,
        errmsg: isRefused ? '道闸故障' : '',
        channel_id: text('channel_id'),
        operate: Number(fields.operate),
        liftrod_id: text('liftrod_id'),
      })
    }
  }

  const poll = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const body = await post('download.do', JSON.stringify({ token }), signal).catch(() => '')
      // What has this word in it is a message, whatever else comes is none.
      if (!body.includes('service_name')) {
        // A broken line is tried again, but not as fast as it fails.
        if (body === '') await new Promise((resolve) => setTimeout(resolve, 50))
        continue
      }
      const fields = JSON.parse(body) as Message['fields']
      const message = { service: String(fields.service_name), fields }
      heard.push(message)
      const { token: _, sign: __, service_name: ___, ...said } = fields
      tell({
        ...{ at: clock.now(), wire: 'bolink', from: 'cloud', to: parkId },
        ...{ title: `download.do ${message.service}`, detail: said },
      })
      try {
        await hear(message)
      } catch (error) {
        if (!options.onError) throw error
        options.onError(error)
      }
    }
  }
  const startPolling = () => {
    stopping = new AbortController()
    const { signal } = stopping
    // The one that is left open is nobody's any more: what it is answered is not read.
    const left = habits.pollsTwice ? [post('download.do', JSON.stringify({ token }), signal).catch(() => '')] : []
    polling = [poll(signal), ...left.map((one) => one.then(() => {}))]
  }
  const stopPolling = async () => {
    stopping.abort()
    await Promise.all(polling)
    polling = []
  }

  const free = (usual: number): number =>
    options.bays === undefined ? usual : Math.max(0, options.bays - records.size)
  async function enter(plate: string, lane: string): Promise<void> {
    if (lists.isBlocked(plate)) return void turnedAway.push(plate)
    const orderId = `${lane}_2C${seconds()}-${randomUUID().slice(0, 8)}`
    const tickets = waitingTickets.get(plate) ?? []
    waitingTickets.delete(plate)
    remember({ orderId, plate, enteredAt: now(), lane, paid: new Map(), paidAt: null, tickets })
    await upload(habits.spelling === 'http' ? 'inpark' : 'in_park', {
      car_number: plate,
      in_time: seconds(),
      order_id: orderId,
      empty_plot: free(20),
      uid: '',
      in_channel_id: lane,
      park_id: parkId,
      car_type: '临时',
      c_type: '通道扫牌',
    })
  }

  return {
    locks: locks as ReadonlyMap<string, string>,
    lowered: lowered as readonly string[],
    heard: heard as readonly Message[],
    uploads: uploads as readonly Upload[],
    opened: opened as readonly { readonly lane: string; readonly plate: string | null; readonly because: string }[],
    records: records as ReadonlyMap<string, Record>,
    /** What it was told of cards and lists, and what its own people do with them (`take`). */
    lists: lists as Pick<typeof lists, 'of' | 'take'>,
    cardPayments: cardPayments as ReadonlyMap<string, { readonly card: string; readonly yuan: string }>,
    turnedAway: turnedAway as readonly string[],
    /** Its own cards. */
    cards: cards as Pick<typeof cards, 'one'>,
    /** It sells a card by itself, and says so. */
    async sellCard(card: OwnCard): Promise<void> {
      cards.put(card)
      const product = `p-${card.cardId}`
      await send('upload_month_card', {
        ...{ package_id: product, name: '月租车', price: money(card.monthFen, habits), period: '月', operate_type: 1 },
      })
      await send('upload_month_member', {
        ...{ card_id: card.cardId, car_number: card.plates.join(','), begin_time: seconds() - 86_400 },
        ...{ end_time: card.until, pid: product, price: '0.00', name: '王小明', tel: card.phone ?? '' },
        ...{ channel_id: '', operate_type: 1 },
      })
    },
    /** Any upload, as it is. */
    send,
    /** Logs in and begins to poll. Answers the platform's word. */
    async login(): Promise<Upload['reply']> {
      const reply = await send('login', { union_id: options.unionId, park_id: parkId, local_id: options.localId })
      if (reply.state === 1) {
        token = String(reply.token)
        startPolling()
      }
      return reply
    },
    behave(more: Partial<Habits>): void {
      habits = { ...habits, ...more }
    },
    /** Whom its list blocks is not let in. */
    turnsAway: (plate: string): boolean => lists.isBlocked(plate),
    /** A vehicle is let in at this lane, unless it is blocked. */
    enter,
    /** It comes to stand in this exit lane; null, where its plate cannot be read. @throws RangeError when it is not inside. */
    toExit(plate: string | null, lane: string): void {
      if (plate === null) return void unread.add(lane)
      const record = [...records.values()].find((one) => one.plate === plate)
      if (!record) throw new RangeError(`${plate} is not inside`)
      standing.set(lane, record)
    },
    /** Who stands in this exit lane, and what it owes now; null where nobody does whom the lot knows. */
    standsAt(lane: string): (Price & { readonly plate: string }) | null {
      const record = standing.get(lane)
      return record ? { ...priced(record), plate: record.plate } : null
    },
    /** It backs out of this exit lane. */
    backsOff(lane: string): void {
      standing.delete(lane)
      unread.delete(lane)
    },
    /** It drives away, its record ends. */
    async leave(lane: string, how?: string): Promise<void> {
      const record = standing.get(lane)
      if (!record) throw new RangeError(`nobody stands in ${lane}`)
      const payType = how ?? lists.isFree(record.plate, now()) ?? 'free'
      const { grossFen, owedFen } = priced(record)
      standing.delete(lane)
      unread.delete(lane)
      records.delete(record.orderId)
      memory?.delete(record.orderId)
      await upload(habits.spelling === 'http' ? 'outpark' : 'out_park', {
        car_number: record.plate,
        in_time: Math.floor(record.enteredAt / 1000),
        out_time: seconds(),
        order_id: record.orderId,
        empty_plot: free(21),
        uid: '',
        out_uid: '',
        pay_type: payType,
        total: money(payType === 'cash' || payType === 'escape' ? owedFen : 0, habits),
        amount_receivable: money(grossFen, habits),
        out_channel_id: lane,
      })
    },
    /** The line is cut: polls break, uploads are kept. */
    async loseLine(): Promise<void> {
      lineIsUp = false
      await stopPolling()
    },
    /** The line is back: what was kept is sent, then it polls again with the token it has. */
    async regainLine(): Promise<void> {
      lineIsUp = true
      const waiting = habits.resendsBackwards ? kept.splice(0).reverse() : kept.splice(0)
      for (const { service, data } of waiting) await upload(service, data)
      startPolling()
    },
    close: stopPolling,
  }
}
/** Without the mark before a made-up plate. */
const bare = (plate: string): string => plate.replace(/^无/, '')
export type ChargingSoftware = ReturnType<typeof chargingSoftware>
