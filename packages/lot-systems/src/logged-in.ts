import { err, type Result } from '@lanepay/domain/result.ts'
import type { LotError } from './lot-system.ts'

/** What an adapter answers where the token of a call does not stand (any more): nothing was done. */
export const loggedOut = { kind: 'refused', because: 'logged-out' } as const satisfies LotError
const isLoggedOut = <O>(read: Result<O, LotError>): boolean =>
  !read.ok && read.error.kind === 'refused' && read.error.because === loggedOut.because
/** A token that was got a moment ago does not stand: asked again when it has been left in peace. */
const tokenRefused = { kind: 'refused', because: 'busy', detail: 'token-refused' } as const satisfies LotError
export const isTokenRefused = (error: LotError): boolean =>
  error.kind === 'refused' && error.because === tokenRefused.because && error.detail === tokenRefused.detail

/** A token that was got, by whichever process. */
export type HeldToken = {
  /** Never the same for two of them. */
  readonly id: string
  readonly token: string
  /** Got a moment ago: what refuses it now is another login of the same account, which a new login of ours would end in its turn. */
  readonly isFresh: boolean
}
/** Where the token of one account is kept, for all who use that account. */
export type Tokens = {
  /** The one that was got last; null: none. */
  last(): Promise<HeldToken | null>
  /** Logs in, unless the token is no longer this one or somebody is logging in already (false). */
  renew(old: HeldToken | null, login: () => Promise<Result<string, LotError>>): Promise<Result<boolean, LotError>>
  /** Until it is worth looking again what another who is logging in has got. */
  pause(): Promise<void>
}

/** So often it is looked what another has got, before the call is left to be asked again. */
const looks = 20

/**
 * A call under the token of its account. Where none is kept, or it does not stand, the same is asked again under a new one, which one alone
 * of all who need it gets: of two logins the second may end the first's token. Where a fresh one does not stand either, others log in
 * to this account beside us: nothing is fought over, the call is `busy` and asked again when the token has been left in peace.
 */
export async function loggedIn<O>(
  tokens: Tokens,
  login: () => Promise<Result<string, LotError>>,
  call: (token: string) => Promise<Result<O, LotError>>,
): Promise<Result<O, LotError>> {
  let refused: HeldToken | null = null
  for (let look = 0; look < looks; look++) {
    const held = await tokens.last()
    if (held !== null && held.id !== refused?.id) {
      const read = await call(held.token)
      if (!isLoggedOut(read)) return read
      refused = held
      if (held.isFresh) return err(tokenRefused)
    }
    const renewed = await tokens.renew(refused, login)
    if (!renewed.ok) return renewed
    if (!renewed.value) await tokens.pause()
  }
  return err({ kind: 'refused', because: 'busy', detail: 'another is logging in' })
}
