import type http from 'node:http'
import { join } from 'node:path'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Told } from '../feed.ts'
import { keep, readKept } from '../keep.ts'
import { readBody } from '../read-body.ts'
import { phoneScript, type Wallet } from './browser.ts'
import { cookieHeader, emptyJar, type Jar, keepCookies } from './jar.ts'
import { type Phone, phoneName, type WalletName } from './phone.ts'
import { headersForFrame, pathOnPhone, type Sites, type Target, targetOf, withScript } from './rewrite.ts'

export const scriptPath = '/~street/phone.js'

export type Phones = {
  /** Answers what this phone asks of the cloud or of its wallet. */
  serve(phone: Phone, request: http.IncomingMessage, response: http.ServerResponse): Promise<void>
  /** The phone as new: it is known to nobody. */
  forget(phone: Phone): void
}

/** The phones of all drivers: each request goes on to the real site as that wallet's browser, with the phone's cookies. */
export function phones(options: {
  readonly sites: Sites
  readonly wallets: Readonly<Partial<Record<WalletName, Wallet>>>
  readonly clock: Clock
  readonly dir: string | null
  readonly tell: (message: Told) => void
}): Phones {
  const { sites, wallets, clock, tell } = options
  const file = options.dir === null ? null : join(options.dir, 'phones.json')
  const jars = new Map<string, Jar>(Object.entries((file === null ? null : readKept<Record<string, Jar>>(file)) ?? {}))
  const save = () => {
    if (file !== null) keep(file, Object.fromEntries(jars))
  }
  const publicOrigin = new URL(sites.cloudAlso[0] ?? sites.cloud).origin

  /** What the phone's request becomes on its way. */
  function headersOnward(phone: Phone, wallet: Wallet, target: Target, request: http.IncomingMessage): Headers {
    const headers = new Headers({ 'user-agent': wallet.userAgent, 'accept-encoding': 'identity' })
    for (const name of ['accept', 'accept-language', 'content-type', 'if-none-match']) {
      const value = request.headers[name]
      if (typeof value === 'string') headers.set(name, value)
    }
    const own = target.site === 'cloud' ? publicOrigin : new URL(target.url).origin
    if (request.headers.origin !== undefined) headers.set('origin', own)
    const cookies = cookieHeader(jars.get(phoneName(phone)) ?? emptyJar, target, clock.now())
    if (cookies !== null) headers.set('cookie', cookies)
    if (target.site !== 'cloud') headers.set('x-wallet-user', phone.driver)
    return headers
  }

  async function serve(phone: Phone, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const wallet = wallets[phone.wallet]
    if (!wallet) return void response.writeHead(404).end()
    const { method = 'GET', url: path = '/' } = request
    if (path.split('?')[0] === scriptPath) {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' })
      return void response.end(phoneScript(phone, wallet))
    }
    const target = targetOf(path, sites)
    const body = method === 'GET' || method === 'HEAD' ? undefined : await readBody(request, 1024 * 1024)
    const asked = { phone, method, target, body }
    let answer: Response
    let said: Buffer<ArrayBuffer>
    try {
      answer = await fetch(target.url, {
        method,
        headers: headersOnward(phone, wallet, target, request),
        redirect: 'manual',
        signal: AbortSignal.timeout(60_000),
        ...(body && body.length > 0 ? { body } : {}),
      })
      said = Buffer.from(await answer.arrayBuffer())
    } catch {
      // The site is away: what the phone would see, and what the wire shows.
      tellOf(asked, null, null)
      response.writeHead(502, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      return void response.end(withScript(noConnection, scriptPath))
    }
    const setCookies = answer.headers.getSetCookie()
    if (setCookies.length > 0) {
      const name = phoneName(phone)
      const where = { site: target.site, path: target.path.split('?')[0]! }
      jars.set(name, keepCookies(jars.get(name) ?? emptyJar, setCookies, where, clock.now()))
      save()
    }
    const headers = headersForFrame(answer.headers)
    const location = answer.headers.get('location')
    if (location !== null) headers.location = pathOnPhone(location, target.url, sites) ?? location
    const type = answer.headers.get('content-type') ?? ''
    tellOf(asked, answer, type.includes('json') ? said : null)
    const isPage = type.startsWith('text/html')
    response.writeHead(answer.status, headers)
    response.end(isPage ? withScript(said.toString('utf8'), scriptPath) : said)
  }

  /** Pages and calls are news; scripts, styles and pictures are not. The wallets tell of their own wires themselves. */
  function tellOf(
    { phone, method, target, body }: { phone: Phone; method: string; target: Target; body: Buffer | undefined },
    answer: Response | null,
    said: Buffer | null,
  ): void {
    if (target.site !== 'cloud') return
    const type = answer?.headers.get('content-type') ?? 'text/html'
    const redirected = answer !== null && answer.status >= 300 && answer.status < 400 && answer.status !== 304
    if (!redirected && !/html|json/.test(type)) return
    const location = answer?.headers.get('location')
    tell({
      at: clock.now(),
      wire: 'driver',
      from: phoneName(phone),
      to: 'lanepay',
      title: `${method} ${shortPath(target.path)}  → ${answer?.status ?? 'no answer'}`,
      detail: {
        address: target.path,
        ...(body && body.length > 0 ? { asked: jsonOr(body) } : {}),
        ...(location ? { location } : {}),
        ...(said ? { answered: jsonOr(said) } : {}),
      },
    })
  }

  return {
    serve,
    forget(phone) {
      jars.delete(phoneName(phone))
      save()
    },
  }
}

/** Tokens and numbers in an address are long and say nothing to a reader. */
const shortPath = (path: string): string =>
  path
    .split('?')[0]!
    .split('/')
    .map((part) => (part.length > 16 ? `${part.slice(0, 5)}…${part.slice(-3)}` : part))
    .join('/')

function jsonOr(body: Buffer): unknown {
  const text = body.toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const noConnection = `<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>无法打开网页</title>
<body style="font:16px/1.6 sans-serif;padding:25vh 24px;text-align:center;color:#333"><p>无法打开网页</p>
<p style="font-size:13px;color:#666">The cloud does not answer.</p>`
