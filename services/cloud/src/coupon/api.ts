import { type Static, Type } from 'typebox'
import { fileAsk } from '../report/file-ask.ts'

/*
 * Coupons that shops give. Instants are ms since 1970 UTC, money whole fen. For the lot's own people, under /api/operator, and what only
 * reads under /api/platform/operators/:operator too:
 *
 *   GET  .../lots/:lot/shops                -> ShopsView
 *   POST .../lots/:lot/shops                ShopAsk -> LinkView       a shop with a sign-in; its password it sets by the link
 *   POST .../lots/:lot/shops/:shop/change   ShopChangeAsk
 *   POST .../lots/:lot/shops/:shop/link     BecauseAsk -> LinkView    another link; whoever is signed in is signed out
 *   POST .../lots/:lot/shops/:shop/end      BecauseAsk
 *   GET  .../lots/:lot/shops-file           ?text&as=xlsx|csv&lang -> the file, with what each may give
 *   GET  .../lots/:lot/coupons              ?shop&state&text&order&after&limit -> CouponPage
 *   GET  .../lots/:lot/coupons-file         ?shop&state&text&order&as=xlsx|csv&lang -> the file
 *   GET  .../lots/:lot/settlement           ?month -> SettlementView  what was used in a month, by shop
 *   GET  .../lots/:lot/settlement-file      ?month&as=xlsx|csv&lang -> the file, coupon by coupon
 *
 * For the shop, whose doors are its own (cookie `lp_shop`):
 *
 *   POST /api/shop/link     ShopLinkAsk -> {account}     POST /api/shop/sign-in ShopSignInAsk -> {}     POST /api/shop/sign-out
 *   GET  /api/shop/self       -> ShopSelf
 *   POST /api/shop/asks     {} -> {ask}                  one coupon that is about to be given: sent again it is the same one
 *   POST /api/shop/coupons  GiveAsk -> GivenView         to a plate
 *   POST /api/shop/codes    CodeAsk -> CodeView          a code on the shop's screen, for one driver who scans it
 *   GET  /api/shop/coupons  ?after -> ShopCouponPage
 *
 * For a driver who has scanned that code:
 *
 *   POST /api/coupon/look   CodeOnly -> OfferView        POST /api/coupon/take  TakeAsk -> GivenView
 */

const strict = { additionalProperties: false } as const
const line = (least: number, most: number) =>
  Type.String({ pattern: `^(?=\\S)[^\\u0000-\\u001f\\u007f]{${least},${most}}$` })
const Id = Type.String({ pattern: '^[1-9]\\d{0,18}$' })
const Reason = line(2, 200)
const Plate = Type.String({ minLength: 2, maxLength: 20 })

/** What one coupon is worth; `pay` is the percentage that the driver still pays. */
export const Worth = Type.Union([
  Type.Object({ kind: Type.Literal('amount'), fen: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }, strict),
  Type.Object({ kind: Type.Literal('minutes'), minutes: Type.Integer({ minimum: 1, maximum: 44_640 }) }, strict),
  Type.Object({ kind: Type.Literal('percent'), pay: Type.Integer({ minimum: 0, maximum: 99 }) }, strict),
  Type.Object({ kind: Type.Literal('whole') }, strict),
])
export type Worth = Static<typeof Worth>
const Kinds = Type.Array(Type.Object({ name: line(1, 20), worth: Worth }, strict), { minItems: 1, maxItems: 8 })
const limits = {
  name: line(1, 40),
  kinds: Kinds,
  perDay: Type.Integer({ minimum: 1, maximum: 100_000 }),
  perMonth: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  /** How long a coupon is good. */
  hours: Type.Integer({ minimum: 1, maximum: 744 }),
}
export const ShopAsk = Type.Object({ account: Type.String({ maxLength: 64 }), ...limits }, strict)
export type ShopAsk = Static<typeof ShopAsk>
export const ShopChangeAsk = Type.Object({ ...limits, reason: Reason }, strict)
export type ShopChangeAsk = Static<typeof ShopChangeAsk>
export const BecauseAsk = Type.Object({ reason: Reason }, strict)
export const ShopParams = Type.Object({ shop: Id })

