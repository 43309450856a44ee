import {
  accountKinds,
  applicantRoles,
  applicationKinds,
  type Draft,
  laneDirections,
  type PaperKind,
  type Place,
  paperKinds,
} from '@lanepay/domain/applicant/form.ts'
import { type CheckName, type ReasonName, reasonNames } from '@lanepay/domain/applicant/review.ts'
import { channelNames } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'
import { OrderWord } from '../report/both-ways.ts'

/*
 * What the pages of an application and the cloud say to each other. Instants are ms since 1970 UTC, days are `2026-11-29`. Errors are
 * `ErrorView` of driver/api.ts, with the codes of errors.ts.
 *
 *   Whoever applies, without an account: the header `x-lanepay-application` holds the secret link.
 *   POST  /api/apply {kind?}            -> {link, url}     a draft; the link is told this once
 *   GET   /api/apply/form               -> ApplicantView   what was typed, masked; what is wrong with it; where it stands
 *   PATCH /api/apply/form SaveAsk       -> ApplicantView   as often as something was typed
 *   PUT   /api/apply/papers/:kind       -> ApplicantView   the bytes of a picture; DELETE takes it back
 *   POST  /api/apply/submit {version}   -> ApplicantView
 *   POST  /api/apply/print PrintAsk     -> the form as a PDF, whole
 *   POST  /api/apply/invite {}          -> {url}           by which the first manager sets a password, once opened
 *   GET   /api/apply/branches?text=&city= -> {branches}    full names like it; of the card's own bank first
 *
 *   POST /api/{operator,platform,platform/operators/:operator}/applications {kind?} -> {id, link, url}   one more lot; for somebody
 *   GET  the same                       QueueQuery                 -> QueueView
 *   GET  the same with /file            ...QueueQuery, as, lang    -> all pages of it as Excel or CSV
 *   POST .../:application/link                                     -> {id, link, url}  the earlier link works no more
 *   GET  /api/platform/applications/:application                   -> DeskView          masked
 *   POST /api/platform/applications/:application/open {}           -> {form}            whole; leaves a line
 *   GET  /api/platform/applications/:application/papers/:kind      -> image/jpeg        leaves a line
 *   POST /api/platform/applications/:application/print DeskPrintAsk -> application/pdf  leaves a line
 *   POST /api/platform/applications/:application/{take,return,approve,suspend,resume}
 *
 *   GET  /api/platform/holidays               -> HolidaysView     which years are known
 *   POST /api/platform/holidays/:year HolidaysAsk -> HolidaysReadView   what was copied is read line by line, and kept where it is told to
 */

export const linkHeader = 'x-lanepay-application'

const strict = { additionalProperties: false } as const
const literals = <const L extends readonly string[]>(names: L) =>
  Type.Unsafe<L[number]>(Type.Union(names.map((name) => Type.Literal(name))))
/** Lines as people type them: no control characters, and no longer than any field is. */
const Text = Type.String({ maxLength: 130, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
const Note = Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
const none = Type.Null()
const field = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, none]))

const Kind = literals(applicationKinds)
const Lane = Type.Object(
  { number: Type.Integer({ minimum: 0, maximum: 9999 }), name: Text, direction: literals(laneDirections) },
  strict,
)
/** Any part of the form; null takes a field back, what is left out stays. */
export const FormPart = Type.Object(
  {
    kind: field(Kind),
    accountKind: field(literals(accountKinds)),
    applicantRole: field(literals(applicantRoles)),
    ...{ applicantName: field(Text), applicantId: field(Text), idFrom: field(Text), idUntil: field(Text) },
    ...{ idAddress: field(Text), email: field(Text) },
    ...{ legalName: field(Text), legalId: field(Text), legalIdFrom: field(Text), legalIdUntil: field(Text) },
    ...{ businessName: field(Text), creditCode: field(Text), bankBranch: field(Text), bankCity: field(Text) },
    ...{ cardNumber: field(Text), cardHolder: field(Text), bankPhone: field(Text) },
    ...{ adminPhone: field(Text), lotName: field(Text), lotCity: field(Text), lotAddress: field(Text) },
    lotNumber: field(Type.Integer({ minimum: 0, maximum: 99_999_999 })),
    spaces: field(Type.Integer({ minimum: 0, maximum: 9_999_999 })),
    lanes: field(Type.Array(Lane, { maxItems: 60 })),
    ...{ filedBy: field(Text), handler: field(Text), filedPhone: field(Text), filedOn: field(Text) },
  },
  strict,
)
export type FormPart = Static<typeof FormPart>

