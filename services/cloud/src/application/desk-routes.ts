import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import { sendTable } from '../report/table-file.ts'
import { acting, may } from '../staff/route.ts'
import {
  ApplicationParams,
  ApproveAsk,
  BecauseAsk,
  DeskPaperParams,
  DeskPrintAsk,
  type LinkView,
  MakeAsk,
  Nothing,
  QueueFileQuery,
  QueueQuery,
  ReturnAsk,
} from './api.ts'
import { applyUrl } from './apply-routes.ts'
import type { Applying, MadeLink, Refused } from './applying.ts'
import type { Desk } from './desk.ts'
import { refuseApplication } from './errors.ts'
import { printApplication } from './printed.ts'
import { queueColumns, queuePages } from './queue-file.ts'

/** What reviewers do, and owners who want one more lot. The contract is `api.ts`. */
export function deskRoutes(deps: {
  readonly applying: Applying
  readonly desk: Desk
  readonly publicUrl: string
  readonly now: () => number
}): FastifyPluginAsync {
  const { applying, desk, publicUrl, now } = deps
  const offered = (made: MadeLink): LinkView => ({ ...made, url: applyUrl(publicUrl, made.link) })
  const refuse = (reply: FastifyReply, { kind, mistakes = [] }: Refused): FastifyReply => {
    const [first] = mistakes
    return refuseApplication(reply, kind, first ? { field: first.field, rule: first.rule } : {})
  }
  const sendQueue = (
    reply: FastifyReply,
    { as, lang, ...asked }: Static<typeof QueueFileQuery>,
    whose: Parameters<Desk['queue']>[1],
  ) => {
    const pages = queuePages((after) => desk.queue({ ...asked, ...after }, whose))
    const table = { file: 'applications', name: lang === 'en' ? 'Applications' : '进件申请', columns: queueColumns }
    return sendTable(reply, table, pages, { as, lang }, now())
  }
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    const one = { ...may('reviews.do', 'platform'), schema: { params: ApplicationParams } }

    // An operator's own: by its owner, and by whoever of the platform has its things on the screen.
    for (const base of ['/api/operator', '/api/platform/operators/:operator']) {
      const own = may('applications.make', 'operator')
      server.post(`${base}/applications`, { ...own, schema: { body: MakeAsk } }, async (request) => {
        const { operatorId, who } = acting(request, 'operator')
        return offered(await applying.make(who.account, { operatorId, kind: 'operator' }))
      })
      server.get(`${base}/applications`, { ...own, schema: { querystring: QueueQuery } }, async (request) => {
        const { operatorId, person } = acting(request, 'operator')
        return desk.queue(request.query, { operatorId, staffId: person.staffId })
      })
      server.get(
        `${base}/applications/file`,
        { ...may('applications.make', 'operator'), schema: { querystring: QueueFileQuery } },
        async (request, reply) => {
          const { operatorId, person } = acting(request, 'operator')
          return sendQueue(reply, request.query, { operatorId, staffId: person.staffId })
        },
      )
      server.post(
        `${base}/applications/:application/link`,
        { ...own, schema: { params: ApplicationParams, body: Nothing } },
        async (request, reply) => {
          const { operatorId, who } = acting(request, 'operator')
          const made = await desk.offerLink(request.params.application, who, operatorId)
          return made.ok ? offered(made.value) : refuse(reply, made.error)
        },
      )
    }

    server.post(
      '/api/platform/applications',
      { ...may('applications.make', 'platform'), schema: { body: MakeAsk } },
      async (request) => {
        const { kind } = request.body
        const { who } = acting(request, 'platform')
        return offered(await applying.make(who.account, { operatorId: null, ...(kind ? { kind } : {}) }))
      },
    )
    server.get(
      '/api/platform/applications',
      { ...may('reviews.do', 'platform'), schema: { querystring: QueueQuery } },
      async (request) =>
        desk.queue(request.query, { operatorId: null, staffId: acting(request, 'platform').person.staffId }),
    )
    server.get(
      '/api/platform/applications/file',
      { ...may('reviews.do', 'platform'), schema: { querystring: QueueFileQuery } },
      async (request, reply) => {
        const { staffId } = acting(request, 'platform').person
        return sendQueue(reply, request.query, { operatorId: null, staffId })
      },
    )
    server.get('/api/platform/applications/:application', one, async (request, reply) => {
      const view = await desk.view(request.params.application, acting(request, 'platform').person.staffId)
      return view ?? refuseApplication(reply, 'application-unknown')
    })
    server.post(
      '/api/platform/applications/:application/link',
      { ...one, schema: { ...one.schema, body: Nothing } },
      async (request, reply) => {
        const made = await desk.offerLink(request.params.application, acting(request, 'platform').who, null)
        return made.ok ? offered(made.value) : refuse(reply, made.error)
      },
    )
    server.post(
      '/api/platform/applications/:application/open',
      { ...one, schema: { ...one.schema, body: Nothing } },
      async (request, reply) => {
        const opened = await desk.open(request.params.application, acting(request, 'platform').who)
        return opened.ok ? { form: opened.value } : refuse(reply, opened.error)
      },
    )
    server.get(
      '/api/platform/applications/:application/papers/:kind',
      { ...may('reviews.do', 'platform'), schema: { params: DeskPaperParams } },
      async (request, reply) => {
        const { application, kind } = request.params
        const paper = await desk.paper(application, kind, acting(request, 'platform').who)
        return paper.ok ? reply.type('image/jpeg').send(paper.value) : refuse(reply, paper.error)
      },
    )
    server.post(
      '/api/platform/applications/:application/print',
      { ...one, schema: { ...one.schema, body: DeskPrintAsk } },
      async (request, reply) => {
        const { application } = request.params
        const printed = await desk.print(application, acting(request, 'platform').who)
        if (!printed.ok) return refuse(reply, printed.error)
        const { form, papers } = printed.value
        const { language } = request.body
        return reply
          .type('application/pdf')
          .send(await printApplication(form, { id: application, papers, at: now(), language }))
      },
    )
    const reviewer = (request: Parameters<typeof acting>[0]) => {
      const { who, person } = acting(request, 'platform')
      return { who, staffId: person.staffId }
    }
    server.post(
      '/api/platform/applications/:application/take',
      { ...one, schema: { ...one.schema, body: Nothing } },
      async (request, reply) => {
        const done = await desk.take(request.params.application, reviewer(request))
        return done.ok ? {} : refuse(reply, done.error)
      },
    )
    server.post(
      '/api/platform/applications/:application/return',
      { ...one, schema: { ...one.schema, body: ReturnAsk } },
      async (request, reply) => {
        const done = await desk.return(request.params.application, reviewer(request), request.body.mend)
        return done.ok ? {} : refuse(reply, done.error)
      },
    )
    server.post(
      '/api/platform/applications/:application/approve',
      { ...one, schema: { ...one.schema, body: ApproveAsk } },
      async (request, reply) => {
        const done = await desk.approve(request.params.application, reviewer(request), request.body)
        return done.ok ? {} : refuse(reply, done.error)
      },
    )
    for (const act of ['suspend', 'resume'] as const)
      server.post(
        `/api/platform/applications/:application/${act}`,
        { ...one, schema: { ...one.schema, body: BecauseAsk } },
        async (request, reply) => {
          const done = await desk[act](request.params.application, reviewer(request), request.body.reason)
          return done.ok ? {} : refuse(reply, done.error)
        },
      )
  }
}
