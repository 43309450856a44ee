import { type Static, Type } from 'typebox'

const optional = (minimum: number, maximum: number) => Type.Optional(Type.Integer({ minimum, maximum }))

/** What a vendor's cloud may take that no call of the book is for. */
export const vendorWords = ['coupons', 'lists', 'locks'] as const
export type VendorWord = (typeof vendorWords)[number]
/** How a coupon's rate is written (5.8, `discount` of type 3); of one by which a driver pays 80 of 100: `8`, `0.8`, `80`, `20`. */
export const ticketRates = ['untold', 'tenths-paid', 'fraction-paid', 'percent-paid', 'percent-off'] as const
const Rate = Type.Unsafe<(typeof ticketRates)[number]>(Type.Union(ticketRates.map((rate) => Type.Literal(rate))))
/** What a poll without a message hears (2.4): software takes a body with `service_name` in it for a message. */
const PollAnswer = Type.Object(
  {
    status: Type.Integer({ minimum: 200, maximum: 599 }),
    body: Type.String({ maxLength: 300, pattern: '^(?![^]*service_name)' }),
  },
  { additionalProperties: false },
)
/** How a member of an answer is called. */
const Member = Type.String({ pattern: '^[A-Za-z_]{1,30}$' })
/** How `limit_day` of a coupon is written (5.8). */
export const ticketDays = ['seconds', 'days', 'date'] as const
const Word = Type.Unsafe<VendorWord>(Type.Union(vendorWords.map((word) => Type.Literal(word))))

/** What a lot's plan says of payments that are not told, whichever connected system runs it. */
export const untoldRule = {
  /** What becomes of a payment that the lot refused or never answered (5.2). */
  notTold: Type.Optional(Type.Union([Type.Literal('person'), Type.Literal('refund')])),
  /** So many hours after it was given up, where that is `refund`: a person may have settled it before. */
  refundAfterHours: optional(0, 720),
}

/**
 * What the protocol's description leaves to the platform (bolink-protocol.md, ◆ and †), for each connected lot in its plan. Left
 * out: as usual.
 */
