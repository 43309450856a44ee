import type http from 'node:http'

/* Reading requests and answering them, for everything that is not the signed API. */

export type Exchange = {
  readonly request: http.IncomingMessage
  readonly response: http.ServerResponse
  readonly url: URL
  readonly body: Buffer
}

const largestBody = 1024 * 1024

/** The whole body. @throws RangeError when it is larger than 1 MiB, or than told. */
export async function readBody(request: http.IncomingMessage, largest = largestBody): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > largest) throw new RangeError(`the body is larger than ${largest} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A JSON object. @throws RangeError or SyntaxError when it is none. */
export function readObject(body: Buffer): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(body.toString('utf8'))
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new RangeError('the body is an object')
  return value as Readonly<Record<string, unknown>>
}

/** A text of an object that must have it. @throws RangeError naming the field. */
export function textOf(value: Readonly<Record<string, unknown>>, name: string): string {
  const text = value[name]
  if (typeof text !== 'string' || text === '') throw new RangeError(`${name} is a text that is not empty`)
  return text
}

/** One cookie's value, or undefined. @throws URIError when it is badly encoded. */
function cookie(request: http.IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key = '', ...rest] = part.trim().split('=')
    if (key === name) return decodeURIComponent(rest.join('='))
  }
  return undefined
}

/** Whose phone this is. */
export const driverOf = ({ request, url }: Pick<Exchange, 'request' | 'url'>): string =>
  [request.headers['x-wallet-user']].flat()[0] ||
  url.searchParams.get('x-wallet-user') ||
  cookie(request, 'wallet_user') ||
  'driver-1'

/** What went wrong because the caller wrote it wrongly. */
export const isCallersFault = (error: unknown): error is Error =>
  error instanceof RangeError || error instanceof SyntaxError || error instanceof URIError

export function sendJson(response: http.ServerResponse, status: number, value: unknown): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }
  response.writeHead(status, headers).end(JSON.stringify(value))
}
