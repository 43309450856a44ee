import type { FastifyPluginAsync } from 'fastify'
import { actsOf } from './acts.ts'
import { acting, may } from './route.ts'

/** Who is signed in, and what its screens may show: the rows of the one table (acts.ts) that are its role's. */
export const meRoutes: FastifyPluginAsync = async (server) => {
  server.get('/api/me', may('me', 'me'), async (request) => {
    const { person } = acting(request, 'me')
    const { lots } = person
    return {
      person: { id: person.staffId, account: person.account, operator: person.operatorId, partner: person.party },
      role: person.role,
      acts: actsOf(person.role),
      lots: lots === 'all' ? 'all' : [...lots].map(([lot, lanes]) => ({ lot, lanes })),
      secondFactor: { isSetUp: person.hasFactor, shownAt: person.factorAt },
    }
  })
}
