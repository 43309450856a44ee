import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import { type Static, Type } from 'typebox'
import type { PaymentParts } from '../payment/api.ts'
import { OrderWord } from '../report/both-ways.ts'
import { fileAsk } from '../report/file-ask.ts'

/*
 * What an office and the cloud say to each other about stays. Instants are ms since 1970 UTC, money is whole fen. Whatever changes something
 * is an order to the lot, which decides: the answer is the order's number, and what became of it is asked by that. Errors are `ErrorView`.
 *
 *   :base is /api/operator/lots/:lot, or /api/operator/lots/:lot/lanes/:lane: there only stays that came or went by the lane, or stand in it
 *
 *   GET  /api/operator/sessions, /api/platform/operators/:operator/sessions, /api/operator/lots/:lot/lanes/:lane/sessions
 *                                          StayQuery -> StayPage      the newest first, unless asked otherwise
 *   GET  /api/operator/sessions-file       StayQuery without after and limit, as=xlsx|csv&lang -> all that is found, as a file
 *   GET  :base/sessions/:session           -> StoryView               also /api/platform/operators/:operator/lots/:lot/sessions/:session;
 *                                                                     refunds and shares only to who may read money (`reports.read`)
 *   GET  :base/sessions/:session/owed      -> OwedView                asked of the lot now
 *   POST :base/order-asks                  {} -> {ask}                one intention of a person, made before it is sent
 *   POST :base/sessions/:session/orders    StayOrderAsk -> OrderView  correct, void, close
 *   POST /api/operator/lots/:lot/lanes/:lane/open  OpenAsk -> OrderView
 *   POST :base/sessions/:session/lock      LockAsk -> LockView        held inside, or let go
 *   POST /api/operator/lots/:lot/lanes/:lane/show  ShowAsk -> OrderView
 *   POST /api/operator/lots/:lot/lanes/:lane/move  MoveAsk -> MoveView  an arm lowered, or left up
 *   GET  :base/orders/:order               -> OrderView
 */

const strict = { additionalProperties: false } as const
const literals = <const L extends readonly string[]>(names: L) =>
  Type.Unsafe<L[number]>(Type.Union(names.map((name) => Type.Literal(name))))
const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })
const id = Type.String({ pattern: '^(?:[1-9]\\d{0,17}|[1-8]\\d{18})$' })
const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' })
/** One line, as others read it. */
const Reason = Type.String({ pattern: '^[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]{1,199}$' })
/** What `order-asks` gave: sent again, it is the same order. */
const Ask = Type.String({ maxLength: 300 })

/** By what else than time stays can be put in order. */
export const staySorts = ['plate', 'lot', 'paidFen', 'owedWhenLeftFen'] as const
export type StaySort = (typeof staySorts)[number]
export const stayStates = ['inside', 'leaving', 'left', 'superseded', 'voided'] as const
export const StayQuery = Type.Object(
  {
    /** A plate or any three characters or more of it. */
    plate: Type.Optional(Type.String({ maxLength: 20 })),
    /** `open`: inside or leaving. */
    state: Type.Optional(literals([...stayStates, 'open'])),
    /** By which it came, or left. */
    lane: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,2}$' })),
    lot: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,6}$' })),
    /** Days of entries, the second not in it; left out: the last 30 days, or with a plate or open stays all. */
    from: Type.Optional(Day),
    until: Type.Optional(Day),
    order: OrderWord,
    /** In place of `order`, `-plate` downwards: with a plate, of open stays, or of at most 31 days. */
    sort: Type.Optional(literals([...staySorts, ...staySorts.map((sort) => `-${sort}` as const)])),
    after: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.String({ pattern: '^(?:[1-9]\\d?|1\\d\\d|200)$' })),
  },
  strict,
)
export type StayQuery = Static<typeof StayQuery>
/** A file goes through all of them page by page, and so in the order of time. */
const { after: _, limit: __, sort: ___, ...stayFilters } = StayQuery.properties
export const StayFileQuery = Type.Object({ ...stayFilters, ...fileAsk }, strict)
export const SessionParams = Type.Object({ session: id })
export const OrderParams = Type.Object({ order: Type.String({ pattern: '^\\d{32}$' }) })

export type StayRow = {
  readonly session: string
  readonly lot: number
  readonly plate: string
  /** An unplated pass. */
  readonly pass: boolean
  readonly colour: string
  readonly standing: string | null
  readonly vehicleClass: string | null
  readonly state: (typeof stayStates)[number]
  readonly enteredAt: number
  readonly entryLane: number | null
  readonly leftAt: number | null
  readonly exitLane: number | null
  readonly how: string | null
  readonly paidFen: number
  readonly owedWhenLeftFen: number | null
  readonly leaveBy: number | null
  /** Who ended it and why, where that is not how it left. */
  readonly because: string | null
}
export type StayPage = {
  readonly now: number
  readonly rows: readonly StayRow[]
  /** Where the next page begins; null: there is none. */
  readonly next: string | null
}

