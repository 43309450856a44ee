import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerCall, type Reply } from './api.ts'
import type { Control } from './control.ts'
import type { Fault } from './faults.ts'
import { authorise, exchangeCode } from './oauth.ts'
import { shownCall, shownOauth } from './shown.ts'
import { isPurse, payInWallet, purses, sheetOf } from './wallet.ts'
import type { Works } from './works.ts'

export type Serving = { readonly works: Works; readonly control: Control }

type Exchange = {
  readonly request: http.IncomingMessage
  readonly response: http.ServerResponse
  readonly url: URL
  readonly body: Buffer
}

/** Listens; resolves with the port once it does. */
export async function listen(
  serving: Serving,
  port: number,
  host: string,
): Promise<{ server: http.Server; port: number }> {
  const server = http.createServer((request, response) => {
    handle(serving, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return // the caller went away in the middle of the request
      // What nobody planned for: seen by whoever runs the simulator, and by the caller as an outage.
      console.error('wechatpay simulator:', error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return { server, port: (server.address() as AddressInfo).port }
}

const largestBody = 1024 * 1024

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > largestBody) throw new RangeError('the body is larger than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function handle(serving: Serving, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  if (request.url?.startsWith('/v3/')) return api(serving, request, response)
  const url = URL.parse(request.url ?? '/', 'http://wechatpay.simulator')
  if (!url) return sendJson(response, 400, { error: 'the address cannot be read' })
  const route = routes[url.pathname]
  const act = route?.[request.method ?? '']
  // The phone's page and the street's page live at other origins.
  const shared = url.pathname.startsWith('/wallet/') || url.pathname.startsWith('/control')
  if (shared) allowAnyOrigin(response)
  if (shared && request.method === 'OPTIONS') return void response.writeHead(204).end()
  if (!route) return sendJson(response, 404, { error: `there is nothing at ${url.pathname}` })
  if (!act) return sendJson(response, 405, { error: `${url.pathname} answers ${Object.keys(route).join(', ')}` })
  try {
    await act(serving, { request, response, url, body: await readBody(request) })
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error
    sendJson(response, 400, { error: error.message })
  }
}

function allowAnyOrigin(response: http.ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE')
  response.setHeader('access-control-allow-headers', 'content-type, x-wallet-user')
  response.setHeader('access-control-allow-private-network', 'true')
}

function sendJson(response: http.ServerResponse, status: number, value: unknown): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }
  response.writeHead(status, headers).end(JSON.stringify(value))
}

async function api({ works }: Serving, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request
  const knock = { method, url, headers, body: await readBody(request) }
  const reply = await answerCall(works, knock)
  const { title, detail } = shownCall(knock, reply)
  works.tell({ at: works.clock.now(), wire: 'wechatpay', from: 'lanepay', to: 'wechatpay', title, detail })
  if (reply.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, reply.waitMs))
  sendReply(response, reply)
}

function sendReply(response: http.ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.body)
  if (reply.cut && bytes.length === 0) return void response.destroy()
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(reply.status === 204 ? {} : { 'Content-Length': bytes.length }),
  })
  if (!reply.cut) return void response.end(bytes)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}

/** One cookie's value, or undefined. */
function cookie(request: http.IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key = '', ...rest] = part.trim().split('=')
    if (key === name) return decodeURIComponent(rest.join('='))
  }
  return undefined
}

/** Whose phone this is. */
const driverOf = ({ request, url }: Exchange): string =>
  [request.headers['x-wallet-user']].flat()[0] ||
  url.searchParams.get('x-wallet-user') ||
  cookie(request, 'wallet_user') ||
  'driver-1'

