import { Ask, Reply, refusals } from '@lanepay/lot-link/messages.ts'
import { Colour, Fen, Instant, LaneId, loose, Person, Plate, Reason } from '@lanepay/lot-link/words.ts'
import { type Static, type TSchema, Type } from 'typebox'

/*
 * Our own protocol for charging software (docs/connect.md): what a lot's software and the cloud say to each other over HTTPS, as JSON.
 * The software calls, the cloud never does: lots stand behind NAT. Routes, OpenAPI document and adapter are all made of these schemas.
 * The contract only grows: unknown fields are ignored, and a message of a kind that the software does not know is answered `unsupported`.
 */

export const basePath = '/connect/v1'

const literals = <const L extends readonly string[]>(names: L) =>
  Type.Unsafe<L[number]>(Type.Union(names.map((name) => Type.Literal(name))))
const Line = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000]*$' })

/** What the software calls one stay of one vehicle: its own record number, never given to another stay. */
export const Stay = Type.String({ pattern: '^[A-Za-z0-9._-]{1,48}$', description: 'the record number of one stay' })
/** The name of one message of ours, which its answer names. */
export const MessageId = Type.String({ pattern: '^\\d{32}$' })

const PaymentNumber = Type.String({
  pattern: '^\\d{32}$',
  description: 'the trade number, as in the bills of the channel',
})

// ---- what happened at the lot

const said = { stay: Stay, plate: Plate, colour: Type.Optional(Colour), enteredAt: Instant }
/** A vehicle came in. */
export const Entered = Type.Object({ ...said, lane: LaneId }, loose)
export type Entered = Static<typeof Entered>
/** It is gone, with its whole record: one that nobody told of coming in is a stay all the same. */
export const Left = Type.Object(
  {
    ...said,
    lane: LaneId,
    leftAt: Instant,
    how: Type.Optional(literals(['left', 'released-owing', 'escaped'])),
    /** What it went away owing. */
    owedFen: Type.Optional(Fen),
  },
  loose,
)
export type Left = Static<typeof Left>
/** A person opened a gate, and why; without either it is an opening that nobody ordered. */
export const Opened = Type.Object(
  { lane: LaneId, at: Instant, stay: Type.Optional(Stay), by: Type.Optional(Person), reason: Type.Optional(Reason) },
  loose,
)
export type Opened = Static<typeof Opened>

// ---- what the cloud asks and tells, taken away by the long poll one after another

const message = <K extends string, P extends Record<string, TSchema>>(kind: K, fields: P) =>
  Type.Object({ id: MessageId, kind: Type.Literal(kind), ...fields }, loose)
/** `until`: later nobody waits for the answer, and a gate must stay shut. */
const Until = Type.Object({ until: Instant }).properties

/** What does it owe? By the lane that it stands in (`pass`: of the driver who asks, should it have no plate), its plate, or its stay. */
const Quote = message('quote', {
  ...Until,
  by: Type.Union([
    Type.Object({ lane: LaneId, pass: Type.Optional(Plate) }, loose),
    Type.Object({ plate: Plate }, loose),
    Type.Object({ stay: Stay }, loose),
  ]),
})
/** A driver without plate asks to be let in at this lane, under this made-up plate. */
const Admit = message('admit', { ...Until, lane: LaneId, pass: Plate })
/**
 * So much was paid for this stay. `gate`: it was paid in this lane; open it, once, if this very stay stands there until then. `lane`: it was
 * paid by the code of this exit for a plate that its driver typed, and is no order: open for none but a vehicle that your camera has read there.
 */
const Paid = message('paid', {
  stay: Stay,
  plate: Plate,
  payment: PaymentNumber,
  channel: Type.String(),
  amountFen: Fen,
  paidAt: Instant,
  leaveMinutes: Type.Integer({ minimum: 0 }),
  gate: Type.Optional(Type.Object({ lane: LaneId, ...Until }, loose)),
  lane: Type.Optional(LaneId),
})
/** Open this lane, once, if this very stay stands there until then. */
const Open = message('open', { ...Until, lane: LaneId, stay: Stay, reason: Type.String(), by: Type.Optional(Person) })
/** So much of a payment went back to the driver: all of it, or a part. */
const Refunded = message('refunded', {
  stay: Stay,
  plate: Plate,
  payment: PaymentNumber,
  amountFen: Fen,
  refundedAt: Instant,
})
export const Message = Type.Union([Quote, Admit, Paid, Open, Refunded])
export type Message = Static<typeof Message>
export type MessageKind = Message['kind']

export const Next = Type.Object(
  { holdSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 60, description: '25 when left out' })) },
  loose,
)
export type Next = Static<typeof Next>
export const NextView = Type.Object({ message: Type.Union([Message, Type.Null()]) }, loose)
export type NextView = Static<typeof NextView>

// ---- what the software answers

const answer = <K extends MessageKind, P extends Record<string, TSchema>>(kind: K, fields: P) =>
  Type.Object({ id: MessageId, kind: Type.Literal(kind), ok: Type.Literal(true), ...fields }, loose)
const Gate = literals(['opened', 'refused', 'expired', 'silent'])

