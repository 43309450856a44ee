import { type Static, Type } from 'typebox'
import { OrderWord } from '../report/both-ways.ts'
import { fileAsk, wholeFileAsk } from '../report/file-ask.ts'
import { type ActName, type Reach, type Role, roles } from './acts.ts'

/*
 * What the screens of persons with rights and the cloud say to each other. Instants are ms since 1970 UTC. Whatever changes something has
 * the header `x-lanepay-staff` (any value) and a JSON body. Errors are `ErrorView` of driver/api.ts, with the codes of errors.ts.
 *
 *   POST /api/staff/sign-in  SignInAsk   -> {account}      sets the cookie; `code` once an authenticator is set up
 *   POST /api/staff/link     LinkAsk     -> {account}      sets the password of a one-time link's account
 *   GET  /api/me             -> who is signed in, its role, acts and lots
 *   POST /api/me/...         sign-out, second-factor, password, authenticator, authenticator/confirm, sign-ins/:signIn/end
 *   GET  /api/me/operators, /api/me/lots, /api/me/lots/file   what the person may choose between above every page
 *   GET  /api/me/sign-ins    -> where this account is signed in
 *   Persons, under /api/operator, /api/platform and /api/platform/operators/:operator:
 *   GET  .../staff StaffQuery -> PersonsView, POST .../staff NewPersonAsk, POST .../staff/:staff/{rights,end,link,drop-second-factor}
 *   GET  /api/operator/trail, /api/platform/trail          what was done, the newest first
 *   POST /api/platform/looks LookAsk, POST /api/platform/looks/:look/end
 *   GET  /api/{operator,platform}/looks LooksQuery -> LooksView
 *   GET  .../staff/file, .../trail/file, .../looks/file    all pages of the same as Excel or CSV
 */

/** What an id looks like; none is greater than an int8 holds. */
export const idPattern = '^(?:[1-9]\\d{0,17}|[1-8]\\d{18})$'

const strict = { additionalProperties: false } as const
const literals = <const L extends readonly string[]>(names: L) =>
  Type.Unsafe<L[number]>(Type.Union(names.map((name) => Type.Literal(name))))
const Password = Type.String({ minLength: 1, maxLength: 512 })
/** Of the authenticator, or a recovery code. */
const Code = Type.String({ minLength: 1, maxLength: 40 })
const id = Type.String({ pattern: idPattern })
/** One line, as it is shown to others. */
export const Reason = Type.String({ pattern: '^[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]{2,199}$' })
const operatorId = Type.String({ pattern: '^[1-9]\\d{0,17}$' })
const Lot = Type.Integer({ minimum: 1, maximum: 9_999_999 })
const Limit = Type.String({ pattern: '^(?:[1-9]\\d?|1\\d\\d|200)$' })

export const SignInAsk = Type.Object(
  { account: Type.String({ minLength: 1, maxLength: 64 }), password: Password, code: Type.Optional(Code) },
  strict,
)
export const LinkAsk = Type.Object({ link: Type.String({ maxLength: 64 }), password: Password }, strict)
export const CodeAsk = Type.Object({ code: Code }, strict)
export const PasswordAsk = Type.Object({ password: Password }, strict)
export const NewPasswordAsk = Type.Object({ password: Password, next: Password }, strict)

const rights = {
  role: literals(roles),
  party: Type.Optional(operatorId),
  lots: Type.Union([
    Type.Literal('all'),
    Type.Array(
      Type.Object(
        {
          lot: Lot,
          lanes: Type.Optional(
            Type.Array(Type.Integer({ minimum: 1, maximum: 999 }), { minItems: 1, maxItems: 200, uniqueItems: true }),
          ),
        },
        strict,
      ),
      { maxItems: 1000 },
    ),
  ]),
}
export const RightsAsk = Type.Object(rights, strict)
export const NewPersonAsk = Type.Object(
  {
    account: Type.String({ maxLength: 64 }),
    name: Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,60}$' }),
    phone: Type.String({ pattern: '^[0-9+ -]{5,20}$' }),
    ...rights,
  },
  strict,
)
export type NewPersonAsk = Static<typeof NewPersonAsk>
export const ReasonAsk = Type.Object({ reason: Reason }, strict)
export const LookAsk = Type.Object({ operator: operatorId, reason: Reason }, strict)

