import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { forGood, packed } from '../server/packed.ts'
import { always, pagePolicy } from '../staff/own-page.ts'

/** The console as it was built (apps/console). Its html has `NONCE` where each answer gets a nonce of its own. */
export type ConsolePage = {
  readonly html: string
  readonly assets: readonly { readonly path: string; readonly contentType: string; readonly body: Buffer }[]
}

/** Where it is; the way to every page of it begins so. */
export const consolePath = '/console'

/**
 * Serves the console: its html for every page of it, its files for good. Nobody is asked who it is: what is in them everybody may read, and
 * what they ask for is behind the doors of `/api/`. Styles that are made while the page runs carry the nonce; no script stands in a page.
 */
export function consoleRoutes({ html, assets }: ConsolePage): FastifyPluginAsync {
  const [before, after, ...more] = html.split('"NONCE"')
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error('the html of the console has one place for a nonce')
  return async (server) => {
    for (const { path, contentType, body } of assets) {
      const send = packed(body)
      server.get(path, (request, reply) => send(request, reply.headers(forGood).type(contentType)))
    }
    const page = (reply: FastifyReply) => {
      const nonce = randomBytes(18).toString('base64')
      return reply
        .headers({ ...always, 'content-security-policy': policyWith(nonce) })
        .type('text/html; charset=utf-8')
        .send(`${before}"${nonce}"${after}`)
    }
    server.get(consolePath, (_, reply) => page(reply))
    server.get(`${consolePath}/`, (_, reply) => page(reply))
    // A page of the console may have any name, but a file that is gone is not a page: a browser of before asks again for the html.
    server.get<{ Params: { '*': string } }>(`${consolePath}/*`, (request, reply) =>
      /\.(?:js|css|map)$/.test(request.params['*']) ? reply.callNotFound() : page(reply),
    )
  }
}

const policyWith = (nonce: string): string =>
  pagePolicy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`)
