import type { FastifyPluginAsync } from 'fastify'
import { refuseOrder } from '../session/errors.ts'
import { acting, may } from '../staff/route.ts'
import type { LaneDifferencesView } from './api.ts'
import { lotLists } from './lists.ts'

/** Lists of a lot's own software for an office. The contract is `api.ts`. */
export const listRoutes =
  (deps: Parameters<typeof lotLists>[0]): FastifyPluginAsync =>
  async (server) => {
    const lists = lotLists(deps)
    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const) {
      server.get(
        `${side}/lots/:lot/lane-differences`,
        may('devices.read', 'lot'),
        (request): Promise<LaneDifferencesView> => lists.lanes(acting(request, 'lot').lot),
      )
      server.get(`${side}/lots/:lot/inside-differences`, may('traffic.read', 'lot'), async (request, reply) => {
        const view = await lists.inside(acting(request, 'lot').lot)
        return view.ok ? view.value : refuseOrder(reply, view.error)
      })
    }
  }
