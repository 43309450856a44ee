import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A body that is packed once, and sent so to whoever takes it: pages are within their budgets only as they travel. */
export function packed(body: Buffer): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const gzip = gzipSync(body, { level: 9 })
  return (request, reply) => {
    reply.header('vary', 'accept-encoding')
    const takes = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    return takes ? reply.header('content-encoding', 'gzip').send(gzip) : reply.send(body)
  }
}

/** What a page loads, under a path that changes with its content: kept by browsers for good. */
export const forGood = {
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
} as const
