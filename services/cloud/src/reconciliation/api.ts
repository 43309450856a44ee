import { type Static, type TSchema, Type } from 'typebox'
import { OrderWord } from '../report/both-ways.ts'
import { fileAsk } from '../report/file-ask.ts'
import { type DiscrepancyClass, type DiscrepancyState, discrepancyClasses } from './decide.ts'

export type { DiscrepancyClass, DiscrepancyState } from './decide.ts'

/*
 * What the reconciliation desk and the cloud say to each other. Money is whole fen, instants are ms since 1970 UTC, days are Beijing's.
 * Errors are `ErrorView` of driver/api.ts, with the codes of desk-errors.ts.
 *
 *   GET  /api/platform/discrepancies        OpenQuery -> OpenView     what is open at everybody's, the oldest day first
 *   GET  /api/platform/discrepancies/file   OpenFileQuery -> all pages of it as Excel or CSV
 *   GET  /api/platform/discrepancies/one    OneQuery  -> OneView      one, with all that became of it
 *   POST /api/platform/discrepancies/acts   ActAsk    -> ActView      what a person does with some, or with a class of a day
 *   GET  /api/platform/bills                BillsQuery -> BillsView   which days' bills came, were compared, and were closed
 *   GET  /api/platform/bills/file           BillsFileQuery -> the same as Excel or CSV
 *   GET  /api/operator/discrepancies/one    OneQuery  -> OneView      of the operator's own lots and accounts, to read
 *
 * The lists of one operator are among its reports (report/lists-money.ts).
 */

const strict = { additionalProperties: false } as const
const literals = <const L extends readonly string[]>(names: L) =>
  Type.Unsafe<L[number]>(Type.Union(names.map((name) => Type.Literal(name))))
const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' })
/** In an address everything is text. */
const digits = (most: number) => Type.String({ pattern: `^\\d{1,${most}}$` })
const proofs = ['trade', 'fund-flow', 'gates'] as const
const Proof = literals(proofs)
const Item = Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,80}$' })

const open = {
  day: Type.Optional(Day),
  class: Type.Optional(literals(discrepancyClasses)),
  proof: Type.Optional(Proof),
  state: Type.Optional(literals(['found', 'with-a-person'])),
  account: Type.Optional(digits(9)),
  lot: Type.Optional(digits(7)),
  /** The oldest day first unless it is said. */
  order: OrderWord,
}
export const OpenQuery = Type.Object(
  {
    ...open,
    limit: Type.Optional(Type.String({ pattern: '^(?:[1-9]\\d?|1\\d\\d|200)$' })),
    after: Type.Optional(Type.String({ maxLength: 400 })),
  },
  strict,
)
export type OpenQuery = Static<typeof OpenQuery>
export const OpenFileQuery = Type.Object({ ...open, ...fileAsk }, strict)
export const OneQuery = Type.Object({ day: Day, proof: Proof, item: Item, account: digits(9), lot: digits(7) }, strict)
const Name = Type.Object(
  {
    day: Day,
    proof: Proof,
    item: Item,
    /** 0: of no account. */
    account: Type.Integer({ minimum: 0, maximum: 999_999_999 }),
    /** 0: of no lot. */
    lot: Type.Integer({ minimum: 0, maximum: 9_999_999 }),
  },
  strict,
)
export type Name = Static<typeof Name>
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema)
export const ActAsk = Type.Object(
  {
    act: literals(['take', 'explain', 'settle']),
    /** Of what explains it, by its number or item; of `explain` only. */
    number: optional(Type.String({ pattern: '^[0-9A-Za-z:/_-]{1,80}$' })),
    /** Needed but for `take`. */
    reason: optional(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{0,200}$' })),
    which: Type.Union([
      Type.Object({ names: Type.Array(Name, { minItems: 1, maxItems: 200 }) }, strict),
      Type.Object({ day: Day, class: literals(discrepancyClasses) }, strict),
    ]),
  },
  strict,
)
export type ActAsk = Static<typeof ActAsk>
export const BillsQuery = Type.Object({ from: Day, until: Day }, strict)
export const BillsFileQuery = Type.Object({ from: Day, until: Day, ...fileAsk }, strict)

export type DiscrepancyView = Name & {
  readonly class: DiscrepancyClass
  readonly state: DiscrepancyState
  /** Whose it is: the platform's or the operator's, then whoever took it. */
  readonly owner: string
  readonly oursFen: number | null
  readonly theirsFen: number | null
  readonly about: string
  readonly foundAt: number
  /** Under which the world knows the payment or refund; null: it is of neither. */
  readonly number: string | null
}
/** How many are open of a class and day: what a bulk act would be of. */
export type OpenGroup = {
  readonly day: string
  readonly class: DiscrepancyClass
  readonly open: number
  readonly withPerson: number
}
export type OpenView = {
  readonly now: number
  readonly rows: readonly DiscrepancyView[]
  readonly next: string | null
  /** On the first page only. */
  readonly groups?: readonly OpenGroup[]
}
export type OneView = DiscrepancyView & {
  readonly now: number
  /** What the class means, and what a person does about it. */
  readonly says: string
  readonly todo: string
  readonly steps: readonly {
    readonly state: DiscrepancyState
    readonly at: number
    readonly who: string
    readonly why: string
  }[]
}
/** Line by line: what took the act, and why another did not. */
export type ActView = { readonly results: readonly (Name & { readonly done: boolean; readonly code?: string })[] }

export type BillView = {
  readonly day: string
  readonly account: number
  readonly operators: readonly string[]
  readonly channel: string
  readonly kind: 'trade' | 'fund-flow'
  readonly state: 'due' | 'kept' | 'closed' | 'refused'
  readonly lines: number | null
  readonly because: string | null
  readonly dueAt: number | null
  readonly keptAt: number | null
  readonly closedAt: number | null
  readonly open: number
}
export type BillsView = { readonly now: number; readonly bills: readonly BillView[] }
