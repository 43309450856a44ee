import type { CodeView } from '@lanepay/cloud/driver/api.ts'
import { quoted, quoteRefused, refreshFee } from './fee.ts'
import { heardOfLot, isAway, isShut, lotSeen, reached } from './lot.ts'
import { ask, askFee, askLater, identify, problem, rest, risen, stay, toType } from './moves.ts'
import { ordered, orderRefused, pay, paymentRefused, sheetEnded, told } from './payment.ts'
import type { Answer, Ask, Event, ProblemCode, Stage, State, Step } from './stage.ts'

/** The whole logic of the driver's page: what happened, where that leads, and what is to be done. Reads no clock. */
export function step(state: State, event: Event): Step {
  switch (event.type) {
    case 'started':
      return ask(state, { at: 'opening' }, { ask: 'code' })
    case 'answered':
      if (event.turn !== state.turn || state.asked === null) return stay(state)
      return heardOfLot(answered({ ...state, asked: null, lost: 0 }, state.asked, event.answer), event.answer.view)
    case 'failed':
      if (event.turn !== state.turn || state.asked === null) return stay(state)
      return event.failure.kind === 'line'
        ? lineLost({ ...state, asked: null, lost: state.lost + 1 }, state.asked)
        : refused({ ...state, asked: null, lost: 0, no: event.failure }, state.asked, event.failure.code)
    case 'elapsed':
      return event.turn === state.turn ? askNow(state) : stay(state)
    case 'lot-seen':
      return lotSeen(state, event.online)
    case 'on-line':
      return state.lost > 0 ? backOnLine(state) : stay(state)
    case 'seen':
      return seen(state, event.awayMs)
    case 'sheet-ended':
      return sheetEnded(state, event.payment, event.result)
    case 'helped':
      return helped(state, event.ok)
    case 'ask-fee':
      return state.stage.at === 'typing' ? askFee(state, event.plate, null) : stay(state)
    case 'change-plate':
      return changePlate(state)
    case 'pay':
      return pay(state)
    case 'retry':
      return retry(state)
    case 'afresh':
      return ask({ ...state, kept: null, keptEntry: null }, { at: 'opening' }, { ask: 'code' }, [{ do: 'forget' }])
    case 'help':
      return state.stage.at === 'done' && state.stage.help === 'no'
        ? [
            { ...state, stage: { ...state.stage, help: 'asking', note: null } },
            [{ do: 'help', payment: state.stage.payment.payment }],
          ]
        : stay(state)
  }
}

function answered(state: State, asked: Ask, answer: Answer): Step {
  switch (answer.ask) {
    case 'code':
      return begin({ ...state, place: answer.view }, answer.view)
    case 'quote':
      return quoted(state, asked.ask === 'quote' ? asked.plate : null, answer.view)
    case 'pay':
      return ordered(state, answer.view)
    case 'payment':
      return told(state, answer.view)
    case 'enter': {
      const { view } = answer
      return view.state === 'pending'
        ? askLater(state, { at: 'entering' }, { ask: 'enter' }, 2_000)
        : rest(state, { at: 'entered', view }, [{ do: 'keep-entry', view }])
    }
  }
}

/** The code is known: what comes first depends on its kind, and on what this phone was in the middle of. */
function begin(state: State, place: CodeView): Step {
  if (!place.identified) return identify(state)
  const { kept, keptEntry } = state
  if (place.kind === 'entry')
    return keptEntry !== null
      ? rest(state, { at: 'entered', view: keptEntry })
      : ask(state, { at: 'entering' }, { ask: 'enter' })
  const plate = place.kind === 'prepay' ? (kept?.plate ?? '') : null
  if (kept !== null)
    return ask(
      state,
      { at: 'waiting', order: kept, from: null, plate, because: 'resumed', polls: 0, paying: false },
      { ask: 'payment', payment: kept.payment, urgent: true },
    )
  return place.kind === 'exit' ? askFee(state, null, null) : rest(state, toType(state))
}

function refused(before: State, asked: Ask, code: ProblemCode): Step {
  const state = isAway(code) ? reached(before, false) : before
  switch (asked.ask) {
    case 'code':
      return problem(state, code, asked)
    case 'quote':
      return quoteRefused(state, asked.plate, code)
    case 'pay':
      return orderRefused(state, code)
    case 'payment':
      return paymentRefused(state, code)
    case 'enter':
      return code === 'not-identified' ? identify(state) : problem(state, code, asked)
  }
}

