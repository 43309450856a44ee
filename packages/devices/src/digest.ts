import { createHash, randomBytes } from 'node:crypto'

/*
 * HTTP digest authentication from the client's side (RFC 7616): MD5 and SHA-256, with quality of protection `auth`. Devices
 * give one nonce for many requests and call it stale when they have had enough of it.
 */

export type Challenge = {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | null
  readonly algorithm: 'MD5' | 'SHA-256'
  readonly stale: boolean
}
export type Answering = {
  readonly user: string
  readonly password: string
  readonly method: string
  /** Path and query, as on the request line. */
  readonly uri: string
  /** How often this nonce has been used, this time included. */
  readonly count: number
  readonly cnonce: string
}

const hashes = { MD5: 'md5', 'SHA-256': 'sha256' } as const

/** The strongest challenge of these `WWW-Authenticate` headers that can be met; null when there is none. */
export function challengeIn(headers: readonly string[]): Challenge | null {
  const met = headers.flatMap(challengesIn)
  return met.find(({ algorithm }) => algorithm === 'SHA-256') ?? met[0] ?? null
}

function challengesIn(header: string): readonly Challenge[] {
  // Several may stand in one header; each begins with the name of its scheme.
  return header.split(/(?:^|,)\s*(?=[A-Za-z]+\s+[a-z-]+\s*=)/i).flatMap((one) => {
    if (!/^digest\s/i.test(one)) return []
    const said = new Map(
      // From the first letter of a name only, or a long one would be read once for every letter.
      [...one.matchAll(/(?<![a-z])([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)].map(
        ([, name, quoted, bare]) => [name!.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare!] as const,
      ),
    )
    const [realm, nonce] = [said.get('realm'), said.get('nonce')]
    const algorithm = (said.get('algorithm') ?? 'MD5').toUpperCase()
    const isAuth = said
      .get('qop')
      ?.split(',')
      .some((qop) => qop.trim().toLowerCase() === 'auth')
    if (realm === undefined || !nonce || !isAuth || (algorithm !== 'MD5' && algorithm !== 'SHA-256')) return []
    const stale = said.get('stale')?.toLowerCase() === 'true'
    return [{ realm, nonce, opaque: said.get('opaque') ?? null, algorithm, stale }]
  })
}

/** The `Authorization` header that meets the challenge. */
export function digestAnswer(challenge: Challenge, answering: Answering): string {
  const { realm, nonce, opaque, algorithm } = challenge
  const { user, password, method, uri, cnonce } = answering
  const hash = (text: string): string => createHash(hashes[algorithm]).update(text).digest('hex')
  const count = answering.count.toString(16).padStart(8, '0')
  const secret = hash(`${user}:${realm}:${password}`)
  const response = hash(`${secret}:${nonce}:${count}:${cnonce}:auth:${hash(`${method}:${uri}`)}`)
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
  return [
    `Digest username=${quoted(user)}, realm=${quoted(realm)}, nonce=${quoted(nonce)}, uri=${quoted(uri)}`,
    `algorithm=${algorithm}, qop=auth, nc=${count}, cnonce="${cnonce}", response="${response}"`,
    ...(opaque === null ? [] : [`opaque=${quoted(opaque)}`]),
  ].join(', ')
}

/** One request under a login, from its first sending to its answer. */
export type DigestTurn = {
  /** The header to send; null where the device has not challenged anybody yet. */
  authorization(method: string, uri: string): string | null
  /** The device refused it with these challenges: what the next header has to meet. Null: none that can be met. */
  challenged(wwwAuthenticate: readonly string[]): Challenge | null
  /** It was answered: another request may go on with its nonce. */
  over(): void
}

type Met = { readonly challenge: Challenge; readonly count: number }

/**
 * One login at one device. A nonce's counter must arrive in order, and requests of their own connections do not: so none is shared
 * by two that are under way.
 */
export class DigestLogin {
  readonly #user: string
  readonly #password: string
  #idle: Met | null = null

  constructor(user: string, password: string) {
    this.#user = user
    this.#password = password
  }

  begin(): DigestTurn {
    let met = this.#idle
    this.#idle = null
    return {
      authorization: (method, uri) => {
        if (!met) return null
        met = { challenge: met.challenge, count: met.count + 1 }
        const [user, password, cnonce] = [this.#user, this.#password, randomBytes(16).toString('hex')]
        return digestAnswer(met.challenge, { user, password, method, uri, count: met.count, cnonce })
      },
      challenged: (wwwAuthenticate) => {
        const challenge = challengeIn(wwwAuthenticate)
        met = challenge && { challenge, count: 0 }
        return challenge
      },
      over: () => {
        this.#idle = met
      },
    }
  }
}