function oauthPage({ works }: Serving, exchange: Exchange): void {
  const now = works.clock.now()
  const { url, response } = exchange
  const done = authorise(works, { query: url.searchParams, user: driverOf(exchange), now })
  const seen = { at: now, wire: 'wechatpay', from: 'driver', to: 'wechatpay' } as const
  if ('location' in done) {
    works.tell({ ...seen, title: 'OAuth → back to the page with a code', detail: { scope: 'snsapi_base' } })
    response.writeHead(302, { location: done.location, 'cache-control': 'no-store' }).end()
    return
  }
  works.tell({ ...seen, title: `OAuth → ${done.wrong}` })
  response
    .writeHead(400, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(`<!doctype html><meta name="viewport" content="width=device-width"><title>微信</title><p>${done.wrong}</p>`)
}

function oauthToken({ works }: Serving, { url, response }: Exchange): void {
  const now = works.clock.now()
  const said = exchangeCode(works, url.searchParams, now)
  works.tell({
    at: now,
    wire: 'wechatpay',
    from: 'lanepay',
    to: 'wechatpay',
    title: `GET /sns/oauth2/access_token  → ${said.errcode ?? 'openid'}`,
    detail: { answer: shownOauth(said) },
  })
  // The real side calls its JSON text/plain.
  response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(said))
}

function tellWallet({ works }: Serving, title: string, detail: unknown): void {
  works.tell({ at: works.clock.now(), wire: 'wallet', from: 'driver', to: 'wechatpay', title, detail })
}

/** A JSON object. @throws RangeError or SyntaxError when it is none. */
function readObject(body: Buffer): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(body.toString('utf8'))
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new RangeError('the body is an object')
  return value as Readonly<Record<string, unknown>>
}

/** @throws RangeError naming the field when it is no text. */
function textOf(value: Readonly<Record<string, unknown>>, name: string): string {
  const text = value[name]
  if (typeof text !== 'string' || text === '') throw new RangeError(`${name} is a text that is not empty`)
  return text
}

const tradeNumberIn = (body: Buffer): string => textOf(readObject(body), 'tradeNumber')

type Act = (serving: Serving, exchange: Exchange) => void | Promise<void>
const routes: Readonly<Record<string, Readonly<Record<string, Act>>>> = {
  '/connect/oauth2/authorize': { GET: oauthPage },
  '/sns/oauth2/access_token': { GET: oauthToken },
  '/wallet/sheet': {
    GET({ works }, { response, url }) {
      const sheet = sheetOf(works, url.searchParams.get('prepay_id') ?? '', works.clock.now())
      sendJson(response, sheet ? 200 : 404, sheet ?? { error: 'there is no such prepay_id' })
    },
  },
  '/wallet/pay': {
    POST(serving, { response, body }) {
      const ask = readObject(body)
      const { from = 'balance' } = ask
      if (!isPurse(from)) throw new RangeError(`from is one of ${purses.join(', ')}`)
      const said = payInWallet(serving.works, { params: ask.params, user: textOf(ask, 'user'), from })
      tellWallet(serving, `pay in the wallet  → ${said.result === 'ok' ? 'ok' : said.reason}`, said)
      sendJson(response, 200, said)
    },
  },
  '/wallet/cancel': {
    POST(serving, { response, body }) {
      textOf(readObject(body), 'user')
      tellWallet(serving, 'sheet closed by the driver  → cancel', {})
      sendJson(response, 200, { result: 'cancel' })
    },
  },
  '/control': {
    GET({ control }, { response }) {
      sendJson(response, 200, {
        orders: control.orders(),
        faults: control.faults(),
        notifications: control.notifications().map(({ notice, ...rest }) => ({ ...rest, eventType: notice.eventType })),
      })
    },
  },
  '/control/faults': {
    POST({ control }, { response, body }) {
      control.fault({ times: 1, ...readObject(body) } as Fault)
      sendJson(response, 200, { faults: control.faults() })
    },
    DELETE({ control }, { response }) {
      control.clearFaults()
      sendJson(response, 200, { faults: control.faults() })
    },
  },
  '/control/pay': {
    POST: ({ control }, { response, body }) => sendJson(response, 200, control.pay(tradeNumberIn(body))),
  },
  '/control/pay-after-close': {
    POST: ({ control }, { response, body }) => sendJson(response, 200, control.payAfterClose(tradeNumberIn(body))),
  },
  '/control/renotify': {
    async POST({ control }, { response, body }) {
      sendJson(response, 200, { answer: await control.renotify(tradeNumberIn(body)) })
    },
  },
  '/control/probe': {
    async POST({ control }, { response, body }) {
      sendJson(response, 200, { answer: await control.probe(tradeNumberIn(body)) })
    },
  },
}
