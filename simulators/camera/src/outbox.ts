import type { Record } from './face.ts'
import type { Faults } from './faults.ts'

type Given = {
  readonly faults: Faults
  /** Sends it once. False: nobody heard it, as far as the camera knows. */
  readonly send: (record: Record) => Promise<boolean>
  /** Into the memory. */
  readonly keep: (record: Record) => void
  readonly rest: (ms: number) => Promise<unknown>
  readonly changed: () => void
}

/** Plate results on their way out, one after another, with what is to go wrong with them. What nobody hears is kept. */
export class Outbox {
  readonly #given: Given
  #waiting: readonly Record[] = []
  #aside: readonly Record[] = []
  #sending = 0
  #last: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(given: Given) {
    this.#given = given
  }

  /** Taken and not yet heard by anybody, kept or lost. */
  get unsent(): number {
    return this.#waiting.length + this.#aside.length + this.#sending
  }

  add(record: Record): void {
    this.#waiting = [...this.#waiting, record]
    this.#last = this.#last.then(() => this.#next())
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last
  }

  async #next(): Promise<void> {
    const [record, ...others] = this.#waiting
    if (!record || this.#isClosed) return
    this.#waiting = others
    this.#sending = 1
    await this.#send(record)
    this.#sending = 0
    this.#given.changed()
  }

  async #send(record: Record): Promise<void> {
    const { faults, rest, send, keep } = this.#given
    if (faults.take('push-lose')) return
    if (faults.take('push-store')) return keep(record)
    const reorder = faults.take('push-reorder')
    if (reorder) return this.#setAside(record, reorder.ms ?? 60_000)
    const delay = faults.take('push-delay')
    if (delay) await rest(delay.ms ?? 15_000)
    const again = [faults.take('push-double'), faults.take('answer-lose')].filter((fault) => fault !== null)
    let isHeard = await send(record)
    for (const _ of again) isHeard = (await send(record)) || isHeard
    if (isHeard) this.#takeBack()
    else keep(record)
  }

  #setAside(record: Record, ms: number): void {
    this.#aside = [...this.#aside, record]
    this.#given.rest(ms).then(() => {
      if (this.#aside.includes(record)) this.#takeBack()
    })
  }

  /** One taken later has been heard: what stood aside follows. */
  #takeBack(): void {
    const aside = this.#aside
    this.#aside = []
    this.#waiting = [...aside, ...this.#waiting]
    for (const _ of aside) this.#last = this.#last.then(() => this.#next())
  }
}
