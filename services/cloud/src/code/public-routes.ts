import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { instantOut } from '@lanepay/database/database.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import { missLimit } from '../server/limit.ts'
import { problem } from '../server/problem.ts'
import { aliasOf } from './alias.ts'
import { ScreenQuery, type ScreenView } from './api.ts'
import { type CodesDeps, parseScreenSecret, screenHash } from './codes.ts'
import { refuseCodes } from './errors.ts'
import { codeUrl, printedCode } from './printed.ts'
import { sendPicture } from './routes.ts'
import { noteScreen, type ScreenRow, selectScreen } from './store.ts'
import { codeToken } from './token.ts'

/** Secrets have 192 bits: who is here often has mistyped one, and asks every few seconds with it. */
const misses = { allowed: 30, perMs: 60_000 } as const
/** Often enough to see that a screen has died, and never a write for each of its questions. */
const noteEveryMs = 5 * 60_000

/**
 * What nobody signs in for: screens in lanes, which ask with a secret of their own, and whoever scans what was printed for another
 * system.
 */
export function publicCodeRoutes(deps: CodesDeps & { readonly unknownPage: string }): FastifyPluginAsync {
  const { database, clock, houseKey } = deps
  const limit = missLimit(misses)
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.get('/api/lane-screen/code', { schema: { querystring: ScreenQuery } }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      if (limit.isOver(request.ip, clock.now())) return problem(reply, 'too-many', 'too many secrets that are none')
      const secret = secretIn(request.headers.authorization)
      const screen = secret === null ? null : parseScreenSecret(secret)
      const at = screen && [screen.bucket, screen.lotId, screen.kind, screen.laneId, screen.serial]
      const [row] = screen && at ? await database.of(screen.bucket).query<ScreenRow>(selectScreen, at) : []
      if (!screen || row?.state !== 'live' || row.secret_hash !== screenHash(houseKey, secret!)) {
        limit.miss(request.ip, clock.now())
        return refuseCodes(reply.header('www-authenticate', 'Basic realm="screen"'), 'screen-unknown')
      }
      const now = clock.now()
      if (row.seen_at === null || now - row.seen_at > noteEveryMs)
        await database.of(screen.bucket).query(noteScreen, [...at!, instantOut(now)])
      const goodUntil = (now + row.good_seconds * 1000) as Instant
      const url = codeUrl(deps, { ...screen, shown: { until: goodUntil, opened: false } })
      const askAgainMs = row.good_seconds * 500
      // A screen that only shows pictures turns them by this.
      reply.header('refresh', String(Math.floor(askAgainMs / 1000)))
      const { as, pixels } = request.query
      if (as !== undefined) return sendPicture(reply, url, as, pixels)
      const view: ScreenView = {
        ...{ now, kind: screen.kind as ScreenView['kind'], url, goodUntil, askAgainMs },
        lot: { number: screen.lotId, name: row.lot_name },
        lane: { id: screen.laneId, name: row.lane_name },
      }
      return view
    })

    // Only what nothing else of ours takes comes here.
    server.get('/*', async (request, reply) => {
      const alias = await aliasOf(database, request.url)
      if (alias !== null) {
        const { bucket, lot_id: lotId, kind, lane_id: laneId } = alias
        const code = await printedCode(database, { bucket, lotId }, { kind, laneId })
        return reply.header('cache-control', 'no-store').redirect(`/p/${codeToken(code, houseKey)}`)
      }
      if (!/\btext\/html\b/.test(request.headers.accept ?? '') || request.url.startsWith('/api/')) {
        reply.callNotFound()
        return reply
      }
      // A person has scanned this. The page asks what its code is, is told that it is none, and says so in both languages.
      return reply
        .code(404)
        .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
        .headers({ 'referrer-policy': 'no-referrer' })
        .type('text/html; charset=utf-8')
        .send(deps.unknownPage)
    })
  }
}

/** As a Bearer, or as the password of whoever can only be given an address with a name and a password in it. */
function secretIn(authorization: string | undefined): string | null {
  const [, kind, given] = /^(Bearer|Basic) ([\w.+/=-]{1,300})$/i.exec(authorization ?? '') ?? []
  if (kind === undefined) return null
  if (kind.toLowerCase() === 'bearer') return given!
  return Buffer.from(given!, 'base64').toString().split(':').slice(1).join(':')
}
