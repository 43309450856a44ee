import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import type { ConnectCamera, ConnectedCamera, LaneEars, LaneOrders, LaneSays, Obeyed } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { plateIn } from '../plate-in.ts'
import { probeDevice } from './device.ts'
import { openBarrier } from './gate.ts'
import { type HttpOptions, IsapiHttp, type Stream } from './http.ts'
import { boundaryIn, MultipartReader, type Part } from './multipart.ts'
import { platesAfter, platesPath, type RememberedPlate, readPlates } from './plates.ts'
import { Sightings, saidBy, wayOf } from './sightings.ts'
import { isAfter, nameBefore, Told } from './told.ts'

/** Marked †: not stated by any public source and to be confirmed on the real equipment. */
export type HikvisionOptions = HttpOptions & {
  /** Whose alerts and barrier. Default 1. */
  readonly channel?: number
  /** † Without a byte for so long, heartbeats included, the line is taken for dead. Default 60 s. */
  readonly silentMs?: number
  /** Before the second try to connect; each further one waits twice as long. Default 500 ms. */
  readonly firstPauseMs?: number
  /** Default 10 s. */
  readonly mostPauseMs?: number
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
  readonly clock?: Clock
}

const alertStream = '/ISAPI/Event/notification/alertStream'

/**
 * A Hikvision camera that we connect to (lot-devices.md 2.8): its alert stream is heard, its barrier is opened by PUT, its memory
 * of plates is polled. It has no words for a display or a loudspeaker that any public source states, so orders to show or to
 * say alone are `unreached`.
 *
 * @throws RangeError when an option is out of its range.
 */
export function hikvisionCamera(options: HikvisionOptions): ConnectCamera {
  const { channel = 1, silentMs = 60_000 } = options
  if (!(Number.isInteger(channel) && channel >= 1 && channel <= 999)) throw new RangeError('channel is 1 to 999')
  if (!(Number.isInteger(silentMs) && silentMs >= 1)) throw new RangeError('silentMs is a whole number from 1')
  // A wrong address is told here, not to the lane later.
  new IsapiHttp(options)
  return (ears) => new HikvisionCamera(ears, { ...options, channel, silentMs })
}

type Setup = HikvisionOptions & { readonly channel: number; readonly silentMs: number }

class HikvisionCamera implements ConnectedCamera {
  readonly #ears: LaneEars
  readonly #setup: Setup
  readonly #http: IsapiHttp
  readonly #clock: Clock
  readonly #closed = new AbortController()
  readonly #running: Promise<void>
  readonly #told = new Told()
  #serial = ''
  #drop: ((because: string) => void) | null = null
  #hurry = new AbortController()
  #linked: 'up' | 'down' | null = null

  constructor(ears: LaneEars, setup: Setup) {
    this.#ears = ears
    this.#setup = setup
    this.#http = new IsapiHttp(setup)
    this.#clock = setup.clock ?? systemClock
    this.#running = this.#run()
  }

