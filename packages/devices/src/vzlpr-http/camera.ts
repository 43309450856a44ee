import { ok } from '@lanepay/domain/result.ts'
import { type BoardOptions, boardOf } from '../boards.ts'
import type { LaneOrders, LaneSays, PushedCamera } from '../lane-device.ts'
import { readMessage, type VzlprMessage } from './message.ts'
import { type GateOrder, replyText, type Speaker, type Wiring } from './reply.ts'

/**
 * How one camera is set up and what hangs on it. Marked †: not stated by any public source and to be confirmed on the real
 * equipment (lot-devices.md 10).
 */
export type VzlprHttpOptions = {
  /** The heartbeat setting on the camera: only the answer to a comet poll may carry orders. Default comet. */
  readonly heartbeats?: 'comet' | 'plain'
  readonly gate?: {
    /** The output wired to the controller's OPEN contact. Default 0. */
    readonly output?: 0 | 1 | 2 | 3
    /**
     * `info` says "ok" and the firmware closes the contact for 500 ms; `output` names output and time. † Whether
     * `channelNum` beside `info` picks the output over HTTP is not known, so the default is `info` for output 0 only.
     */
    readonly by?: 'info' | 'output'
    /** With `output`, 100 to 600000. Default 500. */
    readonly pulseMs?: number
  }
  /**
   * The board on a serial line of the camera: port 0 = RS485 port 1 (the default), 1 = RS485 port 2 or RS232. Default a Jinjie
   * board; null where there is none.
   */
  readonly display?: (BoardOptions & { readonly port?: 0 | 1 }) | null
  /** Who speaks. Default: the board when there is one, else the camera. */
  readonly voice?: 'board' | 'camera'
  /** The camera's own voice. Default as in the vendor's sample: volume 100 of 100, male, no pause. */
  readonly speaker?: Partial<Speaker>
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
}

const contentType = 'application/json'
const unserialised = 'snapshot without serial number'

/**
 * A VzLPR camera in HTTP push mode (lot-devices.md 2.2): understands its posts, writes the answers that drive it.
 *
 * `read` never throws and never repeats what a post said in a fault; the web login in a heartbeat is never taken out of it.
 * `answer` throws RangeError for orders the camera would not honour in that answer: to anything but a plate result or a comet
 * poll (`takesOrders` here says which), a gate to a stored record, and a `keptStored` that is no
 * record number.
 *
 * @throws RangeError when an option is out of its range.
 */
export function vzlprHttpCamera(options: VzlprHttpOptions = {}): PushedCamera {
  const wiring = wiringOf(options)
  const isComet = (options.heartbeats ?? 'comet') === 'comet'
  const overseas = options.overseasPlates ?? false
  return {
    read(post) {
      const message = readMessage(post, { overseas })
      return message.ok ? ok(says(message.value, isComet, wiring)) : message
    },
    answer(to, orders) {
      assertHonoured(to, orders)
      const text = takesOrders(to) ? replyText(wiring, orders) : '{}'
      return { contentType, body: Buffer.from(text) }
    },
  }
}

/** Whether the answer to this may carry orders; that to a stored record never opens a gate. */
export const takesOrders = (to: LaneSays): boolean => (to.kind === 'poll' ? to.takesOrders : to.kind === 'read')

function wiringOf({ gate = {}, display = { protocol: 'jinjie' }, voice, speaker }: VzlprHttpOptions): Wiring {
  const { output = 0, pulseMs = 500 } = gate
  if (!(Number.isInteger(pulseMs) && pulseMs >= 100 && pulseMs <= 600_000))
    throw new RangeError(`gate.pulseMs is 100 to 600000, got ${pulseMs}`)
  const by = gate.by ?? (output === 0 ? 'info' : 'output')
  const order: GateOrder = by === 'info' ? { by, channel: output } : { by, output, pulseMs }
  const speaks = voice ?? (display ? 'board' : 'camera')
  if (speaks === 'board' && !display) throw new RangeError('voice is the camera where there is no display board')
  return {
    gate: order,
    display: display ? { board: boardOf(display), port: display.port ?? 0 } : null,
    speaker: speaks === 'camera' ? { volume: 100, male: true, intervalMs: 0, ...speaker } : null,
  }
}

function says(message: VzlprMessage, isComet: boolean, { display }: Wiring): LaneSays {
  switch (message.kind) {
    case 'plate': {
      const { kind: _, ip: _ip, channel: _channel, box: _box, ...read } = message
      return { ...read, kind: 'read' }
    }
    case 'input': {
      const { serial, source, on } = message
      return source === 4
        ? { kind: 'other', serial, what: 'tcp trigger' }
        : { kind: 'input', serial, input: source + 1, on }
    }
    case 'serial': {
      const { serial, port, bytes } = message
      const heard = display?.port === port ? display.board.heard(bytes) : null
      return { kind: 'other', serial, what: heard ?? `${bytes.length} bytes on serial port ${port}` }
    }
    case 'snapshot':
      return { kind: 'other', serial: '', what: unserialised }
    case 'heartbeat':
      return { kind: 'poll', serial: message.serial, takesOrders: isComet }
  }
}

function assertHonoured(to: LaneSays, orders: LaneOrders): void {
  const { openGate, show, say, keptStored } = orders
  const asksAnything = openGate || show !== undefined || say !== undefined || keptStored !== undefined
  if (asksAnything && !takesOrders(to)) throw new RangeError(`the answer to ${to.kind} carries no orders`)
  if (to.kind === 'read' && to.stored && openGate) throw new RangeError('a stored record opens no gate')
  if (keptStored && !/^\d{1,16}$/.test(keptStored.recordId))
    throw new RangeError('keptStored.recordId is a record number of the camera')
}
