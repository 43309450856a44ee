import { setTimeout as sleep } from 'node:timers/promises'
import type { Face, FaceGiven, MakeFace, Network, Record as Taken, Trigger } from '../face.ts'
import type { Vehicle } from '../lane-state.ts'
import { type AnswerTo, asksForSomething } from '../orders.ts'
import { Outbox } from '../outbox.ts'
import { must, Refused } from '../refused.ts'
import { readAnswer } from './answer.ts'
import { HuaxiaLine } from './line.ts'
import { heartbeatForm, plateForm } from './message.ts'

export type HuaxiaFaceOptions = {
  /** Where everything is posted to; http only, taken as it is. */
  readonly agentUrl: string
  /** Whether the camera does as the answer to a heartbeat says: a guess of the reference. Default false. */
  readonly heartbeatsObeyed?: boolean
  /** From one heartbeat to the next. Default 5 s. */
  readonly beatMs?: number
  /** Default 5 s. */
  readonly answerWithinMs?: number
  /**
   * A picture that would have the `start_time` of another gets the next second: nothing else on the wire tells them apart. Default
   * false, as the camera is.
   */
  readonly spacesRecords?: boolean
  readonly taken?: (recordId: number, startTime: number) => void
}

/** A Huaxia camera (lot-devices.md 2.5): it posts forms and obeys answers as its own strict reading understands them. */
export const huaxiaFace =
  (options: HuaxiaFaceOptions): MakeFace =>
  (given) =>
    new HuaxiaFace(given, options)

class HuaxiaFace implements Face {
  readonly #given: FaceGiven
  readonly #options: HuaxiaFaceOptions
  readonly #line: HuaxiaLine
  readonly #outbox: Outbox
  readonly #ended = new AbortController()
  readonly #startTimes = new Map<number, number>()
  #kept: readonly Taken[] = []
  #beating: Promise<void> = Promise.resolve()
  #others: Promise<unknown> = Promise.resolve()
  #online = false
  #nextId: number
  #lastStart = 0
  clockOffMs = 0

  constructor(given: FaceGiven, options: HuaxiaFaceOptions) {
    this.#given = given
    this.#options = options
    this.#line = new HuaxiaLine(options.agentUrl, options.answerWithinMs ?? 5_000)
    this.#nextId = given.firstRecordId
    this.#outbox = new Outbox({
      faults: given.faults,
      send: (record) => this.#send(record, false),
      keep: (record) => {
        this.#kept = [...this.#kept, record]
      },
      rest: (ms) => this.#rest(ms),
      changed: given.changed,
    })
  }

  async start(): Promise<void> {
    this.#beating = this.#beat()
  }

  get network(): Network {
    return this.#line.network
  }
  set network(network: Network) {
    this.#line.network = network
  }
  get online(): boolean {
    return this.#online
  }
  get stored(): number {
    return this.#kept.length
  }
  get unsent(): number {
    return this.#outbox.unsent
  }

  take(vehicle: Vehicle, trigger: Trigger): number {
    const id = this.#nextId
    this.#nextId += 1
    const takenAt = this.#given.clock.now() + this.clockOffMs
    const second = Math.floor(takenAt / 1000)
    const start = this.#options.spacesRecords ? Math.max(second, this.#lastStart + 1) : second
    this.#lastStart = start
    this.#startTimes.set(id, start)
    this.#options.taken?.(id, start)
    this.#outbox.add({ id, takenAt, trigger, vehicle })
    return id
  }

  /** Its inputs and its serial line are its own: this protocol has no message for them. */
  input(): void {}
  serialIn(): void {}

  junk(bytes: Buffer): void {
    this.#others = this.#others.then(() => this.#line.post(bytes))
  }

  async close(): Promise<void> {
    this.#ended.abort()
    this.#line.network = 'down'
    await this.#outbox.close()
    await this.#beating
    await this.#others
  }

  #rest(ms: number): Promise<unknown> {
    return sleep(ms, undefined, { signal: this.#ended.signal }).catch(() => {}) // it is over
  }

  async #send(record: Taken, stored: boolean): Promise<boolean> {
    const { device, clock, name, tell } = this.#given
    const { body, shown } = plateForm(device, record, this.#startTimes.get(record.id)!, stored)
    const isHeard = await this.#post(body, { kind: 'plate', recordId: record.id, stored }, true)
    const title = `${stored ? 'stored ' : ''}plate ${record.vehicle.plateText ?? 'none'}, record ${record.id}`
    const to = 'lot-agent'
    tell({ at: clock.now(), wire: 'camera', from: name, to, title, detail: { body: shown, isHeard } })
    return isHeard
  }

  async #beat(): Promise<void> {
    const { beatMs = 5_000, heartbeatsObeyed = false } = this.#options
    while (!this.#ended.signal.aborted) {
      const isHeard = await this.#post(heartbeatForm(this.#given.device), { kind: 'heartbeat' }, heartbeatsObeyed)
      if (isHeard) await this.#replay()
      await this.#rest(beatMs)
    }
  }

  /** What nobody has heard, oldest first. */
  async #replay(): Promise<void> {
    for (const record of this.#kept) {
      if (!(await this.#send(record, true))) return
      this.#kept = this.#kept.filter((one) => one !== record)
      this.#given.changed()
    }
  }

  /** Whether it was heard; the answer is obeyed, as a whole or not at all. */
  async #post(body: Buffer, to: AnswerTo, isObeyed: boolean): Promise<boolean> {
    const answer = await this.#line.post(body)
    const isHeard = answer !== null && answer.status === 200 && !this.#ended.signal.aborted
    if (isHeard !== this.#online) {
      this.#online = isHeard
      this.#given.changed()
    }
    if (!isHeard) return false
    try {
      const orders = readAnswer(answer)
      must(isObeyed || !asksForSomething(orders), 'answer', 'orders nothing: it is not honoured here')
      this.#given.obey(orders, to)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { field, rule } = error
      this.#given.refused({ at: this.#given.clock.now(), to, field, rule })
    }
    return true
  }
}
