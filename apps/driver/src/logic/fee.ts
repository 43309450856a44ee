import type { QuoteView } from '@lanepay/cloud/driver/api.ts'
import { ask, askFee, askLater, identify, problem, rest, risen, stay, toType } from './moves.ts'
import type { Effect, Note, Owed, ProblemCode, Stage, State, Step } from './stage.ts'

type AtDone = Extract<Stage, { at: 'done' }>

/** A page that lies open is asked for its price so many times, then no more until somebody touches it. */
const mostRefreshes = 10

/** The lot said what is owed. `plate` is what was asked about, null in an exit lane. */
export function quoted(state: State, plate: string | null, view: QuoteView): Step {
  const { stage } = state
  if (stage.at === 'done') return openedAgain(state, stage, view)
  if (stage.at !== 'asking' && stage.at !== 'fee' && stage.at !== 'free' && stage.at !== 'problem') return stay(state)
  const remember: Effect[] = plate !== null && !view.pass ? [{ do: 'remember', plate: view.plate }] : []
  const next = remember.length === 0 ? state : { ...state, lastPlate: view.plate }
  if (isOwed(view)) {
    const refreshes = stage.at === 'fee' && stage.doing === 'nothing' ? stage.refreshes + 1 : 0
    return showFee(next, { quote: view, plate, note: noteOf(stage, view), refreshes }, view.now, remember)
  }
  const polls = stage.at === 'free' ? stage.polls + 1 : 0
  const free: Stage = { at: 'free', quote: view, plate, polls }
  return view.gate === 'sent' && polls < 10
    ? askLater(next, free, { ask: 'quote', plate }, risen([2, 3, 4, 5], polls), remember)
    : rest(next, free, remember)
}

/** Shows a fee until it expires; then the price is asked again. */
export function showFee(
  state: State,
  fee: { quote: Owed; plate: string | null; note: Note | null; refreshes: number },
  now: number,
  effects: readonly Effect[] = [],
): Step {
  const stage: Stage = { at: 'fee', doing: 'nothing', ...fee }
  return fee.refreshes < mostRefreshes
    ? askLater(state, stage, { ask: 'quote', plate: fee.plate }, Math.max(5_000, fee.quote.expiresAt - now), effects)
    : rest(state, stage, effects)
}

const isOwed = (view: QuoteView): view is Owed =>
  (view.state === 'owed' || view.state === 'overdue') && view.quote !== undefined

/** What must be said above a fee, so that nobody pays for another vehicle or another sum than the one last seen. */
function noteOf(stage: Stage, view: QuoteView): Note | null {
  const said = stage.at === 'fee' || stage.at === 'asking' ? stage.note : null
  if (stage.at === 'fee' && stage.quote.plate !== view.plate) return 'vehicle-changed'
  if (said !== null && said !== 'no-line') return said
  return stage.at === 'fee' && stage.quote.owedFen !== view.owedFen ? 'updated' : null
}

/** The API would not say what is owed. */
export function quoteRefused(state: State, plate: string | null, code: ProblemCode): Step {
  const { stage } = state
  if (stage.at === 'done') return lookAgain(state, { ...stage, opening: false, note: code })
  if (code === 'not-identified') return identify(state)
  // The driver's own pass is his vehicle, as far as anybody can tell; he may say another.
  const pass = state.place!.pass
  if (code === 'plate-needed') return pass === null ? rest(state, toType(state)) : askFee(state, pass, null)
  const ofThePlate: readonly ProblemCode[] = ['no-session', 'plate-malformed', 'too-many', 'bad-request']
  if (plate !== null && ofThePlate.includes(code)) return rest(state, { at: 'typing', plate, problem: code })
  return problem(state, code, { ask: 'quote', plate })
}

/** A paid stay stood before a shut gate and it was asked to open once more: asking what is owed does that. */
function openedAgain(state: State, stage: AtDone, view: QuoteView): Step {
  const { payment, plate } = stage
  if (view.plate !== payment.plate)
    return rest(state, { ...stage, opening: false, payment: { ...payment, gate: 'vehicle-changed' } })
  if (isOwed(view))
    return showFee(state, { quote: view, plate, note: null, refreshes: 0 }, view.now, [{ do: 'forget' }])
  const gate = view.gate ?? payment.gate
  const told: AtDone = { ...stage, opening: false, note: null, polls: 0, payment: { ...payment, gate, now: view.now } }
  return gate === 'opened' ? rest(state, told) : lookAgain(state, told)
}

/** Whatever was answered, the gate may open yet: by the lot when it is back, by a person, by the next try. */
const lookAgain = (state: State, stage: AtDone): Step =>
  askLater(state, stage, { ask: 'payment', payment: stage.payment.payment, urgent: false }, 3_000)

/** The price once more, while the fee stays on the screen. */
export const refreshFee = (state: State, stage: Extract<Stage, { at: 'fee' | 'free' }>): Step =>
  ask(state, stage, { ask: 'quote', plate: stage.plate })
