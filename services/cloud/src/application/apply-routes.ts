import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { cardBankOf } from '@lanepay/domain/applicant/card-prefixes.ts'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { missLimit } from '../server/limit.ts'
import { always, isOwnPage } from '../staff/own-page.ts'
import { BranchQuery, linkHeader, MakeAsk, Nothing, PaperParams, PrintAsk, SaveAsk, SubmitAsk } from './api.ts'
import type { Applying, Refused } from './applying.ts'
import { searchBranches } from './branches.ts'
import { refuseApplication } from './errors.ts'
import type { Opening } from './opening.ts'
import { type ApplicationDeps, kindsOf, papersOf } from './parts.ts'
import { mostBytes } from './picture.ts'
import { keyOf } from './place.ts'
import { printApplication } from './printed.ts'
import { openForm } from './sealed.ts'
import type { ApplicationRow } from './store.ts'
import { applicantView } from './view.ts'

const perMs = 10 * 60_000
/**
 * In ten minutes. A person types, takes photographs and prints; a flood does not. Drafts, and links that do not work, by address; the rest by
 * application.
 */
const allowed = { drafts: 20, wrongLinks: 30, requests: 900, pictures: 120, prints: 5 } as const

/** Whoever holds it applies; behind `#` it is in no log of any server on the way. */
export const applyUrl = (publicUrl: string, link: string): string => `${publicUrl}/console/apply#${link}`

/** What whoever applies asks, without an account. The contract is `api.ts`. */
export function applyRoutes(
  deps: ApplicationDeps & { readonly applying: Applying; readonly opening: Opening; readonly publicUrl: string },
): FastifyPluginAsync {
  const { database, clock, houseKey, applying, opening, publicUrl } = deps
  const limits = Object.fromEntries(
    Object.entries(allowed).map(([name, most]) => [name, missLimit({ allowed: most, perMs })]),
  ) as Record<keyof typeof allowed, ReturnType<typeof missLimit>>
  /** Counts one, and says whether there were too many before. */
  const isOver = (name: keyof typeof allowed, key: string): boolean => {
    const now = clock.now()
    if (limits[name].isOver(key, now)) return true
    limits[name].miss(key, now)
    return false
  }

  /** The application of the link that came with a request; what is answered where there is none is the same, whatever is wrong with it. */
  async function holder(request: FastifyRequest, reply: FastifyReply): Promise<ApplicationRow | null> {
    reply.headers(always)
    const { ip } = request
    if (limits.wrongLinks.isOver(ip, clock.now())) {
      refuseApplication(reply, 'too-many')
      return null
    }
    const row = await applying.byLink(request.headers[linkHeader])
    if (row === null) {
      limits.wrongLinks.miss(ip, clock.now())
      refuseApplication(reply, 'link-unknown')
      return null
    }
    if (!isOver('requests', row.id)) return row
    refuseApplication(reply, 'too-many')
    return null
  }
  const refuse = (reply: FastifyReply, { kind, mistakes = [] }: Refused): FastifyReply => {
    const [first] = mistakes
    return refuseApplication(reply, kind, first ? { field: first.field, rule: first.rule } : {})
  }
  /** As it is now, after something was done to it. */
  const seen = async (request: FastifyRequest) =>
    applicantView(deps, (await applying.byLink(request.headers[linkHeader]))!)

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.addContentTypeParser(
      ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'application/pdf', 'application/octet-stream'],
      { parseAs: 'buffer' },
      (_request, body, done) => done(null, body),
    )

    server.post('/api/apply', { schema: { body: MakeAsk } }, async (request, reply) => {
      reply.headers(always)
      if (!isOwnPage(request.headers, publicUrl)) return refuseApplication(reply, 'foreign-page')
      if (isOver('drafts', request.ip)) return refuseApplication(reply, 'too-many')
      const { kind } = request.body
      const made = await applying.make('applicant', { operatorId: null, ...(kind ? { kind } : {}) })
      return { ...made, url: applyUrl(publicUrl, made.link) }
    })

    server.get('/api/apply/form', async (request, reply) => {
      const row = await holder(request, reply)
      return row === null ? reply : applicantView(deps, row)
    })
    server.patch('/api/apply/form', { schema: { body: SaveAsk } }, async (request, reply) => {
      const row = await holder(request, reply)
      if (row === null) return reply
      const saved = await applying.save(row.id, request.body.version, request.body.set)
      return saved.ok ? seen(request) : refuse(reply, saved.error)
    })
    // Ten megabytes are read of whoever has a link, and of nobody else.
    const holders = new WeakMap<FastifyRequest, ApplicationRow>()
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      const row = await holder(request, reply)
      if (row === null) return reply
      holders.set(request, row)
      return undefined
    }
    const paper = { schema: { params: PaperParams }, bodyLimit: mostBytes, onRequest }
    server.put('/api/apply/papers/:kind', paper, async (request, reply) => {
      const row = holders.get(request)!
      if (isOver('pictures', row.id)) return refuseApplication(reply, 'too-many')
      if (!Buffer.isBuffer(request.body)) return refuseApplication(reply, 'not-a-picture')
      const taken = await applying.putPaper(row.id, request.params.kind, request.body)
      return taken.ok ? seen(request) : refuse(reply, taken.error)
    })
    server.delete('/api/apply/papers/:kind', { schema: { params: PaperParams } }, async (request, reply) => {
      const row = await holder(request, reply)
      if (row === null) return reply
      const dropped = await applying.dropPaper(row.id, request.params.kind)
      return dropped.ok ? seen(request) : refuse(reply, dropped.error)
    })
    server.post('/api/apply/submit', { schema: { body: SubmitAsk } }, async (request, reply) => {
      const row = await holder(request, reply)
      if (row === null) return reply
      const submitted = await applying.submit(row.id, request.body.version)
      return submitted.ok ? seen(request) : refuse(reply, submitted.error)
    })
    server.post('/api/apply/print', { schema: { body: PrintAsk } }, async (request, reply) => {
      const row = await holder(request, reply)
      if (row === null) return reply
      const { form } = openForm(houseKey, row.id, row.sealed)
      const { language, idEnding } = request.body
      if (limits.prints.isOver(row.id, clock.now())) return refuseApplication(reply, 'too-many')
      if (form.applicantId?.slice(-4) !== idEnding.toUpperCase()) {
        limits.prints.miss(row.id, clock.now())
        return refuseApplication(reply, 'not-the-applicant')
      }
      await applying.notePrinted(row.id, 'applicant')
      const key = keyOf(row.id)
      const papers = kindsOf(await papersOf(database.of(key.bucket), key))
      return reply
        .type('application/pdf')
        .send(await printApplication(form, { id: row.id, papers, at: clock.now(), language }))
    })
    server.post('/api/apply/invite', { schema: { body: Nothing } }, async (request, reply) => {
      const row = await holder(request, reply)
      if (row === null) return reply
      const offered = await opening.invite(row)
      return offered.ok ? { url: offered.value } : refuse(reply, offered.error)
    })
    server.get('/api/apply/branches', { schema: { querystring: BranchQuery } }, async (request, reply) => {
      const row = await holder(request, reply)
      if (row === null) return reply
      const { form } = openForm(houseKey, row.id, row.sealed)
      const bank = cardBankOf(form.cardNumber ?? '')?.bank ?? null
      return { branches: await searchBranches({ database, clock }, { ...request.query, bank }) }
    })
  }
}