const Version = Type.Integer({ minimum: 0, maximum: 1_000_000 })
export const SaveAsk = Type.Object({ version: Version, set: FormPart }, strict)
export type SaveAsk = Static<typeof SaveAsk>
export const MakeAsk = Type.Object({ kind: Type.Optional(Kind) }, strict)
export const SubmitAsk = Type.Object({ version: Version }, strict)
const Language = literals(['zh', 'en'])
/** The last four characters of the applicant's identity card: a link that was read over a shoulder prints nothing. */
export const PrintAsk = Type.Object(
  { idEnding: Type.String({ pattern: '^[0-9]{3}[0-9Xx]$' }), language: Language },
  strict,
)
export const DeskPrintAsk = Type.Object({ language: Language }, strict)
export const Nothing = Type.Object({}, strict)
export const PaperParams = Type.Object({ kind: literals(paperKinds) })
export const BranchQuery = Type.Object(
  {
    text: Type.Optional(Type.String({ maxLength: 60, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })),
    /** The branch's city, six digits. */
    city: Type.Optional(Type.String({ pattern: '^\\d{6}$' })),
  },
  strict,
)

const id = Type.String({ pattern: '^[1-9]\\d{0,17}$' })
export const ApplicationParams = Type.Object({ application: id })
export const DeskPaperParams = Type.Object({ application: id, kind: literals(paperKinds) })

export const applicationStateNames = [
  ...(['draft', 'submitted', 'in-review', 'returned', 'approved', 'channel-review', 'to-sign', 'live'] as const),
  'suspended',
] as const
export type ApplicationStateName = (typeof applicationStateNames)[number]
export const QueueQuery = Type.Object(
  {
    state: Type.Optional(literals(applicationStateNames)),
    /** Part of the lot's name, or its number. */
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })),
    mine: Type.Optional(Type.Literal('yes')),
    /** The oldest first unless it is said. */
    order: OrderWord,
    /** `next` of the page before. */
    after: Type.Optional(Type.String({ pattern: '^\\d{1,15}\\.[1-9]\\d{0,17}$' })),
  },
  strict,
)
export type QueueQuery = Static<typeof QueueQuery>
export const QueueFileQuery = Type.Object(
  {
    ...QueueQuery.properties,
    as: literals(['xlsx', 'csv']),
    lang: Type.Optional(Language),
  },
  strict,
)

const place = Type.Unsafe<Place>(
  Type.String({ pattern: '^(?:[a-z][A-Za-z]{1,30}|lanes/\\d{1,2}/[a-z]{1,12}|papers/[a-z-]{1,30})$' }),
)
export const Mend = Type.Object({ field: place, reason: literals(reasonNames), note: Note }, strict)
export const ReturnAsk = Type.Object({ mend: Type.Array(Mend, { minItems: 1, maxItems: 60 }) }, strict)
export const ApproveAsk = Type.Object(
  {
    /** What the reviewer has looked at: all of `checksFor`. */
    checks: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 40 }),
    /** Which channels it is sent to. */
    channels: Type.Array(literals(channelNames), { maxItems: 2, uniqueItems: true }),
    platformFeeBasisPoints: Type.Integer({ minimum: 0, maximum: 3000 }),
    note: Type.Optional(Note),
  },
  strict,
)
export type ApproveAsk = Static<typeof ApproveAsk>
export const BecauseAsk = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }) },
  strict,
)

