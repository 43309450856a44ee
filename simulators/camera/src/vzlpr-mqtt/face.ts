import { setTimeout as sleep } from 'node:timers/promises'
import mqtt, { type MqttClient } from 'mqtt'
import type { Face, FaceGiven, MakeFace, Network, Record, Trigger } from '../face.ts'
import type { Vehicle } from '../lane-state.ts'
import { Outbox } from '../outbox.ts'
import { Refused } from '../refused.ts'
import { newerProfile, type Spelling } from './newer.ts'
import { olderProfile } from './older.ts'
import type { Profile, Said } from './profile.ts'

/** All in milliseconds of real time. */
export type VzlprMqttFaceTiming = {
  /** From one sign of life to the next. */
  readonly aliveMs: number
  /** Between tries to reach the broker. */
  readonly lostMs: number
  /** The broker takes what it is sent by then, or has not. */
  readonly takenMs: number
  /** Frames for a serial line that come closer than this are lost on it. */
  readonly serialGapMs: number
}
/** lot-devices.md 2.4; a tenth of the pause between frames is forgiven to the network. */
const usualTiming: VzlprMqttFaceTiming = { aliveMs: 10_000, lostMs: 1_000, takenMs: 5_000, serialGapMs: 360 }

export type VzlprMqttFaceOptions = {
  readonly broker: { readonly url: string; readonly username?: string; readonly password?: string }
  /** Default newer. */
  readonly profile?: 'newer' | 'older'
  /** How the newer profile spells its topics. Default device first. */
  readonly spelling?: Spelling
  readonly timing?: Partial<VzlprMqttFaceTiming>
}

/** A VzLPR camera at a broker (lot-devices.md 2.4). What it could not send it sends as stored when it is back. */
export const vzlprMqttFace =
  (options: VzlprMqttFaceOptions): MakeFace =>
  (given) => {
    const { profile = 'newer', spelling = 'device-first' } = options
    const make = profile === 'newer' ? newerProfile(spelling) : olderProfile
    return new VzlprMqttFace(given, options, make(given.device))
  }

class VzlprMqttFace implements Face {
  readonly #given: FaceGiven
  readonly #options: VzlprMqttFaceOptions
  readonly #profile: Profile
  readonly #timing: VzlprMqttFaceTiming
  readonly #ended = new AbortController()
  readonly #outbox: Outbox
  #client: MqttClient | null = null
  #alive: NodeJS.Timeout | undefined
  #network: Network = 'up'
  #stored: readonly Record[] = []
  #replaying: Promise<void> = Promise.resolve()
  #nextId: number
  #lastFrameAt = Number.NEGATIVE_INFINITY
  clockOffMs = 0

