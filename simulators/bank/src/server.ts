import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseYuan, toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { listening } from '@lanepay/simulator-wire/listening.ts'
import type { Card } from './book.ts'
import { calls, type Works } from './calls.ts'
import type { Control } from './control.ts'
import type { Fault } from './faults.ts'
import { type Fields, isObject, Refused } from './fields.ts'
import { answerText, isSigned, newKeys, requestText, signText } from './keys.ts'

export type Serving = {
  readonly works: Works
  readonly control: Control
  readonly client: { readonly id: string; readonly publicKey: string }
  readonly bankKey: string
  readonly asked: Map<string, number>
}

/** So far may the enterprise's clock be from ours; for so long a nonce is remembered. */
const clockMayDifferMs = 5 * 60_000
const largestBody = 64 * 1024

/** Listens; resolves with the port once it does. */
export async function listen(serving: Serving, port: number, host: string) {
  const nonces = new Map<string, number>()
  const server = http.createServer((request, response) => {
    handle(serving, nonces, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return // the caller went away in the middle of the request
      // What nobody planned for: seen by whoever runs the simulator, and by the caller as an outage.
      console.error('bank simulator:', error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  return { server, port: await listening(server, port, host) }
}

async function handle(
  serving: Serving,
  nonces: Map<string, number>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const path = request.url ?? '/'
  const body = await bodyOf(request)
  if (body === null) return sendJson(response, 413, { error: 'the body is too large' })
  if (path.startsWith('/control')) return controlled(serving, `${request.method} ${path}`, body, response)
  const name = path.slice('/v1/'.length)
  const call = path.startsWith('/v1/') && Object.hasOwn(calls, name) ? calls[name] : undefined
  if (!call) return sendJson(response, 404, { error: `there is nothing at ${path}` })
  if (request.method !== 'POST') return sendJson(response, 405, { error: `${path} answers POST` })
  serving.asked.set(name, (serving.asked.get(name) ?? 0) + 1)
  const stranger = whyNot(serving, nonces, path, request.headers, body)
  // Nobody who is not known gets a signed word.
  if (stranger !== null) return sendJson(response, 401, { error: stranger })
  const { faults } = serving.works
  if (faults.take('answer-5xx', name)) return sendJson(response, 502, { error: 'the bank is not there' })
  const answer = answerOf(serving.works, name, body)
  if (faults.take('answer-lost', name)) return void request.socket.destroy()
  const slow = faults.take('answer-slow', name)
  if (slow) await sleep(slow.ms ?? 5_000)
  const text = JSON.stringify(faults.take('answer-amount', name) ? aFenMore(answer) : answer)
  const nonce = header(request.headers, 'bank-nonce')
  const key = faults.take('answer-wrong-signature', name) ? newKeys().privateKey : serving.bankKey
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'bank-signature': signText(key, answerText(200, nonce, text)),
  })
  response.end(text)
}

/** Why this caller is not believed, or null. */
function whyNot(
  { works, client }: Serving,
  nonces: Map<string, number>,
  path: string,
  headers: http.IncomingHttpHeaders,
  body: string,
): string | null {
  const [id, time, nonce, signature] = ['client', 'time', 'nonce', 'signature'].map((name) =>
    header(headers, `bank-${name}`),
  ) as [string, string, string, string]
  const now = works.clock.now()
  if (id !== client.id) return 'bank-client: nobody of this name'
  if (!/^\d{13}$/.test(time) || Math.abs(Number(time) - now) > clockMayDifferMs)
    return 'bank-time: ms since 1970, within 5 minutes of now'
  if (!/^[0-9A-Za-z-]{16,64}$/.test(nonce)) return 'bank-nonce: 16 to 64 letters and digits'
  if (!isSigned(client.publicKey, requestText(path, time, nonce, body), signature))
    return 'bank-signature: is not yours over this call'
  for (const [old, at] of nonces) if (at < now - 2 * clockMayDifferMs) nonces.delete(old)
  if (nonces.has(nonce)) return 'bank-nonce: was used'
  nonces.set(nonce, now)
  return null
}

function answerOf(works: Works, name: string, body: string): Fields {
  try {
    const fields: unknown = JSON.parse(body)
    if (!isObject(fields)) throw new Refused('FIELD', 'the body: an object')
    return { code: 'OK', ...calls[name]!(works, fields) }
  } catch (error) {
    if (error instanceof SyntaxError) return { code: 'FIELD', message: 'the body: JSON' }
    if (error instanceof Refused) return { code: error.code, message: error.message }
    throw error
  }
}

function aFenMore(answer: Fields): Fields {
  const { transfers } = answer
  if (!Array.isArray(transfers)) return answer
  const more = (text: string) => {
    const amount = parseYuan(text)
    return amount.ok ? toYuan((amount.value + 1) as Fen) : text
  }
  return { ...answer, transfers: transfers.map((one) => ({ ...one, amount: more(one.amount) })) }
}

/** The same hand as `Control`, for whoever has no more than curl. */
function controlled({ control }: Serving, act: string, body: string, response: http.ServerResponse): void {
  const acts: Readonly<Record<string, (told: Fields) => unknown>> = {
    'GET /control': () => ({
      ...{ orders: control.orders(), cards: control.cards(), balanceFen: control.balanceFen() },
      faults: control.faults(),
    }),
    'POST /control/faults': (told) => control.fault({ times: 1, ...told } as Fault),
    'DELETE /control/faults': () => control.clearFaults(),
    'POST /control/cards': (told) => control.card({ closed: false, ...told } as Card),
    'POST /control/deposit': ({ amountFen }) => control.deposit(Number(amountFen)),
  }
  try {
    const does = acts[act]
    if (!does) throw new RangeError(`there is no ${act}`)
    const told: unknown = body === '' ? {} : JSON.parse(body)
    sendJson(response, 200, does(isObject(told) ? told : {}) ?? {})
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error
    sendJson(response, 400, { error: error.message })
  }
}

const header = (headers: http.IncomingHttpHeaders, name: string): string => [headers[name]].flat()[0] ?? ''
const sendJson = (response: http.ServerResponse, status: number, value: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value))

async function bodyOf(request: http.IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > largestBody) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
