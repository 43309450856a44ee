import net from 'node:net'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LaneFault } from '../lane-device.ts'
import type { Line } from '../standing-line.ts'
import { type Command, commandFrame } from './commands.ts'
import { type Frame, Frames, frameType, heartbeat } from './frames.ts'

export type LineTiming = {
  /** A connection that is not made by then is none. */
  readonly connectMs: number
  /** From one of our heartbeats to the next. */
  readonly beatMs: number
  /** A camera that has said nothing for so long, no heartbeat either, is gone. */
  readonly silenceMs: number
}
/** Heartbeats as in lot-devices.md 2.3; three missed ones are a dead line. */
export const usualLineTiming: LineTiming = { connectMs: 3_000, beatMs: 5_000, silenceMs: 15_000 }

export type LineEars = {
  /** A frame that is the answer to nothing we asked. */
  frame(frame: Frame): void
  fault(fault: LaneFault): void
}

/** One TCP connection to a camera: frames both ways, answers found by their number, a heartbeat that finds it dead. */
export class TcpLine implements Line {
  readonly #socket: net.Socket
  readonly #timing: LineTiming
  readonly #asked = new Map<number, (answer: Frame | null) => void>()
  readonly #frames = new Frames()
  readonly #over = Promise.withResolvers<string>()
  readonly #beat: NodeJS.Timeout
  readonly #ears: LineEars
  #heardAt = performance.now()
  #seq = 0
  #because: string | null = null

  constructor(socket: net.Socket, timing: LineTiming, ears: LineEars) {
    this.#socket = socket
    this.#timing = timing
    this.#ears = ears
    this.#beat = setInterval(() => this.#beats(), timing.beatMs)
    socket.on('data', (bytes: Buffer) => this.#hear(bytes))
    socket.on('error', (error: NodeJS.ErrnoException) => this.cut(error.code ?? error.message))
    socket.on('close', () => this.cut('the camera hung up'))
  }

  get over(): Promise<string> {
    return this.#over.promise
  }

  get isOver(): boolean {
    return this.#because !== null
  }

  cut(because: string): void {
    if (this.#because !== null) return
    this.#because = because
    clearInterval(this.#beat)
    this.#socket.destroy()
    for (const answer of this.#asked.values()) answer(null)
    this.#asked.clear()
    this.#over.resolve(because)
  }

  /** False when the line is over, and nothing went out. */
  send(command: Command): boolean {
    return this.#write(commandFrame(command, this.#nextSeq()))
  }

  /** The answer, or null when none comes in time or the line is over before. */
  ask(command: Command, withinMs: number): Promise<Frame | null> {
    const seq = this.#nextSeq()
    const { promise, resolve } = Promise.withResolvers<Frame | null>()
    if (!this.#write(commandFrame(command, seq))) return Promise.resolve(null)
    const late = setTimeout(() => this.#answered(seq, null), withinMs)
    this.#asked.set(seq, (answer) => {
      clearTimeout(late)
      resolve(answer)
    })
    return promise
  }

  /** A number that no open question has; 0 is the camera's own. */
  #nextSeq(): number {
    do this.#seq = (this.#seq % 255) + 1
    while (this.#asked.has(this.#seq) && this.#asked.size < 255)
    return this.#seq
  }

  #answered(seq: number, answer: Frame | null): boolean {
    const asker = this.#asked.get(seq)
    this.#asked.delete(seq)
    asker?.(answer)
    return asker !== undefined
  }

  #write(bytes: Buffer): boolean {
    if (this.#because !== null) return false
    this.#socket.write(bytes)
    return true
  }

  #beats(): void {
    if (performance.now() - this.#heardAt > this.#timing.silenceMs) this.cut('the camera has been silent')
    else this.#write(heartbeat)
  }

  #hear(bytes: Buffer): void {
    this.#heardAt = performance.now()
    const { frames, fault } = this.#frames.push(bytes)
    for (const frame of frames)
      if (frame.type !== frameType.heartbeat && !(frame.seq !== 0 && this.#answered(frame.seq, frame)))
        this.#ears.frame(frame)
    if (!fault || this.#because !== null) return
    this.#ears.fault(fault)
    this.cut(`${fault.field} ${fault.rule}: where the next frame begins is not known`)
  }
}

/** Connects; the signal, or the time, ends it. */
export function openTcpLine(given: {
  readonly host: string
  readonly port: number
  readonly timing: LineTiming
  readonly ears: LineEars
  readonly signal: AbortSignal
}): Promise<Result<TcpLine, string>> {
  const { host, port, timing, ears, signal } = given
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, noDelay: true })
    const end = (made: Result<TcpLine, string>) => {
      clearTimeout(late)
      signal.removeEventListener('abort', closed)
      resolve(made)
    }
    const give = (because: string) => {
      socket.destroy()
      end(err(`${host}:${port}: ${because}`))
    }
    const closed = () => give('closed')
    const late = setTimeout(() => give('no connection in time'), timing.connectMs)
    signal.addEventListener('abort', closed, { once: true })
    const refused = (error: NodeJS.ErrnoException) => give(error.code ?? error.message)
    socket.once('error', refused)
    socket.once('connect', () => {
      socket.off('error', refused)
      end(ok(new TcpLine(socket, timing, ears)))
    })
  })
}
