import type { PushedCamera } from '../lane-device.ts'
import { understood } from '../malformed.ts'
import { formParts, type Part } from '../multipart.ts'
import { Sightings, saidBy, sightingIn } from './sightings.ts'

export type HikvisionPushOptions = {
  /** Take Hong Kong and Macau cars without a mainland plate for plated. Default false. */
  readonly overseasPlates?: boolean
}

/**
 * A Hikvision camera that posts to us as its listening host (lot-devices.md 2.8): a form with the alert and its pictures, or the
 * alert alone. The camera takes no orders in an answer; its gate has a line of its own (`hikvisionGate`).
 *
 * `read` never throws and never repeats what a post said in a fault. `answer` throws RangeError for orders.
 */
export function hikvisionPush({ overseasPlates: overseas = false }: HikvisionPushOptions = {}): PushedCamera {
  return {
    read({ contentType, body, receivedAt }) {
      return understood(() => {
        const parts = formParts(contentType, body) ?? [alone(body)]
        return saidBy(sightingIn(parts, new Sightings({ overseas, now: () => 0 })), receivedAt)
      })
    },
    answer(_to, { openGate, show, say }) {
      if (openGate || show !== undefined || say !== undefined)
        throw new RangeError('a Hikvision camera takes no orders in an answer')
      return { contentType: 'text/plain', body: Buffer.alloc(0) }
    },
  }
}

const alone = (body: Uint8Array): Part => ({
  head: new Map(),
  content: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
})
