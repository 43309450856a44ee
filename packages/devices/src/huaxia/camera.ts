import { ok } from '@lanepay/domain/result.ts'
import { type BoardOptions, boardOf } from '../boards.ts'
import type { LaneOrders, LaneSays, PushedCamera } from '../lane-device.ts'
import { understood } from '../malformed.ts'
import { type HuaxiaMessage, picturesIn, readMessage } from './message.ts'
import { replyText, type SerialPart } from './reply.ts'

/** How one camera is set up and what hangs on it. Marked †: to be confirmed on the real equipment (lot-devices.md 10). */
export type HuaxiaOptions = {
  /** The output wired to the controller's OPEN contact, from 1. Default 1. */
  readonly gate?: { readonly output?: 1 | 2 | 3 | 4 }
  /** The board on the camera's RS485 line. Default an FK board; null where there is none. */
  readonly display?: BoardOptions | null
  /** How bytes for the board are written down. Default hex2string. */
  readonly serialEncoding?: SerialPart['encoding']
  /**
   * † Whether the camera does as the answer to a heartbeat says. The reference marks that as a guess, and an opening that a
   * camera leaves undone would count as given, so the default is false: it opens only when it reads a plate.
   */
  readonly heartbeatsTakeOrders?: boolean
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
}

/**
 * A Huaxia camera (lot-devices.md 2.5): understands its posts, whatever their content type says, and writes the answers that
 * drive it. They must be sent with `Content-Length`, in one piece and not compressed.
 *
 * `read` never throws and never repeats what a post said in a fault. `answer` throws RangeError for orders that the camera would
 * not honour in that answer: to a heartbeat unless it is set up so, and a gate to a stored record. A stored record needs no
 * acknowledgement but the answer itself.
 */
export function huaxiaCamera(options: HuaxiaOptions = {}): PushedCamera {
  const { gate, display = { protocol: 'fk' }, serialEncoding: encoding = 'hex2string' } = options
  const board = display && boardOf(display)
  const open = `io${gate?.output ?? 1}`
  const overseas = options.overseasPlates ?? false
  const heartbeatsTakeOrders = options.heartbeatsTakeOrders ?? false
  return {
    read({ body }) {
      const message = understood(() => readMessage(body, { overseas }))
      return message.ok ? ok(says(message.value, body, heartbeatsTakeOrders)) : message
    },
    answer(to, orders) {
      assertHonoured(to, orders)
      const { openGate, show, say } = orders
      const frames = board?.frames({ ...(show ? { show } : {}), ...(say ? { say } : {}) }) ?? []
      const serial = frames.map((bytes) => ({ bytes, encoding }))
      const text = replyText({ open: openGate ? open : null, serial })
      return { contentType: 'application/json', body: Buffer.from(text) }
    },
  }
}

function says(message: HuaxiaMessage, body: Uint8Array, takesOrders: boolean): LaneSays {
  if (message.kind === 'heartbeat') return { kind: 'poll', serial: message.serial, takesOrders }
  const { kind: _, ip: _ip, direction: _direction, whitelisted: _whitelisted, ...read } = message
  return { ...read, kind: 'read', pictures: () => picturesIn(body) }
}

function assertHonoured(to: LaneSays, { openGate, show, say }: LaneOrders): void {
  const asksAnything = openGate || show !== undefined || say !== undefined
  const takesOrders = to.kind === 'poll' ? to.takesOrders : to.kind === 'read'
  if (asksAnything && !takesOrders) throw new RangeError(`the answer to ${to.kind} carries no orders`)
  if (to.kind === 'read' && to.stored && openGate) throw new RangeError('a stored record opens no gate')
}
