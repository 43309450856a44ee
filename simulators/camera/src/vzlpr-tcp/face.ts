import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Face, FaceGiven, MakeFace, Network, Record as Taken, Trigger } from '../face.ts'
import type { Message } from '../fields.ts'
import type { Vehicle } from '../lane-state.ts'
import { nothingOrdered } from '../orders.ts'
import { Outbox } from '../outbox.ts'
import { must, Refused } from '../refused.ts'
import { picturesOf } from '../vzlpr/messages.ts'
import { readCommand, type Subscription, type Told } from './commands.ts'
import { Connection } from './connection.ts'
import { Memory } from './memory.ts'
import { answer, result } from './messages.ts'

/** All in milliseconds of real time. */
export type VzlprTcpFaceTiming = {
  readonly beatMs: number
  /** Whoever has said nothing for so long, no heartbeat either, is hung up on. */
  readonly silenceMs: number
  /** Frames for a serial line that come closer than this are lost on it. */
  readonly serialGapMs: number
}
/** lot-devices.md 2.3 and 4; a tenth of the pause is forgiven to the network. */
const usualTiming: VzlprTcpFaceTiming = { beatMs: 5_000, silenceMs: 20_000, serialGapMs: 360 }

export type VzlprTcpFaceOptions = {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0 takes one that is free. */
  readonly port: number
  readonly listening?: (port: number) => void
  /** What it says when it is asked for its number. Default the lane's. */
  readonly serialSaid?: string
  readonly timing?: Partial<VzlprTcpFaceTiming>
}

/** Names and values, or a whole frame where more than that is said. */
type Answer = Buffer | Readonly<Record<string, unknown>>
/** Some commands have no answer. */
const silence: Answer = {}

/** A VzLPR camera that listens on a port (lot-devices.md 2.3) and obeys commands as its own strict reading understands them. */
export const vzlprTcpFace =
  (options: VzlprTcpFaceOptions): MakeFace =>
  (given) =>
    new VzlprTcpFace(given, options)

class VzlprTcpFace implements Face {
  readonly #given: FaceGiven
  readonly #options: VzlprTcpFaceOptions
  readonly #timing: VzlprTcpFaceTiming
  readonly #ended = new AbortController()
  readonly #memory = new Memory()
  readonly #outbox: Outbox
  readonly #connections = new Set<Connection>()
  readonly #inputs = new Set<number>()
  #server: net.Server | null = null
  #port: number
  #network: Network = 'up'
  #nextId: number
  #lastFrameAt = Number.NEGATIVE_INFINITY
  /** Nobody answered when it asked whether somebody was there. */
  #unanswered = false
  clockOffMs = 0

