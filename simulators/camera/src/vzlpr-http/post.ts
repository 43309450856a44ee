import http from 'node:http'

export type Posted =
  | { readonly kind: 'answer'; readonly status: number; readonly contentType: string; readonly body: Buffer }
  /** Nothing that could be read came back; whether the other side heard is not known. */
  | { readonly kind: 'nothing'; readonly reason: string }

const largestAnswer = 1024 * 1024

/** Posts over a connection of its own, as these cameras do. Never rejects. */
export function post(request: {
  readonly url: string
  readonly contentType: string
  readonly body: Buffer
  readonly answerWithinMs: number
  /** Cuts the line. */
  readonly signal: AbortSignal
}): Promise<Posted> {
  const { url, contentType, body, answerWithinMs, signal } = request
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'nothing', reason: 'network down' })
    const sent = http.request(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: { 'content-type': contentType, 'content-length': body.length, connection: 'close' },
    })
    const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), answerWithinMs)
    const end = (posted: Posted) => {
      clearTimeout(timer)
      resolve(posted)
    }
    const fail = (error: Error & { code?: string }) =>
      end({ kind: 'nothing', reason: signal.aborted ? 'network down' : (error.code ?? error.message) })
    sent.on('error', fail)
    sent.on('response', (response) => {
      const parts: Buffer[] = []
      let length = 0
      response.on('data', (part: Buffer) => {
        length += part.length
        if (length > largestAnswer) sent.destroy(new Error('the answer is longer than 1 MiB'))
        else parts.push(part)
      })
      response.on('error', fail)
      response.on('end', () =>
        end({
          kind: 'answer',
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          body: Buffer.concat(parts),
        }),
      )
    })
    sent.end(body)
  })
}