/** One line of a price; may be negative (discounts). They add up to the price. */
const QuoteLine = Type.Object(
  { text: Line, amountFen: Type.Integer({ minimum: -100_000_000, maximum: 100_000_000 }) },
  loose,
)
const Quoted = answer('quote', {
  ...said,
  /** Of the stay so far, before payments. */
  priceFen: Fen,
  /** What the software knows to be paid for it, by whatever means. */
  paidFen: Fen,
  lines: Type.Optional(Type.Array(QuoteLine, { minItems: 1, maxItems: 50 })),
  /** Minutes to leave after paying. */
  leaveMinutes: Type.Integer({ minimum: 0, maximum: 1440 }),
})
export const Answer = Type.Union([
  Quoted,
  answer('admit', { gate: literals(['opened', 'silent']) }),
  /** It is booked in the software. `gate` where the message had one, and where one was opened for it. */
  answer('paid', { gate: Type.Optional(Gate) }),
  answer('open', { gate: Gate }),
  answer('refunded', {}),
  Type.Object(
    {
      id: MessageId,
      kind: literals(['quote', 'admit', 'paid', 'open', 'refunded']),
      ok: Type.Literal(false),
      because: literals(refusals),
      detail: Type.Optional(Type.String({ maxLength: 200, pattern: '^[^\\u0000]*$' })),
    },
    loose,
  ),
])
export type Answer = Static<typeof Answer>
export type Quoted = Static<typeof Quoted>

// ---- a pay code that was scanned at the lot

/** What the driver's wallet showed to an attendant. Called again under the same name it is the same scan; without `code` it only asks. */
export const Scan = Type.Object(
  {
    /** The software's own name for this scan. */
    scan: Ask.properties.id,
    plate: Plate,
    /** The exit lane that it stands in; left out, it is paid for inside. */
    lane: Type.Optional(LaneId),
    by: Person,
    code: Ask.properties.code,
  },
  loose,
)
export type Scan = Static<typeof Scan>
/** `waiting`: nobody is certain yet, so call again. `declined`, `refused`: no money moves; `because` says why. */
export const ScanView = Type.Object(
  {
    state: Reply.properties.state,
    because: Reply.properties.because,
    paidFen: Reply.properties.paidFen,
  },
  loose,
)
export type ScanView = Static<typeof ScanView>

// ---- the rest

export const Done = Type.Object({ ok: Type.Literal(true) }, loose)
export const LotView = Type.Object(
  {
    /** Our clock. */
    now: Instant,
    lot: Type.Integer(),
    name: Type.String(),
    lanes: Type.Array(
      Type.Object({ lane: LaneId, name: Type.String(), direction: literals(['entry', 'exit', 'both']) }),
    ),
  },
  loose,
)
export type LotView = Static<typeof LotView>

/** Every error there is, by its stable code, with its HTTP status. */
export const connectErrors = {
  'bad-request': 400, // a field breaks a rule: `field` and `rule` say which
  'not-signed': 401, // a header of the signature is missing or malformed: `field` says which
  'unknown-key': 401,
  'wrong-signature': 401,
  'time-off': 401, // signed more than five minutes from our `now`
  replayed: 401, // this nonce came before
  'lane-unknown': 404,
  'message-unknown': 404, // not a message to this lot
  'key-used': 409, // this idempotency key came with another content
  'body-too-large': 413,
  internal: 500, // nothing was half done: the same call again
} as const
export type ConnectErrorCode = keyof typeof connectErrors
export const ErrorView = Type.Object(
  {
    error: Type.Object(
      {
        code: literals(Object.keys(connectErrors) as ConnectErrorCode[]),
        message: Type.String(),
        field: Type.Optional(Type.String()),
        rule: Type.Optional(Type.String()),
        /** Of `time-off`: our clock. */
        now: Type.Optional(Instant),
      },
      loose,
    ),
  },
  loose,
)
export type ErrorView = Static<typeof ErrorView>

export type Operation = {
  readonly method: 'GET' | 'POST'
  readonly about: string
  readonly body: TSchema | null
  readonly answer: TSchema
  /** Called with an idempotency key, under which it is done once. */
  readonly keyed: boolean
}
/** Every call there is, by the last part of its path. */
export const operations = {
  lot: { method: 'GET', about: 'Who am I, and what time is it?', body: null, answer: LotView, keyed: false },
  entered: { method: 'POST', about: 'A vehicle came in', body: Entered, answer: Done, keyed: true },
  left: { method: 'POST', about: 'A vehicle is gone', body: Left, answer: Done, keyed: true },
  opened: { method: 'POST', about: 'A gate was opened by hand', body: Opened, answer: Done, keyed: true },
  scan: { method: 'POST', about: 'An attendant scanned a pay code', body: Scan, answer: ScanView, keyed: false },
  next: {
    method: 'POST',
    about: 'The next message, held until there is one',
    body: Next,
    answer: NextView,
    keyed: false,
  },
  answer: { method: 'POST', about: 'The answer to a message', body: Answer, answer: Done, keyed: false },
} as const satisfies Record<string, Operation>
export type OperationName = keyof typeof operations
