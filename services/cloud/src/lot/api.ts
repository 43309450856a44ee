import type { Ability } from '@lanepay/lot-systems/lot-system.ts'
import { type Static, Type } from 'typebox'
import { fileAsk } from '../report/file-ask.ts'

/*
 * What an office and the cloud say to each other about lots, their lanes and devices. Instants are ms since 1970 UTC.
 *
 *   GET  /api/operator/lots/overview, /api/platform/operators/:operator/lots/overview  OverviewQuery -> LotsView   what is ill first
 *   GET  .../lots/overview/file               OverviewFileQuery -> the same as Excel or CSV
 *   GET  /api/operator/lots/:lot, /api/platform/operators/:operator/lots/:lot, /api/operator/lots/:lot/lanes/:lane  -> OneLotView
 *   POST /api/operator/lots/:lot/settings     SettingsAsk -> {}
 *   POST /api/operator/lots/:lot/agent-codes  CodeAsk -> CodeView      the code is shown once; also under /api/platform/operators/:operator/lots/:lot
 */

const strict = { additionalProperties: false } as const
/** One line, as drivers and staff read it. */
const line = (most: number) =>
  Type.String({
    pattern: `^[^\\s\\u0000-\\u001f\\u007f](?:[^\\u0000-\\u001f\\u007f]{0,${most - 2}}[^\\s\\u0000-\\u001f\\u007f])?$`,
  })

/**
 * What runs a lot: our agent, or charging software of its own that speaks the Bolink protocol or ours (docs/connect.md), or that we call
 * (docs/lot-systems.md).
 */
export type LotSystemName =
  | 'agent'
  | 'bolink'
  | 'own'
  | 'daoer'
  | 'hikvision'
  | 'yunmeng'
  | 'ymiot'
  | 'pyun'
  | 'keytop'
  | 'jieshun'
export type DeviceState = 'well' | 'ill' | 'lost'
export type DeviceView = {
  readonly device: string
  /** Null: it is of the whole lot, or the lot did not say. */
  readonly lane: number | null
  readonly state: DeviceState
  /** In the lot's words; empty where nothing is wrong. */
  readonly because: string
  /** Null: it was never otherwise. */
  readonly since: number | null
  readonly heardAt: number | null
  /** How far its clock is ahead. */
  readonly driftMs: number | null
  readonly faults: number | null
}
export type AgentView = {
  /** What the box is called; null where it goes by the secret of the lot's plan. */
  readonly name: string | null
  readonly enrolledAt: number | null
  readonly version: string | null
  readonly state: DeviceState | null
  readonly since: number | null
  readonly driftMs: number | null
}
/** The platform has suspended the lot: it takes no payments by phone. `because` null: why is not told here. */
export type SuspendedView = { readonly since: number; readonly because: string | null }
export type LotRow = {
  readonly lot: number
  readonly name: string
  readonly system: LotSystemName
  readonly online: boolean
  /** Null: nobody has been enrolled. */
  readonly agent: AgentView | null
  readonly inside: number
  readonly ill: number
  readonly lost: number
  /** The worst few, in words. */
  readonly worst: readonly {
    readonly device: string
    readonly state: DeviceState
    readonly because: string
    readonly since: number
  }[]
}
export type LotsView = {
  readonly now: number
  readonly lots: readonly LotRow[]
  /** How many there are, whatever was looked for. */
  readonly all: number
}
const overview = {
  /** A part of the name or number. */
  text: Type.Optional(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,60}$' })),
  /** Only those that are not there, or have a device that is not well. */
  show: Type.Optional(Type.Literal('wrong')),
}
export const OverviewQuery = Type.Object(overview, strict)
export type OverviewQuery = Static<typeof OverviewQuery>
export const OverviewFileQuery = Type.Object({ ...overview, ...fileAsk }, strict)

export type LaneView = {
  readonly id: number
  readonly name: string
  readonly direction: 'entry' | 'exit' | 'both'
  /** Who stands there; its plate is left out where it was not read. */
  readonly standing: {
    readonly occupancy: string
    readonly plate: string | null
    readonly session: string | null
    readonly since: number
  } | null
}
/** How a device was, and until when; `until` null: it still is. */
export type StateView = {
  readonly device: string
  readonly state: DeviceState
  readonly because: string
  readonly since: number
  readonly until: number | null
  readonly driftMs: number | null
}
export type OneLotView = {
  readonly now: number
  readonly lot: number
  readonly name: string
  readonly helpPhone: string | null
  readonly system: LotSystemName
  readonly online: boolean
  readonly inside: number
  /** Spaces that a connected lot's own software said were free, of how many where it says so, and when; null: it says nothing of that. */
  readonly free: { readonly spaces: number; readonly total: number | null; readonly at: number } | null
  /** Null: it takes payments. */
  readonly suspended: SuspendedView | null
  readonly agent: AgentView | null
  readonly lanes: readonly LaneView[]
  /** Those that are ill first. `live`: as the lot said just now; else as it said last. */
  readonly live: boolean
  readonly devices: readonly DeviceView[]
  /** Newest first, of the last 92 days. */
  readonly history: readonly StateView[]
  /** A code that nobody has used yet. */
  readonly offer: { readonly expiresAt: number; readonly takeOver: boolean } | null
  /** What the lot's system cannot be told or asked, or does not tell. */
  readonly cannot: readonly OfOffice[]
  /** What its software can be asked for as a list (lot-lists/api.ts). */
  readonly lists: readonly OfLists[]
}
/** The lists of a lot's own software that an office is shown. */
export const ofLists = ['lists-lanes', 'lists-inside'] as const satisfies readonly Ability[]
export type OfLists = (typeof ofLists)[number]

/** What a person would order, ask of, or look for at a lot; the rest of what a system can do is no matter of an office. */
const ofOffice = [
  'quotes-by-lane',
  'admits-unplated',
  'reports-entry',
  'reports-exit',
  'opens-gate',
  'closes-gate',
  'holds-gate-open',
  'reports-occupancy',
  'locks-vehicle',
  'permits',
  'renews-permits',
  'corrects',
  'closes',
  'shows',
  'pictures',
  'lists',
  'tariff',
  'coupons',
] as const satisfies readonly Ability[]
export type OfOffice = (typeof ofOffice)[number]
export const cannotOf = (can: readonly Ability[]): readonly OfOffice[] => ofOffice.filter((one) => !can.includes(one))

export const SettingsAsk = Type.Object(
  {
    name: line(60),
    helpPhone: Type.Union([Type.String({ pattern: '^[0-9+ -]{5,20}$' }), Type.Null()]),
    lanes: Type.Array(Type.Object({ lane: Type.Integer({ minimum: 1, maximum: 999 }), name: line(40) }, strict), {
      maxItems: 200,
    }),
  },
  strict,
)
export type SettingsAsk = Static<typeof SettingsAsk>
export const CodeAsk = Type.Object({ takeOver: Type.Boolean() }, strict)
export type CodeAsk = Static<typeof CodeAsk>
export type CodeView = { readonly code: string; readonly expiresAt: number }
