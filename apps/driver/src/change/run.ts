import { serverNow, setClock } from '../edge/clock.ts'
import { askingOf } from './ask.ts'
import { type Effect, type Event, firstState, looksAfterMs, type State, step } from './logic.ts'
import { bringUpTransfer } from './sheet.ts'

/** Runs the page of one link: every event goes through `step`, what it wants done is done here, `show` gets every state. */
export function run(token: string, show: (state: State) => void): (event: Event) => void {
  const asking = askingOf(token)
  let state = firstState(/[?&]anonymous=/.test(location.search))
  let timer: ReturnType<typeof setTimeout> | undefined

  const tell = (event: Event): void => {
    const [next, ...effects] = step(state, event)
    state = next
    show(state)
    effects.forEach(act)
    clearTimeout(timer)
    const ms = looksAfterMs(state, serverNow())
    // Out of sight nothing is asked: whoever comes back is told at once.
    if (ms !== null) timer = setTimeout(() => document.hidden || tell({ type: 'due' }), ms)
  }
  const act = (effect: Effect): void => {
    switch (effect.do) {
      case 'look':
        void asking.view().then((told) => {
          if (told.ok) setClock(told.view.now)
          tell({ type: 'viewed', turn: effect.turn, told })
        })
        return
      case 'take':
        void asking.take().then((told) => {
          if (told.ok) setClock(told.view.view.now)
          tell({ type: 'answered', told })
        })
        return
      case 'sheet':
        void bringUpTransfer(effect.what).then((ended) => tell({ type: 'sheet-ended', sheet: effect.sheet, ended }))
        return
      case 'identify':
        location.replace(whoPath(token))
    }
  }
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) tell({ type: 'back' })
  })
  addEventListener('online', () => tell({ type: 'back' }))
  // Back from where WeChat says who this is, with the page as it was left.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload()
  })
  tell({ type: 'back' })
  return tell
}

/** Where WeChat is asked who this is. */
export const whoPath = (token: string): string => `/g/${encodeURIComponent(token)}/who`
