import { type Static, Type } from 'typebox'
import { fileAsk } from '../report/file-ask.ts'
import type { RowKind, RowTold } from './rows.ts'

/*
 * Who is who in a lot: month cards and what they are sold as, free and blocked vehicles, guests. Kept here, told to the lot whole after each
 * change. Instants are ms since 1970 UTC, money whole fen. Under /api/operator, and what only reads under /api/platform/operators/:operator too:
 *
 *   GET  .../lots/:lot/vehicles                    -> VehiclesView    how many, what the lot has made of it, what cards are sold as
 *   POST .../lots/:lot/capacity      CapacityAsk
 *   POST .../lots/:lot/products      ProductAsk -> {product}, POST .../products/:product/end BecauseAsk
 *   GET  .../lots/:lot/cards         ?text&state&product&order&after&limit -> CardPage
 *   GET  .../lots/:lot/cards/:card                 -> CardStory
 *   POST .../lots/:lot/cards         CardAsk -> {card}
 *   POST .../lots/:lot/cards/:card/{change,renew,stop}   ChangeAsk, RenewAsk, BecauseAsk
 *   POST .../lots/:lot/cards/import  ImportAsk -> ImportView     first looked at, then taken, all that is right or chosen lines
 *   GET  .../lots/:lot/cards-file    ?as=xlsx|csv&lang -> the file, in the form that is imported
 *   GET  .../lots/:lot/products-file ?text&as=xlsx|csv&lang -> what cards are sold as
 *   GET  .../lots/:lot/only-there                  -> OnlyThereView
 *   GET  .../lots/:lot/listed/:list  ?text&order&after&limit -> ListedPage     list: free, guests, blocked
 *   POST .../lots/:lot/listed/:list  ListedAsk, POST .../listed/:list/remove RemoveAsk
 *   POST .../lots/:lot/listed/:list/import  ListedImportAsk -> ListedImportView
 *   GET  .../lots/:lot/listed/:list/file    ?text&order&as=xlsx|csv&lang -> the file, in the form that is imported
 *   POST .../lots/:lot/rows/{again,forget}  RowAsk     of a row that the lot's software refused, or never answered
 *
 * Told whole to our own agent; to charging software row by row, each with what the software made of it.
 */

const strict = { additionalProperties: false } as const
const Instant = Type.Integer({ minimum: 0, maximum: 4_102_444_800_000 })
const line = (least: number, most: number) =>
  Type.String({ pattern: `^(?=\\S)[^\\u0000-\\u001f\\u007f]{${least},${most}}$` })
const Reason = line(2, 200)
const Fen = Type.Integer({ minimum: 0, maximum: 100_000_000 })
const Spaces = Type.Integer({ minimum: 1, maximum: 20 })
const TimeOfDay = Type.String({ pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$' })
export const idPattern = '^[1-9]\\d{0,18}$'
const Id = Type.String({ pattern: idPattern })
/** As somebody typed it: told to the lot in its one spelling. */
const Plate = Type.String({ minLength: 2, maxLength: 20 })
const Plates = Type.Array(Plate, { minItems: 1, maxItems: 20 })

/** A part of the day; over midnight where `to` is not after `from`. */
export const Window = Type.Object(
  {
    days: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Literal('workday'),
          Type.Literal('saturday'),
          Type.Literal('sunday'),
          Type.Literal('nonworkday'),
          Type.Literal('holiday'),
        ]),
        { minItems: 1, maxItems: 5, uniqueItems: true },
      ),
    ),
    from: TimeOfDay,
    to: TimeOfDay,
  },
  strict,
)
export type Window = Static<typeof Window>

export const BecauseAsk = Type.Object({ reason: Reason }, strict)
export const CapacityAsk = Type.Object(
  { capacity: Type.Union([Type.Integer({ minimum: 0, maximum: 100_000 }), Type.Null()]), reason: Reason },
  strict,
)
export const ProductAsk = Type.Object(
  {
    name: line(1, 40),
    monthFen: Fen,
    spaces: Spaces,
    windows: Type.Optional(Type.Array(Window, { minItems: 1, maxItems: 10 })),
  },
  strict,
)
export type ProductAsk = Static<typeof ProductAsk>

