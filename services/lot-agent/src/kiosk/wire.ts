import type { QuoteLine } from '@lanepay/lot-link/messages.ts'
import { type Static, type TSchema, Type } from 'typebox'

/*
 * What a cash kiosk and the agent say to each other: a protocol of our own, for no vendor has published one; an adapter for a
 * vendor's would take the place of this file and of door.ts, and call the same turns.
 *
 *   POST http://AGENT:PORT/kiosk/ID     one KioskAsk as JSON -> KioskAnswer
 *   x-lanepay-signature                 of both, in hexadecimal (sign.ts)
 *
 * `at` is the kiosk's own clock, ms since 1970 UTC; nothing rests on it. Money is whole fen. What is said of a purchase carries
 * the kiosk's own number of it, never used again, and runs from 1 (`begin`) by one. The same running number again is answered the
 * same again and done once; one that leaves others out is refused, and those come first. Without an answer: again, until there is one.
 */

const strict = { additionalProperties: false } as const
const At = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })
/** ¥10,000: no stay is paid by more in notes. */
export const mostFen = 1_000_000
const Fen = Type.Integer({ minimum: 0, maximum: mostFen })
const Piece = Type.Integer({ minimum: 10, maximum: 10_000 })
/** What it can pay out, and which notes and coins its acceptor knows, in fen a piece. */
export const Till = Type.Object(
  {
    hoppers: Type.Array(Type.Object({ fen: Piece, count: Type.Integer({ minimum: 0, maximum: 100_000 }) }, strict), {
      maxItems: 8,
    }),
    takes: Type.Array(Piece, { maxItems: 16 }),
  },
  strict,
)
export type Till = Static<typeof Till>
export const PurchaseNumber = Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' })
const Words = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })

const ofPurchase = <K extends string, P extends Record<string, TSchema>>(kind: K, fields: P) =>
  Type.Object(
    {
      kind: Type.Literal(kind),
      at: At,
      purchase: PurchaseNumber,
      seq: Type.Integer({ minimum: 1, maximum: 100_000 }),
      ...fields,
    },
    strict,
  )

export const KioskAsk = Type.Union([
  /** After every start, and every so often: how it is, and what of a purchase is still under way. */
  Type.Object({ kind: Type.Literal('hello'), at: At, till: Till, fault: Type.Optional(Words) }, strict),
  /** What does this plate owe, and what would be taken first? */
  Type.Object(
    { kind: Type.Literal('quote'), at: At, till: Till, plate: Type.String({ minLength: 1, maxLength: 20 }) },
    strict,
  ),
  /** The driver wants to pay what was quoted. */
  Type.Object(
    {
      kind: Type.Literal('begin'),
      at: At,
      purchase: PurchaseNumber,
      seq: Type.Literal(1),
      session: Type.String({ pattern: '^\\d{1,19}$' }),
      owedFen: Type.Integer({ minimum: 1, maximum: mostFen }),
      till: Till,
    },
    strict,
  ),
  /** A note or coin was accepted. */
  ofPurchase('insert', { fen: Piece }),
  ofPurchase('finish', {}),
  /** All that was put in goes back. */
  ofPurchase('cancel', {}),
  /** All that was really paid out of what was due, and why it is less. */
  ofPurchase('paid-out', { fen: Fen, because: Type.Optional(Words) }),
])
export type KioskAsk = Static<typeof KioskAsk>
export type PurchaseAsk = Extract<KioskAsk, { purchase: string }>

/** `open`: money is taken. `due`: so much is to be paid out, then told. `ended`: nothing more is to be done here. */
export type PurchaseView = {
  readonly purchase: string
  readonly state: 'open' | 'due' | 'ended'
  readonly session: string
  /** The fee, for as long as the quote stands. */
  readonly owedFen: number
  readonly expiresAt: number
  readonly insertedFen: number
  /** The notes and coins that may be put in next. */
  readonly takes: readonly number[]
  readonly paidFen: number
  /** All that is to be paid out, and what the kiosk has told of it. */
  readonly dueFen: number
  readonly paidOutFen: number
  /** What a person owes the driver now. */
  readonly changeOwedFen: number
  /** The running number that comes next. */
  readonly nextSeq: number
}
export type KioskQuote = {
  readonly session: string
  readonly enteredAt: number
  readonly expiresAt: number
  readonly owedFen: number
  readonly lines: readonly QuoteLine[]
  /** None: the right change cannot be given, no coin is to be taken. */
  readonly takes: readonly number[]
}

/** Everything that can be refused, with the status of its answer: leave one out and it does not compile. */
export const statusOf = {
  'bad-request': 400,
  'wrong-secret': 401,
  'kiosk-unknown': 404,
  'no-session': 404,
  'no-purchase': 404,
  'wrong-method': 405,
  'session-ended': 409,
  'nothing-owed': 409,
  'owes-otherwise': 409,
  'no-change': 409,
  'not-filled': 409,
  'purchase-under-way': 409,
  'number-reused': 409,
  'out-of-order': 409,
  'not-enough': 409,
  'not-open': 409,
  'not-due': 409,
  'too-large': 413,
  'not-priceable': 422,
  failed: 500,
} as const
export type KioskRefusal = keyof typeof statusOf
export type Refused = { readonly ok: false; readonly code: KioskRefusal; readonly field: string; readonly rule: string }
export type KioskAnswer =
  | { readonly ok: true; readonly now: number; readonly inService: boolean; readonly purchase: PurchaseView | null }
  | { readonly ok: true; readonly quote: KioskQuote }
  | { readonly ok: true; readonly purchase: PurchaseView }
  | Refused
