import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { Compile } from 'typebox/compile'
import type { NewEvent, Opening } from '../disk/store.ts'
import type { Lot } from '../lot.ts'
import type { KiosksHeard } from './heard.ts'
import { answerSignature, askSignature, isSame } from './sign.ts'
import { greet, hearPurchase, type KioskPlan, quote } from './turns.ts'
import { type KioskAnswer, KioskAsk, type Refused, statusOf } from './wire.ts'

const mostBytes = 16 * 1024
const header = 'x-lanepay-signature'
const isAsk = Compile(KioskAsk)
const roundMs = 5_000

export type KioskDoor = { readonly url: string; close(): Promise<void> }

/**
 * Where the kiosks of a lot say what they do (wire.ts). Off without kiosks, and where its port is taken: then the log says what to
 * do, and the lot goes on without them. Null: off. What is not answered, as on a full disk, the kiosk says again.
 */
export async function startKioskDoor(options: {
  readonly lot: Lot
  readonly heard: KiosksHeard
  readonly clock: Clock
  readonly log: Log
  /** One turn; what it logged goes up. */
  readonly turn: <T>(act: () => T) => T
  /** The gate hears of a new order now. */
  readonly ring: (opening: Opening) => void
  /** News of how kiosks are. */
  readonly devices: (events: readonly NewEvent[]) => void
}): Promise<KioskDoor | null> {
  const { lot, heard, clock, log } = options
  const { kiosks, kioskPort, cameraHost } = lot.plan
  if (kiosks === undefined || kioskPort === undefined) return null

  const tell = (events: readonly NewEvent[]) => {
    if (events.length > 0) options.devices(events)
  }
  const answer = (kiosk: KioskPlan, asked: KioskAsk): KioskAnswer => {
    const now = clock.now()
    if ('till' in asked) tell(heard.said(kiosk.id, asked, now))
    else tell(heard.spoke(kiosk.id, now))
    if (asked.kind === 'hello') return greet(lot, kiosk, now)
    if (asked.kind === 'quote') return quote(lot, asked, now)
    const { answer, opening } = options.turn(() => hearPurchase(lot, kiosk, asked, now))
    if (opening) options.ring(opening)
    return answer
  }

  const hear = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const say = (said: KioskAnswer, sign: (body: string) => string | null = () => null) => {
      const body = JSON.stringify(said)
      const signature = sign(body)
      if (!said.ok) log('warn', 'kiosk-refused', { code: said.code, field: said.field, path: request.url ?? '' })
      response.writeHead(said.ok ? 200 : statusOf[said.code], {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        ...(signature === null ? {} : { [header]: signature }),
        ...(request.complete ? {} : { connection: 'close' }),
      })
      response.end(body)
    }
    const refuse = (code: Refused['code'], field: string, rule: string) => say({ ok: false, code, field, rule })
    const path = /^\/kiosk\/([1-9]\d?)$/.exec(URL.parse(request.url ?? '/', 'http://lot')?.pathname ?? '')
    const kiosk = kiosks.find(({ id }) => id === Number(path?.[1]))
    if (!kiosk) return refuse('kiosk-unknown', 'path', '/kiosk/ID of a kiosk of this lot')
    if (request.method !== 'POST') return refuse('wrong-method', 'method', 'POST')
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length
      if (bytes > mostBytes) return refuse('too-large', 'body', `at most ${mostBytes} bytes`)
      parts.push(part)
    }
    const body = Buffer.concat(parts).toString('utf8')
    const signature = String(request.headers[header] ?? '')
    if (!isSame(signature, askSignature(kiosk.secret, kiosk.id, body)))
      return refuse('wrong-secret', header, 'signed with the secret of this kiosk in the plan')
    const signed = (answer: string) => answerSignature(kiosk.secret, signature, answer)
    const asked = parsed(body)
    if (!isAsk.Check(asked)) {
      const field = [...isAsk.Errors(asked)][0]?.instancePath ?? ''
      return say({ ok: false, code: 'bad-request', field: field || 'body', rule: 'as docs/installers.md says' }, signed)
    }
    say(answer(kiosk, asked), signed)
  }

  const server = http.createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    hear(request, response).catch((error: Error) => {
      if (request.destroyed && !request.complete) return // the kiosk went away in the middle: it says it again
      log('error', 'kiosk-failed', { message: error.message })
      if (response.headersSent) return void response.destroy()
      const body = JSON.stringify({ ok: false, code: 'failed', field: 'body', rule: 'not your mistake; say it again' })
      response.writeHead(statusOf.failed, { 'content-type': 'application/json; charset=utf-8' })
      response.end(body)
    })
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(kioskPort, cameraHost, resolve)
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    log('error', 'kiosks-off', { todo: `${message}: name another kioskPort in the plan` })
    return null
  }
  const rounds = setInterval(() => tell(heard.round(clock.now())), roundMs)
  const url = `http://${cameraHost.includes(':') ? `[${cameraHost}]` : cameraHost}:${(server.address() as AddressInfo).port}`
  log('info', 'kiosks-on', { url })
  return {
    url,
    close: async () => {
      clearInterval(rounds)
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null // no ask
  }
}
