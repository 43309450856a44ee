import type { FastifyPluginAsync } from 'fastify'
import { happenings } from './happened.ts'
import { callers as makeCallers } from './keys.ts'
import { connectRoutes } from './routes.ts'
import { telling } from './tell.ts'

type Parts = Parameters<typeof telling>[0] &
  Omit<Parameters<typeof happenings>[0], 'now'> &
  Parameters<typeof makeCallers>[0] &
  Pick<Parameters<typeof connectRoutes>[0], 'payCodes'>

/** Lots whose charging software speaks our own protocol (docs/connect.md): how they are asked and told, and what they call. */
export function ownProtocol(parts: Parts): {
  readonly lots: ReturnType<typeof telling>['lots']
  readonly routes: FastifyPluginAsync
  round(): Promise<void>
} {
  const callers = makeCallers(parts)
  const happened = happenings({ ...parts, now: () => parts.clock.now() })
  const told = telling(parts)
  return {
    lots: told.lots,
    routes: connectRoutes({ ...parts, callers, happened, told }),
    round: async () => {
      await callers.round()
      await told.round()
    },
  }
}