export const couponStates = ['open', 'used', 'refused', 'over'] as const
export type CouponState = (typeof couponStates)[number]
const Limit = Type.String({ pattern: '^(?:[1-9]\\d?|1\\d\\d|200)$' })
const couponFilters = {
  shop: Type.Optional(Id),
  state: Type.Optional(Type.Union(couponStates.map((state) => Type.Literal(state)))),
  /** A part of the plate. */
  text: Type.Optional(Type.String({ maxLength: 40, pattern: '^[^\\u0000]*$' })),
  /** Left out: the newest first. */
  order: Type.Optional(Type.Union([Type.Literal('asc'), Type.Literal('desc')])),
}
export const CouponsQuery = Type.Object(
  { ...couponFilters, /** Of the coupon before. */ after: Type.Optional(Id), limit: Type.Optional(Limit) },
  strict,
)
export type CouponsQuery = Static<typeof CouponsQuery>
export const CouponsFileQuery = Type.Object({ ...couponFilters, ...fileAsk }, strict)
const Month = Type.String({ pattern: '^20\\d\\d-(?:0[1-9]|1[0-2])$' })
export const SettlementQuery = Type.Object({ month: Month }, strict)
export const SettlementFileQuery = Type.Object({ month: Month, ...fileAsk }, strict)

export const ShopSignInAsk = Type.Object(
  { account: Type.String({ minLength: 1, maxLength: 64 }), password: Type.String({ minLength: 1, maxLength: 512 }) },
  strict,
)
export const ShopLinkAsk = Type.Object(
  { link: Type.String({ maxLength: 64 }), password: Type.String({ minLength: 1, maxLength: 512 }) },
  strict,
)
export const GiveAsk = Type.Object({ ask: Type.String({ maxLength: 300 }), plate: Plate, kind: line(1, 20) }, strict)
export const CodeAsk = Type.Object({ kind: line(1, 20) }, strict)
export const ShopCouponsQuery = Type.Object({ after: Type.Optional(Id) }, strict)
export const CodeOnly = Type.Object({ code: Type.String({ maxLength: 400 }) }, strict)
export const TakeAsk = Type.Object({ code: Type.String({ maxLength: 400 }), plate: Plate }, strict)

export type KindView = { readonly name: string; readonly worth: Worth }
export type ShopView = {
  readonly shop: string
  readonly name: string
  readonly account: string
  readonly kinds: readonly KindView[]
  readonly perDay: number
  readonly perMonth: number
  readonly hours: number
  readonly givenToday: number
  readonly givenThisMonth: number
  /** It has set its password. */
  readonly isReady: boolean
  readonly ended: boolean
}
export type ShopsView = { readonly now: number; readonly shops: readonly ShopView[] }
export type LinkView = { readonly shop: string; readonly link: string; readonly expiresAt: number }
export type CouponView = {
  readonly coupon: string
  readonly shop: string
  readonly shopName: string
  readonly plate: string
  readonly kind: string
  readonly worth: Worth
  readonly givenAt: number
  readonly validUntil: number
  readonly takenBy: 'shop' | 'driver'
  readonly state: CouponState
  /** Why the lot did not take it. */
  readonly because: string | null
  /** The lot has it, and it waits there for its vehicle, which was not inside. */
  readonly waits: boolean
  readonly usedAt: number | null
  readonly loweredFen: number | null
}
export type CouponPage = { readonly now: number; readonly coupons: readonly CouponView[]; readonly next: string | null }
export type SettlementView = {
  readonly now: number
  readonly month: string
  readonly shops: readonly {
    readonly shop: string
    readonly name: string
    /** Given in the month, whenever they are used. */
    readonly given: number
    /** Used in the month, whenever they were given. */
    readonly used: number
    /** By how much they lowered fees. */
    readonly loweredFen: number
    /** Of those used: the lot did not say by how much. */
    readonly unknown: number
  }[]
}
export type ShopSelf = {
  readonly now: number
  readonly name: string
  readonly lotName: string
  readonly kinds: readonly KindView[]
  readonly leftToday: number
  readonly leftThisMonth: number
  readonly hours: number
}
export type GivenView = {
  readonly kind: string
  readonly worth: Worth
  readonly plate: string
  readonly validUntil: number
}
export type ShopCodeView = { readonly svg: string; readonly url: string; readonly until: number }
export type OfferView = {
  readonly shopName: string
  readonly lotName: string
  readonly kind: string
  readonly worth: Worth
}
export type ShopCouponPage = {
  readonly now: number
  /** Plates are masked. */
  readonly coupons: readonly Pick<
    CouponView,
    'coupon' | 'plate' | 'kind' | 'worth' | 'givenAt' | 'validUntil' | 'state'
  >[]
  readonly next: string | null
}
