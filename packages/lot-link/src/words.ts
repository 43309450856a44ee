import { type PlateColour, plateColours } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'

/* What the messages of the lot link are made of: each word with its shape and bounds once, for all that say it. */

/** A pattern for decimal numbers from 0 to this one, none longer than it is. */
function upTo(most: bigint): string {
  const digits = [...String(most)]
  const below = digits.map((digit, at) => {
    const prefix = digits.slice(0, at).join('')
    return digit === '0' ? [] : [`${prefix}[0-${Number(digit) - 1}]\\d{${digits.length - at - 1}}`]
  })
  return [`\\d{1,${digits.length - 1}}`, ...below.flat(), String(most)].join('|')
}

export const loose = { additionalProperties: true } as const
export const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description: 'ms since 1970 UTC' })
export const Id = Type.String({ pattern: `^(?:${upTo(2n ** 63n - 1n)})$`, description: '63-bit id as decimal text' })
export const Fen = Type.Integer({ minimum: 0, maximum: 100_000_000 })
/** From `A1`, a Hong Kong car, to the longest pass. PostgreSQL keeps no zero byte. */
export const Plate = Type.String({ minLength: 2, maxLength: 12, pattern: '^[^\\u0000]*$' })
export const LaneId = Type.Integer({ minimum: 1, maximum: 999 })
export const Colour = Type.Unsafe<PlateColour>(Type.Union(plateColours.map((colour) => Type.Literal(colour))))
/** Changes whenever the vehicle in the lane changes. */
export const OccupancyNumber = Id

/** Whoever gives a coupon calls it so; the same name is the same coupon. */
export const CouponName = Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\u0000]*$' })
/** Coupons that are used up by this; the same one may be told again, and belongs to one stay for good. */
export const UsedCoupons = Type.Array(CouponName, { minItems: 1, maxItems: 100 })

/** An area inside the lot with a price list of its own (tariffs.md 6.6), as the lot's plan calls it. */
export const AreaName = Type.String({ minLength: 1, maxLength: 20, pattern: '^[^\\u0000]*$' })

export const Person = Type.String({ minLength: 1, maxLength: 60 })
export const Reason = Type.String({ minLength: 1, maxLength: 200 })
/** One thing that opened a gate. Every opening has exactly one (architecture.md 10). */
export const Cause = Type.Union([
  Type.Object({ kind: Type.Literal('entry') }, loose),
  Type.Object({ kind: Type.Literal('unplated-admission'), request: Type.String() }, loose),
  Type.Object({ kind: Type.Literal('clearance'), clearance: Id }, loose),
  Type.Object({ kind: Type.Literal('nothing-owed'), coupons: Type.Optional(UsedCoupons) }, loose),
  /** The cloud ordered it, with who and why where a person did. */
  Type.Object(
    { kind: Type.Literal('command'), command: Type.String(), by: Type.Optional(Person), reason: Type.Optional(Reason) },
    loose,
  ),
  /** It is on a list of the lot: its month card, the free list, an announced visitor. */
  Type.Object({ kind: Type.Literal('month-card'), card: Type.String({ maxLength: 40 }) }, loose),
  /** An attendant at the lot, with who and why. */
  Type.Object({ kind: Type.Literal('attendant'), by: Person, reason: Reason }, loose),
  Type.Object({ kind: Type.Literal('listed'), list: Type.Union([Type.Literal('free'), Type.Literal('guest')]) }, loose),
  /** Between the lot and an area inside it: nothing is asked for there, what the stay owes is paid further out. */
  Type.Object({ kind: Type.Literal('area'), area: AreaName }, loose),
])
export type GateCause = Static<typeof Cause>

/** As what a vehicle is inside. */
export const Standing = Type.Union([
  Type.Literal('visitor'),
  Type.Literal('month-card'),
  Type.Literal('free'),
  Type.Literal('guest'),
  /** Nobody let it in: it followed another, or the gate was opened by hand. */
  Type.Literal('unadmitted'),
])
export type Standing = Static<typeof Standing>
export const VehicleClass = Type.String({ minLength: 1, maxLength: 64 })

/** Where cash is taken in a lot, as its plan numbers booths and kiosks. */
export const Booth = Type.Integer({ minimum: 1, maximum: 99 })
/** Whose drawer it is: left out, the lot's own. */
export const ofDrawer = { shift: Type.Optional(Id), booth: Type.Optional(Booth) }
/** A purchase at a cash kiosk, as the kiosk itself numbers it. */
export const PurchaseNumber = Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\u0000]*$' })
