import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pathTooLong, problem } from './problem.ts'

/** Answers whoever took no way of ours: 405 with the methods that the path does take, or 404. Set before any route. */
export function answerStrays(server: FastifyInstance): void {
  const ways: { readonly path: RegExp; readonly methods: readonly string[] }[] = []
  server.addHook('onRoute', ({ url, method }) => {
    // What takes everything that nobody else takes is no way of its own.
    if (url === '/*') return
    ways.push({ path: new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+')}$`), methods: [method].flat() })
  })
  server.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0]!
    const methods = ways.filter((way) => way.path.test(path)).flatMap((way) => way.methods)
    if (methods.length === 0)
      return problem(reply, 'bad-request', 'nothing lives here', { field: 'path', rule: 'a path of ours' }, 404)
    // It is a way of ours, and was not taken for one: a part of it is longer than any that we give out.
    if (methods.includes(request.method)) return pathTooLong(reply)
    const rule = [...new Set(methods)].join(', ')
    return problem(
      reply.header('allow', rule),
      'bad-request',
      `this path takes ${rule}`,
      { field: 'method', rule },
      405,
    )
  })
}