/** One thing that happened to a stay, in the order in which it did. What a kind does not say is left out. */
export type StoryLine = {
  readonly at: number
  /**
   * Of the lot's log as lot-link has it, else: `quoted`, `payment-made`, `paid`, `unapplied`, `refund-asked`, `refund-done`, `refund-failed`,
   * `shared`, `share-returned`, `clearance-told`, `order`, `alarm`, `to-be-invoiced`, `invoice-wanted`, `act`.
   */
  readonly kind: string
  readonly lane?: number
  /** A person. */
  readonly by?: string
  readonly because?: string
  readonly amountFen?: number
  /** Of the payment, refund, order or invoice, as the world knows it. */
  readonly number?: string
  readonly state?: string
  /** What a correction set, what opened a gate, which channel, what an order is: by name. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  /** A picture of this instant may be there. */
  readonly picture?: true
}
export type QuoteView = {
  readonly quotedAt: number
  readonly expiresAt: number
  readonly priceFen: number
  readonly paidBeforeFen: number
  readonly owedFen: number
  readonly lines: readonly QuoteLine[]
  /** Of the payment that it was paid by. */
  readonly payment: string | null
}
export type PaymentOfStay = {
  readonly number: string
  readonly channel: string
  readonly amountFen: number
  readonly state: string
  readonly createdAt: number
  readonly paidAt: number | null
  /** Null to who may not read money (`reports.read`), as whoever sits at a lane: neither does the story tell of refunds and shares then. */
  readonly money: (PaymentParts & { readonly refundedFen: number; readonly shareAt: number | null }) | null
}
export type StoryView = {
  readonly now: number
  readonly lot: { readonly number: number; readonly name: string; readonly online: boolean; readonly system: string }
  readonly lanes: readonly { readonly id: number; readonly name: string; readonly direction: string }[]
  readonly stay: StayRow
  /** Where it stands now. */
  readonly standsIn: { readonly lane: number; readonly occupancy: string; readonly since: number } | null
  readonly story: readonly StoryLine[]
  readonly quotes: readonly QuoteView[]
  readonly payments: readonly PaymentOfStay[]
  /** What this lot's system cannot be told. */
  readonly cannot: readonly ('correct' | 'void' | 'close' | 'show' | 'lock')[]
}
export type OwedView =
  | {
      readonly owes: true
      readonly quotedAt: number
      readonly priceFen: number
      readonly paidFen: number
      readonly owedFen: number
      readonly lines: readonly QuoteLine[]
      readonly leaveBy: number | null
    }
  /** `offline`, or the lot's own word for why it does not say. */
  | { readonly owes: false; readonly because: string }

export const StayOrderAsk = Type.Object(
  {
    ask: Ask,
    reason: Reason,
    order: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('correct'),
          plate: Type.Optional(Type.String({ minLength: 2, maxLength: 20 })),
          enteredAt: Type.Optional(Instant),
          vehicleClass: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        },
        strict,
      ),
      Type.Object({ kind: Type.Literal('void') }, strict),
      Type.Object(
        {
          kind: Type.Literal('close'),
          lane: Type.Integer({ minimum: 1, maximum: 999 }),
          leftAt: Type.Optional(Instant),
        },
        strict,
      ),
    ]),
  },
  strict,
)
export type StayOrderAsk = Static<typeof StayOrderAsk>
export const OpenAsk = Type.Object(
  {
    ask: Ask,
    reason: Reason,
    /** Who was seen to stand there: for another vehicle the gate stays shut. Null at a lot whose system does not say who stands where. */
    occupancy: Type.Union([id, Type.Null()]),
  },
  strict,
)
export type OpenAsk = Static<typeof OpenAsk>
/** These two are asked of the lot at once: asked again they are the same. */
export const LockAsk = Type.Object({ reason: Reason, locked: Type.Boolean() }, strict)
export type LockAsk = Static<typeof LockAsk>
export type LockView = { readonly locked: boolean }
export const MoveAsk = Type.Object(
  { reason: Reason, move: Type.Union([Type.Literal('close'), Type.Literal('hold-open')]) },
  strict,
)
export type MoveAsk = Static<typeof MoveAsk>
export type MoveView = { readonly move: MoveAsk['move'] }
export const ShowAsk = Type.Object(
  {
    ask: Ask,
    lines: Type.Array(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,40}$' }), { minItems: 1, maxItems: 4 }),
  },
  strict,
)
export type ShowAsk = Static<typeof ShowAsk>

export type OrderView = {
  readonly order: string
  readonly kind: string
  readonly lane: number | null
  /** `queued` and `sent` go on; `done` and `opened` are done; `refused` and `expired` are not, with the lot's word for why. */
  readonly state: 'queued' | 'sent' | 'done' | 'opened' | 'expired' | 'refused'
  readonly because: string | null
  readonly issuedAt: number
  readonly expiresAt: number
  readonly answeredAt: number | null
  /** Whether the lot was heard of lately: one that is not hears of the order when it is back, until `expiresAt`. */
  readonly online: boolean
}
