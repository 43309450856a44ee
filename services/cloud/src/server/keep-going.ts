import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'

/** How soon it is seen that a clock was pushed ahead. */
const lookEveryMs = 500

/**
 * Does something again and again, one round at a time, for as long as the process lives; a failed round is told, not fatal. The pause
 * between two is over by the house's clock or by the machine's, whichever is first: a day that a street lets pass has its rounds at
 * once, and a clock put back holds none up.
 */
export function keepGoing(
  name: string,
  pauseMs: number,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  round: () => Promise<unknown>,
): { stop(): Promise<void> } {
  let stopped = false
  let wake = () => {}
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const ahead = () => clock.now() - Date.now()
  const going = (async () => {
    while (!stopped) {
      const before = ahead()
      await round().catch((error: Error) => log('error', 'round-failed', { round: name, message: error.message }))
      for (let left = pauseMs; left > 0 && ahead() - before < pauseMs && !stopped; left -= lookEveryMs)
        await rest(Math.min(left, lookEveryMs))
    }
  })()
  return {
    stop: () => {
      stopped = true
      wake()
      return going
    },
  }
}