/** Money that a person noted: it is in no book, which mirror what channels hold. */
const Noted = Type.Object({ fen: Fen, as: Type.Union([Type.Literal('cash'), Type.Literal('transfer')]) }, strict)
export type Noted = Static<typeof Noted>
const Holder = Type.Object({ name: line(1, 60), phone: Type.String({ pattern: '^[0-9+ -]{5,20}$|^$' }) }, strict)
export const CardAsk = Type.Object(
  {
    card: line(1, 40),
    product: Id,
    plates: Plates,
    /** Left out: as the product has it. */
    spaces: Type.Optional(Spaces),
    from: Instant,
    until: Instant,
    holder: Type.Optional(Holder),
    noted: Type.Optional(Noted),
  },
  strict,
)
export type CardAsk = Static<typeof CardAsk>
/** What is left out stays as it is. */
export const ChangeAsk = Type.Object(
  {
    plates: Type.Optional(Plates),
    spaces: Type.Optional(Spaces),
    from: Type.Optional(Instant),
    until: Type.Optional(Instant),
    holder: Type.Optional(Type.Union([Holder, Type.Null()])),
    reason: Reason,
  },
  strict,
)
export type ChangeAsk = Static<typeof ChangeAsk>
export const RenewAsk = Type.Object(
  { months: Type.Integer({ minimum: 1, maximum: 60 }), noted: Type.Optional(Noted) },
  strict,
)
export type RenewAsk = Static<typeof RenewAsk>

export const listNames = ['free', 'guests', 'blocked'] as const
export type ListName = (typeof listNames)[number]
const List = Type.Union(listNames.map((name) => Type.Literal(name)))
export const ListedAsk = Type.Object(
  {
    plate: Plate,
    from: Type.Optional(Instant),
    until: Type.Optional(Instant),
    note: Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{0,60}$' }),
  },
  strict,
)
export type ListedAsk = Static<typeof ListedAsk>
export const RemoveAsk = Type.Object({ plate: Plate, reason: Reason }, strict)

const imported = {
  /** In base64, 2 MB at most: Excel's, or CSV in UTF-8 or GB 18030. */
  file: Type.String({ maxLength: 2_800_000, pattern: '^[A-Za-z0-9+/]*={0,2}$' }),
  /** `look`: nothing is changed. `right`: every line without a mistake, or these of them, by their numbers in the file. */
  take: Type.Union([
    Type.Literal('look'),
    Type.Literal('right'),
    Type.Array(Type.Integer({ minimum: 1, maximum: 10_000 }), { minItems: 1, maxItems: 5_000 }),
  ]),
}
export const ImportAsk = Type.Object({ ...imported, /** Of lines that name none. */ product: Id }, strict)
export type ImportAsk = Static<typeof ImportAsk>
export const ListedImportAsk = Type.Object(imported, strict)
export type ListedImportAsk = Static<typeof ListedImportAsk>

export const cardStates = ['valid', 'ending', 'to-come', 'over', 'stopped'] as const
export type CardState = (typeof cardStates)[number]
export const CardsQuery = Type.Object(
  {
    /** The card's name from its beginning, or a plate or a part of one. */
    text: Type.Optional(Type.String({ maxLength: 40, pattern: '^[^\\u0000]*$' })),
    /** `ending`: within seven days. */
    state: Type.Optional(Type.Union(cardStates.map((state) => Type.Literal(state)))),
    product: Type.Optional(Id),
    order: Type.Optional(Type.Union([Type.Literal('card'), Type.Literal('until')])),
    after: Type.Optional(Type.String({ maxLength: 300 })),
    limit: Type.Optional(Type.String({ pattern: '^(?:[1-9]\\d?|1\\d\\d|200)$' })),
  },
  strict,
)
export type CardsQuery = Static<typeof CardsQuery>
export const ListedQuery = Type.Object(
  {
    text: Type.Optional(Type.String({ maxLength: 40, pattern: '^[^\\u0000]*$' })),
    /** Left out: by plate. */
    order: Type.Optional(Type.Union([Type.Literal('plate'), Type.Literal('newest')])),
    after: Type.Optional(Type.String({ maxLength: 300 })),
    limit: Type.Optional(Type.String({ pattern: '^(?:[1-9]\\d?|1\\d\\d|200)$' })),
  },
  strict,
)
export type ListedQuery = Static<typeof ListedQuery>
/** A row in trouble, by what `RowsView` says of it. */
export const RowAsk = Type.Object(
  {
    kind: Type.Union([Type.Literal('product'), Type.Literal('card'), Type.Literal('free'), Type.Literal('blocked')]),
    key: line(1, 40),
    reason: Reason,
  },
  strict,
)
export type RowAsk = Static<typeof RowAsk>
/** Of what is found, all pages; cards that were stopped only where it is they that are asked for: a file can be imported again. */
const { after: _, limit: __, ...foundCards } = CardsQuery.properties
export const CardsFileQuery = Type.Object({ ...foundCards, ...fileAsk }, strict)
const { text, order } = ListedQuery.properties
export const ListedFileQuery = Type.Object({ text, order, ...fileAsk }, strict)
export const CardParams = Type.Object({ card: Id })
export const ProductParams = Type.Object({ product: Id })
export const ListParams = Type.Object({ list: List })

