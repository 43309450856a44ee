import net from 'node:net'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Line, StandingLine, usualPauses } from '../standing-line.ts'

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
  readonly #standing: StandingLine<SocketLine>

  constructor({ firstPauseMs, mostPauseMs, link, ...given }: Given) {
    this.#standing = new StandingLine({
      firstPauseMs: firstPauseMs ?? usualPauses.firstPauseMs,
      mostPauseMs: mostPauseMs ?? usualPauses.mostPauseMs,
      open: (signal) => openSocketLine({ ...given, signal }),
      link,
    })
  }

  get isUp(): boolean {
    return this.#standing.current !== null
  }
  /** Why it is not up. */
  get because(): string {
    return this.#standing.because
  }
  /** The try that is under way has ended, well or not. */
  async tried(): Promise<void> {
    await this.#standing.settled(connectWithinMs)
  }

  /** False: not all of it went out, or nobody knows whether it did. Null: there is no line, and nothing went anywhere. */
  async write(bytes: Buffer): Promise<boolean | null> {
    return this.#standing.current?.write(bytes) ?? null
  }

  /** It answers no more: another one may. */
  drop(because: string): void {
    this.#standing.current?.cut(because)
  }

  close(): Promise<void> {
    return this.#standing.close()
  }
}

class SocketLine implements Line {
  readonly #socket: net.Socket
  readonly over: Promise<string>

  constructor(socket: net.Socket) {
    this.#socket = socket
    let because = 'the serial server ended the line'
    socket.on('error', (error: Error & { code?: string }) => {
      because = error.code ?? error.message
    })
    this.over = new Promise((resolve) => socket.on('close', () => resolve(because)))
  }

  cut(because: string): void {
    this.#socket.destroy(Object.assign(new Error(because), { code: because }))
  }

  write(bytes: Buffer): Promise<boolean> {
    // A socket that is destroyed before the bytes are taken calls back with an error, in every case.
    return new Promise((resolve) => this.#socket.write(bytes, (error) => resolve(!error)))
  }
}

/** Connects; the signal, or the time, ends it. */
async function openSocketLine(
  given: Pick<Given, 'host' | 'port' | 'came'> & { readonly signal: AbortSignal },
): Promise<Result<SocketLine, string>> {
  const { host, port, came, signal } = given
  const socket = net.connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs })
  const line = new SocketLine(socket)
  socket.on('data', came)
  const giveUp = () => line.cut('no connection in time')
  const late = setTimeout(giveUp, connectWithinMs)
  signal.addEventListener('abort', giveUp, { once: true })
  const connected = new Promise<null>((resolve) => socket.once('connect', () => resolve(null)))
  const because = await Promise.race([connected, line.over])
  clearTimeout(late)
  signal.removeEventListener('abort', giveUp)
  return because === null ? ok(line) : err(because)
}
