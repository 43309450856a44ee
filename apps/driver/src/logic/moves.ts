import type { Ask, Effect, Note, ProblemCode, Stage, State, Step } from './stage.ts'

/** Asks now. Whatever was under way or waiting before is of an earlier turn from here on. */
export function ask(state: State, stage: Stage, what: Ask, effects: readonly Effect[] = []): Step {
  const turn = state.turn + 1
  return [{ ...state, stage, turn, asked: what, later: null }, [...effects, { do: 'ask', turn, ask: what }]]
}

/** Asks when the wait is over. */
export function askLater(state: State, stage: Stage, what: Ask, ms: number, effects: readonly Effect[] = []): Step {
  const turn = state.turn + 1
  return [{ ...state, stage, turn, asked: null, later: what }, [...effects, { do: 'wait', turn, ms }]]
}

/** Stays here until somebody does something. */
export const rest = (state: State, stage: Stage, effects: readonly Effect[] = []): Step => [
  { ...state, stage, turn: state.turn + 1, asked: null, later: null },
  effects,
]

export const stay = (state: State): Step => [state, []]

/** The `n`th delay of a rising schedule in seconds, as ms; its last one for all that follow. */
export const risen = (seconds: readonly number[], n: number): number =>
  1000 * (seconds[Math.min(n, seconds.length - 1)] ?? 1)

/** The fee is asked anew and the screen begins over. */
export const askFee = (state: State, plate: string | null, note: Note | null, effects: readonly Effect[] = []): Step =>
  ask(state, { at: 'asking', plate, note }, { ask: 'quote', plate }, effects)

/** Which vehicle? A lot that takes no payments says so before anything is typed; who owes nothing may still ask. */
export const toType = ({ lastPlate, place }: State): Stage => ({
  at: 'typing',
  plate: lastPlate,
  problem: place!.problem,
})

/** Only the wallet can say who this is; once it could not, the driver is asked before it is tried again. */
export function identify(state: State): Step {
  const url = state.place?.identifyUrl
  if (url !== undefined && !state.anonymous) return rest(state, { at: 'leaving' }, [{ do: 'go', url }])
  if (state.place !== null && url === undefined && !state.place.identified)
    return problem(state, 'wallet-unsupported', null)
  return problem(state, 'not-identified', { ask: 'code' })
}

const most = 30
/** Asking again would only hear the same: another code, another app or a person is needed. */
const forGood: readonly ProblemCode[] = [
  'code-malformed',
  'code-replaced',
  'code-revoked',
  'code-expired',
  'lot-unknown',
  'lane-wrong-direction',
  'wrong-kind',
  'wallet-unsupported',
  'unsupported',
  'lot-unclear',
]

/**
 * The whole page is about this problem. What the lot may answer otherwise later is asked again without being told to, and so is a lane into which
 * a vehicle is about to come. An admission is never asked again by itself: by then another vehicle may stand
 * in the lane, and the gate would open for it.
 */
export function problem(state: State, code: ProblemCode, again: Ask | null): Step {
  const retry = forGood.includes(code) ? null : again
  const before = state.stage.at === 'problem' && state.stage.code === code ? state.stage.tries + 1 : 0
  const stage: Stage = { at: 'problem', code, retry, tries: before }
  return retry?.ask === 'quote' && (state.no?.again || code === 'lane-empty') && before < most
    ? askLater(state, stage, retry, risen([4, 4, 4, 6, 8, 10, 15], before))
    : rest(state, stage)
}
