import { setTimeout as sleep } from 'node:timers/promises'
import type { Face, FaceGiven, MakeFace, Network, Trigger } from '../face.ts'
import type { Vehicle } from '../lane-state.ts'
import type { AnswerTo } from '../orders.ts'
import { inputMessage, serialMessage } from '../vzlpr/messages.ts'
import { Ear } from './ear.ts'
import { jsonPost, Line, type Outgoing } from './exchange.ts'
import { beat, type HeartbeatTiming } from './heartbeat.ts'
import { PlateQueue, type PlateTiming } from './plate-queue.ts'

/** All in milliseconds of real time. */
export type VzlprHttpTiming = HeartbeatTiming &
  PlateTiming & {
    /** The camera waits so long for an answer; longer than a comet poll is held. */
    readonly answerWithinMs: number
  }

/** lot-devices.md 2.2 where it says. */
export const usualHttpTiming: VzlprHttpTiming = {
  pollMs: 100,
  heartbeatMs: 5_000,
  lostMs: 1_000,
  resends: 2,
  resendMs: 1_000,
  storedMs: 5_000,
  answerWithinMs: 5_000,
}

export type CameraUrls = {
  readonly plate: string
  readonly input: string
  readonly heartbeat: string
  /** Null where the camera keeps what comes in on its serial lines to itself. */
  readonly serial: string | null
}

export type VzlprHttpFaceOptions = {
  /** Where the camera posts everything to, unless `urls` says otherwise; http only, taken as it is. */
  readonly agentUrl: string
  /** Without `serial` the camera keeps to itself what its boards answer. */
  readonly urls?: Partial<CameraUrls>
  /** The camera's web login, which goes out in clear with every heartbeat. */
  readonly loginSecret?: string
  /** Default comet. */
  readonly heartbeats?: 'comet' | 'plain'
  readonly timing?: Partial<VzlprHttpTiming>
}

type Setup = {
  readonly password: string
  readonly urls: CameraUrls
  readonly heartbeats: 'comet' | 'plain'
  readonly timing: VzlprHttpTiming
}

/**
 * A VzLPR camera in HTTP push mode (lot-devices.md 2.2). It obeys answers as its own strict reading understands them.
 *
 * @throws RangeError when an address is no http address.
 */
export function vzlprHttpFace(options: VzlprHttpFaceOptions): MakeFace {
  const { agentUrl, loginSecret: password = 'admin', heartbeats = 'comet' } = options
  const urls = { plate: agentUrl, input: agentUrl, heartbeat: agentUrl, serial: null, ...options.urls }
  for (const url of Object.values(urls))
    if (url !== null && URL.parse(url)?.protocol !== 'http:') throw new RangeError('a camera posts to http addresses')
  const timing = { ...usualHttpTiming, ...options.timing }
  return (given) => new VzlprHttpFace(given, { password, urls, heartbeats, timing })
}

/** Plate results, inputs and serial bytes go out, a heartbeat keeps on. */
class VzlprHttpFace implements Face {
  readonly #given: FaceGiven
  readonly #setup: Setup
  readonly #ended = new AbortController()
  readonly #line: Line
  readonly #ear: Ear
  readonly #plates: PlateQueue
  #running: Promise<unknown> = Promise.resolve()
  #others: Promise<void> = Promise.resolve()
  #nextId: number
  clockOffMs = 0

  constructor(given: FaceGiven, setup: Setup) {
    const { clock, obey, refused, changed, device, faults, tell, name } = given
    const { urls, timing } = setup
    this.#given = given
    this.#setup = setup
    this.#nextId = given.firstRecordId
    this.#line = new Line({ clock, tell, name, answerWithinMs: timing.answerWithinMs })
    const onlineChanged = (online: boolean) => {
      if (online) this.#plates.resume()
      changed()
    }
    this.#ear = new Ear({ now: () => clock.now(), obey, refused, onlineChanged })
    const [line, ear, url] = [this.#line, this.#ear, urls.plate]
    this.#plates = new PlateQueue({ device, url, timing, line, faults, changed, ear, ...this.#life })
  }

  async start(): Promise<void> {
    const { password, urls, heartbeats: mode, timing } = this.#setup
    const [device, line, ear] = [this.#given.device, this.#line, this.#ear]
    const heartbeat = { device, password, url: urls.heartbeat, mode, timing, line, ear, ...this.#life }
    this.#running = Promise.all([this.#plates.run(), beat(heartbeat)])
  }

  get network(): Network {
    return this.#line.network
  }
  set network(network: Network) {
    this.#line.network = network
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

  take(vehicle: Vehicle, trigger: Trigger): number {
    const id = this.#nextId
    this.#nextId += 1
    this.#plates.add({ id, takenAt: this.#given.clock.now() + this.clockOffMs, trigger, vehicle })
    return id
  }

  input(input: number, on: boolean): void {
    const message = inputMessage(this.#given.device, input, on)
    this.#inOrder({ kind: 'input' }, jsonPost(this.#setup.urls.input, `input ${input} ${on ? 'on' : 'off'}`, message))
  }

  serialIn(port: number, bytes: Buffer): void {
    const { serial: url } = this.#setup.urls
    if (url === null) return
    const message = serialMessage(this.#given.device, port, bytes)
    this.#inOrder({ kind: 'serial' }, jsonPost(url, `serial port ${port}: ${bytes.toString('hex')}`, message))
  }

  junk(bytes: Buffer): void {
    const { plate: url } = this.#setup.urls
    const shown = bytes.toString('hex')
    this.#inOrder({ kind: 'input' }, { url, title: 'junk', contentType: 'application/json', body: bytes, shown })
  }

  async close(): Promise<void> {
    this.#ended.abort()
    this.#line.close()
    this.#ear.close()
    this.#plates.close()
    await this.#running
    await this.#others
  }

  /** What is no plate result: in its order, repeated, given up in the end. */
  #inOrder(to: AnswerTo, what: Outgoing): void {
    const { resends, resendMs } = this.#setup.timing
    const { isOver, rest } = this.#life
    const send = async () => {
      for (let attempt = 0; attempt <= resends && !isOver(); attempt += 1) {
        if (await this.#line.send(what, (posted) => this.#ear.hearOnly(posted, to))) return
        if (attempt < resends) await rest(resendMs)
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
