import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { whoseOf } from '../report/routes.ts'
import { refuseStaff } from '../staff/errors.ts'
import { acting, may } from '../staff/route.ts'
import { OverviewQuery } from './api.ts'
import type { Overviews, Watcher } from './live.ts'

/** The morning page of an operator, as it is and as it changes, for its own persons and the platform's. The contract is `api.ts`. */
export const overviewRoutes =
  (pages: Overviews): FastifyPluginAsync =>
  async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.addHook('preClose', async () => pages.endAll())
    for (const side of ['/api/operator', '/api/platform/operators/:operator']) {
      const read = { ...may('reports.read', 'operator'), schema: { querystring: OverviewQuery } }
      server.get(`${side}/overview`, read, async (request, reply) => {
        const whose = whoseOf(acting(request, 'operator'), request)
        return whose ? pages.read(whose) : refuseStaff(reply, 'not-found')
      })
      server.get(`${side}/overview/live`, read, async (request, reply) => {
        const { person, who, ...whom } = acting(request, 'operator')
        const whose = whoseOf({ person, who, ...whom }, request)
        if (!whose) return refuseStaff(reply, 'not-found')
        if (pages.isFull())
          return reply
            .header('retry-after', '60')
            .code(429)
            .send({ error: { code: 'busy', message: 'too many pages lie open here: ask for it now and then' } })
        const view = await pages.read(whose)
        const line = events(reply)
        line.send('overview', JSON.stringify(view))
        const stop = pages.watch({
          ...{ signInId: person.signInId, staffId: person.staffId, lookId: who.lookId, whose },
          ...line,
        })
        reply.raw.once('close', stop)
        return reply
      })
    }
  }

/** Server-sent events on an answer that stays open, beside Fastify: it has sent its head, and knows nothing of what follows. */
function events(reply: FastifyReply): Pick<Watcher, 'send' | 'end'> {
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  // A proxy that gathers what it passes on would pass on nothing.
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
  return {
    send: (event, data = '') => {
      // Whoever has not taken what was sent before gets the next page whole, and not all in between.
      if (raw.writableNeedDrain) return false
      raw.write(event === null ? ':\n\n' : `event: ${event}\ndata: ${data}\n\n`)
      return true
    },
    end: () => void raw.end(),
  }
}
