import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { bodyText } from '@lanepay/lot-systems/body-text.ts'
import type { CalledEvent } from '@lanepay/lot-systems/called.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Called } from './settings.ts'

/** What a post may be; pictures come in Base64. */
const bodyLimit = 2 * 1024 * 1024
const place = /^(\d{1,3})-(\d{1,7})$/

/**
 * `POST /lots/:system/:lot` and below it: what a called lot's software tells us, the lot as `<bucket>-<number>`. It is answered as the
 * software expects when what it says is kept; what its adapter does not believe is kept nowhere.
 */
export function calledRoutes(options: {
  readonly calledOf: (lot: LotKey) => Promise<Result<Called, 'not-called'>>
  readonly now: () => number
  readonly takeIn: (called: Called, event: CalledEvent) => Promise<void>
  readonly onHeard: (lot: LotKey) => void
  /** Whether the lot's list of blocked vehicles has this plate now. */
  readonly isBlocked: (lot: LotKey, plate: string) => Promise<boolean>
}): FastifyPluginAsync {
  const lotAt = async (system: string, text: string): Promise<Result<Called, 'not-called'>> => {
    const [, bucket, lotId] = place.exec(text) ?? []
    if (bucket === undefined || lotId === undefined || Number(bucket) > 255) return err('not-called')
    const called = await options.calledOf({ bucket: Number(bucket), lotId: Number(lotId) })
    return called.ok && called.value.system.name === system ? ok(called.value) : err('not-called')
  }
  return async (server) => {
    // A signature is over the text as received, whatever the client calls its type.
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_, body, done) => done(null, body))
    const paths = ['/lots/:system/:lot', '/lots/:system/:lot/*']
    for (const path of paths)
      server.post<{ Params: { system: string; lot: string } }>(path, async (request, reply) => {
        const called = await lotAt(request.params.system, request.params.lot)
        if (!called.ok || !called.value.system.events) return reply.code(404).send()
        const { settings } = called.value
        const prefix = `/lots/${request.params.system}/${request.params.lot}`
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        )
        const text = bodyText((request.body as Buffer | undefined) ?? Buffer.alloc(0), headers['content-type'])
        const post = { path: request.url.slice(prefix.length), headers, body: text }
        const read = called.value.system.events(post, { settings, now: options.now() })
        if (!read.ok) return reply.code(read.error.status).type(read.error.contentType).send(read.error.body)
        options.onHeard(called.value)
        for (const event of read.value.events) await options.takeIn(called.value, event)
        const { blocked } = read.value
        const isTurnedAway = blocked !== undefined && (await options.isBlocked(called.value, blocked.plate))
        const { status, contentType, body } = isTurnedAway ? blocked.answer : read.value.answer
        return reply.code(status).type(contentType).send(body)
      })
  }
}
