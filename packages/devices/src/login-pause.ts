import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'

/** How long a refused login is left alone, the first time, the second ...; the last one from then on. */
export const usualLoginPausesMs: readonly number[] = [10_000, 60_000, 5 * 60_000, 30 * 60_000]

/** How a try of a login ended: the device took it, refused it, or did not say. */
export type LoginTried = 'met' | 'refused' | 'unknown'

/**
 * One login at one device, held back after it was refused: devices lock a user out after a few wrong passwords, and then the right
 * one is refused as well (†: no public source that lot-devices.md cites says after how many). Until it was met it is tried by one request at a time, whoever asks. It is known in
 * memory only: whoever has put the password right starts anew and is not kept waiting.
 */
export class LoginPause {
  readonly #pausesMs: readonly number[]
  readonly #clock: Clock
  readonly #elapsedMs: () => number
  #refusals = 0
  #isMet = false
  #until = 0
  #againAt: Instant | null = null
  #trial: Promise<void> | null = null

  /** @throws RangeError when there is no pause, or one that is none. */
  constructor({
    pausesMs = usualLoginPausesMs,
    clock = systemClock,
    elapsedMs = () => performance.now(),
  }: { readonly pausesMs?: readonly number[]; readonly clock?: Clock; readonly elapsedMs?: () => number } = {}) {
    if (pausesMs.length === 0 || !pausesMs.every((ms) => Number.isSafeInteger(ms) && ms > 0))
      throw new RangeError('pausesMs are whole numbers from 1')
    this.#pausesMs = pausesMs
    this.#clock = clock
    this.#elapsedMs = elapsedMs
  }

  /** When it is tried again; null: it is not held back. */
  againAt(): Instant | null {
    return this.#elapsedMs() < this.#until ? this.#againAt : null
  }

  /** The way to tell how the try ended, once; null: it is held back. */
  async begin(): Promise<((tried: LoginTried) => void) | null> {
    while (!this.#isMet && this.#trial) await this.#trial
    if (this.againAt() !== null) return null
    if (this.#isMet) return (tried) => this.#learn(tried)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#trial = promise
    return (tried) => {
      this.#learn(tried)
      this.#trial = null
      resolve()
    }
  }

  #learn(tried: LoginTried): void {
    if (tried === 'met') {
      this.#isMet = true
      this.#refusals = 0
      this.#until = 0
    }
    // Several that were under way at once were refused once.
    if (tried !== 'refused' || this.againAt() !== null) return
    this.#isMet = false
    const pauseMs = this.#pausesMs[Math.min(this.#refusals, this.#pausesMs.length - 1)]!
    this.#refusals += 1
    this.#until = this.#elapsedMs() + pauseMs
    this.#againAt = (this.#clock.now() + pauseMs) as Instant
  }
}

/** The logins of a lot: lanes that meet at one device share what it said of a login. */
export class LoginPauses {
  readonly #settings: ConstructorParameters<typeof LoginPause>[0]
  readonly #known = new Map<string, LoginPause>()

  constructor(settings: ConstructorParameters<typeof LoginPause>[0] = {}) {
    this.#settings = settings
  }

  of({ url, user, password }: { readonly url: string; readonly user: string; readonly password: string }): LoginPause {
    const login = JSON.stringify([URL.parse(url)?.host ?? url, user, password])
    const known = this.#known.get(login) ?? new LoginPause(this.#settings)
    this.#known.set(login, known)
    return known
  }
}
