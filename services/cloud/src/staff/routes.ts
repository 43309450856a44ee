import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { consolePath } from '../console/routes.ts'
import type { Column, Words } from '../report/column.ts'
import type { FileAsk } from '../report/file-ask.ts'
import { everyPage, type Pages, sendTable } from '../report/table-file.ts'
import { wrongAfter } from '../server/problem.ts'
import type { Scope } from './acts.ts'
import {
  LookAsk,
  LookParams,
  LooksFileQuery,
  LooksQuery,
  NewPersonAsk,
  ReasonAsk,
  RightsAsk,
  StaffFileQuery,
  StaffParams,
  StaffQuery,
  TrailFileQuery,
  TrailQuery,
} from './api.ts'
import { refuseStaff } from './errors.ts'
import { lineColumns, lineRow, lookColumns, lookRow, personColumns, personRow } from './file.ts'
import { looking } from './look.ts'
import { managing, type OfferedLink, type Realm } from './manage.ts'
import { acting, may, type Who } from './route.ts'
import type { StaffDeps } from './sign-in.ts'
import { noteLine, placeOf } from './trail.ts'
import { readTrail, type TrailFilter } from './trail-read.ts'

/** Whoever holds it sets the password; behind `#` it is in no log of any server on the way. */
export const linkUrl = (publicUrl: string, { link }: Pick<OfferedLink, 'link'>): string =>
  `${publicUrl}${consolePath}/link#${link}`

/** The persons of an operator and of the platform, what they did, and who looked. The contract is `api.ts`. */
export function staffRoutes(options: StaffDeps & { readonly publicUrl: string }): FastifyPluginAsync {
  const { database, clock, newId, houseKey, publicUrl } = options
  const manage = managing(options)
  const looks = looking(options)

  type Taker = Realm & { readonly who: Who }
  /** Before the first byte of a file: who took what away. */
  const takeAway = async (
    reply: FastifyReply,
    { operatorId, who }: Taker,
    { file, name, columns }: { readonly file: string; readonly name: Words; readonly columns: readonly Column[] },
    pages: Pages,
    { as, lang = 'zh' }: { readonly [Key in keyof FileAsk]: FileAsk[Key] | undefined },
  ) => {
    const [now, place] = [clock.now(), placeOf(operatorId)]
    await database
      .of(place.bucket)
      .transaction((tx) =>
        noteLine(tx, { houseKey, newId, now }, place, who, { act: 'export', operatorId, about: file }),
      )
    return sendTable(reply, { file, name: name[lang], columns }, pages, { as, lang }, now)
  }
  const ofPlatform = (request: FastifyRequest): Taker => ({
    ...{ operatorId: null, who: acting(request, 'platform').who },
  })

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
      of: ofPlatform,
    },
  ]
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const { base, scope, of } of persons) {
      const change = may('staff.manage', scope)
      const offered = ({ staffId, expiresAt, ...rest }: OfferedLink) => ({
        ...{ staff: staffId, link: linkUrl(publicUrl, rest), expiresAt },
      })
      server.get(
        `${base}/staff`,
        { ...may('staff.read', scope), schema: { querystring: StaffQuery } },
        async (request, reply) => (await manage.list(of(request), request.query)) ?? wrongAfter(reply),
      )
      server.get(
        `${base}/staff/file`,
        { ...may('staff.read', scope, { takes: true }), schema: { querystring: StaffFileQuery } },
        async (request, reply) => {
          const { as, lang, ...asked } = request.query
          const pages = everyPage(
            // A page that begins where the one before ended is none that was made up.
            async (after) => (await manage.list(of(request), { ...asked, limit: '200', ...after }))!,
            ({ persons }) => persons.map(personRow),
          )
          const table = { file: 'staff', name: { zh: '人员', en: 'Staff' }, columns: personColumns }
          return takeAway(reply, of(request), table, pages, { as, lang })
        },
      )
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

    for (const [base, scope, of] of [
      ['/api/operator', 'operator', (request: FastifyRequest): Taker => acting(request, 'operator')],
      ['/api/platform', 'platform', ofPlatform],
    ] as const) {
      server.get(
        `${base}/trail`,
        { ...may('staff.audit.read', scope), schema: { querystring: TrailQuery } },
        async (request) => readTrail(database, of(request).operatorId, filterOf(request.query)),
      )
      server.get(
        `${base}/trail/file`,
        { ...may('staff.audit.read', scope), schema: { querystring: TrailFileQuery } },
        async (request, reply) => {
          const { as, lang, ...asked } = request.query
          const { operatorId } = of(request)
          const pages = everyPage(
            ({ after }) => readTrail(database, operatorId, { ...filterOf(asked), ...beyond(after), limit: 1_000 }),
            ({ lines }) => lines.map((line) => lineRow(line, lang ?? 'zh')),
          )
          const table = { file: 'trail', name: { zh: '操作记录', en: 'Trail' }, columns: lineColumns }
          return takeAway(reply, of(request), table, pages, { as, lang })
        },
      )
      server.get(
        `${base}/looks`,
        { ...may('looks.read', scope), schema: { querystring: LooksQuery } },
        async (request) => looks.list(of(request).operatorId, request.query),
      )
      server.get(
        `${base}/looks/file`,
        { ...may('looks.read', scope), schema: { querystring: LooksFileQuery } },
        async (request, reply) => {
          const { as, lang, ...asked } = request.query
          const { operatorId } = of(request)
          const pages = everyPage(
            ({ after }) => looks.list(operatorId, { ...asked, ...beyond(after) }),
            (page) => page.looks.map(lookRow),
          )
          const table = { file: 'looks', name: { zh: '平台查看记录', en: 'Looks' }, columns: lookColumns }
          return takeAway(reply, of(request), table, pages, { as, lang })
        },
      )
    }

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
  }
}

/** Where a page begins whose list calls it `before`. */
const beyond = (after: string | undefined) => (after === undefined ? {} : { before: after })

function filterOf({ lot, from, until, ...words }: TrailQuery): TrailFilter {
  return {
    ...words,
    ...(lot === undefined ? {} : { lot: Number(lot) }),
    ...(from === undefined ? {} : { from: Number(from) }),
    ...(until === undefined ? {} : { until: Number(until) }),
  }
}
