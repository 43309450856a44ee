import http from 'node:http'
import https from 'node:https'
import { err, ok } from '@lanepay/domain/result.ts'
import type { LaneGate, Obeyed, ProbeFault } from '../lane-device.ts'
import { basicLogin, type ContactLogin } from './login.ts'
import { reach } from './reach.ts'

/** How one relay is called. Everything is a setting: such relays have nothing in common but the contact. */
export type DryContactOptions = {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** The address that closes the contact once, http or https. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Basic by user and password; or a login of another kind, as `DigestLogin` is one. Default none. */
  readonly login?: { readonly user: string; readonly password: string } | ContactLogin
  /** Statuses that say that the contact was closed. Default every 2xx. */
  readonly success?: readonly number[]
  /** How long the relay may take to answer. Default 3 s. */
  readonly answerWithinMs?: number
  /** An address that may be called to see whether the relay answers, and closes nothing. Without it a probe only connects. */
  readonly probeUrl?: string
}

type Called =
  | { readonly kind: 'answer'; readonly status: number; readonly challenges: readonly string[] }
  | { readonly kind: 'unreached' | 'unsure'; readonly because: string }
type Call = Pick<DryContactOptions, 'headers' | 'body'> & { readonly method: string; readonly url: URL }

/**
 * A gate that hangs on a relay (lot-devices.md 3): one call closes the opening contact once. `unsure` when the call went out and
 * no answer came, or an answer that says the relay failed; it is never repeated. What is sent again is only a call that the relay
 * refused for want of a login (401), which has closed nothing.
 *
 * @throws RangeError when an option is out of its range.
 */
export function dryContactGate(options: DryContactOptions): LaneGate {
  const url = addressOf(options.url, 'url')
  const probeUrl = options.probeUrl === undefined ? null : addressOf(options.probeUrl, 'probeUrl')
  const { method, headers, body, success, answerWithinMs = 3_000 } = options
  if (!(Number.isInteger(answerWithinMs) && answerWithinMs >= 1 && answerWithinMs <= 60_000))
    throw new RangeError('answerWithinMs is 1 to 60000')
  if (success?.includes(401)) throw new RangeError('success is never 401: that asks for a login')
  const login = loginOf(options.login)
  const under = new Set<http.ClientRequest>()
  let isClosed = false

  /** Refused, it has done nothing and may be sent again: once for a first nonce or an old one, once more for a stale one. */
  const loggedIn = async (call: Call): Promise<Called> => {
    const turn = login?.begin() ?? null
    for (let attempt = 1; ; attempt += 1) {
      if (isClosed) return { kind: 'unreached', because: 'closed' }
      const authorization = turn?.authorization(call.method, `${call.url.pathname}${call.url.search}`) ?? null
      const called = await send(call, authorization, answerWithinMs, under)
      if (called.kind !== 'answer' || called.status !== 401) {
        if (called.kind === 'answer') turn?.over()
        return called
      }
      const next = turn?.challenged(called.challenges) ?? null
      if (!next || attempt === 3 || (attempt === 2 && !next.stale)) return called
    }
  }
  const isSuccess = (status: number): boolean => success?.includes(status) ?? (status >= 200 && status < 300)

  return {
    async open(): Promise<Obeyed> {
      const called = await loggedIn({ method, url, ...(headers ? { headers } : {}), ...(body ? { body } : {}) })
      if (called.kind !== 'answer') return called.kind
      if (isSuccess(called.status)) return 'told'
      return called.status >= 400 && called.status < 500 ? 'unreached' : 'unsure'
    },
    async probe() {
      const fault = probeUrl
        ? faultIn(await loggedIn({ method: 'GET', url: probeUrl }))
        : unreachable(await reach(url, answerWithinMs))
      return fault ? err(fault) : ok({ serial: null, firmware: null, clockOffMs: null })
    },
    async close() {
      isClosed = true
      for (const request of under) request.destroy(new Error('closed'))
    },
  }
}

function addressOf(url: string, name: string): URL {
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new RangeError(`${name} is an http or https address`)
  if (parsed.username !== '' || parsed.password !== '') throw new RangeError(`${name} has no login in it`)
  return parsed
}

function loginOf(login: DryContactOptions['login']): ContactLogin | null {
  if (!login) return null
  return 'password' in login ? basicLogin(login.user, login.password) : login
}

const unreachable = (because: string | null): ProbeFault | null =>
  because === null ? null : { code: 'unreachable', because }

function faultIn(called: Called): ProbeFault | null {
  if (called.kind !== 'answer')
    return { code: called.kind === 'unreached' ? 'unreachable' : 'no-answer', because: called.because }
  if (called.status === 401 || called.status === 403) return { code: 'wrong-login', because: `status ${called.status}` }
  return called.status < 400 ? null : { code: 'not-this-device', because: `status ${called.status}` }
}

/** Each call has a connection of its own: on one that was kept, a call that meets its end looks as if it might have been obeyed. */
function send(
  { method, url, headers, body }: Call,
  authorization: string | null,
  answerWithinMs: number,
  under: Set<http.ClientRequest>,
): Promise<Called> {
  return new Promise((resolve) => {
    let isConnected = false
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method,
      agent: false,
      headers: {
        ...headers,
        connection: 'close',
        ...(authorization === null ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    })
    under.add(request)
    const timer = setTimeout(() => request.destroy(new Error('no answer in time')), answerWithinMs)
    const end = (called: Called) => {
      clearTimeout(timer)
      under.delete(request)
      resolve(called)
    }
    const connectedAt = url.protocol === 'https:' ? 'secureConnect' : 'connect'
    request.on('socket', (socket) =>
      socket.on(connectedAt, () => {
        isConnected = true
      }),
    )
    request.on('response', (response) => {
      end({
        kind: 'answer',
        status: response.statusCode ?? 0,
        challenges: response.headersDistinct['www-authenticate'] ?? [],
      })
      // What it says beside its status is nothing to us.
      response.destroy()
    })
    request.on('error', (error: Error & { code?: string }) =>
      end({ kind: isConnected ? 'unsure' : 'unreached', because: error.code ?? error.message }),
    )
    request.end(body)
  })
}
