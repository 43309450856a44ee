import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ConnectCamera, ConnectedCamera, LaneEars, LaneOrders, Obeyed, Probe, ProbeFault } from '../lane-device.ts'
import { Malformed, understood } from '../malformed.ts'
import { StandingLine, usualPauses } from '../standing-line.ts'
import { type BoardLine, boardLine, FrameQueue, type PlateOptions, pulseOf, saysOf, usualGapMs } from '../vzlpr.ts'
import { clockOffMs, serialOf, stateOf } from './answers.ts'
import * as commands from './commands.ts'
import { type Frame, frameType } from './frames.ts'
import { type LineEars, openTcpLine, type TcpLine, usualLineTiming } from './line.ts'
import type { VzlprTcpOptions, VzlprTcpTiming } from './options.ts'
import { type Packet, packetIn } from './packet.ts'
import { readBinaryResult, readResult, type TcpResult } from './result.ts'

export type { VzlprTcpOptions } from './options.ts'

const usualTiming: VzlprTcpTiming = {
  ...usualLineTiming,
  ...usualPauses,
  answerMs: 2_000,
  gapMs: usualGapMs,
  inputsMs: 250,
}

/** What a camera keeps at most (lot-devices.md 2.2). */
const mostRecords = 9_000
/** A clock that is this far off is set. */
const clockMayBeOffMs = 2_000

type Setup = {
  readonly where: string
  readonly port: number
  readonly gate: commands.Command
  readonly display: BoardLine | null
  readonly format: 'json' | 'bin'
  readonly read: PlateOptions
  readonly clock: Clock
  readonly timing: VzlprTcpTiming
}

/**
 * A VzLPR camera over TCP, port 8131 (lot-devices.md 2.3). We connect; the line stands once the camera has said who it is and has
 * been asked for its results.
 *
 * An order has no answer of its own, so a question follows it on the same line: its answer says that the camera has read what
 * went before. `missed` reads its record memory. What it sends besides results is not looked at.
 *
 * @throws RangeError when an option is out of its range.
 */
export function vzlprTcpCamera(options: VzlprTcpOptions): ConnectCamera {
  const { host, port = 8131, gate = {}, clock = systemClock, overseasPlates: overseas = false } = options
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) throw new RangeError(`port is 1 to 65535, got ${port}`)
  const setup: Setup = {
    where: `${host}:${port}`,
    port,
    gate: commands.closeOutput(gate.output ?? 0, pulseOf(gate.pulseMs, 500)),
    display: boardLine(options.display),
    format: options.binaryResults ? 'bin' : 'json',
    read: { overseas, forward: options.forward },
    clock,
    timing: { ...usualTiming, ...options.timing },
  }
  return (ears) => new VzlprTcpCamera(options, setup, ears)
}

class VzlprTcpCamera implements ConnectedCamera {
  readonly #options: VzlprTcpOptions
  readonly #setup: Setup
  readonly #ears: LaneEars
  readonly #closed = new AbortController()
  readonly #standing: StandingLine<TcpLine>
  readonly #words: FrameQueue
  /** Asked on every line anew: cameras are swapped. */
  #serial: string | null = null
  #wrong: string | null = null
  /** The line on which the board's port is open. */
  #portOpenOn: TcpLine | null = null
  #inputs: readonly boolean[] = [false, false]

