import { type Static, Type } from 'typebox'
import { QuoteView } from '../driver/api.ts'
import { mostMonths } from './decide.ts'

/*
 * A driver makes a month card longer. Beside what driver/api.ts says:
 *
 *   POST /api/driver/codes/:code/cards        CardsAsk     -> CardsView       which cards this plate is on
 *   POST /api/driver/codes/:code/card-quote   CardQuoteAsk -> CardQuoteView   what so many months cost; paid like any quote
 *
 * Errors as there, and `renewalErrorCodes`.
 */

const nullable = <T extends ReturnType<typeof Type.Integer>>(schema: T) => Type.Union([schema, Type.Null()])
const plate = Type.String({ maxLength: 20 })
/** The last four digits of the telephone that is noted with the card: whose card it is, only its holder sees. */
const phoneEnd = Type.Optional(Type.String({ pattern: '^\\d{4}$' }))

export const CardsAsk = Type.Object({ plate, phoneEnd })
export const CardsView = Type.Object({
  now: Type.Integer(),
  plate: Type.String(),
  cards: Type.Array(
    Type.Object({
      card: Type.String(),
      product: Type.String(),
      /** Null: not for whoever asks, or nobody has said. */
      until: nullable(Type.Integer()),
      /** Null: the lot says what it costs. */
      monthFen: nullable(Type.Integer()),
      /** What is bought several of: `月`, or as the lot's software calls it. */
      period: Type.String(),
    }),
  ),
  /** There are others, for whoever says how their holder's telephone ends. */
  phoneNeeded: Type.Boolean(),
  mostMonths: Type.Integer(),
})
export type CardsView = Static<typeof CardsView>

export const CardQuoteAsk = Type.Object({
  plate,
  phoneEnd,
  card: Type.String({ pattern: '^(here|lot):.{1,64}$' }),
  months: Type.Integer({ minimum: 1, maximum: mostMonths }),
})
/** A quote like that of a stay: `enteredAt` is when it was asked for, and nobody has to leave. */
export const CardQuoteView = QuoteView
export type CardQuoteView = Static<typeof CardQuoteView>

/** Every refusal of a driver who wants a month card longer, and its HTTP status: the page has a text for each. */
export const renewalErrorCodes = {
  'card-unknown': 404, // no such card of this plate, or none that drivers may make longer
  'card-not-proven': 403, // whose card it is, is not shown: the end of its telephone is missing or another
  'card-busy': 409, // a payment for it is being worked on
  'card-too-far': 409, // it is paid far ahead already
  'card-ended': 409, // it is over, and its lot makes it longer no more
  'card-refused': 409, // the lot gives no price, or would not have it
} as const
export type RenewalErrorCode = keyof typeof renewalErrorCodes
