import type { Instant, PlateColour } from '@lanepay/domain/types.ts'
import type { LotEvent, LotEventKind, QuoteLine, Standing } from '@lanepay/lot-link/messages.ts'
import { type Static, Type } from 'typebox'

/*
 * What the lot's own page and its agent say to each other. Instants are ms since 1970 UTC on the agent's clock: every answer
 * carries `now`, and the page counts from there. Money is whole fen.
 *
 *   GET  /                       the page
 *   POST /api/sign-in            SignInAsk -> {}; sets the cookie
 *   POST /api/sign-out           {} -> {}
 *   GET  /api/state              -> StateView
 *   GET  /api/events             server-sent: `state` StateView, whenever it is another one
 *   GET  /api/sessions           ?plate=PART &after=CURSOR -> SessionsView     who is inside, the longest stay first
 *   GET  /api/sessions/:id       -> SessionStory                               also one that has ended
 *   GET  /api/log                ?kind=KIND &before=SEQ -> LogView             newest first
 *   GET  /api/pictures/:name     a JPEG
 *   POST /api/open               OpenAsk    -> DoneView
 *   POST /api/cash               CashAsk    -> DoneView      the amount must be what is owed
 *   POST /api/scan               ScanAsk    -> ScanView      a driver's pay code; again under the same name until it is certain
 *   POST /api/give-back          GiveBackAsk -> DoneView     of what was taken for a session in cash
 *   POST /api/open-shift         OpenShiftAsk -> DoneView
 *   POST /api/hand-over          HandOverAsk -> DoneView     says what was expected, and what is over or short
 *   POST /api/settle-change      SettleChangeAsk -> DoneView     change that a kiosk could not pay out
 *   POST /api/end-purchase       EndPurchaseAsk -> DoneView      of a kiosk that does not end it by itself
 *   POST /api/correct            CorrectAsk -> DoneView
 *   POST /api/void               VoidAsk    -> DoneView
 *
 * Errors are `ErrorView` with a stable `code`; the page has a text for each code in both languages.
 */

/** A stay as a list shows it. */
export type SessionView = {
  readonly id: string
  readonly plate: string
  readonly pass: boolean
  readonly colour: PlateColour
  readonly enteredAt: Instant
  readonly entryLane: number
  readonly standing: Standing
  readonly vehicleClass: string | null
  /** The lane it stands in now. */
  readonly lane: number | null
}

/** What it owes now; `clearedUntil` while a clearance lets it leave. */
export type OwedView = {
  readonly priceFen: number
  readonly paidFen: number
  readonly owedFen: number
  readonly clearedUntil: Instant | null
}

export type ReadView = {
  /** Null: no plate, or text that is none. */
  readonly plate: string | null
  readonly plateText: string
  readonly at: Instant
  /** Kept by the camera while it was not heard. */
  readonly stored: boolean
  /** Where its picture is; null: there is none, or none any more. */
  readonly picture: string | null
}

/** An order to the gate, from its beginning to its end. */
export type GateState = 'ordered' | 'told' | 'opened' | 'silent'

export type LaneView = {
  readonly id: number
  readonly direction: 'entry' | 'exit'
  /** The area inside the lot that it leads into or out of, and whether a stay is paid there; null: it leads to the street. */
  readonly area: { readonly name: string; readonly collects: boolean } | null
  /** Null: the lane has no sensor for it. */
  readonly arm: 'up' | 'down' | null
  readonly occupancy: {
    readonly number: string
    readonly plate: string | null
    readonly since: Instant
    readonly position: 'at-camera' | 'off-loop' | 'under-arm'
    readonly session: SessionView | null
    /** Null: no session, or the price list has no price for it. */
    readonly owed: OwedView | null
    readonly gate: GateState | null
    /** Exactly one stay may be its own, misread: for a person to say so. */
    readonly mayBe: SessionView | null
  } | null
  /** What the display was told last, top line first. */
  readonly shown: { readonly lines: readonly string[]; readonly at: Instant } | null
  /** Newest first. */
  readonly reads: readonly ReadView[]
  readonly devices: readonly DeviceView[]
}

export type DeviceView = {
  readonly device: string
  readonly state: 'well' | 'ill' | 'lost'
  readonly because: string | null
  readonly heardAt: Instant | null
  /** How far its clock is ahead; null: it never said. */
  readonly clockOffMs: number | null
  /** What it sent that nobody understood. */
  readonly faults: number
  /** It refused the password, and is tried again then, that it does not lock us out; null: nothing is held back. */
  readonly loginAgainAt: Instant | null
}