  constructor(options: VzlprTcpOptions, setup: Setup, ears: LaneEars) {
    this.#options = options
    this.#setup = setup
    this.#ears = ears
    this.#words = new FrameQueue((frame) => this.#toBoard(frame), setup.timing.gapMs)
    this.#standing = new StandingLine({
      ...setup.timing,
      open: (signal) => this.#open(signal),
      link: (state, because) => ears.link(state, because),
    })
  }

  async obey(orders: LaneOrders): Promise<Obeyed> {
    const { display, gate } = this.#setup
    if (!this.#standing.current) return 'unreached'
    const opened = orders.openGate ? this.#tell(gate) : null
    const { show, say } = orders
    const frames = display?.board.frames({ ...(show ? { show } : {}), ...(say ? { say } : {}) }) ?? []
    const shown = this.#words.add(frames)
    // The gate's own word: what is shown beside it takes its time on the serial line.
    return opened ?? shown
  }

  async probe(): Promise<Result<Probe, ProbeFault>> {
    const { timing, clock, where } = this.#setup
    const line = await this.#standing.settled(timing.connectMs + timing.answerMs)
    if (!line) {
      if (this.#wrong !== null) return err({ code: 'not-this-device', because: this.#wrong })
      return err({ code: 'unreachable', because: this.#standing.because })
    }
    const askedAt = clock.now()
    const answer = await this.#ask(line, commands.getTime)
    if (!answer) return err({ code: 'no-answer', because: `${where}: no answer to ${commands.getTime.cmd}` })
    return ok({ serial: this.#serial, firmware: null, clockOffMs: clockOffMs(answer, (askedAt + clock.now()) / 2) })
  }

  reconnect(because: string): void {
    this.#standing.renew(because)
  }

  async missed(after: string | null): Promise<number | null> {
    const line = this.#standing.current
    const answer = line && (await this.#ask(line, commands.getLastRecord))
    if (!answer) return 0
    const last = answer.fields.values.max_id
    if (stateOf(answer) !== 200 || typeof last !== 'number' || !Number.isSafeInteger(last)) return null
    const known = after !== null && /^\d{1,15}$/.test(after) ? Number(after) : 0
    // Numbers begin anew after a factory reset: then all of it is news.
    const first = Math.max(known <= last ? known + 1 : 1, last - mostRecords + 1)
    let found = 0
    for (let id = first; id <= last && !line.isOver; id += 1) if (await this.#replay(line, id)) found += 1
    return found
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#standing.close()
    await this.#words.close()
  }

  async #open(signal: AbortSignal): Promise<Result<TcpLine, string>> {
    const { timing, format, where } = this.#setup
    const { host, serial: meant, setsClock = false, offlineCheckSeconds, looksAtInputs = true } = this.#options
    this.#serial = null
    this.#wrong = null
    const ears: LineEars = { frame: (frame) => this.#hear(frame), fault: (fault) => this.#ears.fault(fault) }
    const opened = await openTcpLine({ host, port: this.#setup.port, timing, ears, signal })
    if (!opened.ok) return opened
    const line = opened.value
    // In the middle of the greeting as well: nobody waits for its answers any more.
    signal.addEventListener('abort', () => line.cut('closed'), { once: true })
    const give = (because: string): Result<TcpLine, string> => {
      line.cut(because)
      return err(because)
    }
    const said = serialOf(await this.#ask(line, commands.getSerial))
    if (said === null) return give(`${where} does not say who it is`)
    // One that does not know its own number is known by its address.
    const serial = said === 'unknown' ? (meant ?? where) : said
    if (meant !== undefined && serial !== meant) {
      this.#wrong = `${where} is ${serial}, not ${meant}`
      return give(this.#wrong)
    }
    if (setsClock) await this.#setClock(line)
    if (offlineCheckSeconds !== undefined) await this.#ask(line, commands.askWhetherHere(offlineCheckSeconds))
    this.#serial = serial
    // It has no answer either: once the next question has one, the camera sends what it reads.
    line.send(commands.subscribe(format))
    const isHeard = (await this.#ask(line, commands.getSerial)) !== null
    if (signal.aborted || !isHeard) return give(`${where} was lost while it was greeted`)
    if (looksAtInputs) void this.#lookAtInputs(line, serial)
    return opened
  }

  /** The answer in time, or null. */
  async #ask(line: TcpLine, command: commands.Command): Promise<Packet | null> {
    const answer = await line.ask(command, this.#setup.timing.answerMs)
    return answer && this.#understood(() => packetIn(answer.body))
  }

  async #tell(command: commands.Command): Promise<Obeyed> {
    const line = this.#standing.current
    if (!line?.send(command)) return 'unreached'
    return (await this.#ask(line, commands.getSerial)) ? 'told' : 'unsure'
  }

  async #toBoard(frame: Buffer): Promise<Obeyed> {
    const line = this.#standing.current
    const port = this.#setup.display?.port ?? 0
    if (!line) return 'unreached'
    if (this.#portOpenOn !== line) {
      const answer = await this.#ask(line, commands.openPort(port))
      if (answer?.fields.values.response !== 'ok') return 'unreached'
      this.#portOpenOn = line
    }
    return this.#tell(commands.toPort(port, frame))
  }

  async #setClock(line: TcpLine): Promise<void> {
    const { clock } = this.#setup
    const answer = await this.#ask(line, commands.getTime)
    const offMs = answer && clockOffMs(answer, clock.now())
    if (offMs !== null && Math.abs(offMs) > clockMayBeOffMs) await this.#ask(line, commands.setTime(clock.now()))
  }

  /** For as long as the line stands, or until the camera says that it does not know the question. */
  async #lookAtInputs(line: TcpLine, serial: string): Promise<void> {
    const { signal } = this.#closed
    while (!line.isOver) {
      for (const gpio of [0, 1]) {
        const answer = await this.#ask(line, commands.getInput(gpio))
        if (answer && stateOf(answer) !== 200) return
        const value = answer?.fields.values.value
        if (value === 0 || value === 1) this.#inputIs(serial, gpio, value === 1)
      }
      await sleep(this.#setup.timing.inputsMs, undefined, { signal }).catch(() => {})
    }
  }

  #inputIs(serial: string, gpio: number, on: boolean): void {
    if (this.#inputs[gpio] === on || this.#closed.signal.aborted) return
    this.#inputs = this.#inputs.map((was, i) => (i === gpio ? on : was))
    this.#ears.says({ kind: 'input', serial, input: gpio + 1, on })
  }

  async #replay(line: TcpLine, id: number): Promise<boolean> {
    const answer = await this.#ask(line, commands.getRecord(id))
    if (!answer || stateOf(answer) !== 200) return false
    const result = this.#understood(() => readResult(answer, this.#setup.read))
    if (result) this.#say({ ...result, stored: true })
    return result !== null
  }

  #hear(frame: Frame): void {
    this.#understood(() => {
      if (frame.type === frameType.binary) return this.#say(readBinaryResult(frame.body, this.#setup.read))
      if (frame.type !== frameType.json) throw new Malformed('frame.type', 'is 0, 1 or 2')
      const packet = packetIn(frame.body)
      const { cmd } = packet.fields.values
      if (cmd === 'ivs_result') this.#say(readResult(packet, this.#setup.read))
      // † How the camera asks is not printed; that it uses the word of the answer to the registration is assumed.
      else if (cmd === 'offline') this.#standing.current?.send(commands.stillHere)
      // An answer that came too late is no news.
      else if (frame.seq === 0) throw new Malformed('cmd', 'is ivs_result or offline')
    })
  }

  #say(result: TcpResult): void {
    if (this.#serial === null || this.#closed.signal.aborted) return
    const { host } = this.#options
    this.#ears.says(saysOf({ ...result, serial: this.#serial, ip: host, channel: null }, this.#setup.display))
  }

  /** Null where it is malformed, which is told. */
  #understood<T>(read: () => T): T | null {
    const result = understood(read)
    if (result.ok) return result.value
    this.#ears.fault(result.error)
    return null
  }
}
