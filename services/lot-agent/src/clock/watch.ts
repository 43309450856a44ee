import type { Clock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { NewEvent } from '../disk/store.ts'

/** A shift over this raises an alarm (domain.md 4). */
const jumpMs = 60_000
/** A clock that has run evenly for so long after a jump is taken for right again. */
const evenlyForMs = 10 * 60_000

const hour = 3_600_000
const minute = 60_000
function lengthText(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / minute)
  return minutes < 60 ? `${minutes} min` : `${Math.floor((minutes * minute) / hour)} h ${minutes % 60} min`
}

export type ClockWatch = {
  /** What there is to tell, to be asked every second or so. Every change is told once. */
  look(): NewEvent[]
}

/**
 * Watches the clock of this box: it may be set, or lose its battery. Nothing stands still when it jumps: whether a read is
 * fresh is asked of the clock as it is now. What must not go back with it is kept elsewhere: ids by what is on disk
 * (ids.ts), the order of the log by its numbers, the length of a stay by `notBefore`.
 */
export function clockWatch(options: {
  readonly clock: Clock
  /** Runs evenly, whatever is set. */
  readonly elapsedMs: () => number
  /** The newest instant on disk: a clock that begins before it was set back while nobody looked. Null: nothing is there. */
  readonly newestAt: Instant | null
}): ClockWatch {
  const { clock, elapsedMs, newestAt } = options
  let seen: { readonly at: Instant; readonly elapsed: number } | null = null
  let illSince: number | null = null
  const told = (state: 'well' | 'ill', because: string, at: Instant, driftMs?: number): NewEvent => ({
    kind: 'device',
    at,
    device: 'clock',
    state,
    because,
    ...(driftMs === undefined ? {} : { driftMs }),
  })
  return {
    look() {
      const at = clock.now()
      const elapsed = elapsedMs()
      const before = seen
      seen = { at, elapsed }
      const stoppedMs = before === null && newestAt !== null && at < newestAt ? at - newestAt : 0
      const jumpedMs = before === null ? stoppedMs : Math.round(at - before.at - (elapsed - before.elapsed))
      if (Math.abs(jumpedMs) > jumpMs) {
        illSince = elapsed
        const way = jumpedMs < 0 ? 'back' : 'forward'
        const when = before === null ? ' while it was off' : ''
        return [told('ill', `the clock of this box was set ${way} by ${lengthText(jumpedMs)}${when}`, at, jumpedMs)]
      }
      if (illSince === null || elapsed - illSince < evenlyForMs) return []
      illSince = null
      return [told('well', 'the clock of this box runs evenly again', at)]
    },
  }
}
