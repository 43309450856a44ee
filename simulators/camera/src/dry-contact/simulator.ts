import { timingSafeEqual } from 'node:crypto'
import type http from 'node:http'
import type { Network } from '../face.ts'
import { DigestGuard } from '../hikvision/digest-guard.ts'
import { bodyOf, Plug } from '../hikvision/plug.ts'
import { must, Refused } from '../refused.ts'

export type RelayOptions = {
  /** Default 0: one that is free. */
  readonly port?: number
  /** What closes the contact, exactly; anything else does nothing. */
  readonly call: {
    readonly method: string
    /** Path and query. */
    readonly path: string
    readonly headers?: Readonly<{ [name: string]: string }>
    readonly body?: string
  }
  /** What it answers when the contact was closed. Default 200. */
  readonly status?: number
  /** Whom it lets in. Default everybody. */
  readonly login?: {
    readonly scheme: 'basic' | 'digest'
    readonly user: string
    readonly password: string
    readonly algorithm?: 'MD5' | 'SHA-256'
    readonly usesPerNonce?: number
  }
  /** The contact was closed. */
  readonly pulsed?: () => void
}

export type RelaySimulator = {
  readonly url: string
  pulses(): number
  /** Calls that got as far as the relay, whatever became of them. */
  calls(): number
  /** The next call closes the contact, and its answer is lost. */
  loseNextAnswer(): void
  /** The next call finds the relay out of order: 503, and nothing is done. */
  failNext(): void
  changePassword(): void
  setNetwork(network: Network): void
  refusals(): readonly { readonly field: string; readonly rule: string }[]
  close(): Promise<void>
}

/** A relay that is called by HTTP and closes its contact once for each call that is exactly as it should be (lot-devices.md 3). */
export async function startRelaySimulator(options: RelayOptions): Promise<RelaySimulator> {
  const { call, login, status = 200 } = options
  const guard = login?.scheme === 'digest' ? new DigestGuard(login) : null
  let password = login?.password ?? ''
  let pulses = 0
  let calls = 0
  let isAnswerLost = false
  let isOutOfOrder = false
  let refusals: readonly { readonly field: string; readonly rule: string }[] = []

  /** The challenge that sends a caller away; null for one that is let in. */
  const challengeFor = (request: http.IncomingMessage): string | null => {
    if (!login) return null
    if (guard) {
      const guarded = guard.check(request)
      if (guarded.isIn) return null
      if (guarded.broken) refusals = [...refusals, guarded.broken]
      return guarded.challenge
    }
    const expected = Buffer.from(`Basic ${Buffer.from(`${login.user}:${password}`).toString('base64')}`)
    const given = Buffer.from(request.headers.authorization ?? '')
    return given.length === expected.length && timingSafeEqual(given, expected) ? null : 'Basic realm="relay"'
  }

  const take = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    const challenge = challengeFor(request)
    if (challenge !== null) return void response.writeHead(401, { 'www-authenticate': challenge }).end()
    if (request.method === 'GET' && request.url === '/') return void response.writeHead(200).end('relay')
    calls += 1
    if (isOutOfOrder) {
      isOutOfOrder = false
      return void response.writeHead(503).end()
    }
    try {
      mustBe(call, request, body)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refusals = [...refusals, { field: error.field, rule: error.rule }]
      return void response.writeHead(400).end()
    }
    pulses += 1
    options.pulsed?.()
    if (!isAnswerLost) return void response.writeHead(status).end()
    isAnswerLost = false
    response.destroy()
  }
  const plug = new Plug(options.port ?? 0, (request, response) => void take(request, response))
  await plug.plugIn()

  return {
    url: `http://127.0.0.1:${plug.port}`,
    pulses: () => pulses,
    calls: () => calls,
    loseNextAnswer: () => {
      isAnswerLost = true
    },
    failNext: () => {
      isOutOfOrder = true
    },
    changePassword() {
      password = `${password}-another`
      if (guard) guard.password = password
    },
    setNetwork: (network) => {
      plug.network = network
    },
    refusals: () => refusals,
    close: async () => plug.close(),
  }
}

/** @throws Refused */
function mustBe(
  { method, path, headers = {}, body = '' }: RelayOptions['call'],
  asked: http.IncomingMessage,
  said: string | null,
): void {
  must(asked.method === method, 'method', `is ${method}`)
  must(asked.url === path, 'path', `is ${path}`)
  for (const [name, value] of Object.entries(headers)) must(asked.headers[name] === value, name, `is ${value}`)
  must(said === body, 'body', 'is the one that was agreed on')
}
