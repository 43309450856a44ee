import { type PlateColour, plateColours } from '@lanepay/domain/types.ts'
import { type Static, type TSchema, Type } from 'typebox'

/*
 * What a lot agent and the cloud say to each other (architecture.md 7). Both ends validate with these schemas. The
 * contract only grows: unknown fields are ignored, unknown kinds are answered `unsupported`. Everything here travels
 * as JSON over MQTT; the broker may lose anything, so every promise rests on ids, sequence numbers and repeats.
 *
 *   lot/<bucket>/<lot>/<device>/up/<hello|heartbeat|events|answer|result|ask>
 *   lot/<bucket>/<lot>/<device>/down/<welcome|ack|request|command|reply>
 */

/** A pattern for decimal numbers from 0 to this one, none longer than it is. */
function upTo(most: bigint): string {
  const digits = [...String(most)]
  const below = digits.map((digit, at) => {
    const prefix = digits.slice(0, at).join('')
    return digit === '0' ? [] : [`${prefix}[0-${Number(digit) - 1}]\\d{${digits.length - at - 1}}`]
  })
  return [`\\d{1,${digits.length - 1}}`, ...below.flat(), String(most)].join('|')
}

const loose = { additionalProperties: true } as const
const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description: 'ms since 1970 UTC' })
const Id = Type.String({ pattern: `^(?:${upTo(2n ** 63n - 1n)})$`, description: '63-bit id as decimal text' })
const Fen = Type.Integer({ minimum: 0, maximum: 100_000_000 })
/** From `A1`, a Hong Kong car, to the longest pass. PostgreSQL keeps no zero byte. */
const Plate = Type.String({ minLength: 2, maxLength: 12, pattern: '^[^\\u0000]*$' })
const LaneId = Type.Integer({ minimum: 1, maximum: 999 })
const Colour = Type.Unsafe<PlateColour>(Type.Union(plateColours.map((colour) => Type.Literal(colour))))
/** Changes whenever the vehicle in the lane changes. */
const OccupancyNumber = Id

/** Whoever gives a coupon calls it so; the same name is the same coupon. */
const CouponName = Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\u0000]*$' })
/** Coupons that are used up by this; the same one may be told again, and belongs to one stay for good. */
const UsedCoupons = Type.Array(CouponName, { minItems: 1, maxItems: 100 })

/** An area inside the lot with a price list of its own (tariffs.md 6.6), as the lot's plan calls it. */
const AreaName = Type.String({ minLength: 1, maxLength: 20, pattern: '^[^\\u0000]*$' })

