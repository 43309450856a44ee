import type http from 'node:http'
import { begin } from './answers.ts'
import type { StateView } from './api.ts'

/** Looked at this often while somebody watches: no part of the agent has to remember to tell. */
const lookMs = 250
/** At least this often something is sent, so that both ends know that the line stands. */
const tellMs = 10_000
export const watchersAtMost = 20

/** Tells those who watch the state whenever it is another one. `mayWatch` is asked at every look. */
export function watchers(state: () => StateView) {
  const watching = new Map<http.ServerResponse, { readonly mayWatch: () => boolean; last: string; toldAt: number }>()
  let timer: NodeJS.Timeout | null = null

  const look = () => {
    const { now, ...rest } = state()
    // That a device was heard again is no change: it is told with the next one, or within ten seconds.
    const seen = JSON.stringify(rest, (key, value) => (key === 'heardAt' ? undefined : value))
    for (const [response, one] of watching) {
      if (!one.mayWatch()) {
        response.end()
        continue
      }
      const elapsed = performance.now()
      if (seen === one.last && elapsed - one.toldAt < tellMs) continue
      // A browser that does not read is not written to any further; its line ends by itself.
      if (response.writableNeedDrain) continue
      one.last = seen
      one.toldAt = elapsed
      response.write(`event: state\ndata: ${JSON.stringify({ now, ...rest })}\n\n`)
    }
  }
  return {
    isFull: (): boolean => watching.size >= watchersAtMost,
    add(response: http.ServerResponse, mayWatch: () => boolean): void {
      begin(response, 200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
      response.write('retry: 1000\n\n')
      watching.set(response, { mayWatch, last: '', toldAt: 0 })
      response.on('close', () => {
        watching.delete(response)
        if (watching.size > 0 || !timer) return
        clearInterval(timer)
        timer = null
      })
      look()
      timer ??= setInterval(look, lookMs)
    },
    close(): void {
      for (const response of watching.keys()) response.end()
    },
  }
}
