import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import { err, type Result } from '@lanepay/domain/result.ts'
import { DigestHttp, type HttpOptions } from '../digest-http.ts'
import type { ConnectCamera, ConnectedCamera, LaneEars, LaneGate, LaneOrders, Obeyed } from '../lane-device.ts'
import { openPartStream } from '../part-stream.ts'
import { type Line, StandingLine, usualPauses } from '../standing-line.ts'
import { askSerial, openStrobe, probeDevice } from './device.ts'
import { Snaps, saidBy } from './snaps.ts'

export type DahuaDevice = HttpOptions & {
  /** Its serial number, for its events name nobody. 1 to 64 visible ASCII characters. */
  readonly serial: string
  /** Whose events and relay. Default 1. */
  readonly channel?: number
}

/** Marked †: not stated by any public source and to be confirmed on the real equipment. */
export type DahuaOptions = DahuaDevice & {
  /** † How Chinese is written in its events. Default utf-8. */
  readonly encoding?: 'utf-8' | 'gbk'
  /** Without a byte for so long, heartbeats included, the line is taken for dead. Default 15 s: three heartbeats. */
  readonly silentMs?: number
  /** Before the second try to connect; each further one waits twice as long. Default 500 ms. */
  readonly firstPauseMs?: number
  /** Default 10 s. */
  readonly mostPauseMs?: number
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
  readonly clock?: Clock
}

/** What is listened to (lot-devices.md 2.9). */
export const streamPath = (channel: number): string =>
  `/cgi-bin/snapManager.cgi?action=attachFileProc&channel=${channel}&heartbeat=5&Flags[0]=Event&Events=[TrafficJunction]`

/**
 * A Dahua camera that we connect to (lot-devices.md 2.9): its snapshot stream is heard, its relay is closed by `openStrobe`. It has
 * no memory to ask and no words for a display or a loudspeaker that any public source states, so orders to show or to say alone are
 * `unreached`.
 *
 * @throws RangeError when an option is out of its range.
 */
export function dahuaCamera(options: DahuaOptions): ConnectCamera {
  const { silentMs = 15_000 } = options
  const setup = { ...options, silentMs, channel: checkedChannel(options) }
  if (!(Number.isInteger(silentMs) && silentMs >= 1)) throw new RangeError('silentMs is a whole number from 1')
  return (ears) => new DahuaCamera(ears, setup)
}

/** The relay of a Dahua camera that only posts, on a line of its own. @throws RangeError for an option out of range. */
export function dahuaGate(options: DahuaDevice): LaneGate {
  const channel = checkedChannel(options)
  const http = new DigestHttp(options)
  return {
    open: () => openStrobe(http, channel),
    probe: () => probeDevice(http, options.serial),
    close: async () => http.close(),
  }
}

/** A wrong option is told here, not to the lane later. */
function checkedChannel(options: DahuaDevice): number {
  const { serial, channel = 1 } = options
  if (!(Number.isInteger(channel) && channel >= 1 && channel <= 999)) throw new RangeError('channel is 1 to 999')
  if (!/^[\x21-\x7e]{1,64}$/.test(serial)) throw new RangeError('serial is 1 to 64 visible ASCII characters')
  new DigestHttp(options)
  return channel
}

type Setup = DahuaOptions & { readonly channel: number; readonly silentMs: number }

class DahuaCamera implements ConnectedCamera {
  readonly #ears: LaneEars
  readonly #setup: Setup
  readonly #http: DigestHttp
  readonly #clock: Clock
  readonly #standing: StandingLine<Line>

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
    if (openGate) return openStrobe(this.#http, this.#setup.channel)
    return show === undefined && say === undefined ? 'told' : 'unreached'
  }

  probe() {
    return probeDevice(this.#http, this.#setup.serial)
  }

  reconnect(because: string): void {
    this.#standing.renew(because)
  }

  async missed(): Promise<number | null> {
    return null
  }

  async close(): Promise<void> {
    const closed = this.#standing.close()
    // A try that is under way is over with it.
    this.#http.close()
    await closed
  }

  async #open(): Promise<Result<Line, string>> {
    const { channel, silentMs, serial, encoding = 'utf-8', overseasPlates: overseas = false } = this.#setup
    const found = await askSerial(this.#http)
    if (!found.ok) return err(found.error.kind === 'answer' ? `status ${found.error.status}` : found.error.because)
    if (found.value !== null && found.value !== serial) return err(`it is ${found.value}, not ${serial}`)
    const snaps = new Snaps({ overseas, encoding, now: () => performance.now() })
    return openPartStream({
      http: this.#http,
      path: streamPath(channel),
      silentMs,
      fault: (fault) => this.#ears.fault(fault),
      part: (part) => {
        for (const snap of snaps.take(part)) this.#ears.says(saidBy(snap, serial, this.#clock.now()))
      },
    })
  }
}
