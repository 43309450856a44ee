import type { IncomingHttpHeaders } from 'node:http'
import { Agent, type Dispatcher } from 'undici'

export type ClientCertificate = { readonly cert: string; readonly key: string }

export type HttpCall = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Who we are to a server that asks for a certificate, as PEM. */
  readonly certificate?: ClientCertificate
  readonly connectTimeoutMs: number
  /** For the whole call, connecting included. */
  readonly answerTimeoutMs: number
}
/** `not-sent`: it certainly never reached the other side. `no-answer`: it may have; the outcome is unknown. */
export type HttpAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly body: Buffer
    }
  | { readonly kind: 'not-sent' | 'no-answer'; readonly reason: string }

const largestAnswer = 4 * 1024 * 1024
// Both limits are each call's own and kept below; a connection that nobody waits for any more is given up too. One request at a time on a connection: what goes wrong with one must not
// touch another. An idle connection is dropped before the other side would, so that few requests meet a closing one.
const connectionsWith = (certificate: ClientCertificate | undefined) =>
  new Agent({
    pipelining: 1,
    connect: { timeout: 30_000, ...certificate },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 20_000,
  })
const anonymous = connectionsWith(undefined)
// A connection that has shown a certificate serves only calls that show the same. There are a handful of accounts.
const byCertificate = new WeakMap<ClientCertificate, Agent>()

function connectionsFor(certificate: ClientCertificate | undefined): Agent {
  if (!certificate) return anonymous
  const known = byCertificate.get(certificate) ?? connectionsWith(certificate)
  byCertificate.set(certificate, known)
  return known
}

/** The one HTTP client of the channels: kept-alive connections, both time limits, no redirects, never throws. */
export function httpCall(call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const { origin, pathname, search } = new URL(call.url)
    let connected: Dispatcher.DispatchController | undefined
    let settled = false
    let status = 0
    let headers: IncomingHttpHeaders = {}
    let length = 0
    const chunks: Buffer[] = []
    const settle = (answer: HttpAnswer) => {
      if (settled) return
      settled = true
      clearTimeout(connectTimer)
      clearTimeout(answerTimer)
      resolve(answer)
    }
    const giveUp = (reason: string) => {
      settle({ kind: connected ? 'no-answer' : 'not-sent', reason })
      connected?.abort(new Error(reason))
    }
    const connectTimer = setTimeout(() => !connected && giveUp('connect timeout'), call.connectTimeoutMs)
    const answerTimer = setTimeout(() => giveUp('answer timeout'), call.answerTimeoutMs)
    connectionsFor(call.certificate).dispatch(
      {
        origin,
        path: pathname + search,
        method: call.method,
        headers: call.headers ?? null,
        body: call.body ?? null,
      },
      {
        // There is a connection and nothing is written yet: what was given up meanwhile is never sent.
        onRequestStart(controller) {
          if (settled) controller.abort(new Error('given up before it was sent'))
          else connected = controller
        },
        onResponseStart(_controller, statusCode, head) {
          status = statusCode
          headers = head
        },
        onResponseData(_controller, chunk) {
          length += chunk.length
          if (length > largestAnswer) giveUp('answer too large')
          else chunks.push(chunk)
        },
        onResponseEnd: () => settle({ kind: 'answer', status, headers, body: Buffer.concat(chunks) }),
        onResponseError: (_controller, error: NodeJS.ErrnoException) => giveUp(error.code ?? error.message),
      },
    )
  })
}
