import { err, type Result } from '@lanepay/domain/result.ts'
import type { LotError } from './lot-system.ts'

/** What an adapter answers where the token of a call does not stand (any more): nothing was done. */
export const loggedOut = { kind: 'refused', because: 'logged-out' } as const satisfies LotError
const isLoggedOut = <O>(read: Result<O, LotError>): boolean =>
  !read.ok && read.error.kind === 'refused' && read.error.because === loggedOut.because

/** Whatever keeps a system's tokens, by `key`: the one that was got last, or is being got. */
export type Tokens = Pick<Map<number, Promise<Result<string, LotError>>>, 'get' | 'set'>

/**
 * A call under the token that is kept. Where none is, or it does not stand, the same is asked once more under a new one, which calls at the
 * same time get together: of two logins the second may end the first's token. A new one that does not stand either is a mistake of the settings.
 */
export async function loggedIn<O>(
  tokens: Tokens,
  key: number,
  login: () => Promise<Result<string, LotError>>,
  call: (token: string) => Promise<Result<O, LotError>>,
): Promise<Result<O, LotError>> {
  const kept = tokens.get(key)
  // Whoever asked for it has heard that it failed.
  const old = await kept?.catch(() => null)
  const first = old?.ok ? await call(old.value) : err(loggedOut)
  if (!isLoggedOut(first)) return first
  // Another call may have got a new one meanwhile.
  if (tokens.get(key) === kept) tokens.set(key, login())
  const token = await tokens.get(key)!
  if (!token.ok) return token
  const second = await call(token.value)
  return isLoggedOut(second)
    ? err({ kind: 'refused', because: 'unauthorised', detail: 'a new token is refused' })
    : second
}
