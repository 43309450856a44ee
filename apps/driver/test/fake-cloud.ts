import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import {
  type CashChangeErrorCode,
  type ChangeTake,
  type ChangeView,
  cashChangeErrorCodes,
} from '@lanepay/cloud/cash-change/api.ts'
import {
  type CodeView,
  type DriverErrorCode,
  driverErrorCodes,
  type EnterView,
  type ErrorView,
  type LotView,
  type PaymentView,
  type PayView,
  type QuoteView,
  type Where,
} from '@lanepay/cloud/driver/api.ts'
import {
  type CardQuoteView,
  type CardsView,
  type RenewalErrorCode,
  renewalErrorCodes,
} from '@lanepay/cloud/renewal/api.ts'
import type { BuiltDriverPage } from '../src/build.ts'

type Code = DriverErrorCode | RenewalErrorCode | CashChangeErrorCode
const statusOf = (code: Code): number => ({ ...driverErrorCodes, ...renewalErrorCodes, ...cashChangeErrorCodes })[code]

/** The API says no. */
export class No {
  readonly code: Code
  readonly where: Where | null
  /** The lot's own words. */
  readonly said: string | undefined
  /** Plates inside that are like the one asked for. */
  readonly similar: readonly string[] | undefined
  constructor(code: Code, where: Where | null = null, said?: string, similar?: readonly string[]) {
    this.said = said
    this.similar = similar
    this.code = code
    this.where = where
  }
}
type Says<View> = (asked: {
  plate?: string
  phoneEnd?: string
  quote?: string
  payment: string
  urgent: boolean
  nth: number
}) => View | No

/** What this cloud answers; a test sets what it is about. */
export type Script = {
  code: Says<CodeView>
  lot: Says<LotView>
  quote: Says<QuoteView>
  pay: Says<PayView>
  payment: Says<PaymentView>
  enter: Says<EnterView>
  cards: Says<CardsView>
  'card-quote': Says<CardQuoteView>
  change: Says<ChangeView>
  'take-change': Says<ChangeTake>
}
type Door = keyof Script | 'help' | 'who'

export type FakeCloud = Awaited<ReturnType<typeof fakeCloud>>

/** The HTTP contract of api.ts, answered by a script and nothing behind it. Serves the built page as the real one does. */
export async function fakeCloud(page: BuiltDriverPage) {
  let script: Partial<Script> = {}
  let heard: { door: Door; body: Record<string, string> }[] = []
  let held: Promise<void> | null = null

  const json = (reply: ServerResponse, status: number, body: object) => {
    const packed = gzipSync(JSON.stringify(body))
    reply.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'no-store',
    })
    reply.end(packed)
  }
  const refuse = (reply: ServerResponse, code: Code, no: Partial<No> = {}) => {
    const { where, said, similar } = no
    const about = { ...(where ? { where } : {}), ...(said ? { said } : {}), ...(similar ? { similar } : {}) }
    const view: ErrorView = { error: { code, message: code, ...about } }
    json(reply, statusOf(code), view)
  }
  const answer = async (request: IncomingMessage, reply: ServerResponse) => {
    const url = new URL(request.url!, 'http://fake')
    const asset = page.assets.find(({ path }) => path === url.pathname)
    if (/^\/g\/[^/]+\/who$/.test(url.pathname)) {
      heard.push({ door: 'who', body: {} })
      return reply.writeHead(302, { location: url.pathname.slice(0, -'/who'.length) }).end()
    }
    if (asset || /^\/[pg]\//.test(url.pathname)) {
      reply.writeHead(200, {
        'content-type': asset?.contentType ?? 'text/html; charset=utf-8',
        'content-encoding': 'gzip',
        'cache-control': asset ? 'public, max-age=31536000, immutable' : 'no-store',
      })
      const cards = url.pathname.endsWith('/card') ? page.cards : page.html
      return reply.end(gzipSync(asset?.body ?? (url.pathname.startsWith('/g/') ? page.change : cards)))
    }
    const parts =
      /^\/api\/driver\/(?:codes\/[^/]+(?:\/(lot|quote|pay|enter|cards|card-quote))?|payments\/(\d+)(\/help)?|(change)\/[^/]+)$/.exec(
        url.pathname,
      )
    if (!parts) return refuse(reply, 'bad-request')
    const [, ofCode = 'code', payment, help, change] = parts
    const ofChange = request.method === 'POST' ? 'take-change' : 'change'
    const door = (help ? 'help' : payment ? 'payment' : change ? ofChange : ofCode) as keyof Script | 'help'
    const body = request.method === 'POST' ? await bodyOf(request) : {}
    heard.push({ door, body })
    if (held !== null) await held
    if (door === 'help') return json(reply, 200, { ok: true })
    const nth = heard.filter((one) => one.door === door).length
    // A story that says nothing of the line to the lot says what it said with the code.
    const says = door === 'lot' ? (script.lot ?? script.code) : script[door]
    if (!says) return refuse(reply, 'internal')
    const view = says({ ...body, payment: payment ?? '', urgent: url.searchParams.has('ask'), nth })
    return view instanceof No ? refuse(reply, view.code, view) : json(reply, 200, view)
  }
  const server = createServer((request, reply) => {
    void answer(request, reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Begins a new story. */
    tells(next: Partial<Script>) {
      script = next
      heard = []
      held = null
    },
    /** Changes a part of the story that runs. */
    nowTells(next: Partial<Script>) {
      script = { ...script, ...next }
    },
    /** Answers nothing until the returned function is called. */
    holds(): () => void {
      let free = () => {}
      held = new Promise<void>((resolve) => {
        free = resolve
      })
      return () => {
        held = null
        free()
      }
    },
    timesAsked: (door: Door) => heard.filter((one) => one.door === door).length,
    lastAsked: (door: Door) => heard.findLast((one) => one.door === door)?.body,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = ''
  for await (const part of request) text += String(part)
  return JSON.parse(text) as Record<string, string>
}
