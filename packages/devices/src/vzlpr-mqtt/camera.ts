import { randomBytes } from 'node:crypto'
import { systemClock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ConnectCamera, ConnectedCamera, LaneEars, LaneOrders, Obeyed, Probe, ProbeFault } from '../lane-device.ts'
import { understood } from '../malformed.ts'
import { StandingLine, usualPauses } from '../standing-line.ts'
import { boardLine, FrameQueue, pulseOf, speakerOf, together, usualGapMs } from '../vzlpr.ts'
import { type MqttLine, openMqttLine, usualLineTiming } from './line.ts'
import { NewerProfile } from './newer-profile.ts'
import { OlderProfile } from './older-profile.ts'
import type { VzlprMqttOptions, VzlprMqttTiming } from './options.ts'
import { Presence } from './presence.ts'
import type { Profile, Setup } from './profile.ts'

export type { VzlprMqttOptions } from './options.ts'

/** The camera says about every 10 s that it is there, and is called off line after a minute (lot-devices.md 2.4). */
const usualTiming: VzlprMqttTiming = {
  ...usualLineTiming,
  ...usualPauses,
  silenceMs: 60_000,
  answerMs: 3_000,
  gapMs: usualGapMs,
}

/**
 * A VzLPR camera that is met at a broker, in either profile (lot-devices.md 2.4). The line stands once the camera itself has been
 * heard, and is lost when it is silent for a minute: a broker that is there says nothing about a camera.
 *
 * Orders to a camera that is not heard are not sent, for a broker may keep them and open the gate when nobody stands there any
 * more. In the newer profile an order is told when the camera says so; in the older one it says nothing, and every order that
 * went out is `unsure`. What a camera kept while it was off line it sends by itself, so there is nothing to ask in `missed`.
 *
 * @throws RangeError when an option is out of its range.
 */
export function vzlprMqttCamera(options: VzlprMqttOptions): ConnectCamera {
  const { serial, gate = {}, speaker, clock = systemClock, profile = 'newer' } = options
  if (!/^[\w-]{1,64}$/.test(serial))
    throw new RangeError('serial is 1 to 64 letters, digits, - and _: it is in a topic')
  if (!/^(mqtts?|wss?):$/.test(URL.parse(options.broker.url)?.protocol ?? ''))
    throw new RangeError('broker.url is an address of MQTT')
  const display = boardLine(options.display)
  const speaks = options.voice ?? (display ? 'board' : 'camera')
  if (speaks === 'board' && !display) throw new RangeError('voice is the camera where there is no display board')
  // On channel 1 the same words close.
  if (profile === 'older' && (gate.output ?? 0) !== 0) throw new RangeError('gate.output is 0 in the older profile')
  const timing = { ...usualTiming, ...options.timing }
  const setup: Setup = {
    serial,
    gate: {
      output: gate.output ?? 0,
      pulseMs: profile === 'newer' ? pulseOf(gate.pulseMs, 1_500, [500, 5_000]) : pulseOf(gate.pulseMs, 1_000),
    },
    display,
    speaker: speaks === 'camera' ? speakerOf(speaker) : null,
    overseas: options.overseasPlates ?? false,
    forward: options.forward,
    answerMs: timing.answerMs,
    now: () => clock.now(),
  }
  return (ears) => new VzlprMqttCamera(options, setup, timing, ears)
}

class VzlprMqttCamera implements ConnectedCamera {
  readonly #options: VzlprMqttOptions
  readonly #setup: Setup
  readonly #timing: VzlprMqttTiming
  readonly #ears: LaneEars
  readonly #profile: Profile
  readonly #standing: StandingLine<MqttLine>
  readonly #presence: Presence
  readonly #words: FrameQueue
  #isClosed = false
  #why: ProbeFault = { code: 'unreachable', because: 'not tried yet' }
  #clockOffMs: number | null = null

  constructor(options: VzlprMqttOptions, setup: Setup, timing: VzlprMqttTiming, ears: LaneEars) {
    this.#options = options
    this.#setup = setup
    this.#timing = timing
    this.#ears = ears
    this.#profile =
      options.profile === 'older' ? new OlderProfile(setup) : new NewerProfile(setup, (fault) => ears.fault(fault))
    this.#words = new FrameQueue((frame) => this.#over((line) => this.#profile.toBoard(line, frame)), timing.gapMs)
    this.#presence = new Presence(timing.silenceMs, (state, because) => ears.link(state, because))
    this.#standing = new StandingLine({
      ...timing,
      open: (signal) => this.#open(signal),
      link: (state, because) => (state === 'up' ? this.#presence.listen() : this.#presence.lost(because)),
    })
  }

  async obey(orders: LaneOrders): Promise<Obeyed> {
    const { display, speaker } = this.#setup
    const { openGate, show, say, keptStored } = orders
    if (!this.#line) return 'unreached'
    const opened = openGate ? this.#over((line) => this.#profile.open(line)) : null
    const kept = keptStored ? this.#over((line) => this.#profile.kept(line, keptStored)) : null
    const frames = display?.board.frames({ ...(show ? { show } : {}), ...(say && !speaker ? { say } : {}) }) ?? []
    const shown = this.#words.add(frames)
    const spoken = say && speaker ? this.#over((line) => this.#profile.speak(line, say)) : null
    // The gate's own word: what is shown beside it takes its time on the serial line.
    if (opened) return opened
    const asked = [kept, frames.length > 0 ? shown : null, spoken].filter((one) => one !== null)
    return together(await Promise.all(asked))
  }

  async probe(): Promise<Result<Probe, ProbeFault>> {
    const line = await this.#standing.settled(this.#timing.connectMs + this.#timing.answerMs)
    if (!line) return err(this.#why)
    if (!(await this.#presence.heardWithin(this.#timing.answerMs)))
      return err({
        code: 'no-answer',
        because: `the broker is there, and nothing is heard of camera ${this.#setup.serial}`,
      })
    return ok({ serial: this.#setup.serial, firmware: null, clockOffMs: this.#clockOffMs })
  }

  reconnect(because: string): void {
    this.#standing.renew(because)
  }

  async missed(): Promise<null> {
    return null
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#presence.close()
    await this.#standing.close()
    await this.#words.close()
  }

  get #line(): MqttLine | null {
    return this.#presence.isThere ? this.#standing.current : null
  }

  async #open(signal: AbortSignal): Promise<Result<MqttLine, string>> {
    const { broker, serial, clientId = `lanepay-${serial}-${randomBytes(4).toString('hex')}` } = this.#options
    const message = (topic: string, payload: Buffer) => this.#hear(topic, payload)
    const [timing, { topics }] = [this.#timing, this.#profile]
    const opened = await openMqttLine({ broker, clientId, topics, timing, message, signal })
    if (opened.ok) return opened
    this.#why = opened.error
    return err(opened.error.because)
  }

  #hear(topic: string, payload: Buffer): void {
    if (this.#isClosed) return
    const message = understood(() => this.#profile.understand(topic, payload))
    if (!message.ok) this.#ears.fault(message.error)
    if (!message.ok || !message.value) return
    this.#presence.heard()
    const { says, cameraTime } = message.value
    // Whole seconds: it is half a second further on average.
    if (cameraTime !== null) this.#clockOffMs = cameraTime + 500 - this.#setup.now()
    if (says) this.#ears.says(says)
  }

  /** Over the line to a camera that is there; otherwise `unreached`. */
  async #over(act: (line: MqttLine) => Promise<Obeyed>): Promise<Obeyed> {
    const line = this.#line
    return line ? act(line) : 'unreached'
  }
}
