import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type LineOptions = {
  readonly host: string
  readonly port: number
  /** Before the second try; each further one waits twice as long. Default 250 ms. */
  readonly firstPauseMs?: number
  /** Default 10 s. */
  readonly mostPauseMs?: number
}

type Given = LineOptions & {
  readonly came: (bytes: Buffer) => void
  readonly link: (state: 'up' | 'down', because: string) => void
}

const connectWithinMs = 5_000
const keepAliveMs = 10_000

/** A TCP line to a serial server, opened again and again with a growing pause until it is closed. */
export class SerialLine {
  readonly #given: Given
  readonly #closed = new AbortController()
  readonly #running: Promise<void>
  #socket: net.Socket | null = null
  #because = 'not tried yet'
  #told: 'up' | 'down' | null = null
  #tried = Promise.withResolvers<void>()

  constructor(given: Given) {
    this.#given = given
    this.#running = this.#run()
  }

  get isUp(): boolean {
    return this.#socket !== null
  }
  /** Why it is not up. */
  get because(): string {
    return this.#because
  }
  /** The first try has ended, well or not. */
  get tried(): Promise<void> {
    return this.#tried.promise
  }

  /** False: not all of it went out, or nobody knows whether it did. Null: there is no line, and nothing went anywhere. */
  async write(bytes: Buffer): Promise<boolean | null> {
    const socket = this.#socket
    if (!socket) return null
    return new Promise((resolve) => {
      socket.write(bytes, (error) => resolve(!error))
      // A socket that is destroyed before the bytes are taken calls back with an error, in every case.
    })
  }

  /** It answers no more: another one may. */
  drop(because: string): void {
    this.#socket?.destroy(Object.assign(new Error(because), { code: because }))
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.drop('closed')
    await this.#running
  }

  async #run(): Promise<void> {
    const { firstPauseMs = 250, mostPauseMs = 10_000 } = this.#given
    const { signal } = this.#closed
    let pauseMs = firstPauseMs
    while (!signal.aborted) {
      const since = performance.now()
      const because = await this.#stand()
      this.#socket = null
      this.#because = because
      this.#tell('down', because)
      this.#tried.resolve()
      // A line that stands for a moment only is as good as none.
      if (performance.now() - since >= mostPauseMs) pauseMs = firstPauseMs
      await sleep(pauseMs, undefined, { signal }).catch(() => {}) // closed: nobody waits any more
      pauseMs = Math.min(pauseMs * 2, mostPauseMs)
    }
  }

  /** Until it is over; why it is. */
  #stand(): Promise<string> {
    const { host, port, came } = this.#given
    return new Promise((resolve) => {
      const socket = net.connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs })
      const { signal } = this.#closed
      const isLate = AbortSignal.any([signal, AbortSignal.timeout(connectWithinMs)])
      let because = 'the serial server ended the line'
      const giveUp = () => socket.destroy(Object.assign(new Error(), { code: 'no connection in time' }))
      isLate.addEventListener('abort', giveUp, { once: true })
      socket.on('connect', () => {
        isLate.removeEventListener('abort', giveUp)
        this.#socket = socket
        this.#tell('up', 'connected')
        this.#tried.resolve()
      })
      socket.on('data', came)
      socket.on('error', (error: Error & { code?: string }) => {
        because = error.code ?? error.message
      })
      socket.on('close', () => resolve(because))
    })
  }

  #tell(state: 'up' | 'down', because: string): void {
    if (this.#told === state || this.#closed.signal.aborted) return
    this.#told = state
    this.#given.link(state, because)
  }
}
