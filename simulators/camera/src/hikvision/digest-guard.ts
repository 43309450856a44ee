import { createHash, randomBytes } from 'node:crypto'
import type http from 'node:http'

export type GuardOptions = {
  readonly user: string
  readonly password: string
  /** Default MD5. */
  readonly algorithm?: 'MD5' | 'SHA-256'
  /** After so many uses a nonce is stale. Default 50. */
  readonly usesPerNonce?: number
}
/** Let in, or sent away with a challenge. `broken` names a rule that no client breaks, whoever it is. */
export type Guarded =
  | { readonly isIn: true }
  | { readonly isIn: false; readonly challenge: string; readonly broken: { field: string; rule: string } | null }

const realm = 'IP Camera(C2310)'

/** The device's side of digest authentication (RFC 7616): a nonce's counter only goes up, the address is the one asked for. */
export class DigestGuard {
  readonly #user: string
  readonly #algorithm: 'MD5' | 'SHA-256'
  readonly #usesPerNonce: number
  readonly #nonces = new Map<string, { last: number; uses: number }>()
  password: string

  constructor({ user, password, algorithm = 'MD5', usesPerNonce = 50 }: GuardOptions) {
    this.#user = user
    this.password = password
    this.#algorithm = algorithm
    this.#usesPerNonce = usesPerNonce
  }

  check(request: Pick<http.IncomingMessage, 'headers' | 'method' | 'url'>): Guarded {
    const { authorization } = request.headers
    if (authorization === undefined) return this.#sentAway(false)
    const said = new Map(
      [...authorization.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)].map(
        ([, name, quoted, bare]) => [name!, quoted?.replace(/\\(.)/g, '$1') ?? bare!] as const,
      ),
    )
    const broken = this.#brokenBy(authorization, said, request)
    if (broken) return { ...this.#sentAway(false), broken }
    const nonce = said.get('nonce')!
    const known = this.#nonces.get(nonce)
    const isRight = said.get('username') === this.#user && said.get('response') === this.#response(said, request)
    if (!known || !isRight) return this.#sentAway(isRight)
    const count = Number.parseInt(said.get('nc')!, 16)
    if (count <= known.last) return { ...this.#sentAway(false), broken: { field: 'nc', rule: 'goes up with each use' } }
    known.last = count
    known.uses += 1
    if (known.uses >= this.#usesPerNonce) this.#nonces.delete(nonce)
    return { isIn: true }
  }

  #brokenBy(header: string, said: ReadonlyMap<string, string>, { url }: Pick<http.IncomingMessage, 'url'>) {
    if (!/^Digest /.test(header)) return { field: 'authorization', rule: 'is Digest' }
    if (said.get('realm') !== realm) return { field: 'realm', rule: 'is that of the challenge' }
    if (said.get('uri') !== url) return { field: 'uri', rule: 'is the one asked for' }
    if (said.get('qop') !== 'auth') return { field: 'qop', rule: 'is auth' }
    if ((said.get('algorithm') ?? 'MD5') !== this.#algorithm)
      return { field: 'algorithm', rule: 'is that of the challenge' }
    if (!/^[0-9a-f]{8}$/.test(said.get('nc') ?? '')) return { field: 'nc', rule: 'is eight hexadecimal digits' }
    if (!said.get('cnonce')) return { field: 'cnonce', rule: 'is there' }
    return null
  }

  #response(said: ReadonlyMap<string, string>, { method, url }: Pick<http.IncomingMessage, 'method' | 'url'>): string {
    const of = (text: string) =>
      createHash(this.#algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex')
    const [who, what] = [of(`${this.#user}:${realm}:${this.password}`), of(`${method}:${url}`)]
    return of([who, said.get('nonce'), said.get('nc'), said.get('cnonce'), 'auth', what].join(':'))
  }

  #sentAway(stale: boolean): Extract<Guarded, { isIn: false }> {
    const nonce = randomBytes(16).toString('hex')
    this.#nonces.set(nonce, { last: 0, uses: 0 })
    const challenge = `Digest qop="auth", realm="${realm}", nonce="${nonce}", algorithm=${this.#algorithm}, stale=${stale ? 'TRUE' : 'FALSE'}`
    return { isIn: false, challenge, broken: null }
  }
}
