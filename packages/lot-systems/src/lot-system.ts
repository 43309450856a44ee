import type { Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { DeviceReport, LotEvent, LotEventKind, QuoteAnswer } from '@lanepay/lot-link/messages.ts'
import type { LotLists } from './lists.ts'

/*
 * How the cloud asks a lot, whoever runs it: our own agent today, somebody else's charging software behind the same
 * interface. What was paid is not here: it goes out through the outbox (cloud/command) until the lot has answered. Nor is an order to a
 * gate, or a coupon: a payment goes under its trade number and a coupon under its name, and each is one however often it is told; an
 * order to a gate is given once.
 */

/** About which vehicle: the one that stands in a lane (only of systems with `quotes-by-lane`), the one with this plate (or pass), or one stay. */
export type AskBy =
  /** `pass`: the unplated pass of the driver who asks, should a vehicle without plate stand there. */
  { readonly lane: number; readonly pass?: string } | { readonly plate: string } | { readonly session: string }

export type LotError =
  /**
   * The lot said no, with its reason (lot-link/messages.ts `refusals`, or of `unusable`, or `quote-stale`: the price that was paid stands no
   * more). Permanent for this question. `detail` is for persons who mend it; `said` is the lot's own text, for the driver (lot-words.ts).
   * `tooOften`: of one that is busy, that it was asked too often: whoever asks the same waits.
   */
  | {
      readonly kind: 'refused'
      readonly because: string
      readonly detail?: string
      readonly said?: string
      readonly tooOften?: true
    }
  /** No answer in time. Nothing is known; ask again. `absent`: nobody was there to be asked, or no computer serves the lane; it heard nothing. */
  | { readonly kind: 'offline'; readonly absent?: true }

/** Whether the same question may be answered otherwise later: asked again with the same words, or not at all. */
export const mayAskAgain = (error: LotError): boolean =>
  error.kind === 'offline' || error.because === 'busy' || error.because === 'device-silent'

/**
 * Answers that can be of no use to anybody until a person has mended something between the lot and us (lot-devices.md 6.5): it does not
 * know our key, or the asking is wrong to it, or what it says cannot be read or is not of what was asked.
 */
const unusable = ['unauthorised', 'invalid', 'unreadable'] as const
export const isUnusable = (error: LotError): error is Extract<LotError, { kind: 'refused' }> =>
  error.kind === 'refused' && (unusable as readonly string[]).includes(error.because)
/** A no in the words of a system: its own code, and what it says beside. */
export const saidNo = (because: string, code: string | number, text: string | null): LotError => ({
  ...{ kind: 'refused', because, detail: `${code} ${text ?? ''}`.trim() },
  ...(text ? { said: text } : {}),
})
/** An answer over HTTP that is none of the system's: its door does not know us, or it is as a server that failed and is asked again. */
export const notOfIts = (status: number): LotError =>
  status === 401 || status === 403
    ? { kind: 'refused', because: 'unauthorised', detail: `HTTP ${status}` }
    : { kind: 'offline' }
/** What is wrong in a few letters, for logs and alarms: of what a lot says its code alone, for its words may name a vehicle. */
export const wrongOf = ({ because, detail = '' }: Extract<LotError, { kind: 'refused' }>): string =>
  `${because} ${/^(HTTP )?\S*/.exec(detail)![0]}`.trim()
export const unreadable = (detail: string): LotError => ({ kind: 'refused', because: 'unreadable', detail })

/** What of the contract a system has no word for is answered, for good. */
export const noWord: LotError = { kind: 'refused', because: 'unsupported', detail: 'the system has no word for it' }

/** What a lot's system can do (lot-devices.md 6.1). Of what it cannot, the product does the best without it and an operator is told. */
export const abilities = [
  'quotes',
  /**
   * Says the price of whoever stands in a lane. Without it a driver at an exit is asked for the plate, which may be anybody's: nobody knows
   * then for whom that gate would open, so none is ordered (cloud/quote), and the lot opens by what its own camera reads.
   */
  'quotes-by-lane',
  'accepts-payment',
  'admits-unplated',
  /** By a command of ours. */
  'opens-gate',
  /** By itself, when nobody owes anything: an exit code then orders nothing. */
  'opens-when-nothing-owed',
  /** Lowers an arm by a command of ours. */
  'closes-gate',
  /** Leaves an arm up, by a command of ours, until it is told to lower it. */
  'holds-gate-open',
  /** Which vehicle stands in a lane, before anybody asks. */
  'reports-occupancy',
  'reports-entry',
  'reports-exit',
  'lists',
  /** Asks before it lets a vehicle in, and turns away whom a list of ours blocks; nothing is sent to it. */
  'asks-before-entry',
  'tariff',
  'coupons',
  /** Holds a vehicle inside at its owner's wish. */
  'locks-vehicle',
  /** Month cards: those of a plate are known, kept here or by itself. */
  'permits',
  /** A driver's payment makes one longer. */
  'renews-permits',
  /** What a person says of a stay: that it was otherwise, or should not be. */
  'corrects',
  /** What a person says of a stay: that its vehicle has gone. */
  'closes',
  'shows',
  'pictures',
  /** Its lanes, by the names that a lot's plan calls them by. */
  'lists-lanes',
  /** How its devices are, with how it is. */
  'reports-devices',
  /** How many spaces are free, with how it is. */
  'reports-spaces',
  'lists-inside',
  'lists-passages',
] as const
export type Ability = (typeof abilities)[number]

/** What a gate may be told beside letting one vehicle through, and the ability that a system has a word for it by. */
export const gateMoves = { close: 'closes-gate', 'hold-open': 'holds-gate-open' } as const satisfies Readonly<
  Record<string, Ability>
>
export type GateMove = keyof typeof gateMoves

/** An event of the contract, as it is kept of every lot: a line of the lot's log, the one form of them all (lot-link/events.ts). */
export type EventOf<K extends LotEventKind> = Extract<LotEvent, { readonly kind: K }>

/**
 * What a lot tells, whoever runs it (lot-devices.md 6.3): the kinds in a log that it is kept as, and what makes it the same event when it is
 * told again. Our agent's are the same by their place in its log besides. `stay`: the record of a system, whatever else it says the second
 * time. `occupancy`: the vehicle that stands in that lane this time. `payment`: the system's name of it. `movement`: the system's name of
 * the movement, or lane and instant. `row`: the row of a list, of which the last word counts. Without kinds: kept beside the log, or by
 * nobody.
 */
export const lotEvents = {
  vehicleAtLane: { kinds: ['occupied', 'vacated'], key: 'occupancy' },
  sessionEntered: { kinds: ['entered'], key: 'stay' },
  sessionLeft: { kinds: ['left'], key: 'stay' },
  sessionCorrected: { kinds: ['corrected', 'voided'], key: 'stay' },
  /** Of the entry (`in`) or the exit (`out`), whenever it comes: it changes no stay. */
  pictureAttached: { kinds: [], key: 'stay and part' },
  paymentTaken: { kinds: ['cash-taken', 'cash-given-back'], key: 'payment' },
  gateOpenedByHand: {
    kinds: ['gate-opened', 'gate-silent', 'unordered-opening', 'unordered-passage'],
    key: 'movement',
  },
  permitChanged: { kinds: [], key: 'row' },
  blockedVehicleSeen: { kinds: ['refused'], key: 'occupancy' },
  deviceReported: { kinds: ['device'], key: 'device' },
  /** Counted here, by who came and left. */
  spacesReported: { kinds: [], key: 'instant' },
  /** Nobody here knows bays. */
  bayEvent: { kinds: [], key: 'bay' },
} as const satisfies Readonly<Record<string, { readonly kinds: readonly LotEventKind[]; readonly key: string }>>
/** Kinds of what only a lot of our own has: areas and drawers of cash, and what its agent did with commands and reads. */
export const ownEvents = [
  'area-entered',
  'area-left',
  'misread-offered',
  'shift-opened',
  'shift-handed-over',
  'change-owed',
  'change-settled',
  'change-overpaid',
  'in-force',
  'cleared',
  'read-ignored',
] as const satisfies readonly LotEventKind[]

export type LotPicture = { readonly at: number; readonly jpeg: Uint8Array }
/** Lane null: it does not say whose it is, or it is of the whole lot. */
export type LotDevice = Omit<DeviceReport, 'lane'> & { readonly lane: number | null }
/** Null in each: it does not say. */
export type LotStatus = {
  readonly inside: number | null
  readonly version: string | null
  readonly devices: readonly LotDevice[] | null
  readonly spaces: { readonly totalSpaces: number | null; readonly freeSpaces: number } | null
}

export interface LotSystem extends Partial<LotLists> {
  abilitiesOf(lot: LotKey): Promise<readonly Ability[]>
  /**
   * What is owed, priced by the lot itself, never guessed; asked as often as anybody likes. `driver`: whose phone asks, as a channel told us (`wechatpay:…`); told on only
   * where the lot's plan says so.
   */
  quote(lot: LotKey, by: AskBy, driver?: string): Promise<Result<QuoteAnswer, LotError>>
  /** Lets a car without plate in. The same request id is one admission, however often it is asked. */
  admitUnplated(
    lot: LotKey,
    /** `driver`: as in `quote`. */
    admission: { lane: number; pass: string; requestId: string; driver?: string },
  ): Promise<Result<{ gate: 'opened' | 'silent' }, LotError>>
  /** Holds the vehicle of this plate inside until it is let go again; told twice, it is the same. Systems without `locks-vehicle` have no word for it. */
  lockVehicle?(lot: LotKey, wanted: { plate: string; locked: boolean }): Promise<Result<{ locked: boolean }, LotError>>
  /**
   * Lowers an arm, or leaves it up until it is lowered; told twice, it is the same. Told once and never again by itself: no answer is
   * `offline`, and then nobody knows whether the arm moved. Systems without the ability of a move (`gateMoves`) have no word for it.
   */
  moveGate?(
    lot: LotKey,
    wanted: { lane: number; move: GateMove; reason: string; by: string },
  ): Promise<Result<null, LotError>>
  /**
   * Plates inside that are like one that is not (lot-devices.md 6.5, `notFound`), as the lot itself takes them to be: how near they are is for whoever
   * asks to look. Most systems have no word for it.
   */
  similar?(lot: LotKey, plate: string): Promise<Result<readonly string[], LotError>>
  /** A picture of a read of this instant, or the lane's last: JPEG of at most 256 KiB, for persons alone. */
  picture(lot: LotKey, wanted: { lane: number; at: number | null }): Promise<Result<LotPicture, LotError>>
  /** The picture of a stay's entry (`in`) or exit (`out`), of systems that keep theirs by stays: the same JPEG, for persons alone. */
  stayPicture?(lot: LotKey, wanted: { session: string; part: 'in' | 'out' }): Promise<Result<Uint8Array, LotError>>
  /** How the lot and its devices are now. */
  status(lot: LotKey): Promise<Result<LotStatus, LotError>>
  /** Whether the lot was heard of lately. */
  isOnline(lot: LotKey): boolean
}
/** A lot system that answers to all of the contract: what it has no word for with `noWord`. */
export type EveryLot = LotSystem &
  Required<Pick<LotSystem, 'lockVehicle' | 'moveGate' | 'similar' | 'stayPicture' | keyof LotLists>>