export type BoothView = {
  readonly id: number
  readonly name: string
  readonly shifts: boolean
  /** Null: none is open. */
  readonly shift: { readonly attendant: string; readonly since: Instant } | null
}

/** A machine that takes cash. Who empties it counts it against `insideFen`, which nobody has touched. */
export type KioskView = {
  readonly id: number
  readonly name: string
  readonly state: 'unheard' | 'well' | 'ill' | 'lost'
  readonly because: string | null
  readonly heardAt: Instant | null
  /** What it can pay out, by hopper; low: soon it takes exact money only. */
  readonly hoppers: readonly { readonly fen: number; readonly count: number; readonly low: boolean }[]
  /** Null: it has not been filled since it was emptied, and takes nothing. */
  readonly filled: { readonly by: string; readonly since: Instant; readonly insideFen: number } | null
  /** What is left in it as a rule when it is emptied; null: nobody said. */
  readonly floatFen: number | null
  /** Under way; `dueFen` is to be paid out and not told yet. */
  readonly purchase: {
    readonly purchase: string
    readonly plate: string
    readonly since: Instant
    readonly insertedFen: number
    readonly dueFen: number
  } | null
  /** To drivers, the oldest first. */
  readonly owed: readonly OwedChangeView[]
}
export type OwedChangeView = {
  readonly owed: string
  readonly purchase: string
  readonly plate: string
  readonly fen: number
  readonly because: string
  readonly at: Instant
}

export type StateView = {
  readonly now: Instant
  readonly lot: number
  /** What is wrong with the plan in the file, where the one before it is in force. */
  readonly planRefused: string | null
  readonly lanes: readonly LaneView[]
  readonly link: {
    readonly connected: boolean
    readonly since: Instant
    /** The newest of the log, and up to where the cloud has committed it. */
    readonly lastSeq: number
    readonly ackedSeq: number
    /** How far the cloud's clock is ahead of this box's, in ms that are whole seconds; null: it is not known. */
    readonly cloudOffMs: number | null
  }
  readonly inside: number
  /** Null: nobody counts. */
  readonly capacity: number | null
  readonly lists: {
    readonly version: number
    readonly cards: number
    readonly free: number
    readonly guests: number
    readonly blocked: number
  }
  /** Null: the plan's own price list. */
  readonly tariffVersion: number | null
  /** Where people take cash; none: one drawer is the lot's own. What a drawer should hold is said at the hand-over only. */
  readonly booths: readonly BoothView[]
  readonly kiosks: readonly KioskView[]
  /** Of vehicles, where the price list in force knows more than one. */
  readonly classes: readonly string[]
}

export type SessionsView = {
  readonly now: Instant
  readonly sessions: readonly SessionView[]
  readonly matching: number
  /** For `after`; null: that was all. */
  readonly next: string | null
}

export type SessionStory = {
  readonly now: Instant
  readonly session: SessionView
  readonly open: boolean
  readonly owed: (OwedView & { readonly lines: readonly QuoteLine[] }) | null
  /** From its entry on. What is older than the log goes back is not in it. */
  readonly story: readonly LotEvent[]
  readonly pictures: readonly { readonly at: Instant; readonly lane: number; readonly picture: string }[]
}

export type LogView = {
  readonly now: Instant
  readonly events: readonly LotEvent[]
  /** For `before`; null: that was the oldest there is. */
  readonly next: number | null
}

/** `gate`: what became of the order so far; null: nothing was to be opened. The state tells the rest. */
export type DoneView = {
  readonly gate: GateState | null
  /** Of a shift that was handed over; `overFen` below zero is short. */
  readonly handedOver?: { readonly expectedFen: number; readonly overFen: number }
}

/** `waiting`, `no-answer`: nobody is certain yet, ask again. `declined`, `refused`: nothing was taken, or it goes back. */
export type ScanView = {
  readonly state: 'waiting' | 'paid' | 'declined' | 'refused' | 'no-answer'
  readonly because: string | null
  readonly paidFen: number | null
}

