import http from 'node:http'
import { DigestLogin } from './digest.ts'
import type { Obeyed, ProbeFault } from './lane-device.ts'
import { LoginPause } from './login-pause.ts'

/** What one request may ask for. */
export type Asking = { readonly method: 'GET' | 'PUT' | 'POST'; readonly path: string; readonly xml?: string }
export type Answer = { readonly kind: 'answer'; readonly status: number; readonly body: Buffer }
export type Stream = { readonly kind: 'stream'; readonly response: http.IncomingMessage }
export type NoAnswer = {
  /**
   * `unreached`: it certainly was not done. `unsure`: it went out and no word came back. `wrong-login`: the device refused the
   * login, and did nothing.
   */
  readonly kind: 'unreached' | 'unsure' | 'wrong-login'
  /** For a person; never the login. */
  readonly because: string
}

export type HttpOptions = {
  /** As in `http://192.168.1.64`, with port where it is not 80. */
  readonly url: string
  readonly user: string
  readonly password: string
  /** How long the device may take to answer. Default 3 s. */
  readonly answerWithinMs?: number
  /** How long a refused login is left alone; shared by all that log in to this device. Left out, one of its own. */
  readonly loginPause?: LoginPause
}

const wrongLogin: NoAnswer = { kind: 'wrong-login', because: 'the login was refused' }
const mostAnswer = 4 * 1024 * 1024

/**
 * Requests with digest authentication (lot-devices.md 2.8, 2.9). Each has a connection of its own: on one that is kept, a request
 * that meets its end looks as if it might have been obeyed. A request is repeated only where the device itself refused the
 * login that it carried; a refused login is left alone for a while.
 */
export class DigestHttp {
  readonly #base: URL
  readonly #answerWithinMs: number
  readonly #login: DigestLogin
  readonly #pause: LoginPause
  readonly #open = new Set<http.ClientRequest>()
  #isClosed = false

  /** @throws RangeError when the address is no http address. */
  constructor({ url, user, password, answerWithinMs = 3_000, loginPause = new LoginPause() }: HttpOptions) {
    const base = URL.parse(url)
    if (base?.protocol !== 'http:') throw new RangeError('url is an http address')
    this.#base = base
    this.#answerWithinMs = answerWithinMs
    this.#login = new DigestLogin(user, password)
    this.#pause = loginPause
  }

  /** The whole answer, whatever its status but 401. Never rejects. */
  async ask(asking: Asking): Promise<Answer | NoAnswer> {
    return this.#loggedIn(asking, async (opened) => {
      if (opened.kind !== 'stream') return opened
      const body = await this.#whole(opened.response)
      const status = opened.response.statusCode ?? 0
      return body ? { kind: 'answer', status, body } : { kind: 'unsure', because: 'the answer broke off' }
    })
  }

  /** An answer that has no end. Never rejects. */
  stream(path: string): Promise<Stream | NoAnswer> {
    return this.#loggedIn({ method: 'GET', path }, async (opened) => {
      if (opened.kind !== 'stream' || opened.response.statusCode === 200) return opened
      opened.response.destroy()
      return { kind: 'unreached', because: `status ${opened.response.statusCode}` }
    })
  }

  /** Drops what is under way; nothing is sent any more. */
  close(): void {
    this.#isClosed = true
    for (const request of this.#open) request.destroy(new Error('closed'))
  }

  async #loggedIn<T>(asking: Asking, take: (opened: Stream | NoAnswer) => Promise<T>): Promise<T | NoAnswer> {
    const ended = await this.#pause.begin()
    if (!ended) return wrongLogin
    const turn = this.#login.begin()
    for (let attempt = 1; ; attempt += 1) {
      const opened = await this.#send(asking, turn.authorization(asking.method, this.#uri(asking.path)))
      if (opened.kind !== 'stream' || opened.response.statusCode !== 401) {
        if (opened.kind === 'stream') turn.over()
        ended(opened.kind === 'stream' ? 'met' : 'unknown')
        return take(opened)
      }
      opened.response.destroy()
      const next = turn.challenged(opened.response.headersDistinct['www-authenticate'] ?? [])
      // The first may have been sent without a nonce, or with an old one: devices seldom say that it is stale.
      if (next && attempt < 3 && (attempt === 1 || next.stale)) continue
      // Stale again and again: the password was right.
      ended(next && !next.stale ? 'refused' : 'unknown')
      return next ? wrongLogin : { kind: 'wrong-login', because: 'no digest login is asked for' }
    }
  }

  #uri(path: string): string {
    return `${this.#base.pathname.replace(/\/$/, '')}${path}`
  }

  /** Resolves with the head of the answer; its body is still to come. */
  #send({ method, path, xml }: Asking, authorization: string | null): Promise<Stream | NoAnswer> {
    if (this.#isClosed) return Promise.resolve({ kind: 'unreached', because: 'closed' })
    return new Promise((resolve) => {
      let isConnected = false
      const body = xml === undefined ? null : Buffer.from(xml)
      const request = http.request(this.#base, {
        method,
        path: this.#uri(path),
        agent: false,
        headers: {
          connection: 'close',
          ...(authorization === null ? {} : { authorization }),
          ...(body ? { 'content-type': 'application/xml; charset="UTF-8"', 'content-length': body.length } : {}),
        },
      })
      this.#open.add(request)
      const timer = setTimeout(() => request.destroy(new Error('no answer in time')), this.#answerWithinMs)
      request.on('close', () => this.#open.delete(request))
      request.on('socket', (socket) =>
        socket.on('connect', () => {
          socket.setNoDelay(true)
          isConnected = true
        }),
      )
      request.on('response', (response) => {
        clearTimeout(timer)
        resolve({ kind: 'stream', response })
      })
      request.on('error', (error: Error & { code?: string }) => {
        clearTimeout(timer)
        resolve({ kind: isConnected ? 'unsure' : 'unreached', because: error.code ?? error.message })
      })
      request.end(body ?? undefined)
    })
  }

  /** Null when it broke off, was too long or too late. */
  async #whole(response: http.IncomingMessage): Promise<Buffer | null> {
    const timer = setTimeout(() => response.destroy(new Error('no answer in time')), this.#answerWithinMs)
    const parts: Buffer[] = []
    let length = 0
    try {
      for await (const part of response as AsyncIterable<Buffer>) {
        length += part.length
        if (length > mostAnswer) return null
        parts.push(part)
      }
      return Buffer.concat(parts)
    } catch {
      // Whatever ended it, the caller is told that it ended.
      return null
    } finally {
      clearTimeout(timer)
    }
  }
}

/** What became of an order: the device refuses with 4xx and does nothing; after 5xx nobody knows. */
export function obeyedBy(status: number): Obeyed {
  if (status >= 200 && status < 300) return 'told'
  return status >= 400 && status < 500 ? 'unreached' : 'unsure'
}

/** What an installer is told when the device did not answer as it should. */
export function probeFault(answer: Answer | NoAnswer): ProbeFault {
  switch (answer.kind) {
    case 'answer':
      return { code: 'not-this-device', because: `status ${answer.status}` }
    case 'wrong-login':
      return { code: 'wrong-login', because: answer.because }
    case 'unreached':
      return { code: 'unreachable', because: answer.because }
    case 'unsure':
      return { code: 'no-answer', because: answer.because }
  }
}
