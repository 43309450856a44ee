import { ok } from '@lanepay/domain/result.ts'
import type { LaneOrders, LaneSays, PushedCamera } from '../lane-device.ts'
import { type Forward, replyText, saysOf, type Wiring, type WiringOptions, wiringOf } from '../vzlpr.ts'
import { readMessage, type VzlprMessage } from './message.ts'

/**
 * How one camera is set up and what hangs on it. Marked †: not stated by any public source and to be confirmed on the real
 * equipment (lot-devices.md 10).
 */
export type VzlprHttpOptions = WiringOptions & {
  /** The heartbeat setting on the camera: only the answer to a comet poll may carry orders. Default comet. */
  readonly heartbeats?: 'comet' | 'plain'
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
  /**
   * How vehicles that go the way of the lane go in the picture: with it the camera's `direction` says who goes against it. Default
   * not, and nothing is said of the way.
   */
  readonly forward?: Forward
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
      const message = readMessage(post, { overseas, forward: options.forward })
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

function says(message: VzlprMessage, isComet: boolean, { display }: Wiring): LaneSays {
  switch (message.kind) {
    case 'plate':
    case 'input':
    case 'serial':
      return saysOf(message, display)
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
