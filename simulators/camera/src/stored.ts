import type { Record } from './face.ts'

/** The camera's memory; what is older falls out (lot-devices.md 2.2). */
const most = 9_000

/** Records that could not be sent, oldest first, replayed one at a time. */
export class Stored {
  readonly #ready: () => void
  #records: readonly Record[] = []
  #isHalted = false
  #timer: NodeJS.Timeout | undefined

  /** `ready` is called when there may be a next one after all. */
  constructor(ready: () => void) {
    this.#ready = ready
  }

  get count(): number {
    return this.#records.length
  }

  /** The one to send now; null when there is none, or it is not its time. */
  next(): Record | null {
    return this.#isHalted || this.#timer ? null : (this.#records[0] ?? null)
  }

  keep(record: Record): void {
    this.#records = [...this.#records, record].slice(-most)
    this.resume()
  }

  /** The other side has it and wants the next one, or no more until the line has been lost again. */
  acknowledged(record: Record, more: boolean): void {
    this.#records = this.#records.filter((one) => one !== record)
    this.#isHalted = !more
  }

  /** Nobody acknowledged it: later. */
  again(ms: number): void {
    this.#timer = setTimeout(() => this.resume(), ms)
  }

  resume(): void {
    this.close()
    this.#isHalted = false
    this.#ready()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
