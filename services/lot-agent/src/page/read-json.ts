import type http from 'node:http'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ErrorView } from './api.ts'

const mostBytes = 16 * 1024

/**
 * The JSON of a request. Only of our own page: one from elsewhere cannot send this type without asking first, and says by its
 * `origin` where it is from.
 */
export async function readJson(request: http.IncomingMessage): Promise<Result<unknown, ErrorView>> {
  const refused = (code: ErrorView['code'], field: string, rule: string) => err({ code, field, rule })
  const { origin, host } = request.headers
  if (origin !== undefined && URL.parse(origin)?.host !== host)
    return refused('foreign-page', 'origin', 'the page of this lot')
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    return refused('not-json', 'content-type', 'application/json')
  const tooLarge = () => refused('too-large', 'body', `at most ${mostBytes} bytes`)
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return tooLarge()
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > mostBytes) return tooLarge()
    parts.push(part)
  }
  try {
    return ok(JSON.parse(Buffer.concat(parts).toString('utf8')))
  } catch (error) {
    if (error instanceof SyntaxError) return refused('bad-request', 'body', 'JSON')
    throw error
  }
}
