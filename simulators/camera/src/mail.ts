import { setTimeout as sleep } from 'node:timers/promises'
import type { FaceGiven, Record } from './face.ts'
import { Outbox } from './outbox.ts'

type Given = Pick<FaceGiven, 'faults' | 'changed'> & {
  readonly beatMs: number
  /** Sends it once. False: nobody heard it, as far as the camera knows. */
  readonly send: (record: Record, stored: boolean) => Promise<boolean>
  /** Sends one heartbeat. True: whoever heard it takes what was kept. */
  readonly beat: () => Promise<boolean>
}

/** What a camera tells that beats: plate results, those that nobody heard kept until a heartbeat is heard, oldest first. */
export class Mail {
  readonly #given: Given
  readonly #outbox: Outbox
  readonly #ended = new AbortController()
  #kept: readonly Record[] = []
  #beating: Promise<void> = Promise.resolve()

  constructor(given: Given) {
    this.#given = given
    this.#outbox = new Outbox({
      faults: given.faults,
      send: (record) => given.send(record, false),
      keep: (record) => {
        this.#kept = [...this.#kept, record]
      },
      rest: (ms) => this.#rest(ms),
      changed: given.changed,
    })
  }

  /** From now on it beats. */
  start(): void {
    this.#beating = this.#beat()
  }

  get stored(): number {
    return this.#kept.length
  }
  get unsent(): number {
    return this.#outbox.unsent
  }
  get isEnded(): boolean {
    return this.#ended.signal.aborted
  }

  add(record: Record): void {
    this.#outbox.add(record)
  }

  /** Somebody has got these in another way. */
  got(records: readonly Record[]): void {
    this.#kept = this.#kept.filter((record) => !records.includes(record))
  }

  /** It has ended when this returns; what is under way has when it resolves. */
  async close(): Promise<void> {
    this.#ended.abort()
    await this.#outbox.close()
    await this.#beating
  }

  #rest(ms: number): Promise<unknown> {
    return sleep(ms, undefined, { signal: this.#ended.signal }).catch(() => {}) // it is over
  }

  async #beat(): Promise<void> {
    while (!this.isEnded) {
      if (await this.#given.beat()) await this.#replay()
      await this.#rest(this.#given.beatMs)
    }
  }

  async #replay(): Promise<void> {
    for (const record of this.#kept) {
      if (!(await this.#given.send(record, true))) return
      this.got([record])
      this.#given.changed()
    }
  }
}
