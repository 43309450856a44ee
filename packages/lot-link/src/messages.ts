import { type Static, type TSchema, Type } from 'typebox'
import { Ack, Events, Heartbeat, Hello } from './events.ts'
import {
  AreaName,
  CouponName,
  Fen,
  Id,
  Instant,
  LaneId,
  loose,
  OccupancyNumber,
  Person,
  Plate,
  Reason,
  VehicleClass,
} from './words.ts'

export * from './events.ts'
export type { GateCause, Standing } from './words.ts'

/*
 * What a lot agent and the cloud say to each other (architecture.md 7). Both ends validate with these schemas. The
 * contract only grows: unknown fields are ignored, unknown kinds are answered `unsupported`. Everything here travels
 * as JSON over MQTT; the broker may lose anything, so every promise rests on ids, sequence numbers and repeats.
 *
 *   lot/<bucket>/<lot>/<device>/up/<hello|heartbeat|events|answer|result|ask>
 *   lot/<bucket>/<lot>/<device>/down/<welcome|ack|request|command|reply>
 */
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
  /** A picture of a read, or the lane's last one: small enough for the line, as JPEG in Base64. */
  request('picture', { lane: LaneId, at: Type.Optional(Instant) }),
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
    /** It is of a month card, which may be made longer: its driver may want that first. */
    renewable: Type.Optional(Type.Literal(true)),
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
  'permit-holder', // has a permit, and owes nothing
  'locked', // held inside at its owner's wish
  'blocked', // the lot does not let it go: a person decides
  'device-silent', // the gate did not answer
  'no-picture', // none of that read is kept
  'unsupported',
  'busy',
] as const
export type LotRefusal = (typeof refusals)[number]

/** How one device of the lot is; of a lost one, how it was when it was last heard. */
export const DeviceReport = Type.Object(
  {
    device: Type.String({ maxLength: 80 }),
    lane: LaneId,
    state: Type.Union([Type.Literal('well'), Type.Literal('ill'), Type.Literal('lost')]),
    because: Type.Union([Type.String(), Type.Null()]),
    heardAt: Type.Union([Instant, Type.Null()]),
    /** How far its clock is ahead of the lot's; null: nobody knows. */
    clockOffMs: Type.Union([Type.Integer(), Type.Null()]),
    /** What it sent that nobody understood. */
    faults: Type.Integer({ minimum: 0 }),
  },
  loose,
)
export type DeviceReport = Static<typeof DeviceReport>

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
      status: Type.Object(
        {
          clock: Instant,
          lastSeq: Type.Integer(),
          inside: Type.Integer(),
          version: Type.Optional(Type.String({ maxLength: 40 })),
          devices: Type.Optional(Type.Array(DeviceReport, { maxItems: 1_000 })),
        },
        loose,
      ),
    },
    loose,
  ),
  Type.Object(
    {
      id: Type.String(),
      ok: Type.Literal(true),
      /** `at` is that of the read. At most 256 KiB of it: no line of a lot waits for a picture. */
      picture: Type.Object({ lane: LaneId, at: Instant, jpeg: Type.String({ maxLength: 350_000 }) }, loose),
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
  command('open-gate', {
    lane: LaneId,
    occupancy: OccupancyNumber,
    reason: Type.String({ maxLength: 200 }),
    /** The person who gave the reason. */
    by: Type.Optional(Person),
  }),
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
  /** A person says that a vehicle is gone whose exit nobody saw, by which lane, and when if it is known; what it owed stands as a question. */
  command('close', { session: Id, by: Person, reason: Reason, lane: LaneId, leftAt: Type.Optional(Instant) }),
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