export const BolinkSettings = Type.Object(
  {
    /** A token that nobody shows for so many days is dropped (2.3). */
    tokenDays: optional(1, 365),
    /** A computer whose last poll ended less than this ago is there (2.3). */
    onlineSeconds: optional(5, 600),
    /** A poll is held so long; less than what cuts it in between (2.4). */
    holdSeconds: optional(1, 60),
    /** What a poll hears that had no message, and one whose token is none (2.4): the page's table of answers is not readable. */
    pollNothing: Type.Optional(PollAnswer),
    pollWrongToken: Type.Optional(PollAnswer),
    /** What the lot's answer to a message of ours is answered (2.6): state 1, or nothing at all, as the cloud of 2018 did. */
    answerReply: Type.Optional(Type.Union([Type.Literal('state'), Type.Literal('empty')])),
    /** The only computer of a lot serves lanes that no computer names (2.5). */
    onlyComputerServesAll: Type.Optional(Type.Boolean()),
    /** A payment's message is repeated after so many seconds each, until it is answered (2.6). */
    repeatSeconds: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 86_400 }), { maxItems: 30 })),
    /** The lot may take so long to answer a question (5.1). */
    answerSeconds: optional(1, 60),
    /** A price stands so long; an older one is asked for again before money is taken (6.2). */
    priceStandsSeconds: optional(10, 600),
    /** To leave after paying, where the lot says nothing of it (5.1). */
    leaveMinutes: optional(1, 240),
    /** An exit that we charge for the lot is answered 2 when its channel needs longer (4.2); a whole upload may take 15 seconds. */
    chargeAnswerSeconds: optional(1, 12),
    /** An exit that we charge for the lot hears what became of it within this time (4.2). */
    chargeSeconds: optional(30, 600),
    ...untoldRule,
    /** Platform mode: the vendor's cloud may take so long to answer a call (8.2). */
    callSeconds: optional(1, 60),
    /** A call that carries `rand` or a time is taken once within so many hours (2.6). */
    callHours: optional(1, 240),
    /** The vendor's cloud may have so much of one payment given back (8.1); 0: nothing, that is for persons. */
    refundUpToFen: optional(0, 100_000_000),
    /** The vendor's cloud may have so much of cash change given into a wallet (6.13); 0: none, that is for persons. And so much in a day. */
    changeUpToFen: optional(0, 10_000),
    changeDayUpToFen: optional(0, 100_000_000),
    /** A link to cash change may be opened so long, and what the answer calls it (8.1). */
    changeHours: optional(1, 72),
    changeUrlMember: Type.Optional(Member),
    /** What the answers to `bolinkparkpay` and `bolinkescapePay` call the address to pay at (8.1). */
    payUrlMember: Type.Optional(Member),
    /** What the amount and the time of a payment are called in the answer to `query_order` (4.4). */
    amountMember: Type.Optional(Member),
    payTimeMember: Type.Optional(Member),
    /** Hosts that a call may have its result sent to, beside the one where the vendor's cloud takes our calls. */
    notifyHosts: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 120 }), { maxItems: 20 })),
    /** What the vendor's cloud takes beside the calls that the book names (8.2): by the words and fields that software which polls has for it (5.8, 7). */
    vendorTakes: Type.Optional(Type.Array(Word, { maxItems: vendorWords.length })),
    /** The `status` by which `park_check` says that a vehicle may enter (8.1). */
    parkCheckMay: optional(0, 1),
    /** Every call to the vendor's cloud is sent here, and says in a header where it goes: `lanepay capture` listens there. */
    callsThrough: Type.Optional(Type.String({ pattern: '^https?://[^?#\\s]+$', maxLength: 300 })),
    /** A month card that the vendor's cloud wants paid is offered to its plate so long. */
    payStandsMinutes: optional(1, 1440),
    /** The software may have a code replaced by another one, which kills the one that hangs there (4.3). */
    renewsCodes: Type.Optional(Type.Boolean()),
    /** An exit paid by ETC (4.2): `refused`, as we charge none; or taken as paid to whoever reads the lot's ETC. */
    etc: Type.Optional(Type.Union([Type.Literal('refused'), Type.Literal('elsewhere')])),
    /** The lot's software is told who pays, by the payer's number at the channel (5.1, 5.2, 5.4). */
    tellsPayer: Type.Optional(Type.Boolean()),
    /** A card that is renewed in the office is told as a payment too (6.7, 7.3). */
    tellsRenewals: Type.Optional(Type.Boolean()),
    /** A card that is added takes the place of the software's own one of exactly the same plates (7.3, `force_update`). */
    replacesCards: Type.Optional(Type.Boolean()),
    /** Coupons by percentage (5.8): `untold`, as how a rate is written is published nowhere; or told in the form that the lot's software reads. */
    ticketRate: Type.Optional(Rate),
    /** The last day of a coupon (5.8, `limit_day`): its last second, how many days it is good, or its date in eight digits. */
    ticketLimitDay: Type.Optional(
      Type.Unsafe<(typeof ticketDays)[number]>(Type.Union(ticketDays.map((one) => Type.Literal(one)))),
    ),
    /** A coupon's hours (5.8, `time_range`), of every kind but that which is free until a moment: those it is good for, or 0. */
    ticketTimeRange: Type.Optional(Type.Union([Type.Literal('hours'), Type.Literal('zero')])),
    /** A card that the software's answer wants made longer by us (5.7, `cloud_notice` but for 0): `refused`; or the software is told of its payment all the same. */
    cloudNotice: Type.Optional(Type.Union([Type.Literal('refused'), Type.Literal('told')])),
    /** A stay that has gone is told by this name (7.4): the second is that of 2018. */
    closesBy: Type.Optional(Type.Union([Type.Literal('order_zero_balance'), Type.Literal('completezero_order')])),
    /** Uploads whose names stand on pages that are not readable (7: 2.22, 2.32, 2.35): kept as they are said, by the member that names one. */
    alsoKept: Type.Optional(
      Type.Array(
        Type.Object(
          { service: Type.String({ pattern: '^[A-Za-z_]{3,60}$' }), key: Member },
          { additionalProperties: false },
        ),
        { maxItems: 20 },
      ),
    ),
    /** Pictures are kept so long (4.7). */
    pictureDays: optional(1, 366),
    /** Another platform runs the lot: what its software says is written down to be priced by us, and nothing is sent (docs/moving.md). */
    beside: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type BolinkSettings = Static<typeof BolinkSettings>