export const StaffParams = Type.Object({ staff: id })
export const LookParams = Type.Object({ look: id })
export const SignInParams = Type.Object({ signIn: id })
/** `text`: a part of the account or of the reason. */
const looks = { text: Type.Optional(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,60}$' })), order: OrderWord }
export const LooksQuery = Type.Object({ ...looks, before: Type.Optional(id) }, strict)
export type LooksQuery = Static<typeof LooksQuery>
export const LooksFileQuery = Type.Object({ ...looks, ...fileAsk }, strict)
/** How persons can be put in order; of those that are alike the account tells. */
export const staffSorts = ['account', 'role', 'seen'] as const
export type StaffSort = (typeof staffSorts)[number]
const persons = {
  /** A part of the account, or the number of one of its lots. */
  text: Type.Optional(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,60}$' })),
  role: Type.Optional(literals(roles)),
  /** Those that have ended too. */
  ended: Type.Optional(Type.Literal('yes')),
  /** Left out: by account; `-seen` downwards. */
  sort: Type.Optional(literals([...staffSorts, ...staffSorts.map((sort) => `-${sort}` as const)])),
}
export const StaffQuery = Type.Object(
  { ...persons, after: Type.Optional(Type.String({ maxLength: 200 })), limit: Type.Optional(Limit) },
  strict,
)
export type StaffQuery = Static<typeof StaffQuery>
export const StaffFileQuery = Type.Object({ ...persons, ...fileAsk }, strict)
const Instant = Type.String({ pattern: '^\\d{1,14}$' })
const trail = {
  act: Type.Optional(Type.String({ pattern: '^[a-z.-]{1,40}$' })),
  /** A part of it. */
  account: Type.Optional(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,40}$' })),
  /** A part of what a line is about, as lines have it, like `staff 3852`. */
  about: Type.Optional(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,200}$' })),
  lot: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,6}$' })),
  from: Type.Optional(Instant),
  until: Type.Optional(Instant),
  order: OrderWord,
}
export const TrailQuery = Type.Object({ ...trail, before: Type.Optional(id) }, strict)
export type TrailQuery = Static<typeof TrailQuery>
export const TrailFileQuery = Type.Object({ ...trail, ...fileAsk }, strict)

export type { ActName, Reach, Role } from './acts.ts'
/** Who is signed in. The name and telephone are masked. */
export type MeView = {
  readonly now: number
  readonly person: {
    readonly id: string
    readonly account: string
    readonly operator: string | null
    readonly partner: string | null
    readonly name: string
    readonly phone: string
  }
  readonly role: Role
  readonly acts: readonly { readonly act: ActName; readonly reach: Reach }[]
  /** What it may do while it looks at an operator's view. */
  readonly actsInLook: readonly ActName[]
  readonly lots: 'all' | readonly { readonly lot: number; readonly lanes: 'all' | readonly number[] }[]
  readonly secondFactor: {
    readonly isSetUp: boolean
    readonly shownAt: number | null
    readonly recoveryCodes: number
  }
}
export type SignInView = {
  readonly signIn: string
  readonly isThis: boolean
  readonly address: string
  readonly browser: string
  readonly beganAt: number
  readonly seenAt: number
  readonly endsAt: number
}
/** An operator, for persons of the platform that choose whose things they look at. */
export type OperatorFound = { readonly operator: string; readonly name: string }
/** A lot that the person may see. */
export type OwnLot = { readonly lot: number; readonly name: string }
export const OperatorsQuery = Type.Object({ text: Type.Optional(Type.String({ maxLength: 60 })) }, strict)
const ownLots = { operator: Type.Optional(operatorId) }
export const OwnLotsQuery = Type.Object(ownLots, strict)
export const OwnLotsFileQuery = Type.Object({ ...ownLots, ...wholeFileAsk }, strict)
/** A person as others see it; name and telephone are masked. */
export type PersonView = {
  readonly id: string
  readonly account: string
  readonly role: Role
  readonly partner: string | null
  readonly name: string
  readonly phone: string
  readonly lots: 'all' | readonly { readonly lot: number; readonly lanes?: readonly number[] | null }[]
  readonly hasPassword: boolean
  readonly hasSecondFactor: boolean
  readonly madeAt: number
  readonly endedAt: number | null
  readonly seenAt: number | null
}
/** A page of persons; `next` is what the next one is `after`, null at the end. */
export type PersonsView = { readonly persons: readonly PersonView[]; readonly next: string | null }
/** By the link the person sets its password, once, until `expiresAt`. */
export type OfferedView = { readonly staff: string; readonly link: string; readonly expiresAt: number }
export type LookView = {
  readonly look: string
  readonly account: string
  readonly role: Role
  readonly operator: string
  readonly reason: string
  readonly beganAt: number
  readonly endsAt: number
  readonly endedAt: number | null
}
/** Fifty of them; `next` is what the next page is `before`, null at the end. */
export type LooksView = { readonly looks: readonly LookView[]; readonly next: string | null }
export type LineView = {
  readonly id: string
  readonly at: number
  readonly act: string
  readonly account: string
  readonly role: string
  readonly about: string
  readonly before: string
  readonly after: string
  readonly reason: string
  readonly address: string
  readonly operator: string | null
  readonly lot: number | null
  readonly look: string | null
}
/** A page of the trail; `next` is what the next one is `before`, null at the end. */
export type TrailView = { readonly lines: readonly LineView[]; readonly next: string | null }
