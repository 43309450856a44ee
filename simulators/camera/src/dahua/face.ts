import type http from 'node:http'
import type { Face, FaceGiven, MakeFace, Network, Record as Taken, Trigger } from '../face.ts'
import { gbkBytes } from '../gbk.ts'
import { DigestGuard, type GuardOptions } from '../hikvision/digest-guard.ts'
import { type CallTrouble, letIn } from '../hikvision/let-in.ts'
import { Plug } from '../hikvision/plug.ts'
import { PushLine } from '../hikvision/push.ts'
import type { Vehicle } from '../lane-state.ts'
import { Mail } from '../mail.ts'
import { nothingOrdered } from '../orders.ts'
import { pictureOf } from '../picture.ts'
import { must, Refused } from '../refused.ts'
import { eventText, heartbeatText, isTrueResult, keepAlive, streamParts, timeText, tollgateInfo } from './messages.ts'

export type DahuaFaceOptions = GuardOptions & {
  /** 0 takes one that is free. */
  readonly port: number
  readonly listening?: (port: number) => void
  /** Posts to this server by ITSAPI instead of having itself listened to: an address for all, or its host and port alone. */
  readonly host?: {
    readonly url: string
    /** Posts to its usual paths under this address, as a camera without a setting for them does. Default false. */
    readonly usualPaths?: boolean
    readonly answerWithinMs?: number
  }
  /** Default `Events` in UTF-8, and it knows its serial number. */
  readonly writing?: {
    readonly prefix?: 'Events' | 'ReturnEvents'
    readonly encoding?: 'utf-8' | 'gbk'
    readonly saysSerial?: boolean
  }
  /** From one heartbeat to the next. Default 5 s. */
  readonly beatMs?: number
  readonly trouble?: CallTrouble
  /** The time stamp of each record's frame. */
  readonly stamped?: (recordId: number, pts: number) => void
}

/** A Dahua camera (lot-devices.md 2.9): digest everywhere, a snapshot stream or posts by ITSAPI, a relay. */
export const dahuaFace =
  (options: DahuaFaceOptions): MakeFace =>
  (given) =>
    new DahuaFace(given, options)

const streamQuery = 'action=attachFileProc&channel=1&heartbeat=5&Flags[0]=Event&Events=[TrafficJunction]'
const openQuery = /^action=openStrobe&channel=1&info\.openType=Normal&info\.plateNumber=[^&]*$/
const firstPts = 42_949_485_818

class DahuaFace implements Face {
  readonly #given: FaceGiven
  readonly #options: DahuaFaceOptions
  readonly #guard: DigestGuard
  readonly #plug: Plug
  readonly #posts: { readonly plates: PushLine; readonly alive: PushLine } | null
  readonly #mail: Mail
  readonly #streams = new Set<http.ServerResponse>()
  #nextId: number
  clockOffMs = 0

