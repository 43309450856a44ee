import type { Device } from '../face.ts'
import { asksForSomething } from '../orders.ts'
import type { Ear } from './ear.ts'
import type { Line, Outgoing } from './exchange.ts'
import { heartbeatForm } from './heartbeat-form.ts'

export type HeartbeatTiming = {
  /** Comet: from the beginning of one poll to the next at the earliest; an answer that was held longer is followed at once. */
  readonly pollMs: number
  /** Plain: from one heartbeat to the next. */
  readonly heartbeatMs: number
  /** After one that was not answered. */
  readonly lostMs: number
}

/**
 * The heartbeat, for ever (lot-devices.md 2.2). In comet mode the next one follows the answer at once, so that whoever answers
 * decides by holding it how long the camera waits for orders.
 */
export async function beat(given: {
  readonly device: Device
  readonly password: string
  readonly url: string
  readonly mode: 'comet' | 'plain'
  readonly timing: HeartbeatTiming
  readonly line: Line
  readonly ear: Ear
  readonly isOver: () => boolean
  readonly rest: (ms: number) => Promise<unknown>
}): Promise<void> {
  const { device, password, url, mode, timing, line, ear, isOver, rest } = given
  const { contentType, body } = heartbeatForm(device, password)
  const shown = heartbeatForm(device, '***').body.toString('utf8')
  const isComet = mode === 'comet'
  const what: Outgoing = { url, title: isComet ? 'comet poll' : 'heartbeat', contentType, body, shown }
  while (!isOver()) {
    const startedAt = performance.now()
    const wasOnline = ear.online
    // A lane at rest would fill the view: only what asks for something, finds the line or loses it is told.
    const isAnswered = isComet
      ? await line.send(
          what,
          (posted) => ear.hear(posted, { kind: 'poll' }),
          (orders) => (orders !== null) !== wasOnline || (orders !== null && asksForSomething(orders)),
        )
      : await line.send(
          what,
          (posted) => ear.hearOnly(posted, { kind: 'heartbeat' }),
          (answered) => answered !== wasOnline,
        )
    if (!isAnswered) ear.lost()
    const sinceMs = performance.now() - startedAt
    await rest(isAnswered ? (isComet ? timing.pollMs - sinceMs : timing.heartbeatMs) : timing.lostMs)
  }
}