export type ToldView = {
  readonly state: 'queued' | 'sent' | 'done' | 'refused' | 'expired' | 'replaced'
  readonly because: string | null
  readonly toldAt: number
  readonly answeredAt: number | null
}
export type ProductView = {
  readonly product: string
  readonly name: string
  readonly monthFen: number
  readonly spaces: number
  readonly windows: readonly Window[] | null
  readonly ended: boolean
}
/** How whatever runs the lot takes lists; `asked`: it asks of each vehicle whether it is blocked; null: it keeps its own. */
export type ListsTaken = 'whole' | 'rows' | 'asked' | null
/** What became of rows that are told one by one. */
export type RowsView = {
  readonly waiting: number
  readonly refused: number
  readonly silent: number
  /** Those that a person has to look at, a hundred at most. */
  readonly troubles: readonly (RowTold & {
    readonly kind: RowKind
    readonly key: string
    /** A card's or product's name, or a plate. */
    readonly called: string
    /** It is to go from there. */
    readonly goes: boolean
  })[]
}
export type VehiclesView = {
  readonly now: number
  readonly taken: ListsTaken
  /** Null: it is not told row by row. */
  readonly rows: RowsView | null
  /** 0: nothing was told from here yet, so the lot goes by what it has. */
  readonly version: number
  readonly told: ToldView | null
  /** Somebody has told the lot other lists since, by a command: they are not kept here. */
  readonly elsewhere: boolean
  readonly capacity: number | null
  readonly counts: Readonly<Record<'cards' | ListName, number>>
  readonly products: readonly ProductView[]
}
export type CardView = {
  readonly id: string
  readonly card: string
  readonly product: string
  readonly productName: string
  readonly plates: readonly string[]
  readonly spaces: number
  readonly from: number
  readonly until: number
  readonly state: CardState
  /** Masked. */
  readonly holder: { readonly name: string; readonly phone: string } | null
  /** What the lot's software made of it; null: it is not told row by row. */
  readonly told: RowTold | null
}
export type CardPage = {
  readonly now: number
  readonly cards: readonly CardView[]
  readonly next: string | null
  /** Of all that fit; on the first page only. */
  readonly total?: number
}
export type CardStory = CardView & {
  readonly steps: readonly {
    readonly kind: 'opened' | 'changed' | 'renewed' | 'stopped'
    readonly at: number
    readonly account: string
    readonly after: string
    readonly reason: string
    readonly noted: Noted | null
  }[]
}
/** Who has put a vehicle on a list: a person here, or the charging software of its lot (bolink-protocol.md 7.2). */
export type ListedSource = 'here' | 'software'
export type ListedThere = 'has' | 'deleted' | 'has-not'
/** What the software of a lot blocks and this list does not, the newest first, a hundred at most. */
export type OnlyThereView = {
  readonly vehicles: readonly {
    readonly key: string
    readonly plate: string
    readonly note: string
    readonly by: string
    readonly saidAt: number
    /** Why it is not on this list: a person has taken it off or it was told before there was one, it is free here, or it is no plate. */
    readonly why: 'not-here' | 'free' | 'no-plate'
  }[]
}
export type ListedPage = {
  readonly now: number
  readonly vehicles: readonly {
    readonly plate: string
    readonly from: number | null
    readonly until: number | null
    readonly note: string
    /** Empty where the lot's software has put it there. */
    readonly account: string
    readonly source: ListedSource
    readonly putAt: number
    /** As of a card. */
    readonly told: RowTold | null
    /** Whether the blocked list of the lot's software has it too, as far as is known; null: no such software, or another list. */
    readonly there: ListedThere | null
  }[]
  readonly next: string | null
  readonly total?: number
}
export type Text = { readonly zh: string; readonly en: string }
type ImportedLine<Does extends string> = {
  /** Its row in the file, the head being 1. */
  readonly line: number
  /** What it does, or would do. */
  readonly does: Does | 'nothing' | 'wrong'
  /** Of a wrong one: whose rule it breaks, by the name of its column here. */
  readonly field?: string
  readonly why: Text | null
}
export type Imported<Line> = {
  /** What is wrong with the file as a whole; then there are no lines. */
  readonly fault: Text | null
  readonly lines: readonly Line[]
  /** How many lines were taken; 0 where it was only looked at. */
  readonly taken: number
}
export type ImportView = Imported<
  ImportedLine<'opens' | 'changes'> & { readonly card: string; readonly plates: readonly string[] }
>
export type ListedImportView = Imported<ImportedLine<'puts' | 'changes'> & { readonly plate: string }>
