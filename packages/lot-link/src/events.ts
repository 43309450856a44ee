import { type Static, type TSchema, Type } from 'typebox'
import {
  AreaName,
  Booth,
  Cause,
  Colour,
  Fen,
  Id,
  Instant,
  LaneId,
  loose,
  OccupancyNumber,
  ofDrawer,
  Person,
  Plate,
  PurchaseNumber,
  Reason,
  Standing,
  UsedCoupons,
  VehicleClass,
} from './words.ts'

/*
 * Up: the agent's log. What happened, in the order it happened, each exactly once by (epoch, seq). Down: how far the cloud has it.
 */

const event = <K extends string, P extends Record<string, TSchema>>(kind: K, fields: P) =>
  Type.Object({ seq: Type.Integer({ minimum: 1 }), at: Instant, kind: Type.Literal(kind), ...fields }, loose)

export const LotEvent = Type.Union([
  /**
   * A session began. `pass` marks an unplated pass. `deviceAt` is the camera's own claim of the time. Without `lane`: nobody says where.
   */
  event('entered', {
    session: Id,
    plate: Plate,
    pass: Type.Boolean(),
    colour: Colour,
    lane: Type.Optional(LaneId),
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
   * was not opened for it. What it owed then stands as a question in the last two. Without `lane`: nobody says where.
   */
  event('left', {
    session: Id,
    lane: Type.Optional(LaneId),
    leftAt: Instant,
    owedFen: Fen,
    how: Type.Optional(Type.Union([Type.Literal('left'), Type.Literal('released-owing'), Type.Literal('escaped')])),
    /** All that it used, and by how much each lowered its price when it was used. */
    coupons: Type.Optional(UsedCoupons),
    couponFen: Type.Optional(Type.Array(Fen, { minItems: 1, maxItems: 100 })),
    /** A person said so, and why: nobody saw it leave. */
    by: Type.Optional(Person),
    reason: Type.Optional(Reason),
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
  {
    epoch: Id,
    lastSeq: Type.Integer({ minimum: 0 }),
    clock: Instant,
    version: Type.String(),
    /** The areas inside the lot that its plan has, in the plan's order: which lists of `tariff` can count there. */
    areas: Type.Optional(Type.Array(AreaName, { maxItems: 100 })),
  },
  loose,
)
export type Hello = Static<typeof Hello>

export const Heartbeat = Type.Object({ epoch: Id, lastSeq: Type.Integer({ minimum: 0 }), clock: Instant }, loose)
export type Heartbeat = Static<typeof Heartbeat>

/** Highest contiguous seq of this epoch that the cloud has committed; the agent repeats from there. */
export const Ack = Type.Object({ epoch: Id, seq: Type.Integer({ minimum: 0 }), clock: Instant }, loose)
export type Ack = Static<typeof Ack>