/** One thing that opened a gate. Every opening has exactly one (architecture.md 10). */
const Person = Type.String({ minLength: 1, maxLength: 60 })
const Reason = Type.String({ minLength: 1, maxLength: 200 })
const Cause = Type.Union([
  Type.Object({ kind: Type.Literal('entry') }, loose),
  Type.Object({ kind: Type.Literal('unplated-admission'), request: Type.String() }, loose),
  Type.Object({ kind: Type.Literal('clearance'), clearance: Id }, loose),
  Type.Object({ kind: Type.Literal('nothing-owed'), coupons: Type.Optional(UsedCoupons) }, loose),
  Type.Object({ kind: Type.Literal('command'), command: Type.String() }, loose),
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
const Standing = Type.Union([
  Type.Literal('visitor'),
  Type.Literal('month-card'),
  Type.Literal('free'),
  Type.Literal('guest'),
  /** Nobody let it in: it followed another, or the gate was opened by hand. */
  Type.Literal('unadmitted'),
])
export type Standing = Static<typeof Standing>
const VehicleClass = Type.String({ minLength: 1, maxLength: 64 })

/** Where cash is taken in a lot, as its plan numbers booths and kiosks. */
const Booth = Type.Integer({ minimum: 1, maximum: 99 })
/** Whose drawer it is: left out, the lot's own. */
const ofDrawer = { shift: Type.Optional(Id), booth: Type.Optional(Booth) }
/** A purchase at a cash kiosk, as the kiosk itself numbers it. */
const PurchaseNumber = Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\u0000]*$' })

// ---- up: the agent's log. What happened, in the order it happened, each exactly once by (epoch, seq). ----

const event = <K extends string, P extends Record<string, TSchema>>(kind: K, fields: P) =>
  Type.Object({ seq: Type.Integer({ minimum: 1 }), at: Instant, kind: Type.Literal(kind), ...fields }, loose)

export const LotEvent = Type.Union([
  /** A session began. `pass` marks an unplated pass. `deviceAt` is the camera's own claim of the time. */
  event('entered', {
    session: Id,
    plate: Plate,
    pass: Type.Boolean(),
    colour: Colour,
    lane: LaneId,
    enteredAt: Instant,
    deviceAt: Type.Optional(Instant),
    /** The open session this one replaced, if the same car was already inside. */
    supersedes: Type.Optional(Id),
    as: Type.Optional(Standing),
    vehicleClass: Type.Optional(VehicleClass),
  }),
  /** A vehicle at an entry was not let in: `full`, `blocked`. It stands there; a person may open. */
  event('refused', {
    lane: LaneId,
    occupancy: OccupancyNumber,
    plate: Type.Union([Plate, Type.Null()]),
    because: Type.String(),
  }),
  /** A vehicle stands in a lane. `session` is null when none is known for it. */
  event('occupied', {
    lane: LaneId,
    occupancy: OccupancyNumber,
    plate: Type.Union([Plate, Type.Null()]),
    session: Type.Union([Id, Type.Null()]),
    /** It stands at an exit: its session is about to end. */
    leaving: Type.Boolean(),
  }),
  /** The lane is empty again, or another vehicle took over (then an `occupied` follows). */
  event('vacated', {
    lane: LaneId,
    occupancy: OccupancyNumber,
    went: Type.Union([Type.Literal('through'), Type.Literal('back')]),
    /** The lane leads into or out of this area: no stay ends or goes on by it. */
    area: Type.Optional(AreaName),
  }),
  /**
   * From this instant on a session is in an area inside the lot. `back`: it backed off the gate on its way out, and has not left
   * since it went in.
   */
  event('area-entered', {
    session: Id,
    area: AreaName,
    lane: LaneId,
    enteredAt: Instant,
    back: Type.Optional(Type.Boolean()),
  }),
  /**
   * It is in that area no longer: it came out, or stands in a lane (this one) that is outside. `enteredAt` null: nobody saw it go
   * in. `back`: it backed off the gate on its way in, and has not been in there.
   */
  event('area-left', {
    session: Id,
    area: AreaName,
    lane: LaneId,
    enteredAt: Type.Union([Instant, Type.Null()]),
    back: Type.Optional(Type.Boolean()),
  }),
  /**
   * The session ended with the vehicle outside: it `left`, a person `released` it `owing`, or it `escaped` under an arm that
   * was not opened for it. What it owed then stands as a question in the last two.
   */
  event('left', {
    session: Id,
    lane: LaneId,
    leftAt: Instant,
    owedFen: Fen,
    how: Type.Optional(Type.Union([Type.Literal('left'), Type.Literal('released-owing'), Type.Literal('escaped')])),
    /** All that it used. */
    coupons: Type.Optional(UsedCoupons),
  }),
  /** A vehicle went under an arm that was open for another, or opened by hand. */
  event('unordered-passage', {
    lane: LaneId,
    occupancy: OccupancyNumber,
    session: Type.Union([Id, Type.Null()]),
  }),
  /** An arm went up that nobody here had ordered: a remote control, a button. */
  event('unordered-opening', { lane: LaneId }),
  /** Exactly one stay may be that of the vehicle that stands here, misread: for a person to say so. */
  event('misread-offered', { lane: LaneId, occupancy: OccupancyNumber, plate: Plate, session: Id }),
  /** A person put a session right. */
  event('corrected', {
    session: Id,
    by: Person,
    reason: Reason,
    plate: Type.Optional(Plate),
    enteredAt: Type.Optional(Instant),
    vehicleClass: Type.Optional(VehicleClass),
  }),
  /** A person ended a session that should not be. */
  event('voided', { session: Id, by: Person, reason: Reason }),
  /** An attendant or a kiosk took cash: a clearance made here. */
  event('cash-taken', {
    session: Id,
    clearance: Id,
    paidFen: Fen,
    leaveBy: Instant,
    by: Person,
    coupons: Type.Optional(UsedCoupons),
    /** What the driver handed over and got back: their difference is `paidFen`. */
    givenFen: Type.Optional(Fen),
    changeFen: Type.Optional(Fen),
    /** At a kiosk. */
    purchase: Type.Optional(PurchaseNumber),
    ...ofDrawer,
  }),
  /** A person gave back cash, out of a drawer, that was taken for this session. */
  event('cash-given-back', {
    giving: Id,
    session: Id,
    amountFen: Fen,
    by: Person,
    reason: Reason,
    ...ofDrawer,
  }),
  /** A shift began, with this much counted in its drawer. */
  event('shift-opened', { shift: Id, booth: Booth, by: Person, floatFen: Fen }),
  /** It ended: so much was counted by `by` and taken over by `to`; `expectedFen` is what its drawer should have held. */
  event('shift-handed-over', {
    shift: Id,
    booth: Booth,
    by: Person,
    to: Person,
    countedFen: Fen,
    expectedFen: Type.Integer({ minimum: 0 }),
  }),
  /** A kiosk could not pay this out, or nobody knows whether it did: it stays in its drawer, and a person owes it to the driver. */
  event('change-owed', {
    owed: Id,
    purchase: PurchaseNumber,
    session: Id,
    /** Masked. */
    plate: Plate,
    amountFen: Fen,
    because: Type.String(),
    /** A person who ended the purchase, and why. */
    by: Type.Optional(Person),
    reason: Type.Optional(Reason),
    ...ofDrawer,
  }),
  /** So much of it was paid out of this drawer after all: by a person, or told late by the kiosk itself. */
  event('change-settled', {
    settling: Id,
    owed: Id,
    session: Id,
    amountFen: Fen,
    by: Person,
    reason: Reason,
    ...ofDrawer,
  }),
  /** A kiosk paid out so much that was not due. */
  event('change-overpaid', { overpaying: Id, purchase: PurchaseNumber, session: Id, amountFen: Fen, ...ofDrawer }),
  /** The lists or the tariff of this version are in force in the lot. */
  event('in-force', {
    what: Type.Union([Type.Literal('lists'), Type.Literal('tariff')]),
    version: Type.Integer({ minimum: 0 }),
  }),
  /** A clearance from the cloud is on the agent's disk. */
  event('cleared', {
    session: Id,
    clearance: Id,
    paidFen: Fen,
    leaveBy: Instant,
    coupons: Type.Optional(UsedCoupons),
  }),
  /** The gate was told to open, once. */
  event('gate-opened', {
    lane: LaneId,
    occupancy: Type.Union([OccupancyNumber, Type.Null()]),
    session: Type.Union([Id, Type.Null()]),
    cause: Cause,
  }),
  /** The gate was told to open and nothing answered. */
  event('gate-silent', { lane: LaneId, occupancy: Type.Union([OccupancyNumber, Type.Null()]), cause: Cause }),
  /** A read that opened nothing, and why: stale, from the future, repeated, stored, not a plate. */
  event('read-ignored', {
    lane: LaneId,
    plate: Type.Union([Plate, Type.Null()]),
    because: Type.String(),
    deviceAt: Type.Optional(Instant),
  }),
  /** A device changed its state; drift in ms where it has a clock. */
  event('device', {
    device: Type.String(),
    state: Type.Union([Type.Literal('well'), Type.Literal('ill'), Type.Literal('lost')]),
    because: Type.String(),
    driftMs: Type.Optional(Type.Integer()),
  }),
])
export type LotEvent = Static<typeof LotEvent>
export type LotEventKind = LotEvent['kind']

const knownKinds: ReadonlySet<string> = new Set(LotEvent.anyOf.map(({ properties }) => properties.kind.const))
/**
 * Something that a newer agent tells and we have no word for yet: kept in the log by what every event has, so that what
 * follows it is heard. A kind that we know never passes as one of these, however its fields are broken.
 */
export const LaterEvent = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    at: Instant,
    kind: Type.String({ pattern: `^(?!(?:${[...knownKinds].join('|')})$)[a-z][a-z0-9-]{0,39}$` }),
  },
  loose,
)
export type LaterEvent = Static<typeof LaterEvent>
export const isKnownEvent = (event: LotEvent | LaterEvent): event is LotEvent => knownKinds.has(event.kind)

