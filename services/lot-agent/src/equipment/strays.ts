import type { Clock } from '@lanepay/domain/clock.ts'
import type { Stray } from '../camera/server.ts'
import type { Tell } from './tell.ts'

/** One post that goes astray is nothing; a camera with a wrong address posts again and again. */
const told = 5
const withinMs = 10 * 60_000
const againMs = 60 * 60_000

type Counted = { count: number; since: number; toldAt: number | null }

/**
 * Posts that have the lot's key and are not where they should be: told when they go on, and once an hour as long as they do. Whoever
 * has no key is in the log of this process only, for nobody may fill the lot's disk from outside.
 */
export function strayWatch(
  given: { readonly clock: Clock; readonly tell: Tell; readonly deviceOf: (lane: number) => string | null },
  elapsedMs: () => number,
): (stray: Stray) => void {
  const strays = new Map<string, Counted>()
  return ({ code, lane, serial }) => {
    const key = `${code} ${lane}`
    const now = elapsedMs()
    const before = strays.get(key)
    const goesOn = before && now - before.since < withinMs
    const one: Counted = goesOn ? before : { count: 0, since: now, toldAt: before?.toldAt ?? null }
    one.count += 1
    strays.set(key, one)
    if (one.count < told || (one.toldAt !== null && now - one.toldAt < againMs)) return
    one.toldAt = now
    const device = code === 'unknown-camera' ? given.deviceOf(lane) : null
    const because =
      code === 'unknown-lane'
        ? `a camera posts to lane ${lane}, which this lot does not have: put the lane into the plan, or the right lane into the address on the camera`
        : `another camera (${serial || 'without a serial number'}) posts to lane ${lane} and is refused: its serial number into the plan, or the right lane into the address on the camera`
    given.tell([{ kind: 'device', at: given.clock.now(), device: device ?? `lane-${lane}`, state: 'ill', because }])
  }
}
