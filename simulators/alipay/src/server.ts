import http from 'node:http'
import { fen } from '@lanepay/domain/money.ts'
import { listening } from '@lanepay/simulator-wire/listening.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import type { Account } from './account.ts'
import { downloadBill } from './bill-methods.ts'
import { enterCashier, errorPage, openCashier, payInCashier } from './cashier.ts'
import { showPayCode } from './code-pay.ts'
import type { Control } from './control.ts'
import type { Fault } from './faults.ts'
import { answerCall, check, type Reply } from './gateway.ts'
import { authorise } from './identity.ts'
import type { Keyring } from './keyring.ts'
import type { Works } from './money.ts'
import { payCodeLivesMs } from './orders.ts'
import { Refused } from './refusal.ts'
import { cookie, gatewayParams, type Params, readBody } from './request.ts'
import { type Purse, payInWallet, purses, sheetOf } from './wallet.ts'
import { confirmZft, fileIn } from './zft.ts'

export type Serving = {
  readonly works: Works
  readonly account: () => Account
  readonly keys: () => Keyring
  readonly control: Control
  readonly tell: Tell
}

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
      console.error('alipay simulator:', error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  server.keepAliveTimeout = 60_000
  return { server, port: await listening(server, port, host) }
}

async function handle(serving: Serving, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://alipay.simulator')
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
    if (!(error instanceof RangeError || error instanceof SyntaxError || error instanceof URIError)) throw error
    sendJson(response, 400, { error: error.message })
  }
}

function allowAnyOrigin(response: http.ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE')
  response.setHeader('access-control-allow-headers', 'content-type, x-wallet-user')
  response.setHeader('access-control-allow-private-network', 'true')
}

const send = (response: http.ServerResponse, status: number, type: string, body: string): void =>
  void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
const sendJson = (response: http.ServerResponse, status: number, value: unknown): void =>
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(value))
const sendPage = (response: http.ServerResponse, status: number, html: string): void =>
  send(response, status, 'text/html; charset=utf-8', html)

/** Whose phone this is. */
const driverOf = ({ request, url }: Exchange): string =>
  [request.headers['x-wallet-user']].flat()[0] ||
  url.searchParams.get('x-wallet-user') ||
  cookie(request, 'wallet_user') ||
  'driver-1'

const pageMethods = new Set(['alipay.trade.wap.pay'])

async function gateway(serving: Serving, exchange: Exchange): Promise<void> {
  const { request, response, body } = exchange
  const { works } = serving
  let params: Params
  try {
    params = gatewayParams({ url: request.url ?? '', contentType: request.headers['content-type'] ?? '', body })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return sendJson(response, 200, { error_response: error.refusal })
  }
  if (pageMethods.has(params.method ?? '')) return cashierPage(serving, exchange, params)
  if (request.method === 'GET') return sendJson(response, 405, { error: 'GET is for pages; an API call is a POST' })
  const file = fileIn(request.headers['content-type'] ?? '', body)
  const reply = await answerCall(works, serving.account(), serving.keys(), params, file)
  tellCall(serving, params, reply)
  if (reply.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, reply.waitMs).unref())
  sendReply(response, reply)
}

function sendReply(response: http.ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.body)
  response.writeHead(reply.status, {
    'content-type': 'text/html;charset=utf-8',
    'content-length': bytes.length,
    trace_id: reply.traceId,
  })
  if (!reply.cut) return void response.end(bytes)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}

function cashierPage(serving: Serving, exchange: Exchange, params: Params): void {
  const { works, tell } = serving
  const seen = { at: works.clock.now(), wire: 'alipay', from: 'driver', to: 'alipay' } as const
  try {
    const checked = check(works, serving.account(), serving.keys(), params)
    const { html, said } = openCashier(works, checked, params, driverOf(exchange))
    tell({ ...seen, title: `${params.method}  → cashier`, detail: { request: shownParams(params), answer: said } })
    sendPage(exchange.response, 200, html)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { refusal } = error
    tell({
      ...seen,
      title: `${params.method}  → ${refusal.sub_code}`,
      detail: { request: shownParams(params), answer: refusal },
    })
    sendPage(exchange.response, 200, errorPage(`${refusal.sub_code} ${refusal.sub_msg}`))
  }
}

const secrets = new Set(['sign', 'app_auth_token', 'auth_token', 'code', 'refresh_token', 'access_token'])
const hidden = (values: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, names.has(name) ? '…' : value]))

/** A pay code can be used by whoever reads along; a payee's card is nobody's business. */
const bizSecrets = new Set([
  ...[
    'auth_code',
    'payee_info',
    'legal_name',
    'legal_cert_no',
    'contact_infos',
    'biz_cards',
    'binding_alipay_logon_id',
  ],
  'default_settle_rule',
])