export const Events = Type.Object(
  { epoch: Id, events: Type.Array(Type.Union([LotEvent, LaterEvent]), { minItems: 1, maxItems: 500 }) },
  loose,
)
export type Events = Static<typeof Events>

/** First message after every connect. `lastSeq` is the newest the agent has logged. */
export const Hello = Type.Object(
  { epoch: Id, lastSeq: Type.Integer({ minimum: 0 }), clock: Instant, version: Type.String() },
  loose,
)
export type Hello = Static<typeof Hello>

export const Heartbeat = Type.Object({ epoch: Id, lastSeq: Type.Integer({ minimum: 0 }), clock: Instant }, loose)
export type Heartbeat = Static<typeof Heartbeat>

// ---- down: what the cloud says of the log ----

/** Highest contiguous seq of this epoch that the cloud has committed; the agent repeats from there. */
export const Ack = Type.Object({ epoch: Id, seq: Type.Integer({ minimum: 0 }), clock: Instant }, loose)
export type Ack = Static<typeof Ack>

// ---- down: requests, answered or not within their deadline; nothing is promised by asking ----

const request = <K extends string, P extends Record<string, TSchema>>(kind: K, fields: P) =>
  Type.Object({ id: Type.String({ maxLength: 40 }), deadline: Instant, kind: Type.Literal(kind), ...fields }, loose)

