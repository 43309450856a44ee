import http from 'node:http'
import https from 'node:https'

export type HttpCall = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly connectTimeoutMs: number
  /** For the whole call, connecting included. */
  readonly answerTimeoutMs: number
}
/** `not-sent`: it certainly never reached the other side. `no-answer`: it may have; the outcome is unknown. */
export type HttpAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: http.IncomingHttpHeaders
      readonly body: Buffer
    }
  | { readonly kind: 'not-sent' | 'no-answer'; readonly reason: string }

const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) }
const largestAnswer = 4 * 1024 * 1024

/** The one HTTP client of the channels: kept-alive connections, both time limits, no redirects, never throws. */
export function httpCall(call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const url = new URL(call.url)
    const secure = url.protocol === 'https:'
    let connected = false
    let settled = false
    const settle = (answer: HttpAnswer) => {
      if (settled) return
      settled = true
      clearTimeout(connectTimer)
      clearTimeout(answerTimer)
      resolve(answer)
    }
    const body = call.body === undefined ? undefined : Buffer.from(call.body as string)
    const request = (secure ? https : http).request(url, {
      method: call.method,
      headers: { ...call.headers, ...(body ? { 'content-length': String(body.length) } : {}) },
      agent: secure ? agents['https:'] : agents['http:'],
    })
    const giveUp = (reason: string) => {
      settle({ kind: connected ? 'no-answer' : 'not-sent', reason })
      request.destroy()
    }
    const connectTimer = setTimeout(() => !connected && giveUp('connect timeout'), call.connectTimeoutMs)
    const answerTimer = setTimeout(() => giveUp('answer timeout'), call.answerTimeoutMs)
    request.on('socket', (socket) => {
      const ready = () => {
        connected = true
      }
      if (!socket.connecting) ready()
      else socket.once(secure ? 'secureConnect' : 'connect', ready)
    })
    request.on('error', (error: NodeJS.ErrnoException) => giveUp(error.code ?? error.message))
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > largestAnswer) giveUp('answer too large')
        else chunks.push(chunk)
      })
      response.on('error', (error) => giveUp(error.message))
      response.on('end', () =>
        response.complete
          ? settle({
              kind: 'answer',
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            })
          : giveUp('answer cut short'),
      )
    })
    request.end(body)
  })
}
