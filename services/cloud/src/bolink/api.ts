import { type Static, Type } from 'typebox'
import type { Column, Row, Words } from '../report/column.ts'
import { fileAsk } from '../report/file-ask.ts'

/*
 * What a connected lot's own charging software has said of its lists and doings (bolink-protocol.md 7), as it last said it. It decides there;
 * here it is shown. Under /api/operator and /api/platform/operators/:operator, the file under the first alone:
 *
 *   GET .../lots/:lot/said             -> SaidView    what there is, and how much of it
 *   GET .../lots/:lot/said/:kind       ?text&state&order&after&limit -> SaidPage; `state`: of `invoice-wish` alone
 *   GET .../lots/:lot/said/:kind/pictures/:key -> the JPEG of one of `pictured`, for whoever may see pictures
 *   GET .../lots/:lot/said/:kind/file  ?text&state&order&as=xlsx|csv&lang -> the file, without names and telephone numbers of persons
 *
 * Under /api/operator alone:
 *
 *   POST .../lots/:lot/said/invoice-wish/:number/end  WishEndAsk -> WishEndView  what became of an invoice that is wanted; `wish-ended` (409) where something else was said of it before
 */

const strict = { additionalProperties: false } as const

export const saidKinds = [
  ...(['month-product', 'month-card', 'month-payment', 'blocked', 'coupon-used'] as const),
  ...(['price', 'vehicle-class', 'lane', 'gate', 'staff', 'shift', 'log', 'charging'] as const),
  ...(['invoice', 'invoice-wish', 'match', 'other'] as const),
] as const
export type SaidKind = (typeof saidKinds)[number]

const text = Type.Optional(Type.String({ maxLength: 60 }))
const order = Type.Optional(Type.Union([Type.Literal('newest'), Type.Literal('key')]))
/** How an invoice that is wanted stands: nobody has said what became of it, it was made, or will not be. */
export const wishStates = ['waiting', 'issued', 'refused'] as const
export type WishState = (typeof wishStates)[number]
const state = Type.Optional(Type.Unsafe<WishState>(Type.Union(wishStates.map((one) => Type.Literal(one)))))
export const SaidParams = Type.Object({ kind: Type.Union(saidKinds.map((kind) => Type.Literal(kind))) })
/** Of what the software sends pictures beside those of stays, by its own word for it (bolink-protocol.md 4.7). */
export const picturesOf: ReadonlyMap<SaidKind, string> = new Map([
  ['gate', 'liftrod'],
  ['match', 'confirm'],
])
export const SaidPictureParams = Type.Object({
  kind: Type.Unsafe<SaidKind>(Type.Union([...picturesOf.keys()].map((kind) => Type.Literal(kind)))),
  key: Type.String({ minLength: 1, maxLength: 200 }),
})
export const SaidQuery = Type.Object(
  {
    text,
    state,
    order,
    after: Type.Optional(Type.String({ maxLength: 400 })),
    limit: Type.Optional(Type.String({ pattern: '^(?:[1-9]\\d?|1\\d\\d|200)$' })),
  },
  strict,
)
export type SaidQuery = Static<typeof SaidQuery>
export const SaidFileQuery = Type.Object({ text, state, order, ...fileAsk }, strict)

export const WishParams = Type.Object({ number: Type.String({ minLength: 1, maxLength: 64 }) })
/** `because`: the invoice's number or where it lies, or why none is made. */
export const WishEndAsk = Type.Object(
  {
    state: Type.Union([Type.Literal('issued'), Type.Literal('refused')]),
    because: Type.String({ pattern: '^(?=\\S)[^\\u0000-\\u001f\\u007f]{3,200}$' }),
  },
  strict,
)
export type WishEndAsk = Static<typeof WishEndAsk>
export type WishEndView = Pick<WishEndAsk, 'state'>

export type SaidView = {
  readonly kinds: readonly { readonly kind: SaidKind; readonly title: Words; readonly count: number }[]
}
export type SaidPage = {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly next: string | null
  /** Of all that fit; on the first page only. */
  readonly total?: number
  /** `key` of those rows of which there is a picture; left out where none is sent of such. */
  readonly pictured?: readonly string[]
}
