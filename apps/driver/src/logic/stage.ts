import type {
  CodeView,
  DriverErrorCode,
  EnterView,
  PaymentView,
  PayView,
  QuoteView,
  Where,
} from '@lanepay/cloud/driver/api.ts'

/*
 * Where the driver's page stands, what may happen to it, and what it may do about it. `step.ts` decides; `edge/run.ts`
 * acts. All instants are the server's (api.ts).
 */

/** What the API says no with; `unknown` is a code from a newer server than this page. */
export type ProblemCode = DriverErrorCode | 'unknown'
/** What the page says on its own above the fee. */
export type NoteName = 'cancelled' | 'failed' | 'no-bridge' | 'no-line' | 'updated' | 'order-closed' | 'lot-cut'
export type Note = NoteName | ProblemCode

/** `line`: no answer, so nothing is known of what became of the request. */
export type Failure = { readonly kind: 'line' } | No
/** `again`: the lot may answer the same otherwise later. `said`: its own words. `similar`: plates inside that a plate that is not may be. */
export type No = {
  readonly kind: 'problem'
  readonly code: ProblemCode
  readonly where?: Where
  readonly again?: true
  readonly said?: string
  readonly similar?: readonly string[]
}

/** A payment that was begun on this phone: enough to find it again after the page was loaded anew. */
export type Order = {
  readonly payment: string
  readonly quote: string
  readonly amountFen: number
  readonly plate: string
  readonly expiresAt: number
}

/** How the wallet's sheet ended. None of it is proof: the server asks the channel. */
export type SheetResult = 'paid' | 'cancelled' | 'failed' | 'unclear' | 'no-bridge'

export type Owed = QuoteView & { readonly quote: string }

export type Stage =
  /** Asking what this code is. */
  | { readonly at: 'opening' }
  /** Off to the wallet to be identified. */
  | { readonly at: 'leaving' }
  /** Inside, or at an exit whose lot does not know who stands there: which vehicle? `problem` is why the plate before did not lead to a fee. */
  | { readonly at: 'typing'; readonly plate: string; readonly problem: ProblemCode | null }
  /** The lot is asked what is owed. `plate` is null in an exit lane whose lot knows who stands there. */
  | { readonly at: 'asking'; readonly plate: string | null; readonly note: Note | null }
  | {
      readonly at: 'fee'
      readonly quote: Owed
      readonly plate: string | null
      readonly note: Note | null
      /** `pay`: an order is being made; `held`: an earlier payment is in doubt, so nothing may be paid now. */
      readonly doing: 'nothing' | 'pay' | 'held'
      /** How often the price was asked again with nobody touching the page. */
      readonly refreshes: number
    }
  /** Nothing to pay now. */
  | { readonly at: 'free'; readonly quote: QuoteView; readonly plate: string | null; readonly polls: number }
  /** The wallet's sheet is over the page. */
  | { readonly at: 'sheet'; readonly order: Order; readonly from: Owed | null; readonly plate: string | null }
  /** After the sheet: what does the server know? */
  | {
      readonly at: 'waiting'
      readonly order: Order
      readonly from: Owed | null
      readonly plate: string | null
      readonly because: Exclude<SheetResult, 'no-bridge'> | 'resumed'
      readonly polls: number
      /** The driver takes the same order up again. */
      readonly paying: boolean
    }
  | {
      readonly at: 'done'
      readonly payment: PaymentView
      readonly order: Order
      readonly plate: string | null
      readonly polls: number
      readonly help: 'no' | 'asking' | 'asked'
      /** The gate is being asked to open once more. */
      readonly opening: boolean
      readonly note: Note | null
    }
  | { readonly at: 'entering' }
  | { readonly at: 'entered'; readonly view: EnterView }
  /** The API said no, and the whole page is about that. `retry` is what asking again would ask. */
  | { readonly at: 'problem'; readonly code: ProblemCode; readonly retry: Ask | null; readonly tries: number }

export type Ask =
  | { readonly ask: 'code' }
  | { readonly ask: 'quote'; readonly plate: string | null }
  | { readonly ask: 'pay'; readonly quote: string }
  /** `urgent`: the server should ask the channel now rather than wait for its word. */
  | { readonly ask: 'payment'; readonly payment: string; readonly urgent: boolean }
  | { readonly ask: 'enter' }

export type Answer =
  | { readonly ask: 'code'; readonly view: CodeView }
  | { readonly ask: 'quote'; readonly view: QuoteView }
  | { readonly ask: 'pay'; readonly view: PayView }
  | { readonly ask: 'payment'; readonly view: PaymentView }
  | { readonly ask: 'enter'; readonly view: EnterView }

export type State = {
  readonly stage: Stage
  readonly place: CodeView | null
  /** What the API said no with last. */
  readonly no?: No
  /** The last plate that led to a fee on this phone. */
  readonly lastPlate: string
  /** Taken up again once the code is known. */
  readonly kept: Order | null
  readonly keptEntry: EnterView | null
  /** We already came back from being identified, without an identity. */
  readonly anonymous: boolean
  /** Counts what was asked or set to be asked: an answer of an earlier turn is not for us any more. */
  readonly turn: number
  /** What is under way. */
  readonly asked: Ask | null
  /** What is asked when the wait is over, or at once when the line is back. */
  readonly later: Ask | null
  /** How often the line failed in a row. */
  readonly lost: number
}

export type Event =
  | { readonly type: 'started' }
  | { readonly type: 'answered'; readonly turn: number; readonly answer: Answer }
  | { readonly type: 'failed'; readonly turn: number; readonly failure: Failure }
  /** The wait of this turn is over. */
  | { readonly type: 'elapsed'; readonly turn: number }
  | { readonly type: 'on-line' }
  /** Somebody looked whether the lot is reached, while the page lay open. */
  | { readonly type: 'lot-seen'; readonly online: boolean }
  /** The page is seen again after it was out of sight. */
  | { readonly type: 'seen'; readonly awayMs: number }
  | { readonly type: 'sheet-ended'; readonly payment: string; readonly result: SheetResult }
  | { readonly type: 'helped'; readonly ok: boolean }
  // ---- what the driver does
  | { readonly type: 'ask-fee'; readonly plate: string }
  | { readonly type: 'change-plate' }
  | { readonly type: 'pay' }
  /** Ask again whatever the screen is about; on a paid stay before a shut gate, ask it to open once more. */
  | { readonly type: 'retry' }
  /** Leave a payment behind and begin with the code again. */
  | { readonly type: 'afresh' }
  | { readonly type: 'help' }

export type Effect =
  | { readonly do: 'ask'; readonly turn: number; readonly ask: Ask }
  | { readonly do: 'wait'; readonly turn: number; readonly ms: number }
  | { readonly do: 'sheet'; readonly payment: string; readonly sheet: PayView['sheet'] }
  | { readonly do: 'help'; readonly payment: string }
  | { readonly do: 'go'; readonly url: string }
  | { readonly do: 'keep'; readonly order: Order; readonly forMs: number }
  | { readonly do: 'forget' }
  | { readonly do: 'remember'; readonly plate: string }
  | { readonly do: 'keep-entry'; readonly view: EnterView }

export type Step = readonly [State, readonly Effect[]]

/** The page before anything happened, with what this phone remembers. */
export const firstState = (remembered: {
  readonly lastPlate: string
  readonly kept: Order | null
  readonly keptEntry: EnterView | null
  readonly anonymous: boolean
}): State => ({
  ...remembered,
  stage: { at: 'opening' },
  place: null,
  turn: 0,
  asked: null,
  later: null,
  lost: 0,
})
