import type { Device, Record } from '../face.ts'
import type { Faults } from '../faults.ts'
import type { Orders } from '../orders.ts'
import { Stored } from '../stored.ts'
import { plateMessage } from '../vzlpr/messages.ts'
import type { Ear } from './ear.ts'
import { jsonPost, type Line } from './exchange.ts'

export type PlateTiming = {
  /** How often a push that was not answered is repeated, and after how long. */
  readonly resends: number
  readonly resendMs: number
  /** A stored record that was not acknowledged comes again after this. */
  readonly storedMs: number
}

type Given = {
  readonly device: Device
  readonly url: string
  readonly timing: PlateTiming
  readonly line: Line
  readonly ear: Ear
  readonly faults: Faults
  readonly isOver: () => boolean
  readonly rest: (ms: number) => Promise<unknown>
  readonly changed: () => void
}

/**
 * Sends plate results one after another, each until it is answered; what nobody answers is stored, and replayed one by one
 * while nothing live is waiting (lot-devices.md 2.2).
 */
export class PlateQueue {
  readonly #given: Given
  readonly #stored = new Stored(() => this.wake())
  #live: readonly Record[] = []
  #aside: readonly Record[] = []
  #sending = 0
  #awake = Promise.withResolvers<void>()

  constructor(given: Given) {
    this.#given = given
  }

  get stored(): number {
    return this.#stored.count
  }
  /** Taken and not yet answered, stored or lost. */
  get unsent(): number {
    return this.#live.length + this.#aside.length + this.#sending
  }

  add(record: Record): void {
    this.#live = [...this.#live, record]
    this.wake()
  }

  /** The line is back: what is stored may go on. */
  resume(): void {
    this.#stored.resume()
  }

  /** Something may have to be sent. */
  wake(): void {
    this.#awake.resolve()
    this.#awake = Promise.withResolvers()
  }

  close(): void {
    this.#stored.close()
    this.wake()
  }

  /** Until it is over. */
  async run(): Promise<void> {
    const { ear, isOver, changed } = this.#given
    while (!isOver()) {
      const { promise: awake } = this.#awake
      const [live, ...others] = this.#live
      const stored = ear.online ? this.#stored.next() : null
      if (live) {
        this.#live = others
        this.#sending = 1
        await this.#sendLive(live)
        this.#sending = 0
        changed()
      } else if (stored) await this.#replay(stored)
      else await awake
    }
  }

  async #sendLive(record: Record): Promise<void> {
    const { faults, timing, ear, isOver, rest } = this.#given
    if (faults.take('push-lose')) return
    if (faults.take('push-store')) return this.#stored.keep(record)
    const reorder = faults.take('push-reorder')
    if (reorder) return this.#setAside(record, reorder.ms ?? 60_000)
    const delay = faults.take('push-delay')
    if (delay) await rest(delay.ms ?? 15_000)
    const twice = faults.take('push-double') ? [this.#push(record, false)] : []
    for (let attempt = 0; attempt <= timing.resends && !isOver(); attempt += 1) {
      const heard = await Promise.all([this.#push(record, false), ...(attempt === 0 ? twice : [])])
      if (heard.some((orders) => orders !== null)) return this.#takeBack()
      if (attempt < timing.resends) await rest(timing.resendMs)
    }
    ear.lost()
    this.#stored.keep(record)
  }

  #setAside(record: Record, ms: number): void {
    this.#aside = [...this.#aside, record]
    this.#given.rest(ms).then(() => {
      if (this.#aside.includes(record)) this.#takeBack()
    })
  }

  /** One taken later has been answered: what stood aside follows. */
  #takeBack(): void {
    this.#live = [...this.#aside, ...this.#live]
    this.#aside = []
    this.wake()
  }

  async #replay(record: Record): Promise<void> {
    const { ear, isOver, timing, changed } = this.#given
    const orders = await this.#push(record, true)
    if (isOver()) return
    if (orders === null) return ear.lost()
    // A live result interrupts the replay: what was under way comes again.
    if (this.#live.length > 0) return
    if (orders.kept) this.#stored.acknowledged(record, orders.kept.more)
    else this.#stored.again(timing.storedMs)
    changed()
  }

  /** Sends one plate result once; its answer is obeyed. Null when none was heard. */
  #push(record: Record, stored: boolean): Promise<Orders | null> {
    const { device, url, line, ear, faults } = this.#given
    const { id, trigger, vehicle } = record
    const title = `${stored ? 'stored ' : ''}plate ${vehicle.plateText ?? 'none'}, record ${id}, ${trigger}`
    const isAnswerLost = !stored && faults.take('answer-lose') !== null
    return line.send(jsonPost(url, title, plateMessage(device, record, stored)), (posted) =>
      isAnswerLost ? null : ear.hear(posted, { kind: 'plate', recordId: id, stored }),
    )
  }
}
