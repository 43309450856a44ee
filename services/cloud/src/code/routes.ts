import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { codePng, codeSvg } from '@lanepay/print/code.ts'
import { printPosters } from '@lanepay/print/poster.ts'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { everyPage, rowsWith, sendTable } from '../report/table-file.ts'
import { refuseStaff } from '../staff/errors.ts'
import { type Acting, acting, may } from '../staff/route.ts'
import {
  AliasAsk,
  AliasGoneAsk,
  CodeParams,
  EndAsk,
  FileQuery,
  FoundAsk,
  PatrolParams,
  PatrolsFileQuery,
  PatrolsQuery,
  PictureQuery,
  PostersQuery,
  ScreenAsk,
} from './api.ts'
import { type CodesDeps, type Hanging, lotCodes } from './codes.ts'
import { type CodesRefusal, refuseCodes } from './errors.ts'
import { codeColumns, codeRows, patrolColumns } from './file.ts'
import { patrols } from './patrol.ts'
import { printPatrol } from './patrol-sheet.ts'
import { type CodePlace, parsePlaceName, placeName } from './places.ts'

const usualPixels = 600
/** Of what is asked with its path alone. */
const Nothing = Type.Object({}, { additionalProperties: false })

/** The codes of a lot for persons with rights: what hangs, on paper and as pictures, what replaces it, and who looked. The contract is `api.ts`. */
export function codeRoutes(deps: CodesDeps): FastifyPluginAsync {
  const codes = lotCodes(deps)
  const rounds = patrols(deps, codes)
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const) {
      const lot = `${side}/lots/:lot`
      const [read, change] = [may('codes.read', 'lot'), may('codes.change', 'lot')]
      const [patrol, patrolled] = [may('codes.patrol', 'lot'), may('patrols.read', 'lot')]
      const takes = may('codes.read', 'lot', { takes: true })

      server.get(`${lot}/codes`, { ...read, schema: { querystring: Nothing } }, async (request, reply) =>
        withLot(request, reply, (at) => codes.view(at.lot)),
      )
      server.get(
        `${lot}/codes/:code/picture`,
        { ...read, schema: { params: CodeParams, querystring: PictureQuery } },
        async (request, reply) =>
          withLot(request, reply, async (at) => {
            const hangs = await hangingAt(at, request.params.code)
            if (!hangs.ok) return refuseCodes(reply, hangs.error)
            const { as, pixels } = request.query
            reply.header('cache-control', 'no-store')
            return sendPicture(attached(reply, `${nameOf(at, hangs.value)}.${as}`), hangs.value.live.url, as, pixels)
          }),
      )
      server.get(`${lot}/posters`, { ...read, schema: { querystring: PostersQuery } }, async (request, reply) =>
        withLot(request, reply, async (at) => {
          const { size, marks, code } = request.query
          const { lot: row, places } = await codes.hanging(at.lot)
          const wanted = places.filter(isPrinted).filter((place) => code === undefined || placeName(place) === code)
          if (wanted.length === 0) return refuseCodes(reply, 'code-unknown')
          const { file } = await printPosters(
            wanted.map(({ kind, lane, live }) => ({
              ...{ kind, lot: row.name, lane: lane?.name ?? null, url: live.url },
              ...{ checkNumber: live.checkNumber, helpPhone: row.help_phone },
            })),
            { size, marks: marks === 'yes', title: `${row.name} ${row.lot_id}`, at: deps.clock.now() },
          )
          const name = code === undefined ? `codes-${at.lot.lotId}-${size}` : `${at.lot.lotId}-${code}-${size}`
          return attached(reply.type('application/pdf'), `${name}.pdf`).send(file)
        }),
      )

      for (const [what, act] of [
        ['replace', codes.replace],
        ['revoke', codes.revoke],
      ] as const)
        server.post(
          `${lot}/codes/:code/${what}`,
          { ...change, schema: { params: CodeParams, body: EndAsk } },
          async (request, reply) =>
            withLot(request, reply, async (at) => {
              const { version, reason } = request.body
              const done = await inPlace(request.params.code, (place) => act(at, place, version - 1, reason))
              return answer(reply, done, (serial) => (serial === null ? {} : { version: serial + 1 }))
            }),
        )
      server.post(
        `${lot}/codes/:code/screens`,
        { ...change, schema: { params: CodeParams, body: ScreenAsk } },
        async (request, reply) =>
          withLot(request, reply, async (at) =>
            answer(
              reply,
              await inPlace(request.params.code, (place) => codes.addScreen(at, place, request.body)),
              (made) => made,
            ),
          ),
      )

      server.get(`${lot}/patrols`, { ...patrolled, schema: { querystring: PatrolsQuery } }, async (request, reply) =>
        withLot(request, reply, (at) => rounds.list(at.lot, request.query)),
      )
      server.get(`${lot}/codes-file`, { ...takes, schema: { querystring: FileQuery } }, async (request, reply) =>
        withLot(request, reply, async ({ lot }) => {
          const table = { file: `codes-${lot.lotId}`, name: 'codes', columns: codeColumns }
          const rows = rowsWith(codeColumns, codeRows(await codes.view(lot)), request.query)
          return sendTable(reply, table, [rows], request.query, deps.clock.now())
        }),
      )
      server.get(
        `${lot}/patrols-file`,
        { ...takes, schema: { querystring: PatrolsFileQuery } },
        async (request, reply) =>
          withLot(request, reply, async ({ lot }) => {
            const { as, lang, ...asked } = request.query
            const pages = everyPage(
              ({ after }: { readonly after?: string }) =>
                rounds.list(lot, after === undefined ? asked : { ...asked, before: after }),
              ({ patrols: lines }) => lines,
            )
            const table = { file: `patrols-${lot.lotId}`, name: 'patrols', columns: patrolColumns }
            return sendTable(reply, table, pages, { as, lang }, deps.clock.now())
          }),
      )
      server.post(`${lot}/patrols`, patrol, async (request, reply) =>
        withLot(request, reply, async (at) => ({ patrol: await rounds.begin(at) })),
      )
      server.get(
        `${lot}/patrols/next/sheet`,
        { ...patrolled, schema: { querystring: Nothing } },
        async (request, reply) =>
          withLot(request, reply, async (at) =>
            sheet(reply, at, 'next', await printPatrol(await rounds.listOf(at.lot, []))),
          ),
      )
      const one = { schema: { params: PatrolParams, querystring: Nothing } }
      server.get(`${lot}/patrols/:patrol`, { ...patrolled, ...one }, async (request, reply) =>
        withLot(
          request,
          reply,
          async (at) => (await rounds.view(at.lot, request.params.patrol)) ?? refuseCodes(reply, 'patrol-unknown'),
        ),
      )
      server.get(`${lot}/patrols/:patrol/sheet`, { ...patrolled, ...one }, async (request, reply) =>
        withLot(request, reply, async (at) => {
          const view = await rounds.view(at.lot, request.params.patrol)
          return view
            ? sheet(reply, at, request.params.patrol, await printPatrol(view))
            : refuseCodes(reply, 'patrol-unknown')
        }),
      )
      server.post(
        `${lot}/patrols/:patrol/found`,
        { ...patrol, schema: { params: PatrolParams, body: FoundAsk } },
        async (request, reply) =>
          withLot(request, reply, async (at) => {
            const { code, found } = request.body
            const done = await inPlace(code, (place) => rounds.found(at, request.params.patrol, { place, found }))
            return answer(reply, done, (view) => view)
          }),
      )
      server.post(`${lot}/patrols/:patrol/end`, { ...patrol, ...one }, async (request, reply) =>
        withLot(request, reply, async (at) => answer(reply, await rounds.end(at, request.params.patrol), () => ({}))),
      )
    }

    const aliases = '/api/platform/operators/:operator/lots/:lot/aliases'
    const alias = may('codes.alias', 'lot')
    server.post(aliases, { ...alias, schema: { body: AliasAsk } }, async (request, reply) =>
      withLot(request, reply, async (at) => {
        const done = await inPlace(request.body.code, (place) => codes.addAlias(at, place, request.body.alias))
        return answer(reply, done, (name) => ({ alias: name }))
      }),
    )
    server.post(`${aliases}/remove`, { ...alias, schema: { body: AliasGoneAsk } }, async (request, reply) =>
      withLot(request, reply, async (at) =>
        answer(reply, await codes.removeAlias(at, request.body.alias, request.body.reason), () => ({})),
      ),
    )
  }

  /** What is printed for a place; where nothing hangs there is nothing to make a picture of. */
  async function hangingAt({ lot }: Acting['lot'], code: string): Promise<Result<Printed, CodesRefusal>> {
    const { places } = await codes.hanging(lot)
    const place = places.filter(isPrinted).find((one) => placeName(one) === code)
    return place ? ok(place) : err('code-unknown')
  }
}

