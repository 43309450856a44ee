import { channelNames } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'
import type { LotSystemName } from '../lot/api.ts'
import { OrderWord } from '../report/both-ways.ts'
import { fileAsk } from '../report/file-ask.ts'

/* What the integrator sees and does over many operators. The contract that pages are written against. */

const strict = { additionalProperties: false } as const
const plain = (max: number, min = 1) =>
  Type.String({ minLength: min, maxLength: max, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
const Reason = plain(200, 3)
const Id = Type.String({ pattern: '^[1-9]\\d{0,17}$' })

/** `search`: digits are the beginning of a number, anything else a part of a name. */
const list = {
  search: Type.Optional(plain(60)),
  after: Type.Optional(Type.String({ maxLength: 60, pattern: '^[A-Za-z0-9_-]+$' })),
  limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$' })),
  order: OrderWord,
}
export const OperatorsQuery = Type.Object(list, strict)
/** Of what is shown, all pages: `/api/platform/{operators,lots,accounts}-file`. */
export const OperatorsFileQuery = Type.Object({ search: list.search, ...fileAsk }, strict)
export const LotsQuery = Type.Object({ ...list, operator: Type.Optional(Id) }, strict)
export const LotsFileQuery = Type.Object(
  { search: list.search, operator: LotsQuery.properties.operator, ...fileAsk },
  strict,
)
export type LotsQuery = Static<typeof LotsQuery>

export type OperatorLine = {
  readonly operator: string
  readonly name: string
  readonly lots: number
  readonly channels: readonly (typeof channelNames)[number][]
  readonly since: number
}
export type OperatorsView = { readonly operators: readonly OperatorLine[]; readonly next: string | null }
export type LotLine = {
  readonly lot: number
  readonly name: string
  readonly operator: string
  readonly operatorName: string
  /** Of a box of ours in the lot, or of its own charging software. */
  readonly system: LotSystemName
  readonly platformFeeBasisPoints: number
  readonly since: number
}
export type LotsView = { readonly lots: readonly LotLine[]; readonly next: string | null }

export type AccountView = {
  readonly account: number
  readonly operator: string
  readonly operatorName: string
  readonly channel: (typeof channelNames)[number]
  /** As the channel calls it; empty where the platform's own receives the money. */
  readonly merchant: { readonly subMchid?: string; readonly sellerId?: string; readonly smid?: string }
  readonly channelFeeBasisPoints: number
  readonly payout: 'mirrored' | 'channel' | 'bank'
  readonly active: boolean
  readonly goodAt: number | null
  readonly troubleAt: number | null
  readonly trouble: string | null
  /** The last day whose bill we have, `2026-11-28`. */
  readonly lastBillDay: string | null
}
export type AccountsView = { readonly accounts: readonly AccountView[]; readonly next: string | null }
export const AccountsQuery = Type.Object(
  { after: list.after, limit: list.limit, order: list.order, troubled: Type.Optional(Type.Literal('yes')) },
  strict,
)
export const AccountsFileQuery = Type.Object({ troubled: AccountsQuery.properties.troubled, ...fileAsk }, strict)
export type OneOperatorView = {
  readonly operator: string
  readonly name: string
  readonly since: number
  readonly lots: number
  readonly accounts: readonly AccountView[]
}

export type CertificateView = {
  readonly channel: (typeof channelNames)[number]
  readonly whose: 'merchant' | 'application' | 'platform'
  readonly serial: string
  readonly validUntil: number
  readonly state: 'good' | 'ends-soon' | 'ended'
}
export type CertificatesView = { readonly now: number; readonly certificates: readonly CertificateView[] }

/** A plan as `lanepay lot` reads it, with nothing in it that can be worked out: left out, number and bucket are found. */
export const OpenLotAsk = Type.Object({ plan: Type.Unknown(), reason: Reason }, strict)
export type OpenLotAsk = Static<typeof OpenLotAsk>
export const CheckLotAsk = Type.Object({ plan: Type.Unknown() }, strict)
export type PlanMistakesView = { readonly mistakes: readonly { readonly field: string; readonly rule: string }[] }
export type OpenedLotView = { readonly lot: number; readonly operator: string }
export const FeeParams = Type.Object({ lot: Type.String({ pattern: '^[1-9]\\d{0,6}$' }) }, strict)
export const FeeAsk = Type.Object(
  { platformFeeBasisPoints: Type.Integer({ minimum: 0, maximum: 3000 }), reason: Reason },
  strict,
)

export const TemplateAsk = Type.Object(
  {
    name: plain(40),
    platformFeeBasisPoints: Type.Integer({ minimum: 0, maximum: 3000 }),
    /** Rules of shares as `lanepay share` reads them, without `from`: that is said when they are applied. */
    rules: Type.Array(Type.Unknown(), { maxItems: channelNames.length }),
    /** The one that was read: another has changed it meanwhile otherwise. Left out: a new one. */
    version: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  strict,
)
export type TemplateAsk = Static<typeof TemplateAsk>
export const TemplateParams = Type.Object({ template: Id }, strict)
export const EndTemplateAsk = Type.Object({ reason: Reason }, strict)
export type TemplateView = {
  readonly template: string
  readonly name: string
  readonly platformFeeBasisPoints: number
  readonly rules: readonly unknown[]
  readonly version: number
  readonly by: string
  readonly at: number
}
export type TemplatesView = { readonly templates: readonly TemplateView[] }
