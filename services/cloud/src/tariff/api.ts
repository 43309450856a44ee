import { AreaName } from '@lanepay/lot-link/words.ts'
import { type Static, Type } from 'typebox'
import { wholeFileAsk } from '../report/file-ask.ts'

/*
 * A lot's price list and those of areas inside it (tariffs.md 6.6), kept here and told to the lot together. Instants are ms since 1970 UTC, money whole fen, lengths seconds.
 * Under /api/operator, and what only reads under /api/platform/operators/:operator too:
 *
 *   GET  .../lots/:lot/tariff            AreaQuery -> TariffView   the versions, what the lot has made of the newest, and who published what
 *   GET  .../lots/:lot/tariff-file       TariffFileQuery -> the versions, or who published what, as Excel or CSV; under /api/operator only
 *   POST .../lots/:lot/tariff/look       LookAsk -> LookView       a price list that is being written: mistakes, notes, prices, differences
 *   POST .../lots/:lot/tariff/simulate   SimulateAsk -> SimulateView   one stay, line by line
 *   POST .../lots/:lot/tariff/publish    PublishAsk -> {version}   from now on, or from an instant
 *   POST .../lots/:lot/tariff/take-back  TakeBackAsk -> {version}  one that was announced and is not in force yet
 */

const strict = { additionalProperties: false } as const
const Instant = Type.Integer({ minimum: 0, maximum: 4_102_444_800_000 })
/** One line, as it is shown to others. */
const Reason = Type.String({ pattern: '^[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]{1,199}$' })
/** Checked by the domain (packages/domain/src/tariff): its mistakes name their place. */
const Document = Type.Record(Type.String(), Type.Unknown())
/** Of which area inside the lot the list is, as the lot's plan calls it; left out: of the lot itself. */
const Area = Type.Optional(AreaName)
const Class = Type.String({ minLength: 1, maxLength: 64 })

export const AreaQuery = Type.Object({ area: Area }, strict)
export const TariffFileQuery = Type.Object(
  { of: Type.Union([Type.Literal('versions'), Type.Literal('history')]), area: Area, ...wholeFileAsk },
  strict,
)
export const LookAsk = Type.Object(
  {
    tariff: Document,
    area: Area,
    /** When the vehicle of the table comes in. */
    at: Type.Optional(Instant),
    upToHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 168 })),
    vehicleClass: Type.Optional(Class),
  },
  strict,
)
export type LookAsk = Static<typeof LookAsk>

export const SimulateAsk = Type.Object(
  {
    /** Left out: what the lot was told, by the version that prices this stay. */
    tariff: Type.Optional(Document),
    area: Area,
    in: Instant,
    out: Instant,
    /**
     * A time of the stay that was spent in an area: the lot's own list and that area's price it together. Left out: all of it is priced by the
     * one list.
     */
    inside: Type.Optional(Type.Object({ area: AreaName, in: Instant, out: Instant }, strict)),
    vehicleClass: Type.Optional(Class),
    occupancyPercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  },
  strict,
)
export type SimulateAsk = Static<typeof SimulateAsk>

export const PublishAsk = Type.Object(
  {
    tariff: Document,
    area: Area,
    /** Null: from now on. */
    from: Type.Union([Instant, Type.Null()]),
    /** `old`: who came in before pays by the list of then; `new`: from that instant on everybody pays by this one. */
    carsInside: Type.Union([Type.Literal('old'), Type.Literal('new')]),
    reason: Reason,
    /** The newest version that was seen when this was written, 0 for none: another one meanwhile is not overlooked. */
    seen: Type.Integer({ minimum: 0 }),
  },
  strict,
)
export type PublishAsk = Static<typeof PublishAsk>
export const TakeBackAsk = Type.Object(
  { area: Area, from: Instant, reason: Reason, seen: Type.Integer({ minimum: 0 }) },
  strict,
)
export type TakeBackAsk = Static<typeof TakeBackAsk>

export type Text = { readonly 'zh-CN': string; readonly en: string }
/** What became of the order by which the lot was told. */
export type ToldView = {
  readonly state: 'queued' | 'sent' | 'done' | 'refused' | 'expired' | 'replaced'
  readonly because: string | null
  readonly toldAt: number
  readonly answeredAt: number | null
}
export type TariffView = {
  readonly now: number
  /** The newest version that was told from here; 0: none yet, so the lot goes by the list of its own plan. */
  readonly version: number
  readonly told: ToldView | null
  /** Somebody has told the lot another list since, by a command: it is not kept here. */
  readonly elsewhere: boolean
  /** Charging software of its own prices here: nothing is published. */
  readonly decidesItself: boolean
  /** What areas inside the lot are called, as its agent says: each may have a list of its own. */
  readonly areas: readonly string[]
  /** Of the area that was asked for, or of the lot itself; empty: it goes by the list of the lot's own plan. */
  readonly versions: readonly {
    readonly from: number
    readonly carsInside: 'old' | 'new'
    readonly state: 'past' | 'in-force' | 'to-come'
    readonly tariff: unknown
  }[]
  /** Of the lot and all its areas, the newest first. */
  readonly history: readonly {
    readonly version: number
    /** Null: of the lot itself. */
    readonly area: string | null
    readonly addedFrom: number | null
    readonly account: string
    readonly reason: string
    readonly madeAt: number
    readonly told: ToldView | null
  }[]
}
/** A place in the document (a JSON pointer), the rule, and what it means. */
export type Remark = { readonly path: string; readonly rule: string; readonly why: Text }
export type LookView = {
  /** With a mistake there is nothing else. */
  readonly faults: readonly Remark[]
  readonly notes: readonly Remark[]
  /** Which classes of vehicles the list tells apart. */
  readonly classes: readonly string[]
  readonly currency: string
  /** A stay up to so many seconds costs so much; null: the list has no price for it. */
  readonly steps: readonly { readonly toS: number; readonly fen: number | null }[]
  /** Against the list in force, by who comes in when; null: there is none here. Told in part where it is more than 200. */
  readonly changes: readonly ChangeView[] | null
  readonly lookedS: number
}
export type ChangeView = {
  readonly vehicle: string
  readonly occupancy: number | null
  readonly day: Text
  readonly fromHour: number
  readonly toHour: number
  readonly stays: readonly {
    /** Longer than this; -1: from the shortest on. */
    readonly overS: number
    readonly toS: number
    readonly before: number | null
    readonly after: number | null
  }[]
}
export type SimulateView =
  | { readonly faults: readonly Remark[] }
  | {
      readonly faults: readonly []
      /** Null: the list has no price for this stay. */
      readonly quote: {
        readonly lines: readonly {
          readonly text: Text
          readonly from?: number
          readonly to?: number
          readonly rule?: string
          readonly amountFen: number
        }[]
        readonly priceFen: number
        readonly leaveBy: number | null
        readonly holdsUntil: number
      } | null
      /** From when the version counts that priced it. */
      readonly versionFrom: number | null
      readonly currency: string
    }
