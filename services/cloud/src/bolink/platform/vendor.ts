import { type HttpAnswer, httpCall } from '@lanepay/channels/http.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { answerTo, callBody } from '@lanepay/lot-systems/bolink/to-vendor.ts'
import { parseObject } from '@lanepay/lot-systems/raw.ts'
import type { Debts } from '../debts.ts'
import type { Outbox } from '../outbox.ts'
import type { Park, Parks } from '../park.ts'
import type { Services } from '../service.ts'
import type { Pays } from './pays.ts'
import { selectDue, selectNotifyUrl } from './store.ts'

/** Calls of one lot that wait for their answers at once: a question does not stand behind a payment that nobody answers. */
const atOnce = 8
/** Who is called is looked up so often. */
const knownForMs = 10_000
/** One that did not answer is taken to be away for so long, unless it is heard of before. */
const awayMs = 60_000

/** Says where a call is for that is sent through another address (`callsThrough`). */
export const forHeader = 'lanepay-for'

type Message = { readonly id: string; readonly service: string; readonly body: string }

/**
 * Calls the clouds of vendors in platform mode (bolink-protocol.md 8.2) with what lies in the outbox for their lots, and takes each
 * answer in as if the lot had uploaded it. Who does not answer is called again by the steps of the message, never faster.
 */
export function vendorCalls(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly parks: Parks
  readonly debts: Debts
  readonly pays: Pays
  readonly outbox: Pick<Outbox, 'next'>
  readonly answers: () => Services
}) {
  const { database, clock, log, parks, debts, pays, outbox } = options
  const nameOf = ({ bucket, lotId }: LotKey) => `${bucket}/${lotId}`
  const underWay = new Map<string, number>()
  const failedAt = new Map<string, number>()
  const calling = new Set<Promise<unknown>>()
  let called: ReadonlySet<string> = new Set()
  let knownUntil = Number.NEGATIVE_INFINITY
  let closed = false

  const tellOfTrouble = (lot: LotKey) => (error: Error) =>
    log('error', 'vendor-not-called', { lot: lot.lotId, message: error.message })
  const learn = async (): Promise<void> => {
    knownUntil = performance.now() + knownForMs
    called = new Set((await parks.called()).map((row) => nameOf({ bucket: row.bucket, lotId: row.lot_id })))
  }

  const send = (park: Park, to: string, body: string): Promise<HttpAnswer> => {
    const { callSeconds, callsThrough } = park.settings
    return httpCall({
      ...{ method: 'POST', url: callsThrough ?? to, body },
      headers: {
        'content-type': 'application/json;charset=utf-8',
        ...(callsThrough === null ? {} : { [forHeader]: to }),
      },
      ...{ connectTimeoutMs: callSeconds * 1000, answerTimeoutMs: callSeconds * 1000 },
    })
  }

  const call = async (park: Park, message: Message): Promise<void> => {
    const name = nameOf(park)
    const said = JSON.parse(message.body) as { trade_no?: string; order_id?: string }
    const number = parseNumber('trade', said.trade_no ?? '')
    const asked = number.ok ? await pays.askedBy(park, number.value.id) : null
    const debt = message.service === 'escape_order' ? await debts.one(park, said.order_id ?? '') : null
    const [wanted] = await database
      .of(park.bucket)
      .query<{ notify_url: string }>(selectNotifyUrl, [park.bucket, park.lotId, message.id])
    const { unionId, parkId, key } = park
    const body = callBody(message.body, {
      ...{ unionId, parkId, key, vendorTradeNo: asked?.trade_no ?? null, plate: debt?.plate ?? null },
      // Of a card it has its own place in the message.
      ...(asked?.attach && asked.kind !== 'card' ? { description: JSON.parse(asked.attach) as string } : {}),
    })
    const answer = await send(park, wanted?.notify_url ?? park.callUrl!, body)
    const object =
      answer.kind === 'answer' && answer.status === 200 ? parseObject(answer.body.toString()) : ({ ok: false } as const)
    const heard = object.ok ? answerTo(message.body, body, object.value) : null
    if (heard === null) {
      // That no answer is owed to says nothing of whether it is there.
      if (message.service !== 'notice_car_owner') failedAt.set(name, performance.now())
      const because = answer.kind === 'answer' ? `status ${answer.status}, or no answer to it` : answer.reason
      log('warn', 'vendor-did-not-answer', { lot: park.lotId, service: message.service, because })
      return
    }
    failedAt.delete(name)
    await options.answers()[message.service]?.({ bucket: park.bucket, lotId: park.lotId, localId: '', park }, heard)
  }

  /** Takes one message after another from the outbox and calls with each. */
  const deliver = async (lot: LotKey): Promise<void> => {
    const park = await parks.ofLot(lot)
    if (!park?.callUrl) return
    const name = nameOf(lot)
    while (!closed && (underWay.get(name) ?? 0) < atOnce) {
      underWay.set(name, (underWay.get(name) ?? 0) + 1)
      const message = await outbox.next(lot, '').catch((error) => {
        underWay.set(name, underWay.get(name)! - 1)
        throw error
      })
      const over = () => underWay.set(name, underWay.get(name)! - 1)
      if (message === null) return void over()
      // What waited for this one to end goes next.
      start(
        call(park, message)
          .catch(tellOfTrouble(lot))
          .then(over)
          .then(() => deliver(lot)),
        lot,
      )
    }
  }
  const start = (work: Promise<unknown>, lot: LotKey): void => {
    const one: Promise<unknown> = work.catch(tellOfTrouble(lot)).finally(() => calling.delete(one))
    calling.add(one)
  }

  return {
    /**
     * A vendor's cloud is there but for a while after it did not answer, unless it has called us or answered since: what other processes
     * hear of it this one does not.
     */
    isThere(lot: LotKey): boolean {
      if (!closed && performance.now() >= knownUntil) start(learn(), lot)
      const silentMs = performance.now() - (failedAt.get(nameOf(lot)) ?? Number.NEGATIVE_INFINITY)
      return called.has(nameOf(lot)) && silentMs >= awayMs
    },
    /** The picture that its cloud has of a record's entry or exit (8.2): asked once, for somebody who waits. Null: no answer. */
    async image(park: Park, orderId: string, part: 'in' | 'out'): Promise<Buffer | null> {
      const { unionId, parkId, key } = park
      const asked = { service_name: 'get_inpark_image', comid: parkId, orderid: orderId, type: part }
      const body = callBody(JSON.stringify(asked), { unionId, parkId, key, vendorTradeNo: null, plate: null })
      const answer = await send(park, park.callUrl!, body)
      return answer.kind === 'answer' && answer.status < 500 ? answer.body : null
    },
    heardOf: (lot: LotKey): void => void failedAt.delete(nameOf(lot)),
    /** Something lies there for this lot. */
    wake: (lot: LotKey): void => {
      if (!closed) start(deliver(lot), lot)
    },
    /** One round; called by a timer: what is due again, and what a process that has gone left there. */
    async round(): Promise<void> {
      const now = instantOut(clock.now())
      for (const { db, buckets } of database.nodes)
        for (const row of await db.query<{ bucket: number; lot_id: number }>(selectDue, [buckets, now]))
          this.wake({ bucket: row.bucket, lotId: row.lot_id })
    },
    /** Begins nothing more, and waits for what is under way. */
    async close(): Promise<void> {
      closed = true
      await Promise.all(calling)
    },
  }
}
export type VendorCalls = ReturnType<typeof vendorCalls>
