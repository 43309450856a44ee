import { type Static, type TSchema, Type } from 'typebox'

/*
 * What the driver's page and the cloud say to each other. All instants are ms since 1970 UTC, on the server's clock:
 * every answer carries `now`, and the page counts from there, never from the phone's own clock. Money is whole fen.
 *
 *   GET  /p/:code                          the page (or, outside the wallets, what to do instead); sets the driver cookie
 *   GET  /api/driver/codes/:code           -> CodeView      what this code is, and who is asking
 *   GET  /api/driver/codes/:code/lot       -> LotView       whether the lot is reached now, for a page that lies open
 *   POST /api/driver/codes/:code/quote     QuoteAsk -> QuoteView
 *   POST /api/driver/codes/:code/pay       PayAsk   -> PayView        (two taps: "pay" here, then the wallet's own)
 *   POST /api/driver/codes/:code/enter     {}       -> EnterView
 *   GET  /api/driver/payments/:number      -> PaymentView   (?ask=1: the page heard from the wallet; query the channel now)
 *   POST /api/driver/payments/:number/help {}       -> {ok:true}      the gate stayed shut: call the attendant
 *
 * Errors are `ErrorView` with a stable `code`; the page has a text for each code in both languages.
 */

const Instant = Type.Integer()
const Fen = Type.Integer()
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const literals = <const L extends readonly string[]>(names: L) =>
  Type.Unsafe<L[number]>(Type.Union(names.map((name) => Type.Literal(name))))

export const walletNames = ['wechatpay', 'alipay', 'unionpay', 'zldpay', 'other'] as const
export const Wallet = literals(walletNames)
export type Wallet = (typeof walletNames)[number]

/**
 * Reaches the lot right now. When false the page says beforehand that the gate may have to be opened by hand. Every answer
 * that an open page waits for carries it, because the line may go and come back under it.
 */
const LotOnline = Type.Boolean()

export const CodeView = Type.Object({
  now: Instant,
  kind: literals(['entry', 'prepay', 'exit']),
  lot: Type.Object({ number: Type.Integer(), name: Type.String() }),
  /** Absent for `prepay`. */
  lane: Type.Optional(Type.Object({ id: Type.Integer(), name: Type.String() })),
  wallet: Wallet,
  /** The channel told us who this is (needed to pay and to enter without a plate). */
  identified: Type.Boolean(),
  /** Go here to be identified; absent when identified or when this wallet cannot. */
  identifyUrl: Type.Optional(Type.String()),
  /** This driver's unplated pass inside this lot, if there is one: offered instead of typing. */
  pass: nullable(Type.String()),
  lotOnline: LotOnline,
  /** `prepay` only: how whoever owes something will be answered, whatever the plate; whoever owes nothing is still told so. */
  problem: nullable(Type.Literal('lot-suspended')),
  /** Telephone of the lot's staff, when the operator gave one. */
  helpPhone: nullable(Type.String()),
})
export type CodeView = Static<typeof CodeView>

export const LotView = Type.Object({ now: Instant, lotOnline: LotOnline })
export type LotView = Static<typeof LotView>

export const QuoteAsk = Type.Object({
  /**
   * As typed; any spelling that parses to one plate. The unplated pass counts as a plate here. For `prepay`, and for an exit code that was
   * answered `plate-needed`; where the lot knows who stands in a lane, an exit code is of that vehicle, whatever is said here.
   */
  plate: Type.Optional(Type.String({ maxLength: 20 })),
})
export type QuoteAsk = Static<typeof QuoteAsk>

export const QuoteLine = Type.Object({
  kind: Type.String(),
  text: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  amountFen: Type.Integer(),
})

/**
 * - `owed`: pay this.
 * - `nothing-owed`: free so far (`leaveBy` null), or the gate was told to open (`gate` present, exit code).
 *   An exit code without `gate`: nobody knows whether this vehicle stands there, and the lot opens when its camera reads it.
 * - `already-paid`: cleared until `leaveBy`.
 * - `overdue`: was cleared, stayed on past it: owes the difference (a kind of `owed`; both have `quote`).
 */
export const QuoteView = Type.Object({
  now: Instant,
  state: literals(['owed', 'overdue', 'nothing-owed', 'already-paid']),
  /** Names the quote when paying. */
  quote: Type.Optional(Type.String()),
  plate: Type.String(),
  pass: Type.Boolean(),
  enteredAt: Instant,
  quotedAt: Instant,
  expiresAt: Instant,
  priceFen: Fen,
  paidFen: Fen,
  owedFen: Fen,
  lines: Type.Array(QuoteLine),
  leaveBy: nullable(Instant),
  leaveMinutes: Type.Integer(),
  gate: Type.Optional(literals(['opened', 'silent', 'sent'])),
  lotOnline: LotOnline,
  /** The lot knows it by a month card that does not hold now, and that may be made longer (renewal/api.ts). */
  renewable: Type.Optional(Type.Literal(true)),
})
export type QuoteView = Static<typeof QuoteView>

export const PayAsk = Type.Object({ quote: Type.String({ maxLength: 40 }) })
export type PayAsk = Static<typeof PayAsk>

export const PayView = Type.Object({
  now: Instant,
  /** The trade number; ask `GET /api/driver/payments/:number` with it. */
  payment: Type.String(),
  amountFen: Fen,
  expiresAt: Instant,
  lotOnline: LotOnline,
  sheet: Type.Union([
    Type.Object({
      kind: Type.Literal('wechatpay-jsapi'),
      params: Type.Object({
        appId: Type.String(),
        timeStamp: Type.String(),
        nonceStr: Type.String(),
        package: Type.String(),
        signType: Type.Literal('RSA'),
        paySign: Type.String(),
      }),
    }),
    Type.Object({ kind: Type.Literal('alipay-trade'), tradeNo: Type.String() }),
    Type.Object({ kind: Type.Literal('redirect'), url: Type.String() }),
  ]),
})
export type PayView = Static<typeof PayView>