/** `callsThrough` null: calls go where they are for. */
export type Settled = {
  readonly [Name in Exclude<keyof BolinkSettings, 'callsThrough'>]-?: NonNullable<BolinkSettings[Name]>
} & { readonly callsThrough: string | null }
/** `untoldRule`, settled. */
export type UntoldRule = Pick<Settled, 'notTold' | 'refundAfterHours'>

export const usual: Settled = {
  tokenDays: 30,
  onlineSeconds: 45,
  holdSeconds: 25,
  pollNothing: { status: 200, body: '{"state":0,"errmsg":"no message"}' },
  pollWrongToken: { status: 200, body: '{"state":0,"errmsg":"error:token无效"}' },
  answerReply: 'state',
  onlyComputerServesAll: true,
  repeatSeconds: [10, 20, 30, 40, 50, 80, 120, 160, 200, 300],
  answerSeconds: 8,
  priceStandsSeconds: 60,
  leaveMinutes: 10,
  chargeAnswerSeconds: 10,
  chargeSeconds: 110,
  notTold: 'person',
  refundAfterHours: 24,
  callSeconds: 5,
  callHours: 24,
  refundUpToFen: 0,
  changeUpToFen: 0,
  changeDayUpToFen: 100_000,
  changeHours: 24,
  changeUrlMember: 'url',
  payUrlMember: 'payurl',
  amountMember: 'total',
  payTimeMember: 'pay_time',
  notifyHosts: [],
  vendorTakes: [],
  parkCheckMay: 1,
  callsThrough: null,
  payStandsMinutes: 120,
  renewsCodes: true,
  etc: 'refused',
  tellsPayer: false,
  tellsRenewals: true,
  replacesCards: false,
  ticketRate: 'untold',
  ticketLimitDay: 'seconds',
  ticketTimeRange: 'hours',
  cloudNotice: 'refused',
  closesBy: 'order_zero_balance',
  alsoKept: [],
  pictureDays: 31,
  beside: false,
}

export const settledBy = (told: BolinkSettings | null): Settled => ({ ...usual, ...told })

/** When a payment's message is sent again, in seconds after each sending; the last is how long its last answer may take. */
export const stepsOf = ({ repeatSeconds }: Settled): readonly number[] => [...repeatSeconds, 10]

/**
 * A computer whose poll is held has not been seen since it began, so it has to count as there for longer than that, and until its next poll has
 * come: the answer and that poll each cross a line that may be slow, and the other processes hear of it by their next round.
 */
const seenAgainWithinSeconds = 5
/** What of these settings cannot stand together. */
export function checkSettings(told: BolinkSettings | undefined): { readonly field: string; readonly rule: string }[] {
  const { holdSeconds, onlineSeconds } = settledBy(told ?? null)
  if (onlineSeconds >= holdSeconds + seenAgainWithinSeconds) return []
  const least = holdSeconds + seenAgainWithinSeconds
  const rule = `at least ${least}, which is ${seenAgainWithinSeconds} more than holdSeconds: a computer whose poll is held would count as away`
  return [{ field: '/bolink/settings/onlineSeconds', rule }]
}