function shownParams(params: Params): Record<string, unknown> {
  const { biz_content: biz, ...rest } = hidden(params, secrets)
  if (typeof biz !== 'string') return rest
  try {
    return { ...rest, biz_content: hidden(JSON.parse(biz) as Readonly<Record<string, unknown>>, bizSecrets) }
  } catch {
    return { ...rest, biz_content: biz }
  }
}

/** In an answer `code` is the result, not an authorisation code. */
const answerSecrets = new Set(['access_token', 'refresh_token', 'alipay_cert_content', 'bill_download_url'])

function tellCall({ works, tell }: Serving, params: Params, reply: Reply): void {
  const request = shownParams(params)
  const biz = (request.biz_content ?? {}) as Readonly<Record<string, unknown>>
  const amount = biz.total_amount ?? biz.refund_amount
  const said = reply.said.sub_code ?? reply.said.trade_status ?? reply.said.code ?? reply.status
  tell({
    at: works.clock.now(),
    wire: 'alipay',
    from: 'lanepay',
    to: 'alipay',
    title: `${params.method}${amount === undefined ? '' : `  ¥${amount}`}  → ${said}`,
    detail: { request, answer: hidden(reply.said, answerSecrets), status: reply.status },
  })
}

function billDownload({ works, tell }: Serving, { response, url }: Exchange): void {
  const bytes = downloadBill(works, url.searchParams.get('token') ?? '')
  const at = works.clock.now()
  tell({
    at,
    wire: 'alipay',
    from: 'lanepay',
    to: 'alipay',
    title: `bill  → ${bytes ? `${bytes.length} bytes` : 'gone'}`,
  })
  if (bytes) response.writeHead(200, { 'content-type': 'application/zip', 'content-length': bytes.length }).end(bytes)
  else sendPage(response, 403, errorPage('下载链接已失效'))
}

function authorisePage({ works, account, tell }: Serving, exchange: Exchange): void {
  const appIds = [account().appId, account().operator.appId]
  const done = authorise(works, { query: exchange.url.searchParams, appIds, user: driverOf(exchange) })
  const seen = { at: works.clock.now(), wire: 'alipay', from: 'driver', to: 'alipay' } as const
  if ('wrong' in done) {
    tell({ ...seen, title: `authorise → ${done.wrong}` })
    sendPage(exchange.response, 400, errorPage(done.wrong))
    return
  }
  tell({
    ...seen,
    title: 'authorise → back to the page with a code',
    detail: { scope: exchange.url.searchParams.get('scope') },
  })
  exchange.response.writeHead(302, { location: done.location, 'cache-control': 'no-store' }).end()
}

/** A JSON object with these texts. @throws RangeError naming the field that is not one. */
function readTexts<Name extends string>(body: Buffer, names: readonly Name[]): Record<Name, string> {
  const value = JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>> | null
  const texts = names.map((name) => {
    const text = value?.[name]
    if (typeof text !== 'string' || text === '') throw new RangeError(`${name} is a text that is not empty`)
    return [name, text]
  })
  return Object.fromEntries(texts) as Record<Name, string>
}

/** What is paid with: the balance, unless told. @throws RangeError for what is no purse. */
function purseIn(body: Buffer): Purse {
  const { from = 'balance' } = JSON.parse(body.toString('utf8')) as { readonly from?: unknown }
  const purse = purses.find((one) => one === from)
  if (!purse) throw new RangeError(`from is one of ${purses.join(', ')}`)
  return purse
}

function tellWallet({ works, tell }: Serving, title: string, detail: unknown): void {
  tell({ at: works.clock.now(), wire: 'wallet', from: 'driver', to: 'alipay', title, detail })
}

