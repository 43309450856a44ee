import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { consolePath } from '../console/routes.ts'
import type { Scope } from './acts.ts'
import { LookAsk, LookParams, NewPersonAsk, Page, ReasonAsk, RightsAsk, StaffParams, TrailQuery } from './api.ts'
import { refuseStaff } from './errors.ts'
import { looking } from './look.ts'
import { managing, type OfferedLink, type Realm } from './manage.ts'
import { acting, may, type Who } from './route.ts'
import type { StaffDeps } from './sign-in.ts'
import { readTrail, type TrailFilter } from './trail-read.ts'

/** Whoever holds it sets the password; behind `#` it is in no log of any server on the way. */
export const linkUrl = (publicUrl: string, { link }: Pick<OfferedLink, 'link'>): string =>
  `${publicUrl}${consolePath}/link#${link}`

/** The persons of an operator and of the platform, what they did, and who looked. The contract is `api.ts`. */
export function staffRoutes(options: StaffDeps & { readonly publicUrl: string }): FastifyPluginAsync {
  const { database, publicUrl } = options
  const manage = managing(options)
  const looks = looking(options)

  /** The same for whomever they are: an operator's by itself, an operator's by the platform, the platform's own. */
  const persons: readonly {
    readonly base: string
    readonly scope: Scope
    of(request: FastifyRequest): Realm & { who: Who }
  }[] = [
    {
      ...{ base: '/api/operator', scope: 'operator' },
      of: (request) => acting(request, 'operator'),
    },
    {
      ...{ base: '/api/platform/operators/:operator', scope: 'operator' },
      of: (request) => acting(request, 'operator'),
    },
    {
      ...{ base: '/api/platform', scope: 'platform' },
      of: (request) => ({ operatorId: null, who: acting(request, 'platform').who }),
    },
  ]
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const { base, scope, of } of persons) {
      const change = may('staff.manage', scope)
      const offered = ({ staffId, expiresAt, ...rest }: OfferedLink) => ({
        ...{ staff: staffId, link: linkUrl(publicUrl, rest), expiresAt },
      })
      server.get(`${base}/staff`, may('staff.read', scope), async (request) => manage.list(of(request)))
      server.post(`${base}/staff`, { ...change, schema: { body: NewPersonAsk } }, async (request, reply) => {
        const { who, ...realm } = of(request)
        const done = await manage.open(realm, who, request.body)
        return done.ok ? offered(done.value) : refuseStaff(reply, done.error.kind)
      })
      server.post(
        `${base}/staff/:staff/rights`,
        { ...change, schema: { params: StaffParams, body: RightsAsk } },
        async (request, reply) => {
          const { who, ...realm } = of(request)
          const done = await manage.change(realm, who, request.params.staff, request.body)
          return done.ok ? {} : refuseStaff(reply, done.error.kind)
        },
      )
      const because = { ...change, schema: { params: StaffParams, body: ReasonAsk } }
      server.post(`${base}/staff/:staff/end`, because, async (request, reply) => {
        const { who, ...realm } = of(request)
        const done = await manage.end(realm, who, request.params.staff, request.body.reason)
        return done.ok ? {} : refuseStaff(reply, done.error.kind)
      })
      server.post(`${base}/staff/:staff/link`, because, async (request, reply) => {
        const { who, ...realm } = of(request)
        const done = await manage.offerLink(realm, who, request.params.staff, request.body.reason)
        return done.ok ? offered(done.value) : refuseStaff(reply, done.error.kind)
      })
      server.post(`${base}/staff/:staff/drop-second-factor`, because, async (request, reply) => {
        const { who, ...realm } = of(request)
        const done = await manage.dropFactor(realm, who, request.params.staff, request.body.reason)
        return done.ok ? {} : refuseStaff(reply, done.error.kind)
      })
    }

    server.get(
      '/api/operator/trail',
      { ...may('staff.audit.read', 'operator'), schema: { querystring: TrailQuery } },
      async (request) => readTrail(database, acting(request, 'operator').operatorId, filterOf(request.query)),
    )
    server.get(
      '/api/platform/trail',
      { ...may('staff.audit.read', 'platform'), schema: { querystring: TrailQuery } },
      async (request) => readTrail(database, null, filterOf(request.query)),
    )

    server.post(
      '/api/platform/looks',
      { ...may('support.look', 'platform'), schema: { body: LookAsk } },
      async (request, reply) => {
        const { who, person } = acting(request, 'platform')
        const { operator, reason } = request.body
        const begun = await looks.begin({ ...who, staffId: person.staffId }, operator, reason)
        return begun.ok ? begun.value : refuseStaff(reply, begun.error)
      },
    )
    server.post(
      '/api/platform/looks/:look/end',
      { ...may('support.look', 'platform'), schema: { params: LookParams } },
      async (request, reply) =>
        (await looks.end(acting(request, 'platform').who, request.params.look))
          ? {}
          : refuseStaff(reply, 'look-unknown'),
    )
    server.get(
      '/api/platform/looks',
      { ...may('looks.read', 'platform'), schema: { querystring: Page } },
      async (request) => looks.list(null, request.query.before ?? null),
    )
    server.get(
      '/api/operator/looks',
      { ...may('looks.read', 'operator'), schema: { querystring: Page } },
      async (request) => looks.list(acting(request, 'operator').operatorId, request.query.before ?? null),
    )
  }
}

function filterOf({ lot, from, until, ...words }: TrailQuery): TrailFilter {
  return {
    ...words,
    ...(lot === undefined ? {} : { lot: Number(lot) }),
    ...(from === undefined ? {} : { from: Number(from) }),
    ...(until === undefined ? {} : { until: Number(until) }),
  }
}
