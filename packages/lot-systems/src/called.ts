import type { Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Fen } from '@lanepay/domain/types.ts'
import type { CouponWorth } from '@lanepay/lot-link/messages.ts'
import type { TObject } from 'typebox'
import type { PageName, PageOf, Passage, Span, StayInside, SystemLane } from './lists.ts'
import type { Ability, EventOf, GateMove, LotError, LotStatus } from './lot-system.ts'
import type { Permits } from './permits.ts'

/*
 * Charging software that we call over HTTP, and that posts to us what happened. An adapter only translates, in pure code: what is
 * sent for each operation and what the answer means; it has no clock, no chance and no connection. services/cloud/src/called
 * carries what is said here, asks again what may be asked again, and keeps what is owed to a lot until it has answered.
 */

/** One call, relative to the address that the lot's settings say. */
export type HttpAsk = {
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}
/** As received; header names in lower case. */
export type HttpSaid = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a call may need beside its subject. */
export type Around<S> = {
  readonly settings: S
  readonly now: number
  /** Never the same twice. */
  readonly nonce: string
  /** The same whenever the same thing is asked again: digits, 32 at most. */
  readonly requestId: string
  /** Where the system has a `login`: what that answered. */
  readonly token?: string
}

/** One operation: what is sent, and what the answer means. A refusal says by its reason whether it may be asked again (`mayAskAgain`). */
export type Operation<S, Input, Output> = {
  ask(input: Input, around: Around<S>): HttpAsk
  read(said: HttpSaid, input: Input): Result<Output, LotError>
}

/** The vehicle that stands in a lane, the one of a plate, or one stay. Lanes and stays by the system's own names for them. */
export type QuoteOf = (
  | { readonly lane: string; readonly pass: string | null }
  /** `stay`: its record, where one is known. */
  | { readonly plate: string; readonly stay: string | null }
) & {
  /** A coupon that this price is to be lowered by; only where the system takes coupons by the price, and takes this one. */
  readonly worth?: CouponWorth
}
export type Quoted = {
  readonly stay: string
  /** Null, as the entry: as it is known already. */
  readonly plate: string | null
  readonly enteredAt: number | null
  /** What the system says is to be collected now: never reckoned from its other figures. */
  readonly owedFen: Fen
  /** To leave after paying; null: it does not say. */
  readonly leaveMinutes: number | null
  /** What a payment must name: the system's bill; null: nothing. */
  readonly bill: string | null
  /** What the system says was paid of this stay already, by whomever; left out: it does not say. */
  readonly paidFen?: Fen
  /** By how much the coupon of the question lowered it; left out: it does not say, or there was none. */
  readonly loweredFen?: Fen
  /**
   * What is owed is made of, beside `paidFen`, where the system says all of it: the price of the whole stay, and what is taken off it. It is
   * shown and nothing is reckoned from it: of some systems it does not add up.
   */
  readonly made?: { readonly totalFen: Fen; readonly discountFen: Fen }
  /** It is no visitor's: a month card of it has ended, or does not hold now, and may be made longer. */
  readonly renewable?: true
  /** It is held inside, and is not let out whatever is paid. */
  readonly locked?: true
}
/** A coupon that a price was lowered by, and by how much where the system said so. */
export type Lowered = { readonly worth: CouponWorth; readonly fen: Fen | null }
export type Paid = {
  readonly stay: string
  readonly plate: string
  readonly bill: string | null
  /** The trade number: the same payment is told under the same one. */
  readonly payment: string
  readonly channel: ChannelName
  readonly amountFen: Fen
  readonly paidAt: number
  /** The exit lane where it stands; null: it was paid inside, or too long ago for a gate. */
  readonly lane: string | null
  /** What the price that was paid was lowered by. */
  readonly lowered?: Lowered
  /** Out of the wallet of whose vehicle it is, without any act of its driver. */
  readonly senseless?: true
}
/** A price of which a coupon left nothing to be paid: told in place of a payment when its vehicle stands at an exit. */
export type Settled = {
  readonly bill: string | null
  /** As a payment's number. */
  readonly number: string
  readonly at: number
  readonly lane: string
  readonly lowered: Lowered
}
/** A coupon of a shop for the stay of a plate that is inside: the same one under the same name is one. */
export type Grant = {
  readonly coupon: string
  /** Null: nobody has told us of its record. */
  readonly stay: string | null
  readonly plate: string
  readonly worth: CouponWorth
}
/** How a system takes coupons: given to the stay by a call of their own, or said with every price, of which it keeps none. */
export type Coupons<S> = {
  /** Whether it has a word for it that is sure. */
  takes(worth: CouponWorth): boolean
} & (
  | { readonly by: 'grant'; readonly grant: Operation<S, Grant, null> }
  | { readonly by: 'price'; readonly settled: Operation<S, Settled, PaidAnswer> }
)
/**
 * `gate`: what it did of itself; null: it says nothing of a gate, which needs an order of its own. `silent`: it had this payment before, and
 * whether a gate opened for it then nobody knows: none is ordered, and a person looks.
 */
export type PaidAnswer = { readonly gate: 'opened' | 'silent' | null }

