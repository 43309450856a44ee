import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ErrorView } from '../driver/api.ts'
import { idPattern } from '../staff/api.ts'
import { acting, may } from '../staff/route.ts'
import type { NoPicture, Pictures } from './pictures.ts'

/*
 * Pictures of a lane, for whoever may see them:
 *   GET /api/operator/lots/:lot/lanes/:lane/pictures/last  -> {at, asked}   fetched from the lot now; `asked` false: the last that is kept here
 *   GET /api/operator/lots/:lot/lanes/:lane/pictures/:at   -> the JPEG of the read of that instant, ms since 1970 UTC
 *   GET /api/operator/lots/:lot/sessions/:session/pictures/:part  -> the JPEG of a stay's entry (`in`) or exit (`out`) that a lot's own
 *                                                             charging software has sent, or gives when it is asked
 *   The same under /api/platform/operators/:operator.
 */

const PictureParams = Type.Object({
  at: Type.String({ pattern: '^\\d{1,13}$' }),
  lane: Type.String({ pattern: '^[1-9]\\d{0,2}$' }),
})
const PartParams = Type.Object({
  session: Type.String({ pattern: idPattern }),
  part: Type.Union([Type.Literal('in'), Type.Literal('out')]),
})
const LaneParams = Type.Object({ lane: Type.String({ pattern: '^[1-9]\\d{0,2}$' }) })

const told = {
  'no-picture': { status: 404, message: 'the lot has no picture of it' },
  unsupported: { status: 409, message: 'the system of this lot gives no pictures' },
  'lot-offline': { status: 409, message: 'the lot is not there: its pictures are fetched when it is back' },
} as const satisfies Record<NoPicture, { readonly status: number; readonly message: string }>
/** Why there is no picture. */
export function refusePicture(reply: FastifyReply, code: NoPicture): FastifyReply {
  const { status, message } = told[code]
  const view: ErrorView = { error: { code, message } }
  return reply.code(status).send(view)
}

/** It was a stranger's bytes: shown as a picture, and as nothing else. */
export const showPicture = (reply: FastifyReply, jpeg: Uint8Array): FastifyReply =>
  reply.type('image/jpeg').header('x-content-type-options', 'nosniff').send(Buffer.from(jpeg))

export const pictureRoutes =
  (pictures: Pictures): FastifyPluginAsync =>
  async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const [base, scope] of [
      ['/api/operator/lots/:lot/lanes/:lane/pictures', 'lane'],
      ['/api/platform/operators/:operator/lots/:lot/lanes/:lane/pictures', 'lot'],
    ] as const) {
      const needs = may('pictures.read', scope)
      const of = (request: FastifyRequest) =>
        scope === 'lane'
          ? acting(request, 'lane')
          : { lot: acting(request, 'lot').lot, lane: Number((request.params as { lane: string }).lane) }

      server.get(`${base}/last`, { ...needs, schema: { params: LaneParams } }, async (request, reply) => {
        const { lot, lane } = of(request)
        const last = await pictures.last(lot, lane)
        return last.ok ? last.value : refusePicture(reply, last.error)
      })
      server.get(`${base}/:at`, { ...needs, schema: { params: PictureParams } }, async (request, reply) => {
        const { lot, lane } = of(request)
        const at = Number(request.params.at)
        const picture = await pictures.of(lot, lane, at)
        return picture.ok ? showPicture(reply, picture.value) : refusePicture(reply, picture.error)
      })
    }
    for (const base of ['/api/operator/lots/:lot', '/api/platform/operators/:operator/lots/:lot'])
      server.get(
        `${base}/sessions/:session/pictures/:part`,
        { ...may('pictures.read', 'lot'), schema: { params: PartParams } },
        async (request, reply) => {
          const { session, part } = request.params
          const picture = await pictures.ofStay(acting(request, 'lot').lot, session, part)
          return picture.ok ? showPicture(reply, picture.value) : refusePicture(reply, picture.error)
        },
      )
  }