  async obey({ openGate, show, say }: LaneOrders): Promise<Obeyed> {
    if (openGate) return openBarrier(this.#http, this.#setup.channel)
    return show === undefined && say === undefined ? 'told' : 'unreached'
  }

  probe() {
    return probeDevice(this.#http, this.#setup.channel)
  }

  reconnect(because: string): void {
    this.#drop?.(because)
    this.#hurry.abort()
  }

  async missed(after: string | null): Promise<number | null> {
    const answer = await this.#http.ask({ method: 'POST', path: platesPath, xml: platesAfter(nameBefore(after)) })
    if (answer.kind !== 'answer' || answer.status !== 200) return null
    try {
      const records = this.#told.named(readPlates(answer.body))
      const known = records.findIndex(({ recordId }) => recordId === after)
      const later = known >= 0 ? records.slice(known + 1) : records.filter(({ plate }) => isAfter(plate, after))
      if (later.length > 0) await this.#learnSerial()
      for (const { plate, recordId } of later) this.#say(this.#storedRead(plate, recordId))
      return later.length
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.#ears.fault(error.fault)
      return null
    }
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.#hurry.abort()
    this.#drop?.('closed')
    this.#http.close()
    await this.#running
  }

  async #run(): Promise<void> {
    const { firstPauseMs = 500, mostPauseMs = 10_000 } = this.#setup
    let pauseMs = firstPauseMs
    while (!this.#closed.signal.aborted) {
      this.#hurry = new AbortController()
      const { signal } = this.#hurry
      const opened = await this.#http.stream(alertStream)
      if (this.#closed.signal.aborted) return
      const since = performance.now()
      const because = opened.kind === 'stream' ? await this.#hear(opened) : opened.because
      if (this.#closed.signal.aborted) return
      this.#link('down', because)
      // A stream that stands for a moment only is as good as none.
      if (signal.aborted || performance.now() - since >= mostPauseMs) pauseMs = firstPauseMs
      if (signal.aborted) continue
      await sleep(pauseMs, undefined, { signal }).catch(() => {}) // somebody will not wait
      pauseMs = Math.min(pauseMs * 2, mostPauseMs)
    }
  }

  #link(state: 'up' | 'down', because: string): void {
    if (this.#linked === state) return
    this.#linked = state
    this.#ears.link(state, because)
  }

  /** Until the stream ends; why it did. */
  #hear({ response }: Stream): Promise<string> {
    const boundary = boundaryIn(response.headers['content-type'] ?? '')
    if (boundary === null) {
      response.destroy()
      return Promise.resolve('the answer is no multipart stream')
    }
    const onJunk = () => this.#ears.fault({ code: 'malformed', field: 'stream', rule: 'has nothing between its parts' })
    const reader = new MultipartReader({ boundary, endsAt: alertEnd, onJunk })
    const overseas = this.#setup.overseasPlates ?? false
    const sightings = new Sightings({ overseas, now: () => performance.now() })
    this.#link('up', 'alert stream')
    return new Promise((resolve) => {
      const end = (because: string) => {
        clearTimeout(silence)
        this.#drop = null
        response.destroy()
        resolve(because)
      }
      const silence = setTimeout(() => end('silent'), this.#setup.silentMs)
      this.#drop = end
      response.on('data', (bytes: Buffer) => {
        if (this.#drop !== end) return
        silence.refresh()
        try {
          for (const part of reader.feed(bytes)) this.#take(part, sightings)
        } catch (error) {
          if (!(error instanceof Malformed)) throw error
          this.#ears.fault(error.fault)
          end(error.message)
        }
      })
      response.on('error', (error: Error & { code?: string }) => end(error.code ?? error.message))
      response.on('close', () => end('the camera ended the stream'))
    })
  }

  /** A part that is no alert is a fault and no more: its length was right, so the next one can be found. */
  #take(part: Part, sightings: Sightings): void {
    try {
      const sighting = sightings.take(part)
      if (sighting) this.#say(saidBy(sighting, this.#clock.now()))
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.#ears.fault(error.fault)
    }
  }

  #say(says: LaneSays): void {
    if (says.serial !== '') this.#serial = says.serial
    if (says.kind === 'read') this.#told.add(says)
    this.#ears.says(says)
  }

  async #learnSerial(): Promise<void> {
    if (this.#serial !== '') return
    const probe = await this.probe()
    if (probe.ok) this.#serial = probe.value.serial ?? ''
  }

  #storedRead({ plateText, takenAt, direction }: RememberedPlate, recordId: string): LaneSays {
    return {
      kind: 'read',
      serial: this.#serial,
      recordId,
      plate: plateIn(plateText, { overseas: this.#setup.overseasPlates ?? false }),
      plateText,
      colour: 'unknown',
      confidence: null,
      takenAt,
      stored: true,
      trigger: 'unknown',
      ...wayOf(direction),
    }
  }
}

/** An alert without length is whole at its last tag: its vehicle does not wait for the next heartbeat to bring the boundary. */
export function alertEnd(content: Buffer, head: Part['head']): number | null {
  if (!/xml/i.test(head.get('content-type') ?? '')) return null
  const end = /<\/(?:[\w.-]+:)?EventNotificationAlert\s*>/.exec(content.toString('latin1'))
  return end ? end.index + end[0].length : null
}