/**
 * No answer. What is safe to repeat is repeated on a rising schedule. A payment and an admission are for the driver to
 * repeat: nobody wants a sheet that comes up a minute later, or a gate that opens for the next vehicle.
 */
function lineLost(state: State, asked: Ask): Step {
  const { stage } = state
  if (asked.ask === 'enter') return rest(state, stage)
  if (asked.ask === 'pay' && stage.at === 'fee') return rest(state, { ...stage, doing: 'nothing', note: 'no-line' })
  const again = risen([1, 2, 4, 8, 15, 30], state.lost - 1)
  if (stage.at === 'waiting')
    return askLater(
      state,
      { ...stage, paying: false },
      { ask: 'payment', payment: stage.order.payment, urgent: true },
      again,
    )
  return askLater(state, stage, asked, again)
}

function backOnLine(state: State): Step {
  if (state.later !== null) return askNow(state)
  const { stage } = state
  return stage.at === 'fee' && stage.note === 'no-line'
    ? [{ ...state, lost: 0, stage: { ...stage, note: null } }, []]
    : stay(state)
}

const askNow = (state: State): Step => (state.later === null ? stay(state) : ask(state, state.stage, state.later))

/** A page that was out of sight is stale: timers slept, the price ran on, the wallet may have paid. */
function seen(state: State, awayMs: number): Step {
  const { stage } = state
  if (state.asked !== null) return stay(state)
  if (stage.at === 'fee') return stage.doing === 'nothing' && awayMs > 10_000 ? refreshFee(state, stage) : stay(state)
  if (state.later !== null) return askNow(state)
  if (stage.at === 'free' && stage.plate !== null && awayMs > 10_000) return refreshFee(state, stage)
  return stage.at === 'done' ? retryPayment(state, stage) : stay(state)
}

const retryPayment = (state: State, stage: Extract<Stage, { at: 'waiting' | 'done' | 'sheet' }>): Step =>
  ask(state, stage, { ask: 'payment', payment: stage.order.payment, urgent: stage.at !== 'done' })

function retry(state: State): Step {
  const { stage } = state
  if (stage.at === 'problem' && stage.code === 'not-identified' && state.place?.identifyUrl !== undefined)
    return rest(state, { at: 'leaving' }, [{ do: 'go', url: state.place.identifyUrl }])
  // The page may be looking whether the gate is open just now: that is no reason not to hear the driver.
  if (stage.at === 'done' && isShut(stage.payment) && !stage.opening && state.lost === 0)
    return ask(state, { ...stage, opening: true, note: null }, { ask: 'quote', plate: stage.plate })
  if (state.asked !== null) return stay(state)
  if (stage.at === 'done') return retryPayment(state, stage)
  if (state.later !== null) return askNow(state)
  switch (stage.at) {
    case 'problem':
      if (stage.retry === null) return stay(state)
      return stage.retry.ask === 'enter' ? ask(state, { at: 'entering' }, stage.retry) : ask(state, stage, stage.retry)
    case 'entering':
    case 'entered':
      return ask(state, { at: 'entering' }, { ask: 'enter' })
    case 'fee':
    case 'free':
      return refreshFee(state, stage)
    case 'sheet':
    case 'waiting':
      return retryPayment(state, stage)
    default:
      return stay(state)
  }
}

function changePlate(state: State): Step {
  const { stage, place } = state
  const typed = 'plate' in stage && stage.plate !== null
  if (!typed && place?.kind !== 'prepay') return stay(state)
  if (stage.at === 'sheet' || stage.at === 'waiting' || (stage.at === 'fee' && stage.doing === 'pay'))
    return stay(state)
  return rest({ ...state, kept: null }, toType(state), [{ do: 'forget' }])
}

function helped(state: State, ok: boolean): Step {
  const { stage } = state
  if (stage.at !== 'done') return stay(state)
  return [{ ...state, stage: { ...stage, help: ok ? 'asked' : 'no', note: ok ? null : 'no-line' } }, []]
}
