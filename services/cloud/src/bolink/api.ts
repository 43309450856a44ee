import { type Static, Type } from 'typebox'
import type { Column, Row, Words } from '../report/column.ts'
import { fileAsk } from '../report/file-ask.ts'

/*
 * What a connected lot's own charging software has said of its lists and doings (bolink-protocol.md 7), as it last said it. It decides there;
 * here it is shown. Under /api/operator and /api/platform/operators/:operator, the file under the first alone:
 *
 *   GET .../lots/:lot/said             -> SaidView    what there is, and how much of it
 *   GET .../lots/:lot/said/:kind       ?text&order&after&limit -> SaidPage
 *   GET .../lots/:lot/said/:kind/file  ?text&order&as=xlsx|csv&lang -> the file, without names and telephone numbers of persons
 */

const strict = { additionalProperties: false } as const

export const saidKinds = [
  ...(['month-product', 'month-card', 'month-payment', 'blocked', 'coupon-used'] as const),
  ...(['price', 'vehicle-class', 'lane', 'gate', 'staff', 'shift', 'log', 'charging'] as const),
  ...(['invoice', 'invoice-wish', 'match'] as const),
] as const
export type SaidKind = (typeof saidKinds)[number]

const text = Type.Optional(Type.String({ maxLength: 60 }))
const order = Type.Optional(Type.Union([Type.Literal('newest'), Type.Literal('key')]))
export const SaidParams = Type.Object({ kind: Type.Union(saidKinds.map((kind) => Type.Literal(kind))) })
export const SaidQuery = Type.Object(
  {
    text,
    order,
    after: Type.Optional(Type.String({ maxLength: 400 })),
    limit: Type.Optional(Type.String({ pattern: '^(?:[1-9]\\d?|1\\d\\d|200)$' })),
  },
  strict,
)
export type SaidQuery = Static<typeof SaidQuery>
export const SaidFileQuery = Type.Object({ text, order, ...fileAsk }, strict)

export type SaidView = {
  readonly kinds: readonly { readonly kind: SaidKind; readonly title: Words; readonly count: number }[]
}
export type SaidPage = {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly next: string | null
  /** Of all that fit; on the first page only. */
  readonly total?: number
}