// ---- what the page may ask: checked here, at the door

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: '^\\d{1,19}$' })
/** No sign that ends a line or is not to be seen: it goes into logs and onto screens. */
const words = (most: number) =>
  Type.String({ minLength: 1, maxLength: most, pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]*$' })
const Person = words(60)
const Reason = words(200)
const Booth = Type.Integer({ minimum: 1, maximum: 99 })
const Fen = Type.Integer({ minimum: 0, maximum: 100_000_000 })

export const SignInAsk = Type.Object({ password: Type.String({ minLength: 1, maxLength: 200 }) }, strict)
export const OpenAsk = Type.Object(
  { lane: Type.Integer({ minimum: 1, maximum: 999 }), by: Person, reason: Reason },
  strict,
)
export type OpenAsk = Static<typeof OpenAsk>
export const CashAsk = Type.Object(
  {
    session: Id,
    by: Person,
    paidFen: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
    booth: Type.Optional(Booth),
    givenFen: Type.Optional(Fen),
    changeFen: Type.Optional(Fen),
  },
  strict,
)
export type CashAsk = Static<typeof CashAsk>
export const ScanAsk = Type.Object(
  {
    /** The page's own name for this scan: however often it is sent, it is one. */
    scan: Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' }),
    session: Id,
    by: Person,
    /** Left out: what became of it? */
    code: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{10,64}$' })),
  },
  strict,
)
export const GiveBackAsk = Type.Object(
  {
    session: Id,
    by: Person,
    reason: Reason,
    amountFen: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
    booth: Type.Optional(Booth),
  },
  strict,
)
export const OpenShiftAsk = Type.Object({ booth: Booth, by: Person, floatFen: Fen }, strict)
export const HandOverAsk = Type.Object({ booth: Booth, by: Person, to: Person, countedFen: Fen }, strict)
export const SettleChangeAsk = Type.Object(
  {
    owed: Id,
    by: Person,
    reason: Reason,
    booth: Type.Optional(Booth),
    /** The kiosk had paid it out, as somebody found: no drawer pays it. */
    kioskPaid: Type.Optional(Type.Boolean()),
  },
  strict,
)
export const EndPurchaseAsk = Type.Object(
  { kiosk: Booth, purchase: Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' }), by: Person, reason: Reason },
  strict,
)
export const CorrectAsk = Type.Object(
  {
    session: Id,
    by: Person,
    reason: Reason,
    plate: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
    enteredAt: Type.Optional(Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })),
    vehicleClass: Type.Optional(words(64)),
  },
  strict,
)
export type CorrectAsk = Static<typeof CorrectAsk>
export const VoidAsk = Type.Object({ session: Id, by: Person, reason: Reason }, strict)
export type VoidAsk = Static<typeof VoidAsk>

/** Everything that can be refused, and its status: leave one out and it does not compile. */
export const statusOf = {
  'bad-request': 400,
  'not-signed-in': 401,
  'wrong-password': 401,
  'not-near': 403,
  'foreign-page': 403,
  'unknown-path': 404,
  'no-session': 404,
  'no-picture': 404,
  'lane-unknown': 404,
  'wrong-method': 405,
  'session-ended': 409,
  'nothing-owed': 409,
  'owes-otherwise': 409,
  'lane-empty': 409,
  'plate-inside': 409,
  'too-large': 413,
  'not-json': 415,
  'not-a-plate': 422,
  'entered-after-now': 422,
  'nothing-to-correct': 422,
  'not-priceable': 422,
  'booth-unknown': 404,
  'no-shift': 409,
  'shift-open': 409,
  'shift-of-another': 409,
  'change-wrong': 422,
  'more-than-taken': 409,
  'drawer-short': 409,
  'purchase-under-way': 409,
  'no-purchase': 409,
  'no-case': 409,
  paused: 429,
  failed: 500,
  'too-many-watchers': 503,
} as const
export type ErrorCode = keyof typeof statusOf
export type ErrorView = { readonly code: ErrorCode; readonly field: string; readonly rule: string }

/** Every kind of event, as the log may be asked for it. */
export const eventKinds = [
  'entered',
  'refused',
  'occupied',
  'vacated',
  'area-entered',
  'area-left',
  'left',
  'unordered-passage',
  'unordered-opening',
  'misread-offered',
  'corrected',
  'voided',
  'cash-taken',
  'cash-given-back',
  'shift-opened',
  'shift-handed-over',
  'change-owed',
  'change-settled',
  'change-overpaid',
  'in-force',
  'cleared',
  'gate-opened',
  'gate-silent',
  'read-ignored',
  'device',
] as const satisfies readonly LotEventKind[]
/** A kind that is not in the list above would be one that nobody can ask for. */
export type EventKindLeftOut = Exclude<LotEventKind, (typeof eventKinds)[number]>
