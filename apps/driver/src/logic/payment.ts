import type { PaymentView, PayView } from '@lanepay/cloud/driver/api.ts'
import { showFee } from './fee.ts'
import { ask, askFee, askLater, identify, problem, rest, risen, stay } from './moves.ts'
import type { Ask, Note, Order, ProblemCode, SheetResult, Stage, State, Step } from './stage.ts'

type AtSheet = Extract<Stage, { at: 'sheet' }>
type AtWaiting = Extract<Stage, { at: 'waiting' }>
type AtDone = Extract<Stage, { at: 'done' }>

/** An order may still be found paid for a while after it could be paid for the last time. */
const keptAfterMs = 15 * 60_000
const sheetPollMs = 5_000
/** Over an hour of looking whether the lot has heard of what was paid. */
const mostUntold = 300

const about = (order: Order, urgent: boolean): Ask => ({ ask: 'payment', payment: order.payment, urgent })

/** A tap on "pay": from the fee a new order, from an order in doubt that same order. */
export function pay(state: State): Step {
  const { stage } = state
  if (stage.at === 'fee' && stage.doing === 'nothing')
    return ask(state, { ...stage, doing: 'pay', note: null, refreshes: 0 }, { ask: 'pay', quote: stage.quote.quote })
  if (stage.at === 'waiting' && !stage.paying)
    return ask(state, { ...stage, paying: true }, { ask: 'pay', quote: stage.order.quote })
  return stay(state)
}

/**
 * There is an order: the phone remembers it before the sheet comes up, because the page may not outlive the sheet. Whoever
 * tapped before the page could say that the lot is not reached is told that first; the next tap brings up this same order.
 */
export function ordered(state: State, view: PayView): Step {
  const { stage } = state
  if (stage.at !== 'fee' && stage.at !== 'waiting') return stay(state)
  if (stage.at === 'fee' && state.place?.lotOnline === true && !view.lotOnline)
    return showFee(state, { quote: stage.quote, plate: stage.plate, note: 'lot-cut', refreshes: 0 }, view.now)
  const [from, plate] = stage.at === 'fee' ? [stage.quote, stage.plate] : [stage.from, stage.plate]
  const order: Order = {
    payment: view.payment,
    quote: stage.at === 'fee' ? stage.quote.quote : stage.order.quote,
    amountFen: view.amountFen,
    plate: stage.at === 'fee' ? stage.quote.plate : stage.order.plate,
    expiresAt: view.expiresAt,
  }
  return askLater(state, { at: 'sheet', order, from, plate }, about(order, false), sheetPollMs, [
    { do: 'keep', order, forMs: Math.max(0, view.expiresAt - view.now) + keptAfterMs },
    { do: 'sheet', payment: view.payment, sheet: view.sheet },
  ])
}

/** These need a new price before anybody can pay. */
const needNewQuote: readonly ProblemCode[] = [
  'quote-expired',
  'quote-used',
  'quote-unknown',
  'channel-refused',
  'vehicle-changed',
  'already-paid',
]
/** After these the very same quote may be paid: at most one order comes of it. */
const mayPayAgain: readonly ProblemCode[] = ['channel-unclear', 'too-many', 'internal', 'unknown']

export function orderRefused(state: State, code: ProblemCode): Step {
  const { stage } = state
  if (code === 'not-identified') return identify(state)
  if (stage.at === 'fee') {
    if (needNewQuote.includes(code))
      return ask(state, { ...stage, note: code }, { ask: 'quote', plate: stage.plate }, [{ do: 'forget' }])
    if (code === 'payment-pending')
      return askLater(state, { ...stage, doing: 'held', note: code }, { ask: 'quote', plate: stage.plate }, 5_000)
    if (mayPayAgain.includes(code)) return rest(state, { ...stage, doing: 'nothing', note: code })
    return problem(state, code, { ask: 'quote', plate: stage.plate })
  }
  if (stage.at !== 'waiting') return stay(state)
  if (code === 'already-paid' || code === 'payment-pending')
    return ask(state, { ...stage, paying: false, because: 'paid' }, about(stage.order, true))
  if (mayPayAgain.includes(code))
    return askLater(state, { ...stage, paying: false, because: 'unclear' }, about(stage.order, true), 3_000)
  return askFee(state, stage.plate, code, [{ do: 'forget' }])
}