/**
 * What a system says happened (`lotEvents`), in the words of a log but for its own names of stays and lanes: told twice, it is the same.
 * Lanes null: it names none.
 */
export type CalledEvent =
  | (Pick<EventOf<'entered'>, 'kind' | 'plate' | 'colour' | 'enteredAt'> & {
      readonly stay: string
      readonly lane: string | null
    })
  | (Pick<EventOf<'left'>, 'kind' | 'leftAt'> & {
      /** Null: it does not say which; the stay of this plate is meant. */
      readonly stay: string | null
      readonly plate: string
      /** Null: it does not say; then only a stay that is known ends. */
      readonly enteredAt: number | null
      readonly lane: string | null
    })
  /** Its record has another plate from now on: that of the stay which began in this lane at this second; `stay`: its name after that. */
  | (Pick<EventOf<'corrected'>, 'kind'> & {
      readonly stay: string
      readonly plate: string
      readonly lane: string
      readonly enteredAt: number
    })
  /** `blockedVehicleSeen`, and who came while it was full: at an entry, and not let in. */
  | {
      readonly kind: 'refused'
      readonly plate: string
      readonly lane: string
      readonly at: number
      readonly because: 'blocked' | 'full'
    }
  /** `vehicleAtLane`, of whom it says so; who is there is asked again when somebody pays, and is not kept. */
  | (Pick<EventOf<'occupied'>, 'at'> & {
      readonly kind: 'at-lane'
      readonly stay: string | null
      readonly plate: string
      readonly lane: string
      /** What its driver showed to an attendant there, to be charged; left out: nothing. */
      readonly payCode?: string
    })
/** A post of the system to us, as received. */
export type HttpPost = {
  /** Below the lot's own address, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export type PostAnswer = { readonly status: number; readonly contentType: string; readonly body: string }
/** `answer` is sent when the events are kept; what nobody knows has none and is answered as done. */
export type PostRead = {
  readonly events: readonly CalledEvent[]
  readonly answer: PostAnswer
  /** Whether this plate may come in is asked: answered so, in place of `answer`, where our lists block it. */
  readonly blocked?: { readonly plate: string; readonly answer: PostAnswer }
}

export type CalledSystem<S = object> = {
  /** As a lot's plan and the path of its posts call it. */
  readonly name: string
  /** As people call it. */
  readonly title: string
  readonly abilities: readonly Ability[]
  /** What an operator types; checked at the door. `address` is where it is called. */
  readonly settings: TObject
  /** Members of the settings that are kept sealed and shown to nobody. */
  readonly secrets: readonly string[]
  /** Where calls need a token: it is kept until an answer is `loggedOut` (logged-in.ts), for all lots that log in as the same `account`. */
  readonly login?: Operation<S, null, string> & { account(settings: S): readonly string[] }
  readonly quote: Operation<S, QuoteOf, Quoted>
  /** What is asked next where nobody is named in a lane: some ask apart about who has a plate and who has none. Null, or left out: nothing. */
  readonly quoteNext?: (of: QuoteOf) => QuoteOf | null
  readonly paid: Operation<S, Paid, PaidAnswer>
  readonly admit?: Operation<
    S,
    { readonly lane: string; readonly pass: string },
    { readonly gate: 'opened' | 'silent' }
  >
  readonly open?: Operation<
    S,
    { readonly lane: string; readonly stay: string | null; readonly reason: string; readonly by: string },
    { readonly gate: 'opened' }
  >
  /** An arm that is lowered, or left up until it is; told twice it is the same. The ability of each move says whether there is a word for it. */
  readonly move?: Operation<
    S,
    { readonly lane: string; readonly move: GateMove; readonly reason: string; readonly by: string },
    null
  >
  /** Holds a vehicle inside, or lets it go; the last one counts. */
  readonly lock?: Operation<
    S,
    { readonly stay: string | null; readonly plate: string; readonly locked: boolean },
    { readonly locked: boolean }
  >
  /** Plates inside that are like one that is not. */
  readonly similar?: Operation<S, { readonly plate: string }, readonly string[]>
  readonly coupons?: Coupons<S>
  /** Month cards that it keeps itself. */
  readonly permits?: Permits<S>
  /** It tells who comes to stand at an exit, and has a word for what is paid there without any act of the driver (`Paid.senseless`). */
  readonly senseless?: true
  /** Each says what it knows of how the lot is; one that is not answered takes nothing from what the others said. */
  readonly status?: readonly Operation<S, null, Partial<LotStatus>>[]
  /** Lists (lists.ts), page by page: a system that wants to be asked for one thing to ask for the next says that next as a page. */
  readonly lanes?: Operation<S, PageName, PageOf<SystemLane>>
  readonly inside?: Operation<S, PageName, PageOf<StayInside>>
  readonly passages?: Operation<S, Span & { readonly page: PageName }, PageOf<Passage>>
  /** What the camera of a lane sees now, as a JPEG. */
  readonly picture?: Operation<S, { readonly lane: string }, Uint8Array>
  /** Refused: what the system is answered instead; nothing of it is believed. */
  events?(post: HttpPost, around: { readonly settings: S; readonly now: number }): Result<PostRead, PostAnswer>
}
