import { setTimeout as sleep } from 'node:timers/promises'
import type { Face, FaceGiven, MakeFace, Network, Record as Taken, Trigger } from '../face.ts'
import { PushLine } from '../hikvision/push.ts'
import type { Vehicle } from '../lane-state.ts'
import { Outbox } from '../outbox.ts'
import { pictureOf } from '../picture.ts'
import { openAlprPost, plateRecognizerPost } from './messages.ts'

export type RecogniserFaceOptions = {
  readonly engine: 'openalpr' | 'platerecognizer'
  /** Where everything is posted to; http only, taken as it is. */
  readonly agentUrl: string
  readonly answerWithinMs?: number
  /** The moment of each record, by which alone it is known. */
  readonly taken?: (recordId: number, takenAt: number) => void
}

/**
 * Software that recognises plates in the pictures of some camera (lot-devices.md 2.10). It posts each plate once: no word that it is
 * alive, no memory, nothing of a vehicle without a plate, no relay.
 */
export const recogniserFace =
  (options: RecogniserFaceOptions): MakeFace =>
  (given) =>
    new RecogniserFace(given, options)

class RecogniserFace implements Face {
  readonly #given: FaceGiven
  readonly #options: RecogniserFaceOptions
  readonly #push: PushLine
  readonly #outbox: Outbox
  readonly #ended = new AbortController()
  #nextId: number
  #lastAt = 0
  clockOffMs = 0

  constructor(given: FaceGiven, options: RecogniserFaceOptions) {
    this.#given = given
    this.#options = options
    const { agentUrl: url, answerWithinMs = 5_000 } = options
    this.#push = new PushLine(given, { url, answerWithinMs })
    this.#nextId = given.firstRecordId
    this.#outbox = new Outbox({
      ...given,
      send: (record) => this.#send(record),
      keep: () => {}, // it has no memory
      rest: (ms) => sleep(ms, undefined, { signal: this.#ended.signal }).catch(() => {}), // it is over
    })
  }

  async start(): Promise<void> {}

  get network(): Network {
    return this.#push.network
  }
  set network(network: Network) {
    this.#push.network = network
  }
  get online(): boolean {
    return this.#push.online
  }
  get stored(): number {
    return 0
  }
  get unsent(): number {
    return this.#outbox.unsent
  }

  take(vehicle: Vehicle, trigger: Trigger): number {
    const id = this.#nextId
    this.#nextId += 1
    // No two frames of one camera are of the same moment.
    const takenAt = Math.max(this.#given.clock.now() + this.clockOffMs, this.#lastAt + 1)
    this.#lastAt = takenAt
    this.#options.taken?.(id, takenAt)
    if (vehicle.plateText !== null) this.#outbox.add({ id, takenAt, trigger, vehicle })
    return id
  }

  /** It has neither inputs nor a serial line. */
  input(): void {}
  serialIn(): void {}

  junk(bytes: Buffer): void {
    void this.#push.post('junk', 'application/json', bytes, bytes.toString('hex'))
  }

  async close(): Promise<void> {
    this.#ended.abort()
    this.#push.close()
    await this.#outbox.close()
  }

  #send({ id, takenAt, vehicle }: Taken): Promise<boolean> {
    const plateText = vehicle.plateText ?? ''
    const { serial: camera } = this.#given.device
    const seen = { camera, takenAt, plateText, confidence: vehicle.confidence ?? 97, jpeg: pictureOf(vehicle) }
    const { contentType, body, shown } =
      this.#options.engine === 'openalpr' ? openAlprPost(seen) : plateRecognizerPost(seen)
    return this.#push.post(`plate ${plateText}, record ${id}`, contentType, body, shown)
  }
}
