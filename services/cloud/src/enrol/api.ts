import { type Static, Type } from 'typebox'

/*
 * What a box that wants to be a lot's agent and the cloud say to each other: POST /api/agent/enrol EnrolAsk -> EnrolView.
 * Instants are ms since 1970 UTC, money is whole fen. Errors are `ErrorView` of driver/api.ts, with the codes of errors.ts.
 */

const Instant = Type.Integer()
const strict = { additionalProperties: false } as const

export const EnrolAsk = Type.Object(
  {
    /** As typed. */
    code: Type.String({ maxLength: 40 }),
    /** 32 random bytes in base64url, made on the box and kept there; its secret at the broker from now on. */
    agentKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    /** What the operator knows the box by. */
    name: Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,60}$' }),
  },
  strict,
)
export type EnrolAsk = Static<typeof EnrolAsk>

/** A vehicle that is inside, as the cloud knows it: an agent that takes over knows whom to let out. */
export const InsideView = Type.Object({
  session: Type.String(),
  plate: Type.String(),
  pass: Type.Boolean(),
  colour: Type.String(),
  enteredAt: Instant,
  entryLane: Type.Union([Type.Integer(), Type.Null()]),
  /** As what it was let in; null where no lot ever said. */
  standing: Type.Union([Type.String(), Type.Null()]),
  /** What was paid for its stay so far, and until when each payment lets it leave. */
  clearances: Type.Array(
    Type.Object({ clearance: Type.String(), paidFen: Type.Integer(), paidAt: Instant, leaveBy: Instant }),
  ),
  /** When it was in areas inside the lot, one after the other; `leftAt` null: it is there now. */
  parts: Type.Optional(
    Type.Array(Type.Object({ area: Type.String(), enteredAt: Instant, leftAt: Type.Union([Instant, Type.Null()]) })),
  ),
  /** As a person corrected it; null: the plate says. */
  vehicleClass: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})
export type InsideView = Static<typeof InsideView>

export const EnrolView = Type.Object({
  bucket: Type.Integer(),
  number: Type.Integer(),
  lotName: Type.String(),
  /** The broker as agents reach it. */
  brokerUrl: Type.String(),
  /** What time it is; also the instant of `inside`. */
  clock: Instant,
  lanes: Type.Array(
    Type.Object({
      id: Type.Integer(),
      name: Type.String(),
      direction: Type.Union([Type.Literal('entry'), Type.Literal('exit'), Type.Literal('both')]),
    }),
  ),
  inside: Type.Array(InsideView),
})
export type EnrolView = Static<typeof EnrolView>