export const Request = Type.Union([
  /** What does this vehicle owe? By lane (who stands there) or by plate / pass / session. */
  request('quote', {
    by: Type.Union([
      Type.Object({ lane: LaneId }, loose),
      Type.Object({ plate: Plate }, loose),
      Type.Object({ session: Id }, loose),
    ]),
  }),
  /** A driver without plate asks to be let in at this lane. The same request id is one admission. */
  request('admit-unplated', { lane: LaneId, pass: Plate }),
  request('status', {}),
])
export type Request = Static<typeof Request>

/** One line of a quote, in the order the tariff made it; amounts may be negative (caps, discounts). They add up. */
export const QuoteLine = Type.Object(
  {
    kind: Type.String({ description: 'unit, free, cap, paid ...' }),
    text: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, loose),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    amountFen: Type.Integer(),
  },
  loose,
)
export type QuoteLine = Static<typeof QuoteLine>

export const QuoteAnswer = Type.Object(
  {
    session: Id,
    plate: Plate,
    pass: Type.Boolean(),
    enteredAt: Instant,
    /** Where the vehicle stands, when it stands in a lane. */
    lane: Type.Optional(LaneId),
    occupancy: Type.Optional(OccupancyNumber),
    quotedAt: Instant,
    /** Until when this answer stands. */
    expiresAt: Instant,
    /** Price of the stay so far, before payments. */
    priceFen: Fen,
    /** Sum of the clearances the agent held when it quoted: a payment on this quote counts only if no other came between. */
    paidFen: Fen,
    /** What is owed now: price less paid, never below 0. */
    owedFen: Fen,
    lines: Type.Array(QuoteLine),
    /** Minutes to leave after paying. */
    leaveMinutes: Type.Integer({ minimum: 0, maximum: 1440 }),
    /** Already cleared until this instant, when a clearance stands. */
    leaveBy: Type.Optional(Instant),
  },
  loose,
)
export type QuoteAnswer = Static<typeof QuoteAnswer>

/** Why the lot says no. The driver's page has a text for each; an unknown one is shown as `refused`. */
export const refusals = [
  'lane-empty', // nobody on the loop / in the lane
  'no-session', // nobody inside under this plate
  'ambiguous', // the lane's vehicle has no session and nothing fits
  'lane-unknown',
  'lane-wrong-direction',
  'lot-full',
  'not-admitted', // the lot's own rule
  'has-plate', // the vehicle in the entry lane was read: it is not unplated
  'not-priceable', // the price list has no price for this stay: a person decides
  'device-silent', // the gate did not answer
  'unsupported',
  'busy',
] as const
export type LotRefusal = (typeof refusals)[number]

