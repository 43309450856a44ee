import { setTimeout as sleep } from 'node:timers/promises'
import type { LaneEars } from '../lane-device.ts'

/**
 * Whether a camera is there, which a broker does not say: it is for as long as it is heard. While it is silent the line to the
 * broker stays, for what the camera kept comes the moment it is back.
 */
export class Presence {
  readonly #silenceMs: number
  readonly #link: LaneEars['link']
  #told: 'up' | 'down' | null = null
  #silence: NodeJS.Timeout | undefined
  #next = Promise.withResolvers<void>()

  constructor(silenceMs: number, link: LaneEars['link']) {
    this.#silenceMs = silenceMs
    this.#link = link
  }

  get isThere(): boolean {
    return this.#told === 'up'
  }

  /** The broker hears us: now the camera is to be heard. */
  listen(): void {
    clearTimeout(this.#silence)
    const because = `nothing has been heard of the camera for ${this.#silenceMs} ms`
    this.#silence = setTimeout(() => this.#tell('down', because), this.#silenceMs)
  }

  heard(): void {
    this.listen()
    this.#tell('up', 'the camera is heard')
    this.#next.resolve()
    this.#next = Promise.withResolvers()
  }

  /** The broker does not hear us. */
  lost(because: string): void {
    clearTimeout(this.#silence)
    this.#tell('down', because)
  }

  /** Whether it is there, or is heard by then. */
  async heardWithin(ms: number): Promise<boolean> {
    if (!this.isThere) await Promise.race([this.#next.promise, sleep(ms, undefined, { ref: false })])
    return this.isThere
  }

  /** Nobody is told any more. */
  close(): void {
    clearTimeout(this.#silence)
  }

  #tell(state: 'up' | 'down', because: string): void {
    if (this.#told === state) return
    this.#told = state
    this.#link(state, because)
  }
}
