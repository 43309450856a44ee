import { setTimeout as sleep } from 'node:timers/promises'
import type { Board } from '../boards.ts'
import type { Obeyed } from '../lane-device.ts'
import type { SerialLine } from './line.ts'

type Given = {
  readonly line: Pick<SerialLine, 'write' | 'drop'>
  readonly answers: Board['answers']
  /** How long a board may take before the next frame goes out. */
  readonly answerWithinMs: number
  readonly heard: (what: string) => void
}

/** So many frames in a row without an answer, and the line is taken for dead. */
const silentFrames = 3

/**
 * One frame at a time (lot-devices.md 4): the next one goes out when the board has answered, or the time to do so is over. A board
 * whose answers are known and that gives none leaves it `unsure`; of the others it is `told` when the line took the bytes.
 */
export class Turns {
  readonly #given: Given
  readonly #closed = new AbortController()
  #last: Promise<unknown> = Promise.resolve()
  #unread = Buffer.alloc(0)
  #awaited: ((accepted: boolean) => void) | null = null
  #silent = 0

  constructor(given: Given) {
    this.#given = given
  }

  /** All of them, after those that were asked for before. */
  async send(frames: readonly Buffer[]): Promise<Obeyed> {
    const [first = 'told', ...others] = await Promise.all(frames.map((frame) => this.#inTurn(frame)))
    return others.every((one) => one === first) ? first : 'unsure'
  }

  /** Bytes came in. */
  came(bytes: Buffer): void {
    const { answers, heard } = this.#given
    if (!answers) {
      heard(`${bytes.length} bytes: ${bytes.subarray(0, 64).toString('hex')}`)
      return
    }
    this.#unread = Buffer.concat([this.#unread, bytes])
    for (let answer = answers.firstIn(this.#unread); answer; answer = answers.firstIn(this.#unread)) {
      this.#unread = this.#unread.subarray(answer.length)
      this.#silent = 0
      heard(answer.what)
      this.#awaited?.(answer.accepted)
    }
    // The beginning of one, at most: bytes of noise that come one by one are not all looked at again with each.
    this.#unread = Buffer.from(this.#unread.subarray(1 - answers.longest))
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#last
  }

  #inTurn(frame: Buffer): Promise<Obeyed> {
    const { promise, resolve } = Promise.withResolvers<Obeyed>()
    this.#last = this.#last.then(() => this.#send(frame, resolve))
    return promise
  }

  /** Resolves when the next one may go out. */
  async #send(frame: Buffer, become: (obeyed: Obeyed) => void): Promise<void> {
    const { line, answers, answerWithinMs } = this.#given
    const { signal } = this.#closed
    if (signal.aborted) return become('unreached')
    this.#unread = Buffer.alloc(0)
    const answered = Promise.withResolvers<boolean>()
    this.#awaited = answered.resolve
    const isWritten = await line.write(frame)
    if (isWritten === null) return become('unreached')
    if (!answers) become(isWritten ? 'told' : 'unsure')
    const over = new AbortController()
    const late = sleep(answerWithinMs, null, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => null)
    const accepted = await Promise.race([answered.promise, late])
    over.abort()
    this.#awaited = null
    if (!answers) return
    // Refused, it shows nothing of it: as if it had never come.
    become(accepted === null ? 'unsure' : accepted ? 'told' : 'unreached')
    this.#silent = accepted === null ? this.#silent + 1 : 0
    if (this.#silent < silentFrames) return
    this.#silent = 0
    line.drop('the board is silent')
  }
}