/** The sheet is gone. What it said is a hint; the server is asked, and asks the channel. */
export function sheetEnded(state: State, payment: string, result: SheetResult): Step {
  const { stage } = state
  if (stage.at !== 'sheet' || stage.order.payment !== payment) return stay(state)
  if (result === 'no-bridge') return backToFee(state, stage, 'no-bridge', null)
  const { order, from, plate } = stage
  return ask(state, { at: 'waiting', order, from, plate, because: result, polls: 0, paying: false }, about(order, true))
}

/** What the server knows of the payment. */
export function told(state: State, view: PaymentView): Step {
  const { stage } = state
  if (stage.at === 'done') {
    const note = view.gate === stage.payment.gate ? stage.note : null // what was said of the gate is over
    return done(state, { ...stage, payment: view, note, opening: false, polls: stage.polls + 1 })
  }
  if (stage.at !== 'sheet' && stage.at !== 'waiting') return stay(state)
  const { order, plate } = stage
  switch (view.state) {
    case 'pending': {
      if (stage.at === 'sheet') return askLater(state, stage, about(order, false), sheetPollMs)
      if (stage.because === 'cancelled' || stage.because === 'failed')
        return backToFee(state, stage, stage.because, view.now)
      const ms = risen([1, 1, 2, 3, 5, 8], stage.polls)
      return askLater(state, { ...stage, polls: stage.polls + 1 }, about(order, true), ms)
    }
    case 'closed': {
      const own = stage.at === 'waiting' && stage.because !== 'resumed'
      const note: Note | null = stage.at === 'waiting' && stage.because === 'cancelled' ? 'cancelled' : 'order-closed'
      return askFee({ ...state, kept: null }, plate, own || stage.at === 'sheet' ? note : null, [{ do: 'forget' }])
    }
    default:
      return done(state, { at: 'done', payment: view, order, plate, polls: 0, help: 'no', opening: false, note: null })
  }
}

/** Of this payment the server knows nothing, or not for us. */
export function paymentRefused(state: State, code: ProblemCode): Step {
  const { stage } = state
  if (code === 'not-identified') return identify(state)
  if (stage.at !== 'sheet' && stage.at !== 'waiting' && stage.at !== 'done') return stay(state)
  if (code === 'payment-unknown') return askFee({ ...state, kept: null }, stage.plate, null, [{ do: 'forget' }])
  // Throttled, or something went wrong over there: the payment is as it was, ask again.
  return askLater(state, stage, { ask: 'payment', payment: stage.order.payment, urgent: false }, 5_000)
}

function backToFee(state: State, { from, plate }: AtSheet | AtWaiting, note: Note, now: number | null): Step {
  if (from === null) return askFee(state, plate, note)
  return showFee(state, { quote: from, plate, note, refreshes: 0 }, now ?? from.now)
}

/** The money is settled; what is left is the gate, or the way of the money back. */
function done(state: State, stage: AtDone): Step {
  const { payment, order, polls } = stage
  const keep = { do: 'keep', order, forMs: keptFor(payment) } as const
  const next = { ...state, kept: null }
  const untold = payment.gate === 'offline' || (payment.state === 'paid' && payment.gate === null && !payment.lotTold)
  const unsettled = untold || payment.state === 'refunding' || payment.gate === 'sent' || payment.gate === 'silent'
  // A lot may be away for longer than a driver watches; then it is asked more rarely.
  const most = untold ? mostUntold : 60
  return unsettled && polls < most
    ? askLater(next, stage, about(order, false), polls < 60 ? risen([1, 1, 2, 2, 3, 5], polls) : 15_000, [keep])
    : rest(next, stage, [keep])
}

/** How long a page loaded anew shows this end rather than beginning over: inside the lot, until the time to leave by. */
function keptFor({ state, gate, leaveBy, now }: PaymentView): number {
  if (state !== 'paid') return 2 * 60_000
  if (gate === 'opened' || gate === 'vehicle-changed') return 30_000
  return gate === null && leaveBy !== null ? Math.max(0, leaveBy - now) : 5 * 60_000
}
