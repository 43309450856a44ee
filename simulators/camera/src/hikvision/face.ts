import type http from 'node:http'
import type { Face, FaceGiven, MakeFace, Network, Record as Taken, Trigger } from '../face.ts'
import type { Vehicle } from '../lane-state.ts'
import { Mail } from '../mail.ts'
import type { Orders } from '../orders.ts'
import { pictureOf } from '../picture.ts'
import { Refused } from '../refused.ts'
import { inputs } from '../road.ts'
import { nameIn, ordersIn } from './asked.ts'
import { DigestGuard, type GuardOptions } from './digest-guard.ts'
import {
  barrierDocument,
  deviceDocument,
  heartbeatAlert,
  type Picture,
  picNameOf,
  plateAlert,
  platesDocument,
  statusDocument,
  timeDocument,
  type Writing,
} from './documents.ts'
import { type CallTrouble, letIn } from './let-in.ts'
import { formOf, partsOf } from './parts.ts'
import { Plug } from './plug.ts'
import { type Push, PushLine } from './push.ts'

export type HikvisionFaceOptions = GuardOptions & {
  /** 0 takes one that is free. */
  readonly port: number
  readonly listening?: (port: number) => void
  /** Posts to this listening host instead of having itself listened to. */
  readonly host?: Push
  /** Default newer firmware, without a recorder. */
  readonly writing?: Partial<Writing>
  /** Line ends of the alert stream. Default CRLF. */
  readonly lineEnd?: '\r\n' | '\n'
  /** From one heartbeat to the next. Default 5 s. */
  readonly beatMs?: number
  /** Default all three. */
  readonly pictures?: readonly string[]
  readonly trouble?: CallTrouble
}

type Answer = { readonly status: number; readonly xml: string } | 'stream' | 'lost'

const channel = 1
const usualPictures = ['licensePlatePicture.jpg', 'vehiclePicture.jpg', 'detectionPicture.jpg']
const remembered = 5_000

/**
 * A Hikvision camera (lot-devices.md 2.8): digest everywhere, an alert stream or posts to a listening host, a memory of plates,
 * a barrier. The serial number of its lane is its MAC address.
 */
export const hikvisionFace =
  (options: HikvisionFaceOptions): MakeFace =>
  (given) =>
    new HikvisionFace(given, options)

class HikvisionFace implements Face {
  readonly #given: FaceGiven
  readonly #options: HikvisionFaceOptions
  readonly #guard: DigestGuard
  readonly #plug: Plug
  readonly #push: PushLine | null
  readonly #mail: Mail
  readonly #streams = new Set<http.ServerResponse>()
  #memory: readonly Taken[] = []
  #nextId: number
  #isArmUp = false
  clockOffMs = 0

