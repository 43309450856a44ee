import { setTimeout as sleep } from 'node:timers/promises'
import type { Obeyed } from '../lane-device.ts'

/** Between one frame on a serial line and the next (lot-devices.md 2.4, 4). */
export const usualGapMs = 400

/** What became of several: one that did not get there makes the whole unsure, unless none did. */
export function together(each: readonly Obeyed[]): Obeyed {
  const [first = 'told', ...others] = each
  return others.every((one) => one === first) ? first : 'unsure'
}

/** Frames for a board, one after another with a pause between, whoever asked for them first being first. */
export class FrameQueue {
  readonly #send: (frame: Buffer) => Promise<Obeyed>
  readonly #gapMs: number
  readonly #closed = new AbortController()
  #last: Promise<unknown> = Promise.resolve()

  constructor(send: (frame: Buffer) => Promise<Obeyed>, gapMs: number) {
    this.#send = send
    this.#gapMs = gapMs
  }

  /** Resolves when the last of them was sent, or certainly will not be. */
  async add(frames: readonly Buffer[]): Promise<Obeyed> {
    return together(await Promise.all(frames.map((frame) => this.#inTurn(frame))))
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#last
  }

  #inTurn(frame: Buffer): Promise<Obeyed> {
    const { signal } = this.#closed
    const sent = this.#last.then(() => (signal.aborted ? 'unreached' : this.#send(frame)))
    this.#last = sent.then(() => sleep(this.#gapMs, undefined, { signal }).catch(() => {}))
    return sent
  }
}
