import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { FastifyPluginAsync } from 'fastify'
import { missLimit } from '../server/limit.ts'
import { problem } from '../server/problem.ts'
import { EnrolAsk } from './api.ts'
import { codeCharacters, parseCode } from './code.ts'
import type { EnrolAgent } from './enrol.ts'
import { refuse } from './errors.ts'

/** A person mistypes a few times; a guesser of 55 bits needs more tries than that. */
const misses = { allowed: 10, perMs: 10 * 60_000 } as const

/** Where a box shows its one-time code. The contract is `api.ts`. */
export function enrolRoutes(options: {
  readonly clock: Clock
  readonly log: Log
  readonly enrol: EnrolAgent
}): FastifyPluginAsync {
  const { clock, log, enrol } = options
  const limit = missLimit(misses)
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.post('/api/agent/enrol', { schema: { body: EnrolAsk } }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      if (limit.isOver(request.ip, clock.now()))
        return problem(reply, 'too-many', 'too many codes that did not work; wait ten minutes', {
          rule: `at most ${misses.allowed} in ${misses.perMs / 60_000} minutes`,
        })
      const code = parseCode(request.body.code)
      if (!code.ok)
        return problem(reply, 'bad-request', 'body/code is not a code', {
          field: 'body/code',
          rule: `12 of ${codeCharacters}`,
        })
      const { agentKey, name } = request.body
      const enrolled = await enrol(code.value, { key: agentKey, name })
      if (enrolled.ok) return enrolled.value
      limit.miss(request.ip, clock.now())
      log('warn', 'enrolment-refused', { because: enrolled.error, client: request.ip, name })
      return refuse(reply, enrolled.error)
    })
  }
}
