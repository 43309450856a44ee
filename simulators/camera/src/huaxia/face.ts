import type { Face, FaceGiven, MakeFace, Network, Record as Taken, Trigger } from '../face.ts'
import type { Vehicle } from '../lane-state.ts'
import { Mail } from '../mail.ts'
import { type AnswerTo, asksForSomething } from '../orders.ts'
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
  readonly #mail: Mail
  readonly #startTimes = new Map<number, number>()
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
    this.#mail = new Mail({
      ...given,
      beatMs: options.beatMs ?? 5_000,
      send: (record, stored) => this.#send(record, stored),
      beat: () => this.#post(heartbeatForm(given.device), { kind: 'heartbeat' }, options.heartbeatsObeyed ?? false),
    })
  }

  async start(): Promise<void> {
    this.#mail.start()
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
    return this.#mail.stored
  }
  get unsent(): number {
    return this.#mail.unsent
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
    this.#mail.add({ id, takenAt, trigger, vehicle })
    return id
  }

  /** Its inputs and its serial line are its own: this protocol has no message for them. */
  input(): void {}
  serialIn(): void {}

  junk(bytes: Buffer): void {
    this.#others = this.#others.then(() => this.#line.post(bytes))
  }

  async close(): Promise<void> {
    const ended = this.#mail.close()
    this.#line.network = 'down'
    await ended
    await this.#others
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

  /** Whether it was heard; the answer is obeyed, as a whole or not at all. */
  async #post(body: Buffer, to: AnswerTo, isObeyed: boolean): Promise<boolean> {
    const answer = await this.#line.post(body)
    const isHeard = answer !== null && answer.status === 200 && !this.#mail.isEnded
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
