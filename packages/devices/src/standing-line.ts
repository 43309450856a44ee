import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '@lanepay/domain/result.ts'
import type { LaneEars } from './lane-device.ts'

/** One connection from the moment it stands. */
export type Line = {
  /** Resolves when it is over, with the reason. */
  readonly over: Promise<string>
  cut(because: string): void
}

export type Pauses = {
  /** Before the second try; each further one waits twice as long. */
  readonly firstPauseMs: number
  readonly mostPauseMs: number
}
export const usualPauses: Pauses = { firstPauseMs: 250, mostPauseMs: 10_000 }

type Given<One extends Line> = Pauses & {
  /** One try; the signal ends it early. Never rejects. */
  readonly open: (signal: AbortSignal) => Promise<Result<One, string>>
  readonly link: LaneEars['link']
}

/** A line that is opened again and again, with a growing pause, until it is closed. What it stands on is `current`. */
export class StandingLine<One extends Line> {
  readonly #given: Given<One>
  readonly #closed = new AbortController()
  readonly #running: Promise<void>
  #trying = new AbortController()
  #current: One | null = null
  #told: 'up' | 'down' | null = null
  #because = 'not tried yet'
  #tried = Promise.withResolvers<void>()

  constructor(given: Given<One>) {
    this.#given = given
    this.#running = this.#run()
  }

  get current(): One | null {
    return this.#current
  }
  /** Why there is none. */
  get because(): string {
    return this.#because
  }

  /** The line, or null when the try that is under way fails or takes longer than this. */
  async settled(withinMs: number): Promise<One | null> {
    const given = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(withinMs)])
    const late = new Promise<void>((resolve) => given.addEventListener('abort', () => resolve(), { once: true }))
    if (!this.#current && !given.aborted) await Promise.race([this.#tried.promise, late])
    return this.#current
  }

  /** Drops it and tries anew at once. */
  renew(because: string): void {
    this.#current?.cut(because)
    this.#trying.abort()
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.renew('closed')
    await this.#running
  }

  async #run(): Promise<void> {
    const { firstPauseMs, mostPauseMs, open } = this.#given
    let pauseMs = firstPauseMs
    while (!this.#closed.signal.aborted) {
      this.#trying = new AbortController()
      const signal = AbortSignal.any([this.#closed.signal, this.#trying.signal])
      const opened = await open(signal)
      if (signal.aborted && opened.ok) opened.value.cut('renewed')
      const stoodMs = opened.ok ? await this.#stand(opened.value) : this.#down(opened.error)
      // One that stands for a moment only is as good as none.
      if (stoodMs >= mostPauseMs || this.#trying.signal.aborted) pauseMs = firstPauseMs
      if (this.#trying.signal.aborted) continue
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
      pauseMs = Math.min(mostPauseMs, pauseMs * 2)
    }
  }

  /** For how long it stood. */
  async #stand(line: One): Promise<number> {
    const since = performance.now()
    this.#current = line
    this.#tell('up', 'connected')
    this.#settle()
    const because = await line.over
    this.#down(because)
    return performance.now() - since
  }

  #down(because: string): number {
    this.#current = null
    this.#because = because
    this.#tell('down', because)
    this.#settle()
    return 0
  }

  #settle(): void {
    this.#tried.resolve()
    this.#tried = Promise.withResolvers()
  }

  #tell(state: 'up' | 'down', because: string): void {
    if (this.#told === state || this.#closed.signal.aborted) return
    this.#told = state
    this.#given.link(state, because)
  }
}
