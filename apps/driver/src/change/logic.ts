import type { CashChangeSheet, ChangeTake, ChangeView } from '@lanepay/cloud/cash-change/api.ts'
import type { Told } from '../edge/told.ts'
import { risen } from '../logic/moves.ts'
import type { SheetResult } from '../logic/stage.ts'

/*
 * Where the page of cash change stands, what may happen to it, and what it may do about it; `run.ts` acts. That nobody is
 * paid twice, the cloud sees to: one link is one transfer. The page sees to it that a tap is one ask, and that two sheets are
 * never up at once. All instants are the server's (api.ts).
 */

export type State = {
  /** What the cloud said last; null: nothing yet. */
  readonly view: ChangeView | null
  readonly doing: 'nothing' | 'taking' | 'sheet'
  /** Counts the sheets: how an earlier one ends is not heard any more. */
  readonly sheet: number
  /** How the sheet of the last tap ended. */
  readonly ended: SheetResult | null
  /** Why the last tap came to nothing: a code of the API's. */
  readonly refused: string | null
  /** Why the last question brought no view: `line`, or a code of the API's. */
  readonly trouble: string | null
  /** A view is asked for, and not answered yet. */
  readonly looking: boolean
  /** Counts the questions: the answer to an earlier one is not for us any more. */
  readonly turn: number
  /** How often it was asked by itself since somebody did something. */
  readonly looks: number
  /** We already came back from WeChat without knowing who this is. */
  readonly anonymous: boolean
}
export const firstState = (anonymous: boolean): State => ({
  view: null,
  doing: 'nothing',
  sheet: 0,
  ended: null,
  refused: null,
  trouble: null,
  looking: false,
  turn: 0,
  looks: 0,
  anonymous,
})

export type Event =
  /** The page is there, or is looked at again, or the line is back, or the driver wants it asked now. */
  | { readonly type: 'back' }
  /** The wait of `looksAfterMs` is over. */
  | { readonly type: 'due' }
  | { readonly type: 'viewed'; readonly turn: number; readonly told: Told<ChangeView> }
  | { readonly type: 'tapped' }
  | { readonly type: 'answered'; readonly told: Told<ChangeTake> }
  | { readonly type: 'sheet-ended'; readonly sheet: number; readonly ended: SheetResult }

export type Effect =
  | { readonly do: 'look'; readonly turn: number }
  | { readonly do: 'take' }
  | { readonly do: 'sheet'; readonly sheet: number; readonly what: CashChangeSheet }
  | { readonly do: 'identify' }
export type Step = readonly [State, ...Effect[]]

export function step(state: State, event: Event): Step {
  const isTaking = state.doing === 'taking'
  switch (event.type) {
    case 'back':
      return isTaking || state.view?.state === 'taken' ? [state] : look({ ...state, looks: 0 })
    case 'due':
      return isTaking || state.looking ? [state] : look({ ...state, looks: state.looks + 1 })
    case 'viewed':
      if (event.turn !== state.turn) return [state]
      return event.told.ok ? [heard(state, event.told.view)] : noView({ ...state, looking: false }, event.told.code)
    case 'tapped':
      if (state.doing !== 'nothing' || !mayTake(state)) return [state]
      // A view that is still on its way is of before this tap.
      return [
        { ...firstState(state.anonymous), view: state.view, sheet: state.sheet, turn: state.turn + 1, doing: 'taking' },
        { do: 'take' },
      ]
    case 'answered': {
      if (!isTaking) return [state]
      const after: State = { ...state, doing: 'nothing' }
      if (!event.told.ok) return notTaken(after, event.told.code)
      const { view, sheet: what } = event.told.view
      if (what === null) return look(heard(after, view))
      const sheet = state.sheet + 1
      return [
        { ...heard(after, view), doing: 'sheet', sheet },
        { do: 'sheet', sheet, what },
      ]
    }
    case 'sheet-ended':
      if (state.doing !== 'sheet' || event.sheet !== state.sheet) return [state]
      return look({ ...state, doing: 'nothing', ended: event.ended, looks: 0 })
  }
}

const mayTake = ({ view }: State): boolean => view?.state === 'open' || view?.state === 'waiting'

function look(state: State): Step {
  const turn = state.turn + 1
  return [
    { ...state, looking: true, turn },
    { do: 'look', turn },
  ]
}

function heard(state: State, view: ChangeView): State {
  const next: State = { ...state, view, looking: false, trouble: null }
  if (view.state === state.view?.state) return next
  // What was said of the tap before is over with it; and so is a sheet of which WeChat's word is lost.
  return { ...next, refused: null, doing: state.doing === 'sheet' && !mayTake(next) ? 'nothing' : state.doing }
}

function noView(state: State, code: string): Step {
  // Only WeChat can say who this is; once it could not, the driver is asked before it is tried again.
  if (code === 'not-identified' && !state.anonymous) return [{ ...state, doing: 'taking' }, { do: 'identify' }]
  return [{ ...state, trouble: code }]
}

function notTaken(state: State, code: string): Step {
  const { view } = state
  if (view !== null && code === 'change-over') return [{ ...state, view: { ...view, state: 'over' } }]
  if (view !== null && code === 'change-anothers') return [{ ...state, view: { ...view, state: 'anothers' } }]
  // Without an answer nothing is known of what became of the tap: the next view says.
  if (code === 'line' || forGood.includes(code)) return noView(state, code)
  return [{ ...state, refused: code }]
}

/** Asking again would only hear the same. */
const forGood: readonly string[] = ['change-unknown', 'not-identified']
const soonest = 5_000
const latest = 3600_000

/** In how many ms the view is asked for again with nobody doing anything; null: it is not. */
export function looksAfterMs({ view, doing, trouble, looking, looks }: State, now: number): number | null {
  if (looking || doing === 'taking') return null
  const isMoving = view?.state === 'waiting' || view?.state === 'sending'
  if (trouble === null ? isMoving : !forGood.includes(trouble)) return risen([2, 2, 3, 4, 5], looks)
  if (trouble !== null || view?.state !== 'open') return null
  // Once nobody can begin any more, the page says so.
  return Math.min(Math.max(view.until - now + 1000, soonest), latest)
}

export type Screen =
  | 'opening'
  | 'problem'
  | 'offer'
  | 'sheet'
  /** WeChat says ok; `slow`: and the cloud has not heard of it for seconds. Perhaps he closed the sheet: he may open it again. */
  | 'confirming'
  | 'slow'
  | 'sending'
  | 'taken'
  | 'anothers'
  | 'over'

export function screenOf({ view, doing, ended, trouble, looks }: State): Screen {
  if (trouble !== null && forGood.includes(trouble)) return 'problem'
  if (view === null) return trouble === null || trouble === 'line' ? 'opening' : 'problem'
  if (view.state !== 'open' && view.state !== 'waiting') return view.state
  if (doing === 'sheet') return 'sheet'
  if (ended !== 'paid' || view.state === 'open') return 'offer'
  return looks > 1 ? 'slow' : 'confirming'
}