  constructor(given: FaceGiven, options: VzlprTcpFaceOptions) {
    const { faults, changed } = given
    const { signal } = this.#ended
    this.#given = given
    this.#options = options
    this.#timing = { ...usualTiming, ...options.timing }
    this.#port = options.port
    this.#nextId = given.firstRecordId
    this.#outbox = new Outbox({
      faults,
      changed,
      send: async (record) => this.#push(record),
      keep: (record) => this.#memory.keep(record),
      rest: (ms) => sleep(ms, undefined, { signal }).catch(() => {}),
    })
  }

  async start(): Promise<void> {
    await this.#listen()
    this.#options.listening?.(this.#port)
  }

  get network(): Network {
    return this.#network
  }
  set network(network: Network) {
    const was = this.#network
    this.#network = network
    if (network === 'down') this.#hangUp()
    else if (was === 'down') void this.#listen()
  }
  get online(): boolean {
    return this.#subscribers.length > 0 && !this.#unanswered
  }
  get stored(): number {
    return this.#memory.unheard
  }
  get unsent(): number {
    return this.#outbox.unsent
  }

  take(vehicle: Vehicle, trigger: Trigger): number {
    const id = this.#nextId
    this.#nextId += 1
    this.#outbox.add({ id, takenAt: this.#given.clock.now() + this.clockOffMs, trigger, vehicle })
    return id
  }

  /** Nobody is told: whoever wants to know asks. */
  input(input: number, on: boolean): void {
    if (on) this.#inputs.add(input)
    else this.#inputs.delete(input)
  }

  /** How such a camera passes on what comes in is not printed. */
  serialIn(): void {}

  junk(bytes: Buffer): void {
    for (const connection of this.#connections) connection.send(bytes)
  }

  async close(): Promise<void> {
    this.#ended.abort()
    this.#hangUp()
    await this.#outbox.close()
  }

  get #subscribers(): readonly Connection[] {
    return [...this.#connections].filter(({ subscription }) => subscription !== null)
  }

  async #listen(): Promise<void> {
    const server = net.createServer((socket) => this.#connected(socket))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, this.#options.host ?? '127.0.0.1', resolve)
    })
    this.#port = (server.address() as net.AddressInfo).port
  }

  #hangUp(): void {
    this.#server?.close()
    this.#server = null
    for (const connection of this.#connections) connection.end()
  }

  #connected(socket: net.Socket): void {
    const connection = new Connection({
      ...this.#timing,
      socket,
      isMute: () => this.#network !== 'up',
      command: (from, seq, command) => this.#hear(from, seq, command),
      refused: (refusal) => this.#refuse(refusal),
      gone: (one) => {
        if (this.#connections.delete(one)) this.#given.changed()
      },
    })
    this.#connections.add(connection)
  }

  /** False: nobody has asked for results. What a half dead line does to them it does not notice. */
  #push(record: Taken): boolean {
    this.#memory.keep(record)
    const subscribers = this.#subscribers
    for (const one of subscribers) one.send(result(0, record, one.subscription!.format, one.subscription!.pictures))
    if (subscribers.length === 0) return false
    this.#memory.heard(record)
    this.#tell('camera', `plate ${record.vehicle.plateText ?? 'none'}, record ${record.id}, ${record.trigger}`)
    return true
  }

  #hear(from: Connection, seq: number, command: Message): void {
    const said = this.#understood(() => this.#obey(readCommand(command), from, seq)) ?? { state_code: 400 }
    if (Buffer.isBuffer(said)) from.send(said)
    else if (said !== silence) from.send(answer(seq, { cmd: command.cmd, ...said }))
  }

  /** What it answers. */
  #obey(told: Told, from: Connection, seq: number): Answer {
    const { clock, device, obey } = this.#given
    switch (told.cmd) {
      case 'getsn':
        return { value: this.#options.serialSaid ?? device.serial }
      case 'get_device_timestamp':
        return { timestamp: Math.floor((clock.now() + this.clockOffMs) / 1000) }
      case 'set_time':
        this.clockOffMs = told.at - clock.now()
        return { state_code: 200 }
      case 'ivsresult':
        from.subscription = told.subscription
        this.#unanswered = false
        return { state_code: 200 }
      case 'getivsresult':
        return this.#recordFor(seq, this.#memory.last, told.subscription)
      case 'get_max_rec_id':
        return { max_id: this.#memory.lastId }
      case 'get_record':
        return this.#recordFor(seq, this.#memory.find(told.id), told.subscription)
      case 'get_image': {
        const record = this.#memory.find(told.id)
        if (!record) return { state_code: 404 }
        const { full } = picturesOf(record.vehicle)
        return answer(seq, { cmd: told.cmd, size: full.length }, full)
      }
      case 'trigger':
        obey({ ...nothingOrdered, look: true }, { kind: 'command' })
        return { state_code: 200 }
      case 'ioctl':
        this.#tell('lot-agent', `ioctl ${JSON.stringify(told.orders.output)}`)
        obey(told.orders, { kind: 'command' })
        return silence
      case 'get_gpio_value':
        return { value: this.#inputs.has(told.gpio + 1) ? 1 : 0 }
      case 'ttransmission':
        return this.#serial(told, from)
      case 'reg_offline_check':
        from.checkEvery(told.intervalMs, () => this.#isAnybodyThere(from))
        return { cmd: 'offline', response: 'ok' }
      case 'response_online':
        this.#unanswered = false
        return silence
      case 'unknown':
        return { state_code: 405 }
    }
  }

  #recordFor(seq: number, record: Taken | null, { format, pictures }: Subscription): Answer {
    if (!record) return { state_code: 404 }
    this.#memory.heard(record)
    return result(seq, record, format, pictures)
  }

  #serial(told: Extract<Told, { cmd: 'ttransmission' }>, from: Connection): Answer {
    if (told.subcmd !== 'send') {
      from.port = told.subcmd === 'init' ? told.port : null
      return { subcmd: told.subcmd, response: 'ok' }
    }
    must(from.port === told.port, 'comm', 'is the line that was opened')
    const now = performance.now()
    must(now - this.#lastFrameAt >= this.#timing.serialGapMs, 'send', 'leaves the board its time')
    this.#lastFrameAt = now
    this.#given.obey({ ...nothingOrdered, serial: [{ port: told.port, bytes: told.bytes }] }, { kind: 'command' })
    return silence
  }

  #understood(obey: () => Answer): Answer | null {
    try {
      const said = obey()
      this.#given.changed()
      return said
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#refuse(error)
      return null
    }
  }

  #isAnybodyThere(connection: Connection): void {
    // Nobody has answered the last time it asked.
    if (this.#unanswered) this.#given.changed()
    this.#unanswered = true
    connection.send(answer(0, { cmd: 'offline' }))
  }

  #refuse({ field, rule }: Refused): void {
    this.#given.refused({ at: this.#given.clock.now(), to: { kind: 'command' }, field, rule })
  }

  #tell(from: 'camera' | 'lot-agent', title: string): void {
    const { clock, name, tell } = this.#given
    const [sender, to] = from === 'camera' ? [name, 'lot-agent'] : ['lot-agent', name]
    tell({ at: clock.now(), wire: 'camera', from: sender, to, title })
  }
}
