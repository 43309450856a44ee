import http from 'node:http'
import { listening } from '@lanepay/simulator-wire/listening.ts'
import { answerCall, type Reply } from './api.ts'
import { mediaPath } from './media.ts'
import { isCallersFault, readBody, sendJson } from './request.ts'
import { routes, type Serving } from './routes.ts'
import { shownCall } from './shown.ts'
import { answerV2 } from './v2-api.ts'

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
  return { server, port: await listening(server, port, host) }
}

async function handle(serving: Serving, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  try {
    if (isApi(request.url ?? '')) await api(serving, request, response)
    else await outsideTheApi(serving, request, response)
  } catch (error) {
    if (!isCallersFault(error)) throw error
    sendJson(response, 400, { error: error.message })
  }
}

/** More than any picture may have: it is refused in WeChat Pay's own words. */
const largestUpload = 8 * 1024 * 1024

const isApi = (url: string): boolean => ['/v3/', '/pay/', '/secapi/'].some((root) => url.startsWith(root))

async function api({ works }: Serving, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request
  const knock = { method, url, headers, body: await readBody(request, url === mediaPath ? largestUpload : undefined) }
  const reply = url.startsWith('/v3/') ? await answerCall(works, knock) : answerV2(works, url, knock)
  const { title, detail } = shownCall(knock, reply)
  works.tell({ at: works.clock.now(), wire: 'wechatpay', from: 'lanepay', to: 'wechatpay', title, detail })
  if (reply.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, reply.waitMs).unref())
  sendReply(response, reply)
}

function sendReply(response: http.ServerResponse, reply: Reply): void {
  const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body
  if (reply.cut && bytes.length === 0) return void response.destroy()
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(reply.status === 204 ? {} : { 'Content-Length': bytes.length }),
  })
  if (!reply.cut) return void response.end(bytes)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}

async function outsideTheApi(
  serving: Serving,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
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
  await act(serving, { request, response, url, body: await readBody(request) })
}

function allowAnyOrigin(response: http.ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE')
  response.setHeader('access-control-allow-headers', 'content-type, x-wallet-user')
  response.setHeader('access-control-allow-private-network', 'true')
}
