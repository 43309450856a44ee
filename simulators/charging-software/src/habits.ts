/** What public clients of the protocol do otherwise than its description says, and what may go wrong with them. */
export type Habits = {
  /** `inpark`/`outpark` or `in_park`/`out_park`. */
  readonly spelling: 'http' | 'sdk'
  /** `service_name` and `data_target` inside `data` again. */
  readonly repeatsServiceName: boolean
  /** A mark before the made-up plate of a vehicle without one. */
  readonly marksMadeUpPlates: boolean
  /** Members that nobody knows. */
  readonly extraFields: boolean
  /** Whole amounts as the number `0.0`, instead of a text. */
  readonly printsDoubles: boolean
  /** `data` printed over several lines. */
  readonly prettyPrints: boolean
  /** Signs with blanks taken out, whatever it sends. */
  readonly signsCompact: boolean
  /** Its clock is so much ahead. */
  readonly clockAheadMs: number
  /** Has left a poll open from before it asks. */
  readonly pollsTwice: boolean
  /** Carries out what these services ask, and never answers. */
  readonly silentAbout: readonly string[]
  /** Answers what is about payments with 0. */
  readonly refusesPayments: boolean
  /** Answers orders to gates with 0, and moves none. */
  readonly refusesGates: boolean
  /** Answers coupons with 0. */
  readonly refusesTickets: boolean
  /** Answers rows of lists with 0 and these words, by the service that tells them. */
  readonly refusesRows: { readonly [service: string]: string }
  /** Answers to questions about prices and entries have these fields, whatever else they would say. */
  readonly answersWith: Readonly<Record<string, unknown>>
  /** Answers to questions do not say which one. */
  readonly forgetsQueryOrderNo: boolean
  /** Answers to rows of lists do not say which message they answer. */
  readonly forgetsMessageUuid: boolean
  /** Uploads of an outage come newest first. */
  readonly resendsBackwards: boolean
  /** Uploads every entry and exit twice. */
  readonly uploadsTwice: boolean
}

/** As the description has it. */
export const goodHabits: Habits = {
  spelling: 'http',
  repeatsServiceName: false,
  marksMadeUpPlates: false,
  extraFields: false,
  printsDoubles: false,
  prettyPrints: false,
  signsCompact: false,
  clockAheadMs: 0,
  pollsTwice: false,
  silentAbout: [],
  refusesPayments: false,
  refusesGates: false,
  refusesTickets: false,
  refusesRows: {},
  answersWith: {},
  forgetsQueryOrderNo: false,
  forgetsMessageUuid: false,
  resendsBackwards: false,
  uploadsTwice: false,
}

/** As it comes in the field, all at once, where the protocol still works. */
export const fieldHabits: Habits = {
  ...goodHabits,
  spelling: 'sdk',
  repeatsServiceName: true,
  marksMadeUpPlates: true,
  extraFields: true,
  printsDoubles: true,
  prettyPrints: true,
  signsCompact: true,
  pollsTwice: true,
  uploadsTwice: true,
  forgetsMessageUuid: true,
}
