import { useEffect, useState } from 'preact/hooks'
import type { StateView } from '../api.ts'
import { ask } from './ask.ts'

/** `out`: nobody is signed in. `lost`: the agent has not been heard for a while; what is shown is old. */
export type Live = {
  readonly at: 'opening' | 'out' | 'in'
  readonly state: StateView | null
  readonly lost: boolean
  /** The agent's clock now. */
  readonly now: number
  /** Somebody signed in, or was told to do it again. */
  readonly again: () => void
}

/** The agent sends something every ten seconds. */
const lostAfterMs = 15_000

/** The state as the agent tells it, for as long as somebody is signed in. */
export function useLive(): Live {
  const [round, setRound] = useState(0)
  const [live, setLive] = useState<{
    at: Live['at']
    state: StateView | null
    heardAt: number
    broken: boolean
  }>({ at: 'opening', state: null, heardAt: performance.now(), broken: false })
  const [, tick] = useState(0)

  useEffect(() => {
    let over = false
    let events: EventSource | null = null
    const heard = (state: StateView) => setLive({ at: 'in', state, heardAt: performance.now(), broken: false })
    const begin = async () => {
      const first = await ask<StateView>('state')
      if (over) return
      if (first.ok) {
        heard(first.value)
        events = new EventSource('/api/events')
        events.addEventListener('state', ({ data }) => heard(JSON.parse(data) as StateView))
        events.addEventListener('error', () => {
          setLive((before) => ({ ...before, broken: true }))
          // Closed for good: refused, or not allowed any more. The first question finds out which.
          if (events?.readyState === EventSource.CLOSED) setTimeout(() => !over && void begin(), 1_000)
        })
      } else if (first.error.code === 'not-signed-in') setLive((before) => ({ ...before, at: 'out', state: null }))
      else {
        setLive((before) => ({ ...before, broken: true }))
        setTimeout(() => !over && void begin(), 1_000)
      }
    }
    void begin()
    const timer = setInterval(() => tick((n) => n + 1), 1_000)
    return () => {
      over = true
      events?.close()
      clearInterval(timer)
    }
  }, [round])

  const silentMs = performance.now() - live.heardAt
  return {
    at: live.at,
    state: live.state,
    lost: live.broken || (live.at === 'in' && silentMs > lostAfterMs),
    now: (live.state?.now ?? Date.now()) + silentMs,
    again: () => setRound((n) => n + 1),
  }
}