  constructor(given: FaceGiven, options: DahuaFaceOptions) {
    this.#given = given
    this.#options = options
    this.#guard = new DigestGuard(options)
    this.#plug = new Plug(options.port, (request, response) => void this.#take(request, response))
    const { host } = options
    const to = (path: string) => {
      const { url = '', usualPaths = false, answerWithinMs = 5_000 } = host ?? {}
      const address = usualPaths ? `${url}/NotificationInfo/${path}` : url
      return new PushLine(given, { url: address, answerWithinMs, isAnswer: isTrueResult })
    }
    this.#posts = host ? { plates: to('TollgateInfo'), alive: to('KeepAlive') } : null
    this.#nextId = given.firstRecordId
    this.#mail = new Mail({
      ...given,
      beatMs: options.beatMs ?? 5_000,
      send: (record) => this.#send(record),
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
    if (!this.#posts) return
    this.#posts.plates.network = network
    this.#posts.alive.network = network
  }
  get online(): boolean {
    return this.#posts ? this.#posts.alive.online : this.#isHeard()
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
    this.#options.stamped?.(id, firstPts + id)
    this.#mail.add({ id, takenAt: this.#now(), trigger, vehicle })
    return id
  }

  /** Its inputs and its serial line are its own. */
  input(): void {}
  serialIn(): void {}

  junk(bytes: Buffer): void {
    const shown = bytes.toString('hex')
    if (this.#posts) void this.#posts.plates.post('junk', 'application/json', bytes, shown)
    else this.#write(streamParts([{ type: 'text/plain', bytes }]))
  }

  async close(): Promise<void> {
    const ended = this.#mail.close()
    this.#plug.close()
    this.#posts?.plates.close()
    this.#posts?.alive.close()
    await ended
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

  /** A stream has no memory: what nobody listens to is gone. What was posted and not heard is posted again as it was. */
  async #send(record: Taken): Promise<boolean> {
    const { device, clock, name, tell } = this.#given
    const title = `plate ${record.vehicle.plateText ?? 'none'}, record ${record.id}`
    const picture = pictureOf(record.vehicle)
    if (this.#posts) {
      const message = (bytes: Buffer): string => JSON.stringify(tollgateInfo(device, record, bytes))
      const body = Buffer.from(message(picture))
      return this.#posts.plates.post(title, 'application/json', body, message(Buffer.alloc(0)))
    }
    const { prefix = 'Events', encoding = 'utf-8' } = this.#options.writing ?? {}
    const text = eventText(record, firstPts + record.id, prefix)
    const event = { type: 'text/plain', bytes: encoding === 'gbk' ? gbkBytes(text) : Buffer.from(text) }
    const isHeard = this.#write(streamParts([event, { type: 'image/jpeg', bytes: picture }]))
    const to = isHeard ? 'lot-agent' : name
    tell({ at: clock.now(), wire: 'camera', from: name, to, title, detail: { body: text } })
    return true
  }

  async #beat(): Promise<boolean> {
    if (!this.#posts) {
      this.#write(streamParts([{ type: 'text/plain', bytes: Buffer.from(heartbeatText) }]))
      return false
    }
    const text = JSON.stringify(keepAlive(this.#given.device))
    return this.#posts.alive.post('keep alive', 'application/json', Buffer.from(text), text)
  }

  #take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const refused = ({ field, rule }: { readonly field: string; readonly rule: string }) =>
      this.#given.refused({ at: this.#given.clock.now(), to: { kind: 'command' }, field, rule })
    return letIn(request, response, {
      guard: this.#guard,
      trouble: this.#options.trouble,
      refused,
      take: () => {
        try {
          const answer = this.#answer(request)
          if (answer === 'stream') this.#stream(response)
          else if (answer === 'open') this.#open(response)
          else response.writeHead(200, { 'content-type': 'text/plain' }).end(answer)
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          refused(error)
          response.writeHead(400).end('Error\r\nBad Request!\r\n')
        }
      },
    })
  }

  /** The text of the answer, `stream` or `open`. @throws Refused */
  #answer({ method, url = '' }: http.IncomingMessage): string {
    must(method === 'GET', 'method', 'is GET')
    const [path, query = ''] = decodeURI(url).split('?')
    const { device } = this.#given
    switch (path) {
      case '/cgi-bin/snapManager.cgi':
        must(query === streamQuery, 'query', `is ${streamQuery}`)
        return 'stream'
      case '/cgi-bin/trafficSnap.cgi':
        must(openQuery.test(query), 'query', 'opens a strobe')
        return 'open'
      case '/cgi-bin/magicBox.cgi':
        if (query === 'action=getSoftwareVersion') return 'version=2.800.0000000.1.R,build:2026-01-05\r\n'
        must(query === 'action=getSerialNo', 'query', 'asks for the serial number')
        if (this.#options.writing?.saysSerial === false) return 'Error\r\nNot Implemented!\r\n'
        return `sn=${device.serial}\r\n`
      case '/cgi-bin/global.cgi':
        must(query === 'action=getCurrentTime', 'query', 'asks for the time')
        return timeText(this.#now())
    }
    throw new Refused('path', 'is known')
  }

  #stream(response: http.ServerResponse): void {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=myboundary' })
    response.flushHeaders()
    this.#streams.add(response)
    response.on('close', () => {
      this.#streams.delete(response)
      this.#given.changed()
    })
    this.#given.changed()
  }

  #open(response: http.ServerResponse): void {
    const { trouble } = this.#options
    if (trouble?.failNext) {
      trouble.failNext = false
      response.writeHead(503).end('Error\r\n')
      return
    }
    this.#given.obey({ ...nothingOrdered, open: { output: 0 } }, { kind: 'command' })
    if (!trouble?.loseNextAnswer) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('OK\r\n')
      return
    }
    trouble.loseNextAnswer = false
    response.destroy()
  }
}
