import { parseObject } from '@lanepay/lot-systems/raw.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Outbox } from './outbox.ts'
import type { Polls } from './polls.ts'
import type { uploads } from './upload.ts'

/** Deployed software has one or the other (bolink-protocol.md 2). */
const prefixes = ['/bpd', '/unionapi']

/** The two resources of HTTP mode: `upload.do` for all that a lot sends, `download.do` for its long poll. */
export function bolinkRoutes(options: {
  readonly upload: ReturnType<typeof uploads>
  readonly outbox: Outbox
  readonly polls: Polls
}): FastifyPluginAsync {
  const { upload, outbox, polls } = options
  return async (server) => {
    // The signature is over the text as received, whatever the client calls its type; a picture has up to 150 kB.
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 512 * 1024 }, (_, body, done) => done(null, body))
    for (const prefix of prefixes) {
      server.post(`${prefix}/upload.do`, async (request, reply) =>
        reply.type('application/json;charset=utf-8').send(await upload.upload(String(request.body ?? ''))),
      )
      server.post(`${prefix}/download.do`, async (request, reply) => {
        reply.type('application/json;charset=utf-8')
        const body = parseObject(String(request.body ?? ''))
        const computer = body.ok ? await upload.computerOf(body.value.token) : null
        if (!computer) {
          const { status, body: text } = (await upload.settingsOf(body.ok ? body.value.token : null)).pollWrongToken
          return reply.code(status).send(text)
        }
        const { holdSeconds, onlineSeconds, beside, pollNothing } = computer.park.settings
        // Of a lot that another platform runs: it is not there for us, and hears nothing, whatever was left for it.
        const how = {
          holdMs: holdSeconds * 1000,
          awayAfterMs: beside ? 0 : onlineSeconds * 1000,
          onGone: (end: () => void) => reply.raw.once('close', end),
        }
        const next = beside ? null : () => outbox.next(computer, computer.localId)
        const message = await polls.hold(computer, computer.localId, how, next)
        return message ? reply.send(message.body) : reply.code(pollNothing.status).send(pollNothing.body)
      })
    }
  }
}
