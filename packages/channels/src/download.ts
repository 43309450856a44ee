import type { IncomingHttpHeaders } from 'node:http'
import { Agent } from 'undici'

export type DownloadCall = {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Until the answer begins, and then between any two pieces of it: a large file may take as long as it needs. */
  readonly idleTimeoutMs: number
}
/** The body is read while it comes. Reading throws `BrokenDownload` when it ends early; whoever stops closes it. */
export type Download =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly body: AsyncIterable<Uint8Array>
    }
  | { readonly kind: 'no-answer'; readonly reason: string }

/** The other side went away, or said nothing more, in the middle of a file. */
export class BrokenDownload extends Error {}

// Apart from the connections of the calls: nobody at a gate waits behind a file.
const connections = new Agent({ pipelining: 1, connect: { timeout: 30_000 }, keepAliveTimeout: 5_000 })

/** Fetches a file of any size: no redirects, nothing held in memory but the piece that was just read. */
export async function download(call: DownloadCall): Promise<Download> {
  const { origin, pathname, search } = new URL(call.url)
  const waited = new AbortController()
  const timer = setTimeout(() => waited.abort(new Error('answer timeout')), call.idleTimeoutMs)
  try {
    const { statusCode, headers, body } = await connections.request({
      origin,
      path: pathname + search,
      method: 'GET',
      headers: call.headers ?? null,
      signal: waited.signal,
      headersTimeout: 0,
      bodyTimeout: call.idleTimeoutMs,
    })
    return { kind: 'answer', status: statusCode, headers, body: pieces(body) }
  } catch (error) {
    return { kind: 'no-answer', reason: reasonOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

async function* pieces(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await source.next().catch((error: unknown) => {
        throw new BrokenDownload(reasonOf(error))
      })
      if (done) return
      yield value
    }
  } finally {
    await source.return?.() // a file that is given up in the middle gives its connection up
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