type Act = (serving: Serving, exchange: Exchange) => void | Promise<void>
const routes: Readonly<Record<string, Readonly<Record<string, Act>>>> = {
  '/gateway.do': { GET: gateway, POST: gateway },
  '/oauth2/publicAppAuthorize.htm': { GET: authorisePage },
  '/bill/download.htm': { GET: billDownload },
  '/zft/sign': {
    GET: (_serving, { response }) =>
      sendPage(
        response,
        200,
        '<!doctype html><title>支付宝</title><form method="post"><button>同意并确认</button></form>',
      ),
    POST({ works }, { response, url }) {
      confirmZft(works, url.searchParams.get('token') ?? '')
      sendPage(response, 200, '<!doctype html><title>支付宝</title><p>已确认</p>')
    },
  },
  '/wallet/sheet': {
    GET({ works }, { response, url }) {
      const sheet = sheetOf(works, url.searchParams.get('trade_no') ?? '')
      sendJson(response, sheet ? 200 : 404, sheet ?? { error: 'there is no such trade' })
    },
  },
  '/wallet/pay': {
    POST(serving, { response, body }) {
      const ask = readTexts(body, ['tradeNo', 'user'])
      const said = payInWallet(serving.works, { ...ask, from: purseIn(body) })
      tellWallet(serving, `pay in the wallet  → ${said.result}`, { tradeNo: ask.tradeNo, ...said })
      sendJson(response, 200, said)
    },
  },
  '/wallet/pay-code': {
    GET({ works }, exchange) {
      const user = driverOf(exchange)
      sendJson(exchange.response, 200, { code: showPayCode(works, user), goodForMs: payCodeLivesMs })
    },
  },
  // What a wallet asks the password for after its code was read; paid at /wallet/pay.
  '/wallet/asked': {
    GET({ works }, exchange) {
      const asked = works.book.asking(driverOf(exchange), works.clock.now())
      sendJson(exchange.response, 200, { sheet: asked ? sheetOf(works, asked.tradeNo) : null })
    },
  },
  '/wallet/cancel': {
    POST(serving, { response, body }) {
      const { tradeNo } = readTexts(body, ['tradeNo'])
      tellWallet(serving, 'sheet closed by the driver  → 6001', { tradeNo })
      sendJson(response, 200, { result: '6001' })
    },
  },
  '/cashier/pay': {
    async POST(serving, { response, body }) {
      const ask = readTexts(body, ['visit', 'user'])
      const said = await payInCashier(serving.works, serving.account(), serving.keys(), {
        ...ask,
        from: purseIn(body),
      })
      tellWallet(serving, `pay in the cashier  → ${said.result}`, { result: said.result, reason: said.reason })
      sendJson(response, 200, said)
    },
  },
  '/cashier/enter': {
    POST({ works }, { response, body }) {
      const ask = readTexts(body, ['visit', 'user'])
      sendJson(response, 200, enterCashier(works, ask))
    },
  },
  '/control': {
    GET({ control }, { response }) {
      sendJson(response, 200, {
        faults: control.faults(),
        trades: control.trades(),
        notifications: control.notifications(),
      })
    },
  },
  '/control/faults': {
    POST({ control }, { response, body }) {
      const value: unknown = JSON.parse(body.toString('utf8'))
      if (typeof value !== 'object' || value === null) throw new RangeError('a fault is {kind, times?, ms?, method?}')
      control.fault({ times: 1, ...value } as Fault)
      sendJson(response, 200, { faults: control.faults() })
    },
    DELETE({ control }, { response }) {
      control.clearFaults()
      sendJson(response, 200, { faults: [] })
    },
  },
  '/control/pay': {
    POST: ({ control }, { response, body }) =>
      sendJson(response, 200, control.pay(readTexts(body, ['outTradeNo']).outTradeNo)),
  },
  '/control/pay-after-close': {
    POST: ({ control }, { response, body }) =>
      sendJson(response, 200, control.payAfterClose(readTexts(body, ['outTradeNo']).outTradeNo)),
  },
  '/control/person': {
    POST: ({ control }, { response, body }) =>
      sendJson(response, 200, control.personOf(readTexts(body, ['loginName', 'name']))),
  },
  '/control/deposit': {
    POST({ control }, { response, body }) {
      const { pid } = readTexts(body, ['pid'])
      const { amountFen } = JSON.parse(body.toString('utf8')) as { readonly amountFen?: unknown }
      if (typeof amountFen !== 'number') throw new RangeError('amountFen is a number')
      control.deposit(pid, fen(amountFen))
      sendJson(response, 200, control.balance(pid))
    },
  },
  '/control/daily-settlement': {
    POST({ control }, { response, body }) {
      const { on } = JSON.parse(body.toString('utf8')) as { readonly on?: unknown }
      if (typeof on !== 'boolean') throw new RangeError('on is true or false')
      control.setDailySettlement(on)
      sendJson(response, 200, { on })
    },
  },
  '/control/forge': {
    async POST({ control }, { response, body }) {
      sendJson(response, 200, { answer: await control.forge(readTexts(body, ['outTradeNo']).outTradeNo) })
    },
  },
  '/control/resend': {
    async POST({ control }, { response, body }) {
      sendJson(response, 200, { answer: await control.resend(readTexts(body, ['id']).id) })
    },
  },
  '/control/rotate-certificate': {
    async POST({ control }, { response }) {
      await control.rotateCertificate()
      sendJson(response, 200, {})
    },
  },
  '/control/renotify': {
    async POST({ control }, { response, body }) {
      sendJson(response, 200, { answer: await control.renotify(readTexts(body, ['outTradeNo']).outTradeNo) })
    },
  },
}