  constructor(given: FaceGiven, options: HikvisionFaceOptions) {
    this.#given = given
    this.#options = options
    this.#guard = new DigestGuard(options)
    this.#plug = new Plug(options.port, (request, response) => void this.#take(request, response))
    this.#push = options.host ? new PushLine(given, options.host) : null
    this.#nextId = given.firstRecordId
    this.#mail = new Mail({
      ...given,
      beatMs: options.beatMs ?? 5_000,
      send: (record, stored) => this.#send(record, stored),
      beat: () => this.#beat(),
    })
  }

  async start(): Promise<void> {
    await this.#plug.plugIn()
    this.#options.listening?.(this.#plug.port)
    this.#mail.start()
  }

  get network(): Network {
    return this.#plug.network
  }
  set network(network: Network) {
    this.#plug.network = network
    if (this.#push) this.#push.network = network
  }
  get online(): boolean {
    return this.#push ? this.#push.online : this.#isHeard()
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
    const record = { id, takenAt: this.#now(), trigger, vehicle }
    this.#memory = [...this.#memory, record].slice(-remembered)
    this.#mail.add(record)
    return id
  }

  input(input: number, on: boolean): void {
    if (input === inputs.armUp) this.#isArmUp = on
  }

  /** Nothing of what comes in on its serial line is told to anybody. */
  serialIn(): void {}

  junk(bytes: Buffer): void {
    if (this.#push) void this.#push.post('junk', 'application/xml', bytes, bytes.toString('hex'))
    else this.#write(partsOf([{ type: 'application/xml', bytes }], this.#lineEnd))
  }

  async close(): Promise<void> {
    const ended = this.#mail.close()
    this.#plug.close()
    this.#push?.close()
    await ended
  }

  get #lineEnd(): '\r\n' | '\n' {
    return this.#options.lineEnd ?? '\r\n'
  }
  get #writing(): Writing {
    return { namespace: 'ver20', prefix: null, ...this.#options.writing }
  }
  #now(): number {
    return this.#given.clock.now() + this.clockOffMs
  }
  #isHeard(): boolean {
    return this.#plug.network === 'up' && this.#streams.size > 0
  }

  /** To whoever listens to the stream. */
  #write(bytes: Buffer): boolean {
    if (!this.#isHeard()) return false
    for (const stream of this.#streams) stream.write(bytes)
    return true
  }

  async #send(record: Taken, stored: boolean): Promise<boolean> {
    const pictures = this.#picturesOf(record)
    const xml = plateAlert(this.#given.device, channel, record, { stored, pictures, ...this.#writing })
    const title = `${stored ? 'stored ' : ''}plate ${record.vehicle.plateText ?? 'none'}, record ${record.id}`
    if (this.#push) {
      const { contentType, body } = formOf(xml, pictures)
      return this.#push.post(title, contentType, body, xml)
    }
    const { clock, name, tell } = this.#given
    const isHeard = this.#write(
      partsOf(
        [{ type: 'application/xml; charset="UTF-8"', bytes: Buffer.from(xml) }, ...pictures.map(asPart)],
        this.#lineEnd,
      ),
    )
    const to = isHeard ? 'lot-agent' : name
    tell({ at: clock.now(), wire: 'camera', from: name, to, title, detail: { body: xml } })
    return isHeard
  }

  #picturesOf({ vehicle }: Taken): readonly Picture[] {
    const bytes = pictureOf(vehicle)
    return (this.#options.pictures ?? usualPictures).map((fileName) => ({ fileName, bytes }))
  }

  /** A listening host takes what it has not heard; whoever listens to the stream asks for it. */
  async #beat(): Promise<boolean> {
    const xml = heartbeatAlert(this.#given.device, channel, this.#now(), this.#writing)
    const [type, bytes] = ['application/xml; charset="UTF-8"', Buffer.from(xml)]
    if (this.#push) return this.#push.post('heartbeat', type, bytes, xml)
    this.#write(partsOf([{ type, bytes, hasLength: false }], this.#lineEnd))
    return false
  }

  #take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    return letIn(request, response, {
      guard: this.#guard,
      trouble: this.#options.trouble,
      refused: (refused) => this.#refuse(refused),
      take: (body) => this.#give(this.#answered(request, body), response),
    })
  }

  #answered(request: http.IncomingMessage, body: string): Answer {
    try {
      return this.#answer(`${request.method} ${request.url}`, body, request)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#refuse(error)
      return { status: 400, xml: statusDocument(request.url ?? '', 5, 'Invalid XML Format') }
    }
  }

  #give(answer: Answer, response: http.ServerResponse): void {
    if (answer === 'lost') response.destroy()
    else if (answer === 'stream') this.#stream(response)
    else {
      const body = Buffer.from(answer.xml)
      const head = { 'content-type': 'application/xml; charset="UTF-8"', 'content-length': body.length }
      response.writeHead(answer.status, head).end(body)
    }
  }

  #refuse({ field, rule }: { readonly field: string; readonly rule: string }): void {
    this.#given.refused({ at: this.#given.clock.now(), to: { kind: 'command' }, field, rule })
  }

  /** @throws Refused */
  #answer(asked: string, body: string, { url = '', headers }: http.IncomingMessage): Answer {
    switch (asked) {
      case 'GET /ISAPI/Event/notification/alertStream':
        if (this.#push) break
        return 'stream'
      case 'POST /ISAPI/Traffic/channels/1/vehicleDetect/plates':
        return { status: 200, xml: platesDocument(this.#platesAfter(nameIn(body))) }
      case 'PUT /ISAPI/Parking/channels/1/barrierGate':
        return this.#move(ordersIn(headers['content-type'] ?? '', body), url)
      case 'GET /ISAPI/Parking/channels/1/barrierGate/barrierGateStatus':
        return { status: 200, xml: barrierDocument(this.#isArmUp ? 2 : 1) }
      case 'GET /ISAPI/System/deviceInfo':
        return { status: 200, xml: deviceDocument(this.#given.device) }
      case 'GET /ISAPI/System/time':
        return { status: 200, xml: timeDocument(this.#now()) }
    }
    return { status: 404, xml: statusDocument(url, 4, 'Invalid Operation') }
  }

  #stream(response: http.ServerResponse): void {
    response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=boundary' })
    response.flushHeaders()
    this.#streams.add(response)
    response.on('close', () => {
      this.#streams.delete(response)
      this.#given.changed()
    })
    this.#given.changed()
  }

  #platesAfter(picName: bigint): readonly Taken[] {
    const records = this.#memory.filter((record) => BigInt(picNameOf(record)) > picName)
    // What is asked for has been got, whenever it was taken.
    this.#mail.got(records)
    return records
  }

  #move(orders: Orders, url: string): Answer {
    const trouble = this.#options.trouble
    if (trouble?.failNext) {
      trouble.failNext = false
      return { status: 503, xml: statusDocument(url, 2, 'Device Busy') }
    }
    this.#given.obey(orders, { kind: 'command' })
    if (!trouble?.loseNextAnswer) return { status: 200, xml: statusDocument(url, 1, 'OK') }
    trouble.loseNextAnswer = false
    return 'lost'
  }
}

const asPart = ({ fileName, bytes }: Picture) => ({ type: 'image/jpeg', bytes, name: fileName })
