import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { DigestHttp, type HttpOptions } from '../digest-http.ts'
import type { ConnectCamera, ConnectedCamera, LaneEars, LaneOrders, LaneSays, Obeyed } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import type { Part } from '../multipart.ts'
import { openPartStream } from '../part-stream.ts'
import { plateIn } from '../plate-in.ts'
import { type Line, StandingLine, usualPauses } from '../standing-line.ts'
import { probeDevice } from './device.ts'
import { openBarrier } from './gate.ts'
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
  new DigestHttp(options)
  return (ears) => new HikvisionCamera(ears, { ...options, channel, silentMs })
}

type Setup = HikvisionOptions & { readonly channel: number; readonly silentMs: number }

class HikvisionCamera implements ConnectedCamera {
  readonly #ears: LaneEars
  readonly #setup: Setup
  readonly #http: DigestHttp
  readonly #clock: Clock
  readonly #standing: StandingLine<Line>
  readonly #told = new Told()
  #serial = ''

  constructor(ears: LaneEars, setup: Setup) {
    this.#ears = ears
    this.#setup = setup
    this.#http = new DigestHttp(setup)
    this.#clock = setup.clock ?? systemClock
    this.#standing = new StandingLine({
      firstPauseMs: setup.firstPauseMs ?? 500,
      mostPauseMs: setup.mostPauseMs ?? usualPauses.mostPauseMs,
      open: () => this.#open(),
      link: (state, because) => ears.link(state, because),
    })
  }

  async obey({ openGate, show, say }: LaneOrders): Promise<Obeyed> {
    if (openGate) return openBarrier(this.#http, this.#setup.channel)
    return show === undefined && say === undefined ? 'told' : 'unreached'
  }

  probe() {
    return probeDevice(this.#http, this.#setup.channel)
  }

  reconnect(because: string): void {
    this.#standing.renew(because)
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
    const closed = this.#standing.close()
    // A try that is under way is over with it.
    this.#http.close()
    await closed
  }

  #open(): Promise<Result<Line, string>> {
    const overseas = this.#setup.overseasPlates ?? false
    const sightings = new Sightings({ overseas, now: () => performance.now() })
    return openPartStream({
      http: this.#http,
      path: alertStream,
      silentMs: this.#setup.silentMs,
      endsAt: alertEnd,
      fault: (fault) => this.#ears.fault(fault),
      part: (part) => {
        const sighting = sightings.take(part)
        if (sighting) this.#say(saidBy(sighting, this.#clock.now()))
      },
    })
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