  constructor(given: FaceGiven, options: VzlprMqttFaceOptions, profile: Profile) {
    const { faults, changed } = given
    this.#given = given
    this.#options = options
    this.#profile = profile
    this.#timing = { ...usualTiming, ...options.timing }
    this.#nextId = given.firstRecordId
    this.#outbox = new Outbox({
      faults,
      changed,
      send: (record) => this.#sendPlate(record, false),
      keep: (record) => {
        this.#stored = [...this.#stored, record]
      },
      rest: (ms) => this.#rest(ms),
    })
  }

  async start(): Promise<void> {
    this.#connect()
    this.#alive = setInterval(() => this.#send(this.#profile.alive(this.#now())), this.#timing.aliveMs)
  }

  get network(): Network {
    return this.#network
  }
  set network(network: Network) {
    const was = this.#network
    this.#network = network
    if (network === 'down') this.#hangUp()
    else if (was === 'down') this.#connect()
  }
  get online(): boolean {
    return this.#client?.connected ?? false
  }
  get stored(): number {
    return this.#stored.length
  }
  get unsent(): number {
    return this.#outbox.unsent
  }

  take(vehicle: Vehicle, trigger: Trigger): number {
    const id = this.#nextId
    this.#nextId += 1
    this.#outbox.add({ id, takenAt: this.#now(), trigger, vehicle })
    return id
  }

  input(input: number, on: boolean): void {
    this.#send(this.#profile.input(input, on, this.#now()))
  }

  serialIn(port: number, bytes: Buffer): void {
    this.#send(this.#profile.serialIn(port, bytes, this.#now()))
  }

  junk(bytes: Buffer): void {
    this.#client?.publish(this.#profile.loudest, bytes, { qos: 1 })
  }

  async close(): Promise<void> {
    this.#ended.abort()
    clearInterval(this.#alive)
    this.#hangUp()
    await this.#outbox.close()
    await this.#replaying
  }

  #now(): number {
    return this.#given.clock.now() + this.clockOffMs
  }

  async #rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#ended.signal }).catch(() => {})
  }

  #connect(): void {
    const { url, username, password } = this.#options.broker
    const { device, changed } = this.#given
    const client = mqtt.connect(url, {
      clientId: device.serial,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      clean: true,
      protocolVersion: 4,
      reconnectPeriod: this.#timing.lostMs,
      queueQoSZero: false,
    })
    this.#client = client
    client.on('connect', () => {
      ;(client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true)
      client.subscribe(this.#profile.hears, { qos: 1 }, () => {
        this.#send(this.#profile.alive(this.#now()))
        this.#replaying = this.#replaying.then(() => this.#replay())
        changed()
      })
    })
    client.on('message', (topic, payload) => this.#hear(topic, payload))
    client.on('close', changed)
    client.on('error', changed) // it tries again by itself
  }

  #hangUp(): void {
    this.#client?.end(true)
    this.#client = null
  }

  /** Whether the broker took it. Over a half dead line nobody ever says so. */
  async #send(said: Said | null): Promise<boolean> {
    const client = this.#client
    if (!said || !client?.connected) return false
    const { signal } = this.#ended
    const late = sleep(this.#timing.takenMs, false, { signal, ref: false }).catch(() => false)
    if (this.#network === 'half-dead') return late
    const payload = JSON.stringify(said.message)
    const taken = new Promise<boolean>((resolve) =>
      client.publish(said.topic, payload, { qos: 1 }, (error) => resolve(!error)),
    )
    return Promise.race([taken, late])
  }

  async #sendPlate(record: Record, stored: boolean): Promise<boolean> {
    const { clock, name, tell } = this.#given
    const isTaken = await this.#send(this.#profile.plate(record, stored, this.#now()))
    const { id, trigger, vehicle } = record
    const title = `${stored ? 'stored ' : ''}plate ${vehicle.plateText ?? 'none'}, record ${id}, ${trigger}`
    if (isTaken) tell({ at: clock.now(), wire: 'camera', from: name, to: 'lot-agent', title })
    return isTaken
  }

  /** Oldest first, for as long as the broker takes them. */
  async #replay(): Promise<void> {
    for (let [oldest] = this.#stored; oldest; [oldest] = this.#stored) {
      const record = oldest
      if (!(await this.#sendPlate(record, true))) return
      this.#stored = this.#stored.filter((one) => one !== record)
      this.#given.changed()
    }
  }

  #hear(topic: string, payload: Buffer): void {
    if (this.#network !== 'up') return
    const { clock, obey, refused } = this.#given
    try {
      const { orders, reply } = this.#profile.hear(topic, payload, this.#now())
      const now = performance.now()
      if (orders && orders.serial.length > 0) {
        if (now - this.#lastFrameAt < this.#timing.serialGapMs)
          throw new Refused('serialData', 'leaves the board its time')
        this.#lastFrameAt = now
      }
      if (orders) obey(orders, { kind: 'command' })
      this.#send(reply)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refused({ at: clock.now(), to: { kind: 'command' }, field: error.field, rule: error.rule })
      this.#send(this.#profile.refuse(topic, payload, this.#now()))
    }
  }
}
