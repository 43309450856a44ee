import { watchesLot } from '../logic/lot.ts'
import { type Effect, type Event, firstState, type State } from '../logic/stage.ts'
import { step } from '../logic/step.ts'
import { askForHelp, askServer, lookAtLot } from './ask.ts'
import { setClock } from './clock.ts'
import { forgetOrder, keepEntry, keepOrder, keptEntry, keptOrder, lastPlate, rememberPlate } from './kept.ts'
import { bringUpSheet } from './sheet.ts'

/** The line to the lot is looked at so often, and so many times on one screen that nobody touches. */
const lookEveryMs = 5_000
const mostLooks = 120

export type Running = { readonly tell: (event: Event) => void }

/** Runs the page of one code: every event goes through `step`, what it wants done is done here, `show` gets every state. */
export function run(code: string, show: (state: State) => void): Running {
  const again = performance.getEntriesByType('navigation').some((entry) => {
    const { type } = entry as PerformanceNavigationTiming
    return type === 'reload' || type === 'back_forward'
  })
  let state = firstState({
    lastPlate: lastPlate(),
    kept: keptOrder(code),
    keptEntry: again ? keptEntry(code) : null,
    anonymous: /[?&]anonymous=/.test(location.search),
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  let looks = 0
  let looking = false

  const tell = (event: Event): void => {
    const [next, effects] = step(state, event)
    if (next.turn !== state.turn) clearTimeout(timer)
    if (next.stage.at !== state.stage.at) looks = 0
    state = next
    show(state)
    effects.forEach(act)
  }
  const act = (effect: Effect): void => {
    switch (effect.do) {
      case 'ask':
        void askServer(code, effect.ask).then((asked) => {
          if (asked.ok) setClock(asked.answer.view.now)
          tell(
            asked.ok
              ? { type: 'answered', turn: effect.turn, answer: asked.answer }
              : { type: 'failed', turn: effect.turn, failure: asked.failure },
          )
        })
        return
      case 'wait':
        timer = setTimeout(() => tell({ type: 'elapsed', turn: effect.turn }), effect.ms)
        return
      case 'sheet':
        void bringUpSheet(effect.sheet).then((result) => tell({ type: 'sheet-ended', payment: effect.payment, result }))
        return
      case 'help':
        void askForHelp(effect.payment).then((ok) => tell({ type: 'helped', ok }))
        return
      case 'go':
        location.replace(effect.url)
        return
      case 'keep':
        keepOrder(code, effect.order, effect.forMs)
        return
      case 'forget':
        forgetOrder(code)
        return
      case 'remember':
        rememberPlate(effect.plate)
        return
      case 'keep-entry':
        keepEntry(code, effect.view)
    }
  }

  const look = async (): Promise<void> => {
    if (looking || document.hidden || looks >= mostLooks || !watchesLot(state)) return
    looking = true
    looks += 1
    const online = await lookAtLot(code)
    looking = false
    if (online !== null) tell({ type: 'lot-seen', online })
  }
  setInterval(() => void look(), lookEveryMs)

  let hiddenAt: number | null = null
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hiddenAt = Date.now()
    else if (hiddenAt !== null) {
      tell({ type: 'seen', awayMs: Date.now() - hiddenAt })
      looks = 0
      void look()
    }
  })
  addEventListener('online', () => tell({ type: 'on-line' }))
  // Back from a wallet's own page, with this one as it was left: whether it was paid there, the server must say.
  addEventListener('pageshow', (event) => {
    if (event.persisted && state.stage.at === 'leaving') location.reload()
    if (event.persisted && state.stage.at === 'sheet')
      tell({ type: 'sheet-ended', payment: state.stage.order.payment, result: 'unclear' })
  })
  tell({ type: 'started' })
  return { tell }
}
