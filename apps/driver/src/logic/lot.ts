import type { PaymentView } from '@lanepay/cloud/driver/api.ts'
import { ask, stay } from './moves.ts'
import type { Answer, ProblemCode, State, Step } from './stage.ts'

/*
 * Whether the lot is reached. It is learnt with the code, and the line to the lot may go and come back while the page lies
 * open: so every answer that says it is believed, and where nothing is asked for a while somebody looks (edge/run.ts).
 */

/** The lot could not be asked, or was silent. */
export const isAway = (code: ProblemCode): boolean => code === 'lot-offline' || code === 'lot-absent'

/** What the page knows of the line to the lot from now on. */
export const reached = (state: State, online: boolean): State =>
  state.place === null || state.place.lotOnline === online
    ? state
    : { ...state, place: { ...state.place, lotOnline: online } }

/** An answer may say by the way whether the lot is reached. */
export const heardOfLot = ([state, effects]: Step, view: Answer['view']): Step => [
  'lotOnline' in view ? reached(state, view.lotOnline) : state,
  effects,
]

/** The page lies open and asks nothing that would say it, while the driver decides by what it says about the lot. */
export function watchesLot({ stage, asked, place }: State): boolean {
  if (place === null || asked !== null) return false
  if (stage.at === 'problem') return isAway(stage.code)
  return stage.at === 'typing' || stage.at === 'fee' || stage.at === 'free'
}

/** Somebody looked. A fee that the lot could not be asked for is asked for as soon as it is back. */
export function lotSeen(state: State, online: boolean): Step {
  const next = reached(state, online)
  const { stage, asked } = next
  if (!online) return stay(next)
  if (stage.at === 'fee' && stage.note === 'lot-cut') return stay({ ...next, stage: { ...stage, note: null } })
  return stage.at === 'problem' && isAway(stage.code) && stage.retry?.ask === 'quote' && asked === null
    ? ask(next, stage, stage.retry)
    : stay(next)
}

/** Paid before an arm that stays down: it may be asked to open once more, and a person may be called. */
export const isShut = ({ state, gate }: PaymentView): boolean =>
  state === 'paid' && (gate === 'silent' || gate === 'offline')

/** Paid inside the lot, and the lot cannot be told: at the exit it will not know. */
export const isUntold = ({ state, gate, lotOnline, lotTold }: PaymentView): boolean =>
  state === 'paid' && gate === null && !lotOnline && !lotTold
