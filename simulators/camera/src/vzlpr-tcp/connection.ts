import type { Socket } from 'node:net'
import { Refused } from '../refused.ts'
import type { Subscription } from './commands.ts'
import { beat, commandIn, firstPacket } from './wire.ts'

type Given = {
  readonly socket: Socket
  readonly beatMs: number
  readonly silenceMs: number
  /** Nothing gets through for now, either way. */
  readonly isMute: () => boolean
  readonly command: (connection: Connection, seq: number, command: Readonly<Record<string, unknown>>) => void
  readonly refused: (refusal: Refused) => void
  readonly gone: (connection: Connection) => void
}

/** Somebody who is connected to the camera. */
export class Connection {
  readonly #given: Given
  readonly #beat: NodeJS.Timeout
  #held: Buffer = Buffer.alloc(0)
  #heardAt = performance.now()
  #check: NodeJS.Timeout | undefined
  /** The live results that it asked for. */
  subscription: Subscription | null = null
  /** The serial line that it opened. */
  port: number | null = null

  constructor(given: Given) {
    const { socket, beatMs } = given
    this.#given = given
    this.#beat = setInterval(() => this.#beats(), beatMs)
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.#hear(bytes))
    socket.on('error', () => this.end())
    socket.on('close', () => this.end())
  }

  send(bytes: Buffer): void {
    if (!this.#given.isMute() && !this.#given.socket.destroyed) this.#given.socket.write(bytes)
  }

  /** Calls again and again, until it is called off or the connection is gone. */
  checkEvery(ms: number | null, check: () => void): void {
    clearInterval(this.#check)
    if (ms !== null) this.#check = setInterval(check, ms)
  }

  end(): void {
    clearInterval(this.#beat)
    clearInterval(this.#check)
    this.#given.socket.destroy()
    this.#given.gone(this)
  }

  #beats(): void {
    if (performance.now() - this.#heardAt > this.#given.silenceMs) this.end()
    else this.send(beat)
  }

  #hear(bytes: Buffer): void {
    const { isMute, command, refused } = this.#given
    if (isMute()) return
    this.#heardAt = performance.now()
    this.#held = Buffer.concat([this.#held, bytes])
    try {
      for (let next = firstPacket(this.#held); next; next = firstPacket(this.#held)) {
        const { first, rest } = next
        this.#held = rest
        if (first.type === 0) command(this, first.seq, commandIn(first.body))
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refused(error)
      this.end()
    }
  }
}