export const HolidayParams = Type.Object({ year: Type.String({ pattern: '^2\\d{3}$' }) })
export const HolidaysAsk = Type.Object(
  {
    /** The announcement, or lines of a table. */
    text: Type.String({ maxLength: 20_000, pattern: '^[^\\u0000]*$' }),
    /** Which announcement it is. */
    source: Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }),
    take: literals(['look', 'keep']),
  },
  strict,
)
export type HolidaysAsk = Static<typeof HolidaysAsk>
export const holidayLineWrongs = [
  ...(['no-day', 'no-kind', 'not-a-day', 'other-year', 'backwards', 'too-long', 'twice', 'no-weekend'] as const),
] as const
export type HolidayLineWrong = (typeof holidayLineWrongs)[number]
export type HolidayLineView = {
  readonly line: number
  readonly text: string
  readonly does: 'takes' | 'nothing' | 'wrong'
  /** Days off, each `first` or `first/last`. */
  readonly off: readonly string[]
  readonly worked: readonly string[]
  readonly wrong: HolidayLineWrong | null
}
export type HolidaysReadView = { readonly lines: readonly HolidayLineView[]; readonly kept: boolean }
export type HolidayYearView = {
  readonly year: number
  readonly source: string
  readonly off: readonly string[]
  readonly worked: readonly string[]
  /** Who has put it, and when; null: it came with the program. */
  readonly put: { readonly by: string; readonly at: number } | null
}
export type HolidaysView = {
  /** The newest first. */
  readonly years: readonly HolidayYearView[]
  /** The year that somebody should put by now. */
  readonly missing: number | null
  /** The running one. */
  readonly year: number
}

export type PaperView = {
  readonly kind: PaperKind
  readonly width: number
  readonly height: number
  readonly uploadedAt: number
}
export type MistakeView = { readonly field: Place; readonly rule: string }
export type MendView = { readonly field: Place; readonly reason: ReasonName; readonly note: string }
export type StepView = {
  readonly at: number
  readonly act: string
  readonly state: ApplicationStateName
  /** `applicant`, `reviewer`, `lanepay` or `channel ...`; the desk also sees the account. */
  readonly who: string
  readonly mend: readonly MendView[]
  /** What was changed since it was handed in before. */
  readonly changed: readonly Place[]
  readonly checks: readonly string[]
  readonly note: string
}
/** A day, or the year of whose public holidays nobody has told us yet. */
export type DueView = { readonly day: string } | { readonly unknownYear: number }
export type ChannelView = {
  readonly channel: (typeof channelNames)[number]
  readonly state: 'asked' | 'channel-review' | 'to-sign' | 'live' | 'returned'
  readonly signUrl: string | null
}
type Common = {
  readonly id: string
  readonly state: ApplicationStateName
  readonly version: number
  /** Masked. */
  readonly form: Draft
  readonly papers: readonly PaperView[]
  readonly mistakes: readonly MistakeView[]
  readonly mend: readonly MendView[]
  readonly steps: readonly StepView[]
  readonly savedAt: number
  readonly submittedAt: number | null
  readonly reviewDue: { readonly least: DueView; readonly most: DueView } | null
  readonly installationDue: DueView | null
  readonly channels: readonly ChannelView[]
  readonly lotNumber: number | null
  /** Of the first manager; null before it is opened, and where the operator has one. */
  readonly account: string | null
}
export type ApplicantView = Common & {
  /** The first manager has not set a password yet, so an invitation may be asked for. */
  readonly mayInvite: boolean
}
export type DeskView = Common & {
  /** On whose desk it is: an account, or null. */
  readonly reviewer: string | null
  readonly isMine: boolean
  readonly checks: readonly CheckName[]
  /** Channels that this installation has. */
  readonly channelsHere: readonly (typeof channelNames)[number][]
  readonly operatorId: string | null
}
export type QueueRow = {
  readonly id: string
  readonly kind: 'operator' | 'partner'
  readonly state: ApplicationStateName
  readonly lotName: string | null
  readonly lotNumber: number | null
  readonly madeAt: number
  readonly submittedAt: number | null
  readonly reviewer: string | null
  readonly reviewDue: DueView | null
  /** Later than it should be; null where nobody knows. */
  readonly isLate: boolean | null
}
export type QueueView = {
  /** The year whose public holidays somebody should put by now; null where they are known. */
  readonly holidaysMissing: number | null
  readonly rows: readonly QueueRow[]
  readonly next: string | null
  /** How many there are in each state. */
  readonly counts: Readonly<Partial<Record<ApplicationStateName, number>>>
}
export type LinkView = { readonly id: string; readonly link: string; readonly url: string }