/**
 * `state`: `pending` (asked again; the page waits), `paid`, `closed` (not paid, cannot be any more),
 * `refunding` / `refunded` (paid too late or twice: the money goes back by itself).
 * `gate` (exit code): `sent` under way, `opened`, `silent` (paid, but the gate did not answer), `vehicle-changed`
 * (another vehicle stands there now: the stay is paid, the gate is not opened for it), `offline` (lot unreachable).
 * `gate` null (exit code): it was paid for a plate that was typed, and nobody knows whether that vehicle stands there: no gate was ordered,
 * and the lot opens when its camera reads it.
 * `lotTold`: the lot has the clearance, so it lets the vehicle out whatever becomes of the line.
 */
export const PaymentView = Type.Object({
  now: Instant,
  payment: Type.String(),
  state: literals(['pending', 'paid', 'closed', 'refunding', 'refunded']),
  amountFen: Fen,
  plate: Type.String(),
  paidAt: nullable(Instant),
  leaveBy: nullable(Instant),
  gate: nullable(literals(['sent', 'opened', 'silent', 'vehicle-changed', 'offline'])),
  lotOnline: LotOnline,
  lotTold: Type.Boolean(),
  /** It pays for a month card (renewal/api.ts): whether that is longer yet, and until when it is good; null: its lot does not say. */
  card: Type.Optional(Type.Object({ renewed: Type.Boolean(), until: nullable(Instant) })),
})
export type PaymentView = Static<typeof PaymentView>

export const EnterView = Type.Object({
  now: Instant,
  state: literals(['admitted', 'pending']),
  pass: Type.String(),
  gate: literals(['opened', 'silent']),
})
export type EnterView = Static<typeof EnterView>

/** Where a code that is good no more hung. */
export const Where = Type.Object({
  lot: Type.String(),
  lane: nullable(Type.String()),
  helpPhone: nullable(Type.String()),
})
export type Where = Static<typeof Where>

export const ErrorView = Type.Object({
  error: Type.Object({
    /** Stable; see `driverErrorCodes`. */
    code: Type.String(),
    /** For whoever reads a log; the page shows its own text. */
    message: Type.String(),
    field: Type.Optional(Type.String()),
    rule: Type.Optional(Type.String()),
    /** Of a code that is good no more: there the one that is good is looked for. */
    where: Type.Optional(Where),
    /** Of a lot's no: it may answer the same question otherwise later, so a page may put it again by itself. */
    again: Type.Optional(Type.Literal(true)),
    /** The lot's own words, at most 60 characters on one line: shown as text, and as the lot's. */
    said: Type.Optional(Type.String()),
    /** Of a plate that is not inside: those inside that a camera may have read it as, the nearest first. Its driver says which is his, and asks for that. */
    similar: Type.Optional(Type.ReadonlyType(Type.Array(Type.String(), { maxItems: 3 }))),
  }),
})
export type ErrorView = Static<typeof ErrorView>

/** Every code the driver's routes can answer with, and its HTTP status. */
export const driverErrorCodes = {
  'bad-request': 400, // a field breaks a rule: `field` and `rule` say which
  'body-too-large': 413,
  'code-malformed': 404, // not one of our codes, or a digit is wrong
  'code-replaced': 410, // a newer code hangs there
  'code-revoked': 410, // and none hangs there now
  'code-expired': 410, // a screen showed it, for seconds: scan what it shows now
  'lot-unknown': 404,
  'wrong-kind': 409, // e.g. asking to enter with an exit code
  'wallet-unsupported': 409, // this browser cannot pay
  'not-identified': 401, // go through identifyUrl first
  'plate-malformed': 400,
  'no-session': 404, // nobody inside under this plate
  'plate-needed': 409, // exit code: the lot cannot say who stands there, so the driver is asked
  'lane-empty': 409, // nobody stands in the lane
  'no-session-in-lane': 409, // somebody stands there, but no stay is known for them
  'lane-wrong-direction': 409,
  'has-plate': 409, // entry code: the vehicle was read, it needs no pass
  'lot-suspended': 409, // the platform has suspended it: it takes no payments now
  'lot-full': 409,
  'not-admitted': 409,
  'vehicle-changed': 409, // another vehicle stands in the lane than the one that was quoted
  'quote-unknown': 404,
  'quote-expired': 410, // ask for a new one
  'quote-used': 409,
  'payment-unknown': 404,
  'already-paid': 409,
  'payment-pending': 409, // an earlier payment of this stay is still in doubt: wait for it
  'not-priceable': 409, // the lot has no price for this stay: a person decides
  'permit-holder': 409, // has a permit of the lot: owes nothing
  locked: 409, // held inside at its owner's wish
  blocked: 409, // the lot does not let it go
  'lot-offline': 503, // the lot did not answer in time
  'lot-absent': 503, // the lot, or what serves this lane in it, is not connected
  'lot-unclear': 502, // it answered what is of no use; the operator has been told
  'device-silent': 503, // its gate did not answer
  busy: 503, // it cannot say just now
  unsupported: 409, // its system has no word for what was asked
  'channel-refused': 502, // the wallet's side says no
  'channel-unclear': 503, // no clear answer: try again, the same order is used
  'too-many': 429, // slow down
  internal: 500,
} as const
export type DriverErrorCode = keyof typeof driverErrorCodes
