import type { Database } from '@lanepay/database/database.ts'
import { instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import type { CommandResult } from '@lanepay/lot-link/messages.ts'
import { type Message, readMessage, type Table } from '@lanepay/lot-systems/bolink/fields.ts'
import { parseObject, rawMember } from '@lanepay/lot-systems/bolink/raw.ts'
import { isSigned } from '@lanepay/lot-systems/bolink/sign.ts'
import { answers, spelling, up } from '@lanepay/lot-systems/bolink/up.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { bookOf } from './book.ts'
import type { Happened } from './happened.ts'
import type { Orders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import {
  addTold,
  deleteComputer,
  deleteMessage,
  type ParkRow,
  seeComputer,
  selectAmount,
  selectComputer,
  selectLaneOfChannel,
  selectPark,
  selectParkOfLot,
  upsertComputer,
} from './store.ts'
import { hashOfToken, lotOfToken, makeToken } from './token.ts'

/** Who uploads: a computer of a lot, by its token. */
export type Computer = LotKey & { readonly localId: string }
type Data = Readonly<Record<string, unknown>>
type Reply = Readonly<Record<string, unknown>>

/** Texts that lot software shows or looks for (bolink-protocol.md 2.7). */
const texts = {
  noService: '未识别到service_name标记',
  noSign: '未识别到sign标记',
  noToken: '未识别到token标记',
  noPark: '未识别到park_id标记',
  notJson: '数据格式错误!',
  wrongToken: 'error:token无效',
  wrongSign: 'error:签名错误',
  unknownPark: '车场不存在',
  badData: 'data error',
  notYet: 'error:暂不支持',
} as const

/** What a lot uploads, answered as the protocol says. A body is believed when its signature fits the key of who it says it is. */
export function uploads(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly alarms: Alarms
  readonly outbox: Outbox
  readonly orders: Orders
  readonly happened: Happened
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
  /** The address of a printed code. */
  readonly codeUrl: (lot: LotKey, kind: 'prepay' | 'exit' | 'entry', lane: number) => string
}) {
  const { database, clock, log, outbox, orders, happened } = options
  const book = bookOf(database)

  const computerOf = async (token: unknown): Promise<Computer | null> => {
    const lot = lotOfToken(token)
    if (!lot.ok) return null
    const { bucket, lotId } = lot.value
    if (bucket > 255) return null
    const db = database.of(bucket)
    const now = instantOut(clock.now())
    const [row] = await db.query<{ local_id: string }>(selectComputer, [bucket, lotId, hashOfToken(String(token)), now])
    if (!row) return null
    await db.query(seeComputer, [bucket, lotId, row.local_id, now])
    return { bucket, lotId, localId: row.local_id }
  }

  const login = async (data: Data, raw: string, sign: string): Promise<Reply> => {
    const read = readMessage(up.login, data)
    if (!read.ok) return { state: 0, errmsg: read.error.field === 'park_id' ? texts.noPark : texts.badData }
    const { union_id, park_id, local_id = '' } = read.value
    const [park] = await database.reference.query<ParkRow>(selectPark, [union_id, park_id])
    if (!park) return { state: 0, errmsg: texts.unknownPark }
    if (!isSigned(raw, park.ukey, sign)) return { state: 0, errmsg: texts.wrongSign }
    const lot = { bucket: park.bucket, lotId: park.lot_id }
    const token = makeToken(lot)
    await database
      .of(lot.bucket)
      .query(upsertComputer, [
        lot.bucket,
        lot.lotId,
        local_id.slice(0, 196),
        hashOfToken(token),
        instantOut(clock.now()),
      ])
    log('info', 'charging-software-came', { lot: lot.lotId, computer: local_id })
    return { state: 1, token }
  }

  const laneOf = async (lot: LotKey, channel: string | undefined) => {
    if (channel === undefined || channel === '') return null
    const [lane] = await database
      .of(lot.bucket)
      .query<{ lane_id: number; direction: string }>(selectLaneOfChannel, [lot.bucket, lot.lotId, channel])
    return lane ?? null
  }

  /** A payment's message was answered: the lot knows of it, or will not have it, which is a person's to look at. */
  const paymentAnswered = async (
    from: Computer,
    service: 'prepay_order' | 'outpark',
    name: string,
    said: { readonly state: number; readonly errmsg?: string },
    amountFen: (id: string) => Promise<Fen>,
  ): Promise<void> => {
    const message = await outbox.sent(from, service, [name])
    if (!message) return // answered before
    const command = numberOf('command', from, message.id as Id)
    if (said.state === 1) {
      // Added by whoever takes the message away, so once.
      const amount = await amountFen(message.id)
      await database.of(from.bucket).transaction(async (tx) => {
        const [gone] = await tx.query<{ id: string }>(deleteMessage, [from.bucket, from.lotId, message.id])
        if (gone) await tx.query(addTold, [from.bucket, from.lotId, message.order_id!, amount])
      })
    } else
      await options.alarms.raise(from, {
        kind: 'paid-but-shut',
        payment: message.id,
        because: `the lot refused ${service}: ${said.errmsg ?? ''}`,
      })
    await options.onResult(from, {
      id: command,
      at: clock.now(),
      state: said.state === 1 ? 'done' : 'refused',
      ...(service === 'outpark' ? { gate: said.state === 1 ? ('opened' as const) : ('refused' as const) } : {}),
      ...(said.state === 1 ? {} : { because: said.errmsg ?? 'refused' }),
    })
    if (said.state !== 1) await database.of(from.bucket).query(deleteMessage, [from.bucket, from.lotId, message.id])
  }
  const amountOf = async (from: LotKey, payment: string): Promise<Fen> => {
    const [row] = await database
      .of(from.bucket)
      .query<{ amount_fen: Fen }>(selectAmount, [from.bucket, from.lotId, payment])
    return row!.amount_fen
  }

  /** Each service: what it reads, and what it does with it. */
  const service = <T extends Table>(
    table: T,
    act: (from: Computer, data: Message<T>, raw: Data) => Promise<Reply>,
  ) => ({
    carryOut: async (from: Computer, data: Data): Promise<Reply> => {
      const read = readMessage(table, data)
      return read.ok ? act(from, read.value, data) : { state: 0, errmsg: `${texts.badData}: ${read.error.field}` }
    },
  })
  const done = { state: 1, errmsg: '' }
  const exit = service(up.out_park, async (from, said) => {
    const { order_id } = said
    // Money that we are to charge: not built, and said so before anybody is let out on it.
    if (['wallet', 'sweepcode', 'etc_pay'].includes(said.pay_type)) return { state: 0, order_id, errmsg: texts.notYet }
    const lane = await laneOf(from, said.out_channel_id)
    await happened.left(from, { ...said, lane: lane?.lane_id ?? null })
    return { ...done, order_id }
  })
  const outparkAnswer = service(answers.outpark, async (from, said) => {
    await paymentAnswered(from, 'outpark', `trade:${said.trade_no}`, said, (id) => amountOf(from, id))
    return done
  })
  const services: Readonly<Record<string, { carryOut(from: Computer, data: Data): Promise<Reply> }>> = {
    in_park: service(up.in_park, async (from, said) => {
      const lane = await laneOf(from, said.in_channel_id)
      await happened.entered(from, { ...said, lane: lane?.lane_id ?? null })
      return { ...done, order_id: said.order_id }
    }),
    out_park: exit,
    // The whole record, from lots that tell it so: of what was paid by phone, or had no entry. Nothing is to be charged on it.
    upload_order: service(up.out_park, async (from, said) => {
      const lane = await laneOf(from, said.out_channel_id)
      await happened.left(from, { ...said, lane: lane?.lane_id ?? null })
      return { ...done, order_id: said.order_id }
    }),
    // One word for two things: the exit of a record, and the answer to a payment.
    outpark: { carryOut: (from, data) => ('out_time' in data ? exit : outparkAnswer).carryOut(from, data) },
    query_price: service(answers.query_price, async (from, said, data) => {
      const names = said.query_order_no ? [`no:${said.query_order_no}`] : [`order:${said.order_id}`]
      await outbox.answer(from, 'query_price', names, data)
      return done
    }),
    nolicence_in_park: service(answers.nolicence_in_park, async (from, said, data) => {
      await outbox.answer(from, 'nolicence_in_park', [`car:${said.car_number}`], data)
      return done
    }),
    prepay_order: service(answers.prepay_order, async (from, said) => {
      const name = `order:${said.order_id}:${said.prepay}`
      await paymentAnswered(from, 'prepay_order', name, said, (id) => amountOf(from, id))
      return done
    }),
    operate_liftrod: service(answers.operate_liftrod, async (from, said) => {
      const name = said.liftrod_id ? `liftrod:${said.liftrod_id}` : `lane:${said.channel_id}:${said.operate}`
      const message = await outbox.sent(from, 'operate_liftrod', [name])
      if (!message) return done
      await options.onResult(from, {
        id: numberOf('command', from, message.id as Id),
        at: clock.now(),
        state: said.state === 1 ? 'done' : 'refused',
        gate: said.state === 1 ? 'opened' : 'refused',
        ...(said.state === 1 ? {} : { because: said.errmsg ?? 'refused' }),
      })
      await database.of(from.bucket).query(deleteMessage, [from.bucket, from.lotId, message.id])
      return done
    }),
    query_inpark: service(up.query_inpark, async (from, said) => ({
      query_time: said.query_time,
      state: 1,
      errmsg: '查询成功',
      data: (await orders.allOfPlate(from, said.car_number)).map((row) => ({
        local_id: row.local_id,
        in_time: Math.floor(row.entered_at / 1000),
        car_number: tidyPlate(said.car_number),
        order_id: row.order_id,
      })),
    })),
    query_order: service(up.query_order, async (from, said) => ({
      ...done,
      data: await book.ofOrder(from, said.order_id),
    })),
    query_blpay: service(up.query_blpay, async (from, said) => {
      const page = await book.between(from, said.begin_time * 1000, said.end_time * 1000, said.page_number ?? 1)
      return page ? { ...done, data: page } : { state: 0, errmsg: texts.badData }
    }),
    code_url: service(up.code_url, async (from, said) => {
      const kind = ({ 1: 'prepay', 2: 'exit', 3: 'entry' } as const)[said.type]
      const lane = await laneOf(from, said.channel_id)
      const leads = kind === 'prepay' || lane?.direction === kind || lane?.direction === 'both'
      const echo = { type: said.type, ...(said.channel_id ? { channel_id: said.channel_id } : {}) }
      if (kind === undefined || !leads) return { state: 0, ...echo, errmsg: texts.badData }
      return { state: 1, code_url: options.codeUrl(from, kind, lane?.lane_id ?? 0), ...echo, errmsg: '' }
    }),
  }

  return {
    computerOf,
    /** One upload, from its body as received to the body of the answer. */
    async upload(body: string): Promise<string> {
      const object = parseObject(body)
      if (!object.ok) return answer({ state: 0, errmsg: texts.notJson })
      const { service_name: named, sign, token } = object.value
      if (typeof named !== 'string' || named.trim() === '') return answer({ state: 0, errmsg: texts.noService })
      const name = named.trim()
      const raw = rawMember(body, 'data')
      const data = raw === null ? null : parseObject(raw)
      const said = async (): Promise<Reply> => {
        if (name === 'logout') {
          const from = await computerOf(token)
          if (!from) return { state: 0, errmsg: texts.wrongToken }
          await database.of(from.bucket).query(deleteComputer, [from.bucket, from.lotId, from.localId])
          return { state: 1 }
        }
        if (typeof sign !== 'string') return { state: 0, errmsg: texts.noSign }
        if (raw === null || !data?.ok) return { state: 0, errmsg: texts.notJson }
        if (name === 'login') return login(data.value, raw, sign)
        if (token === undefined) return { state: 0, errmsg: texts.noToken }
        const from = await computerOf(token)
        if (!from) return { state: 0, errmsg: texts.wrongToken }
        const [park] = await database.reference.query<ParkRow>(selectParkOfLot, [from.bucket, from.lotId])
        if (!park || !isSigned(raw, park.ukey, sign)) return { state: 0, errmsg: texts.wrongSign }
        const canonical = name === 'inpark' ? spelling.inpark : name
        const known = Object.hasOwn(services, canonical) ? services[canonical] : undefined
        if (known) return known.carryOut(from, data.value)
        log('info', 'upload-not-built', { lot: from.lotId, service: name.slice(0, 40) })
        return { state: 0, errmsg: texts.notYet }
      }
      return answer({ ...(await said()), service_name: name })
    },
  }
}

const answer = (reply: Reply): string => JSON.stringify(reply)
