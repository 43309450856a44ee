import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Log } from '@lanepay/domain/log.ts'
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import type { RightsOf } from '../link/rights.ts'
import type { Metrics } from './metrics.ts'
import { answerErrors } from './problem.ts'
import { answerStrays } from './ways.ts'

const alive: Statement = { name: 'alive', text: 'select 1 as one' }

/** The HTTP server: one logger, one error shape, health and metrics; the features bring their routes. */
export async function makeServer(options: {
  readonly database: Database
  readonly metrics: Metrics
  readonly log: Log
  readonly linkConnected: () => boolean
  readonly rightsOf: RightsOf
  /** What an outside broker shows us before it may ask about its users. */
  readonly brokerSecret: string
  readonly routes: readonly FastifyPluginAsync[]
  /** Stands before the routes of persons with rights. */
  readonly hangDoor: (server: FastifyInstance) => void
  /** Proxies in front of us whose `x-forwarded-for` is believed. */
  readonly trustProxy: string | false
}): Promise<FastifyInstance> {
  const { database, metrics } = options
  const server = Fastify({
    bodyLimit: 16 * 1024,
    trustProxy: options.trustProxy,
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: 'idle',
    frameworkErrors: answerErrors(options.log),
  })
  // JSON is what we take: a page of somebody else's could post plain text here without asking the browser.
  server.removeContentTypeParser('text/plain')
  server.setValidatorCompiler(TypeBoxValidatorCompiler)
  server.setErrorHandler(answerErrors(options.log))
  answerStrays(server)
  options.hangDoor(server)
  server.addHook('onResponse', async (request, reply) => {
    metrics.requestSeconds.observe(
      { route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
  })

  server.get('/healthz', async () => ({ ok: true }))
  server.get('/readyz', async (_, reply) => {
    const link = options.linkConnected()
    const data = await database.nodes[0]!.db.query(alive).then(
      () => true,
      () => false,
    )
    return reply.code(link && data ? 200 : 503).send({ database: data, lotLink: link })
  })
  server.get('/metrics', async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )

  const User = Type.Object({
    clientId: Type.String({ maxLength: 128 }),
    username: Type.String({ maxLength: 128 }),
    password: Type.String({ maxLength: 256 }),
  })
  server.post<{ Body: { clientId: string; username: string; password: string } }>(
    '/internal/broker/user',
    { schema: { body: User } },
    async (request, reply) => {
      if (request.headers['x-lanepay-broker'] !== options.brokerSecret)
        return reply.code(403).send({ error: { code: 'forbidden', message: 'this door is for the broker' } })
      const { clientId, username, password } = request.body
      const rights = await options.rightsOf(clientId, username, password)
      return (
        rights ??
        reply.code(404).send({ error: { code: 'unknown-user', message: 'no such user, or a wrong password' } })
      )
    },
  )
  for (const plugin of options.routes) await server.register(plugin)
  return server
}
