import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { isSigned } from '@lanepay/lot-systems/bolink/sign.ts'
import { parseObject, rawMember } from '@lanepay/lot-systems/raw.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Park, Parks } from '../park.ts'
import { type Data, type Reply, type Services, texts } from '../service.ts'
import { dropCalls, insertCall, reopenCall, selectCall } from './store.ts'

/** Where the vendor's cloud finds each call, under `/unionapi/` (bolink-protocol.md 8.1). */
export const paths = [
  'newpark/addpark',
  'getqrcodecloud',
  'neworder/addorder',
  'neworder/updateorder',
  'neworder/queryorders',
  'neworder/queryOrderState',
  'neworder/refund',
  'neworder/queryescape',
  'bolinkparkpay',
  'bolinkescapePay',
  'paymonthcard',
  'neworder/uploadData',
  'neworder/uploaddurationinfo',
  'etcPayApi',
  'getWxRedPacketUrlNew',
  'addInvoiceOrder',
  'openInvoice',
  'queryOpenInvoiceStatus',
  'invoiceInfo',
] as const
/** What third parties call to act on a lot, whose body and answer are Base64 (9). They are nobody's cloud: hearing them says nothing of one. */
export const thirdPartyPaths = ['lockcar/dolock'] as const
const isThirdParty = (name: string): boolean => thirdPartyPaths.some((path) => path.endsWith(`/${name}`))
/** What makes each call another one; those without it may come again, and are then the same. */
const fresheners = ['rand', 'time_temp', 'timestemp', 'random_temp']
/** A vendor has one key; of one that has several, calls say which lot they are about. Nobody makes us open more of them in vain. */
const keysTried = 8
/** Longer than any lot's settings keep them. */
const forgottenAfterMs = 241 * 3_600_000
const hourMs = 3_600_000

/**
 * Takes what a vendor's cloud calls (bolink-protocol.md 8, 2.2, 2.6): believed when it is signed over its very text by the key of the
 * lot that it is about. The same call has the same id however often it comes; one that says it is new is taken once.
 */
export function vendorReceiving(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly parks: Parks
  readonly services: Services
  readonly onHeard: (park: Park) => void
}) {
  const { database, clock, log, newId, parks, services } = options
  let forgetAt = 0

  /** The lot that the call is about; of one about none of ours, a lot of the same vendor whose key it is signed with. */
  const whose = async (body: Data, data: Data, raw: string): Promise<Park | string> => {
    const [unionId, parkId] = [data.union_id ?? body.union_id, data.park_id ?? data.comid]
    const { sign } = body
    if (typeof sign !== 'string') return texts.noSign
    if (unionId === undefined) return `${texts.badData}: union_id`
    const named = parkId === undefined ? null : await parks.byVendor(String(unionId).trim(), String(parkId).trim())
    if (named) return isSigned(raw, named.key, sign) ? named : texts.wrongSign
    const all = await parks.ofVendor(String(unionId).trim(), keysTried)
    if (all.length === 0) return texts.unknownPark
    return all.find((park) => isSigned(raw, park.key, sign)) ?? texts.wrongSign
  }

  const take = async (name: string, text: string): Promise<Reply> => {
    const body = parseObject(text)
    const raw = rawMember(text, 'data')
    const data = raw === null ? null : parseObject(raw)
    if (!body.ok || raw === null || !data?.ok) return { state: 0, errmsg: texts.notJson }
    const park = await whose(body.value, data.value, raw)
    if (typeof park === 'string') return { state: 0, errmsg: park }
    if (!isThirdParty(name)) options.onHeard(park)
    const isAbout = data.value.park_id === undefined || String(data.value.park_id).trim() === park.parkId
    if (!isAbout && name !== 'addpark') return { state: 0, errmsg: texts.unknownPark }
    const act = Object.hasOwn(services, name) ? services[name] : undefined
    if (!act) {
      log('info', 'call-not-built', { lot: park.lotId, call: name })
      return { state: 0, errmsg: texts.notYet }
    }
    const db = database.of(park.bucket)
    const key = [park.bucket, park.lotId, String(body.value.sign).trim().toUpperCase()]
    const now = clock.now()
    const { notify_url } = data.value
    const [fresh] = await db.query<{ id: Id }>(insertCall, [
      ...[...key, instantOut(now), newId(), name === 'refund' ? 'refund' : null],
      typeof notify_url === 'string' && notify_url !== '' ? notify_url : null,
    ])
    const [call] = fresh ? [] : await db.query<{ id: Id; called_at: number }>(selectCall, key)
    const isRecent = call !== undefined && now - call.called_at < park.settings.callHours * hourMs
    // A refund that comes again is the same refund, and what became of it is worth hearing.
    if (isRecent && name !== 'refund' && fresheners.some((freshener) => freshener in data.value))
      return { state: 0, errmsg: texts.replayed }
    const { bucket, lotId } = park
    try {
      return await act({ bucket, lotId, localId: '', park, callId: (fresh ?? call)!.id }, data.value)
    } catch (error) {
      // The same call may come again; what it has made already it makes under the same id.
      if (fresh) await db.query(reopenCall, key)
      throw error
    }
  }

  return {
    routes: (async (server) => {
      // The signature is over the text as received, whatever the client calls its type.
      server.removeAllContentTypeParsers()
      server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 512 * 1024 }, (_, body, done) =>
        done(null, body),
      )
      for (const path of paths)
        server.post(`/unionapi/${path}`, async (request, reply) =>
          reply
            .type('application/json;charset=utf-8')
            .send(JSON.stringify(await take(path.split('/').at(-1)!, String(request.body ?? '')))),
        )
      for (const path of thirdPartyPaths)
        server.post(`/unionapi/${path}`, async (request, reply) => {
          const text = Buffer.from(String(request.body ?? ''), 'base64').toString()
          const said = JSON.stringify(await take(path.split('/').at(-1)!, text))
          return reply.type('text/plain;charset=utf-8').send(Buffer.from(said).toString('base64'))
        })
    }) satisfies FastifyPluginAsync,
    /** One round: forgets what is too old to be a repeat. */
    async round(): Promise<void> {
      const now = clock.now()
      if (now < forgetAt) return
      forgetAt = now + hourMs
      for (const { db, buckets } of database.nodes)
        await db.query(dropCalls, [buckets, instantOut(now - forgottenAfterMs)])
    },
  }
}