const Refused = Type.Object(
  { id: Type.String(), ok: Type.Literal(false), because: Type.String(), detail: Type.Optional(Type.String()) },
  loose,
)
export const Answer = Type.Union([
  Type.Object({ id: Type.String(), ok: Type.Literal(true), quote: QuoteAnswer }, loose),
  Type.Object(
    {
      id: Type.String(),
      ok: Type.Literal(true),
      admitted: Type.Object({ session: Id, gate: Type.Union([Type.Literal('opened'), Type.Literal('silent')]) }, loose),
    },
    loose,
  ),
  Type.Object(
    {
      id: Type.String(),
      ok: Type.Literal(true),
      status: Type.Object({ clock: Instant, lastSeq: Type.Integer(), inside: Type.Integer() }, loose),
    },
    loose,
  ),
  Refused,
])
export type Answer = Static<typeof Answer>

// ---- who is who in a lot

const TimeOfDay = Type.String({ pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$' })
const Listed = Type.Object(
  {
    plate: Plate,
    from: Type.Optional(Instant),
    until: Type.Optional(Instant),
    note: Type.Optional(Type.String({ maxLength: 60 })),
  },
  loose,
)
export type Listed = Static<typeof Listed>
/** A product that lets named plates come and go for a period; so many of them at a time as it has spaces. */
export const MonthCard = Type.Object(
  {
    card: Type.String({ minLength: 1, maxLength: 40 }),
    plates: Type.Array(Plate, { minItems: 1, maxItems: 20 }),
    spaces: Type.Integer({ minimum: 1, maximum: 20 }),
    from: Instant,
    until: Instant,
    /** Where it covers a part of the day only: windows of the local clock, over midnight where `to` is not after `from`. */
    windows: Type.Optional(
      Type.Array(
        Type.Object(
          {
            days: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { minItems: 1 })),
            from: TimeOfDay,
            to: TimeOfDay,
          },
          loose,
        ),
        { minItems: 1, maxItems: 10 },
      ),
    ),
  },
  loose,
)
export type MonthCard = Static<typeof MonthCard>
export const Lists = Type.Object(
  {
    version: Type.Integer({ minimum: 0 }),
    cards: Type.Array(MonthCard, { maxItems: 20_000 }),
    /** Pays nothing. */
    free: Type.Array(Listed, { maxItems: 20_000 }),
    /** Announced by somebody who lives or works there; pays nothing in its time. */
    guests: Type.Array(Listed, { maxItems: 20_000 }),
    /** Not let in. */
    blocked: Type.Array(Listed, { maxItems: 20_000 }),
    /** So many vehicles fit in; null: nobody counts. */
    capacity: Type.Union([Type.Integer({ minimum: 0, maximum: 100_000 }), Type.Null()]),
  },
  loose,
)
export type Lists = Static<typeof Lists>

/** What a coupon is worth (tariffs.md 6.3); `pay` is the percentage that the driver still pays. */
export const CouponWorth = Type.Union([
  Type.Object({ kind: Type.Literal('amount'), fen: Type.Integer({ minimum: 1, maximum: 100_000_000 }) }, loose),
  Type.Object({ kind: Type.Literal('minutes'), minutes: Type.Integer({ minimum: 1, maximum: 44_640 }) }, loose),
  Type.Object({ kind: Type.Literal('percent'), pay: Type.Integer({ minimum: 0, maximum: 99 }) }, loose),
  Type.Object({ kind: Type.Literal('until'), at: Instant }, loose),
  Type.Object({ kind: Type.Literal('whole') }, loose),
])
export type CouponWorth = Static<typeof CouponWorth>

// ---- down: commands. Kept by the cloud until answered; the agent stores the id before it acts. ----

const command = <K extends string, P extends Record<string, TSchema>>(kind: K, fields: P) =>
  Type.Object(
    {
      id: Type.String({ pattern: '^\\d{32}$', description: 'a house number of kind command' }),
      kind: Type.Literal(kind),
      issuedAt: Instant,
      expiresAt: Instant,
      ...fields,
    },
    loose,
  )