type Printed = Hanging & { readonly live: NonNullable<Hanging['live']> }
const isPrinted = (place: Hanging): place is Printed => place.live !== null

/** Does it for a lot of the operator whom the path names, where it names one. */
async function withLot<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  act: (at: Acting['lot']) => Promise<T>,
): Promise<T | FastifyReply> {
  const at = acting(request, 'lot')
  const { operator } = request.params as { readonly operator?: string }
  if (operator !== undefined && operator !== at.operatorId) return refuseStaff(reply, 'not-found')
  return act(at)
}

const inPlace = async <T>(
  code: string,
  act: (place: CodePlace) => Promise<Result<T, CodesRefusal>>,
): Promise<Result<T, CodesRefusal>> => {
  const place = parsePlaceName(code)
  return place === null ? err('code-unknown') : act(place)
}

const answer = <T>(reply: FastifyReply, done: Result<T, CodesRefusal>, view: (value: T) => object) =>
  done.ok ? view(done.value) : refuseCodes(reply, done.error)

const nameOf = ({ lot }: Acting['lot'], place: CodePlace): string => `${lot.lotId}-${placeName(place)}`
const attached = (reply: FastifyReply, name: string): FastifyReply =>
  reply.header('content-disposition', `attachment; filename="${name}"`)
const sheet = (reply: FastifyReply, { lot }: Acting['lot'], patrol: string, file: Buffer): FastifyReply =>
  attached(reply.type('application/pdf'), `patrol-${lot.lotId}-${patrol}.pdf`).send(file)

/** A code as it is shown or printed elsewhere. */
export async function sendPicture(
  reply: FastifyReply,
  url: string,
  as: 'png' | 'svg',
  pixels: string | undefined,
): Promise<FastifyReply> {
  return as === 'svg'
    ? reply.type('image/svg+xml').send(await codeSvg(url))
    : reply.type('image/png').send(await codePng(url, Number(pixels ?? usualPixels)))
}
