import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Orders } from './answer.ts'
import { type AnswerTo, Ear, type Refusal } from './ear.ts'
import { jsonPost, type Line, type Outgoing } from './exchange.ts'
import type { Faults } from './faults.ts'
import { beat, type HeartbeatTiming } from './heartbeat.ts'
import type { Vehicle } from './lane-state.ts'
import { type Device, inputMessage, serialMessage, type Trigger } from './messages.ts'
import { PlateQueue, type PlateTiming } from './plate-queue.ts'

export type CameraTiming = HeartbeatTiming & PlateTiming
export type CameraUrls = {
  readonly plate: string
  readonly input: string
  readonly heartbeat: string
  /** Null where the camera keeps what comes in on its serial lines to itself. */
  readonly serial: string | null
}

type Given = {
  readonly device: Device
  readonly password: string
  readonly urls: CameraUrls
  readonly heartbeats: 'comet' | 'plain'
  readonly timing: CameraTiming
  readonly firstRecordId: number
  readonly line: Line
  readonly faults: Faults
  readonly clock: Clock
  readonly obey: (orders: Orders, to: AnswerTo) => void
  readonly refused: (refusal: Refusal) => void
  readonly changed: () => void
}

/** A VzLPR camera on the line (lot-devices.md 2.2): plate results, inputs and serial bytes go out, a heartbeat keeps on. */
export class Camera {
  readonly #given: Given
  readonly #ended = new AbortController()
  readonly #ear: Ear
  readonly #plates: PlateQueue
  #running: Promise<unknown> = Promise.resolve()
  #others: Promise<void> = Promise.resolve()
  #nextId: number
  /** How far the camera's clock is ahead. */
  clockOffMs = 0

  constructor(given: Given) {
    const { clock, obey, refused, changed, device, urls, timing, line, faults } = given
    this.#given = given
    this.#nextId = given.firstRecordId
    const onlineChanged = (online: boolean) => {
      if (online) this.#plates.resume()
      changed()
    }
    this.#ear = new Ear({ now: () => clock.now(), obey, refused, onlineChanged })
    const url = urls.plate
    this.#plates = new PlateQueue({ device, url, timing, line, faults, changed, ear: this.#ear, ...this.#life })
  }

  start(): void {
    const { device, password, urls, heartbeats: mode, timing, line } = this.#given
    const heartbeat = { device, password, url: urls.heartbeat, mode, timing, line, ear: this.#ear, ...this.#life }
    this.#running = Promise.all([this.#plates.run(), beat(heartbeat)])
  }

  get online(): boolean {
    return this.#ear.online
  }
  get stored(): number {
    return this.#plates.stored
  }
  get unsent(): number {
    return this.#plates.unsent
  }

  /** Takes a picture; it is sent, or kept, from then on. Its record number. */
  take(vehicle: Vehicle, trigger: Trigger): number {
    const id = this.#nextId
    this.#nextId += 1
    this.#plates.add({ id, takenAt: this.#given.clock.now() + this.clockOffMs, trigger, vehicle })
    return id
  }

  input(input: number, on: boolean): void {
    const { device, urls } = this.#given
    const message = inputMessage(device, input, on)
    this.#inOrder({ kind: 'input' }, jsonPost(urls.input, `input ${input} ${on ? 'on' : 'off'}`, message))
  }

  serialIn(port: number, bytes: Buffer): void {
    const { device, urls } = this.#given
    if (urls.serial === null) return
    const message = serialMessage(device, port, bytes)
    this.#inOrder({ kind: 'serial' }, jsonPost(urls.serial, `serial port ${port}: ${bytes.toString('hex')}`, message))
  }

  /** What was under way is cut by whoever closes the line. */
  async close(): Promise<void> {
    this.#ended.abort()
    this.#ear.close()
    this.#plates.close()
    await this.#running
    await this.#others
  }

  /** What is no plate result: in its order, repeated, given up in the end. */
  #inOrder(to: AnswerTo, what: Outgoing): void {
    const { line, timing } = this.#given
    const { isOver, rest } = this.#life
    const send = async () => {
      for (let attempt = 0; attempt <= timing.resends && !isOver(); attempt += 1) {
        if (await line.send(what, (posted) => this.#ear.hearOnly(posted, to))) return
        if (attempt < timing.resends) await rest(timing.resendMs)
      }
    }
    this.#others = this.#others.then(send)
  }

  get #life() {
    const { signal } = this.#ended
    return {
      isOver: () => signal.aborted,
      rest: (ms: number): Promise<unknown> =>
        ms > 0 ? sleep(ms, undefined, { signal }).catch(() => {}) : Promise.resolve(),
    }
  }
}
