/*
 * The cookies of one phone. They live on the street's server: inside a frame of another site a browser would keep none.
 * `Secure`, `HttpOnly` and `SameSite` ask for nothing here: no script sees the jar, and there is one top page.
 */

export type Cookie = {
  /** The site that set it: cookies never go to another. */
  readonly site: string
  readonly name: string
  readonly value: string
  readonly path: string
  /** ms since 1970; null lasts as long as the jar. */
  readonly expiresAt: number | null
}
export type Jar = readonly Cookie[]
export const emptyJar: Jar = []

export type Where = { readonly site: string; readonly path: string }

/** The jar after an answer's `Set-Cookie` headers (RFC 6265 5.2, 5.3). A cookie set anew replaces, one that is over goes. */
export function keepCookies(jar: Jar, setCookies: readonly string[], { site, path }: Where, now: number): Jar {
  let kept = [...jar]
  for (const line of setCookies) {
    const cookie = readSetCookie(line, site, path, now)
    if (!cookie) continue
    kept = kept.filter((one) => one.site !== site || one.name !== cookie.name || one.path !== cookie.path)
    kept.push(cookie)
  }
  return kept.filter((cookie) => isAlive(cookie, now))
}

/** The `Cookie` header for a request, longest path first; null when there is nothing to send. */
export function cookieHeader(jar: Jar, { site, path }: Where, now: number): string | null {
  const sent = jar
    .filter((cookie) => cookie.site === site && isAlive(cookie, now) && isUnder(path, cookie.path))
    .sort((a, b) => b.path.length - a.path.length)
  return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join('; ')
}

const isAlive = ({ expiresAt }: Cookie, now: number): boolean => expiresAt === null || expiresAt > now
const isUnder = (path: string, folder: string): boolean =>
  path === folder || (path.startsWith(folder) && (folder.endsWith('/') || path[folder.length] === '/'))

function readSetCookie(line: string, site: string, requestPath: string, now: number): Cookie | null {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const name = pair.slice(0, at).trim()
  if (at < 0 || name === '') return null
  const given = new Map(
    attributes.map((attribute): [string, string] => {
      const [key = '', ...rest] = attribute.split('=')
      return [key.trim().toLowerCase(), rest.join('=').trim()]
    }),
  )
  const path = given.get('path')
  return {
    site,
    name,
    value: pair.slice(at + 1).trim(),
    path: path?.startsWith('/') ? path : folderOf(requestPath),
    expiresAt: expiry(given, now),
  }
}

/** The default path of a cookie: the request's up to its last slash (RFC 6265 5.1.4). */
function folderOf(path: string): string {
  const last = path.lastIndexOf('/')
  return last <= 0 ? '/' : path.slice(0, last)
}

/** `Max-Age` wins over `Expires`; what cannot be read counts as not said. */
function expiry(given: ReadonlyMap<string, string>, now: number): number | null {
  const maxAge = given.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0 ? now : now + Number(maxAge) * 1000
  const date = Date.parse(given.get('expires') ?? '')
  return Number.isNaN(date) ? null : date
}