export const Command = Type.Union([
  /**
   * A payment cleared this session. Stored for good whenever it comes; `gate` asks to open as well, for this very
   * occupancy and only before `expiresAt`: later, or for another vehicle, the clearance is kept and the opening refused.
   */
  command('clearance', {
    clearance: Id,
    session: Id,
    paidFen: Fen,
    leaveMinutes: Type.Integer({ minimum: 0, maximum: 1440 }),
    leaveBy: Instant,
    gate: Type.Optional(Type.Object({ lane: LaneId, occupancy: OccupancyNumber }, loose)),
  }),
  /** Open once, for one occupancy, with the reason a person gave or the clearance it retries. */
  command('open-gate', { lane: LaneId, occupancy: OccupancyNumber, reason: Type.String({ maxLength: 200 }) }),
  /** Who is on which list of the lot, whole; an older version than the one in force changes nothing. */
  command('lists', { lists: Lists }),
  /** The price list with its versions, whole (packages/domain/tariff/schedule.ts). */
  command('tariff', {
    version: Type.Integer({ minimum: 0 }),
    schedule: Type.Unknown(),
    /** Those of areas inside the lot, by name, likewise; an area that is left out goes by the plan's own. */
    areas: Type.Optional(Type.Record(AreaName, Type.Unknown())),
  }),
  /** A person puts a session right: its plate, when it came in, what class of vehicle it is. */
  command('correct', {
    session: Id,
    by: Person,
    reason: Reason,
    plate: Type.Optional(Plate),
    enteredAt: Type.Optional(Instant),
    vehicleClass: Type.Optional(VehicleClass),
  }),
  /** A person ends a session that should not be. */
  command('void', { session: Id, by: Person, reason: Reason }),
  /**
   * A coupon for one stay, or for the next settled stay of a plate. It is used once, by the payment or opening that it made cheaper;
   * the log tells by which. Under the same name it is the same coupon, however often it is told.
   */
  command('coupon', {
    coupon: CouponName,
    for: Type.Union([Type.Object({ plate: Plate }, loose), Type.Object({ session: Id }, loose)]),
    worth: CouponWorth,
    validUntil: Instant,
  }),
  /** Lines for a lane's display. */
  command('show', { lane: LaneId, lines: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 4 }) }),
])
export type Command = Static<typeof Command>

/** What became of a command; a repeat of the command is answered with the same result and not done again. */
export const CommandResult = Type.Object(
  {
    id: Type.String(),
    at: Instant,
    /** The whole command: `done` (kept / shown), `refused`, `expired`, `unsupported`. */
    state: Type.Union([
      Type.Literal('done'),
      Type.Literal('refused'),
      Type.Literal('expired'),
      Type.Literal('unsupported'),
    ]),
    /** What the gate did, where the command asked for it. */
    gate: Type.Optional(
      Type.Union([Type.Literal('opened'), Type.Literal('expired'), Type.Literal('refused'), Type.Literal('silent')]),
    ),
    because: Type.Optional(Type.String()),
  },
  loose,
)
export type CommandResult = Static<typeof CommandResult>

// ---- up: what the lot asks of the cloud, again under the same id until it has an answer ----

export const Ask = Type.Object(
  {
    /** The lot's own name for this scan: the same one is the same scan. */
    id: Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' }),
    kind: Type.Literal('pay-code'),
    plate: Plate,
    /** The exit lane it stands in; left out, it is paid for inside. */
    lane: Type.Optional(LaneId),
    by: Person,
    /** What the driver's wallet showed, as it was scanned; left out, the lot only asks what became of the scan. */
    code: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{10,64}$' })),
  },
  loose,
)
export type Ask = Static<typeof Ask>
/** `waiting`: nobody is certain yet, so ask again. `declined`, `refused`: nothing is kept of it; `because` says why. */
export const Reply = Type.Object(
  {
    id: Type.String({ maxLength: 40 }),
    state: Type.Union([
      Type.Literal('waiting'),
      Type.Literal('paid'),
      Type.Literal('declined'),
      Type.Literal('refused'),
    ]),
    because: Type.Optional(Type.String({ maxLength: 40 })),
    paidFen: Type.Optional(Fen),
  },
  loose,
)
export type Reply = Static<typeof Reply>

export const upKinds = {
  hello: Hello,
  heartbeat: Heartbeat,
  events: Events,
  answer: Answer,
  result: CommandResult,
  ask: Ask,
} as const
export const downKinds = { welcome: Ack, ack: Ack, request: Request, command: Command, reply: Reply } as const
export type UpKind = keyof typeof upKinds
export type DownKind = keyof typeof downKinds
