import type { Log } from '@lanepay/domain/log.ts'

/** Does something again and again, one round at a time, for as long as the process lives; a failed round is told, not fatal. */
export function keepGoing(
  name: string,
  pauseMs: number,
  log: Log,
  round: () => Promise<unknown>,
): { stop(): Promise<void> } {
  let stopped = false
  let wake = () => {}
  const going = (async () => {
    while (!stopped) {
      await round().catch((error: Error) => log('error', 'round-failed', { round: name, message: error.message }))
      if (stopped) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
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
