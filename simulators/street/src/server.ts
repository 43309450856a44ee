import http from 'node:http'
import type { Result } from '@lanepay/domain/result.ts'
import QRCode from 'qrcode'
import type { ActError } from './act.ts'
import type { StreetPage } from './page.ts'
import { type Phone, phoneAt, phoneCalled } from './phone/phone.ts'
import type { Phones } from './phone/proxy.ts'
import { readBody } from './read-body.ts'
import type { PayCodeView, StreetLayout } from './view.ts'

/*
 *   GET  /                       the page
 *   GET  /street/layout          -> StreetLayout                                          of ?lot=connected, else the hosted one
 *   GET  /street/events          server-sent: `state` StreetView, `wire` KeptMessage      likewise
 *   POST /street/act             Act -> {} or {error: {code, message}}                    likewise
 *   GET  /street/codes/:id.svg   a printed code as a picture
 *   GET  /street/pay-code/:name -> PayCodeView, a fresh one of that phone's wallet
 *   GET  /street/phone/:name     this origin is that phone from here on (where `<name>.localhost` leads nowhere)
 *   <phone>.localhost            everything: the phone's own origin
 */
export type Serving = {
  readonly page: StreetPage
  readonly lots: readonly ServedLot[]
  readonly drivers: readonly string[]
  readonly phones: Phones
  readonly payCode: (phone: Phone) => Promise<PayCodeView>
}
export type ServedLot = {
  readonly layout: StreetLayout
  readonly watch: (response: http.ServerResponse, after: number) => void
  readonly act: (unchecked: unknown) => Promise<Result<null, ActError>>
}

const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self' http://*.localhost:* https://*.localhost:*",
  "connect-src 'self' http://*.localhost:*",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export function streetServer(serving: Serving): http.Server {
  return http.createServer((request, response) => {
    handle(serving, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return // the viewer went away in the middle of the request
      if (error instanceof RangeError || error instanceof SyntaxError) return sendError(response, 400, error.message)
      console.error('street:', error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
}

async function handle(serving: Serving, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://street')
  if (!url) return sendError(response, 400, 'the address cannot be read')
  const own = phoneAt(request.headers.host, serving.drivers)
  if (own) return toPhone(serving, own, url, request, response)
  const file = serving.page.get(url.pathname)
  if (file) return sendPage(response, file)
  if (url.pathname.startsWith('/street/')) return street(serving, url, request, response)
  const lent = phoneCalled(lentTo(request), serving.drivers)
  if (lent) return toPhone(serving, lent, url, request, response)
  sendError(response, 404, `there is nothing at ${url.pathname}`)
}

/** The page asks this of a phone's host name to find out whether its browser finds it. */
const knock = '/~street/knock'

async function toPhone(
  { phones }: Serving,
  phone: Phone,
  url: URL,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  if (url.pathname === knock) return void response.writeHead(204, { 'access-control-allow-origin': '*' }).end()
  return phones.serve(phone, request, response)
}

async function street(
  serving: Serving,
  { pathname, searchParams }: URL,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { lots, drivers } = serving
  const lot = lots.find(({ layout }) => layout.kind === (searchParams.get('lot') ?? 'hosted'))
  if (!lot) return sendError(response, 404, 'there is no such lot')
  const [, what = '', name = ''] = pathname.split('/').slice(1)
  if (pathname === '/street/act') {
    if (request.method !== 'POST') return sendError(response, 405, 'POST an act')
    // A page elsewhere cannot send this type without asking first, and is not answered.
    if (!request.headers['content-type']?.startsWith('application/json'))
      return sendError(response, 415, 'an act is application/json')
    const done = await lot.act(JSON.parse((await readBody(request, 16 * 1024)).toString('utf8')))
    return sendJson(response, done.ok ? 200 : 409, done.ok ? {} : { error: done.error })
  }
  if (request.method !== 'GET') return sendError(response, 405, 'only GET')
  if (pathname === '/street/layout') return sendJson(response, 200, lot.layout)
  if (pathname === '/street/events')
    return lot.watch(response, Number(request.headers['last-event-id'] ?? searchParams.get('after') ?? 0) || 0)
  if (what === 'codes') {
    const code = lots.flatMap(({ layout }) => layout.codes).find(({ id }) => `${id}.svg` === name)
    if (!code) return sendError(response, 404, 'there is no such code')
    const picture = await QRCode.toString(code.url, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 })
    return void response.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'no-cache' }).end(picture)
  }
  const holder = what === 'pay-code' ? phoneCalled(name, drivers) : null
  if (holder) return sendJson(response, 200, await serving.payCode(holder))
  if (what === 'phone' && phoneCalled(name, drivers)) {
    const to = searchParams.get('to') ?? '/'
    if (!/^\/(?![/\\])/.test(to)) return sendError(response, 400, 'to: a path')
    const headers = { 'set-cookie': `street_phone=${name}; Path=/; SameSite=Lax; HttpOnly`, location: to }
    return void response.writeHead(302, { ...headers, 'cache-control': 'no-store' }).end()
  }
  sendError(response, 404, `there is nothing at ${pathname}`)
}

/** The phone this origin stands for, where phones have no origins of their own. */
const lentTo = (request: http.IncomingMessage): string =>
  /(?:^|;\s*)street_phone=([a-z0-9-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''

function sendPage(
  response: http.ServerResponse,
  { contentType, body }: { contentType: string; body: string | Uint8Array },
): void {
  const headers = { 'content-type': contentType, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }
  response.writeHead(
    200,
    contentType.startsWith('text/html') ? { ...headers, 'content-security-policy': pagePolicy } : headers,
  )
  response.end(body)
}

function sendJson(response: http.ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(JSON.stringify(value))
}
const sendError = (response: http.ServerResponse, status: number, message: string): void =>
  sendJson(response, status, { error: { code: 'bad-request', message } })
