import type { Brand } from '../types.ts'

/*
 * The declarative tariff (tariffs.md 5), as it is stored, sent and posted: plain JSON. Money is whole fen (hundredths of
 * the currency), durations are whole minutes, local times are "HH:MM" in the tariff's zone, dates "YYYY-MM-DD".
 *
 * unit         the smallest piece of time that is sold
 * step         a stretch of elapsed time with its own unit and price
 * ladder       the steps one after the other
 * band         a stretch of the wall clock with its own ladder; an occurrence is one contiguous stretch of it
 * cycle        what a cap and a restart refer to; its pieces are blocks
 * cap          the most a stretch of time may cost
 */
export type TariffDocument = {
  readonly id?: string
  readonly version?: number
  readonly validFrom?: string
  /** An IANA zone: where bands and natural days are found. Everything else is elapsed time. */
  readonly timeZone: string
  readonly currency?: string
  /** Applied to entry and exit before anything else; by default whole seconds. */
  readonly resolution?: Resolution
  /** Dates that are not what their weekday says. */
  readonly calendar?: Readonly<Record<string, string>>
  /** The first entry whose `when` holds prices the stay. */
  readonly choose: readonly Choice[]
  /** What `visitAtLeast` counts in: the local date, or 24 h back. */
  readonly visitWindow?: 'day' | '24h'
  readonly plans: Readonly<Record<string, Plan>>
  readonly visits?: Visits
  readonly payment?: PaymentRules
  readonly coupons?: { readonly minutes?: 'shortenEnd' | 'shiftStart' | 'value' }
  readonly allowances?: readonly Allowance[]
  readonly nested?: Nested
  /** A pass that covers part of the time: what is left is one stay, or a stay each (6.6). */
  readonly covered?: 'clockStops' | 'separate'
  /** The final amount is a multiple of this, rounded down once (6.7). */
  readonly amountStep?: number
  /** The price list as posted, verbatim. */
  readonly notice?: string
}

/** A document that `parseTariff` found no mistake in. Still plain JSON: storing it and reading it back loses nothing. */
export type Tariff = Brand<TariffDocument, 'Tariff'>

export type Resolution = 'second' | 'minuteDown' | 'minuteUp'

export type When = {
  readonly vehicle?: string | readonly string[]
  /** Kinds of the local date of entry. */
  readonly days?: readonly string[]
  /** Local time of entry, half-open; may wrap midnight. */
  readonly entryFrom?: string
  readonly entryTo?: string
  /** At least the n-th entry of the plate in `visitWindow`. */
  readonly visitAtLeast?: number
}

export type Choice = {
  readonly when?: When
  readonly plan?: string
  /** The cheapest of several plans; one whose ladder ends before the stay does is left out. */
  readonly lowestOf?: readonly string[]
  /** [n, d]: the plan's result times n / d, exactly. */
  readonly times?: readonly [number, number]
  /** On top of a stay that costs anything at all (a reservation fee). */
  readonly addFen?: number
}

export type Plan = {
  readonly free?: Free
  readonly cycle?: Cycle | null
  /** Where the ladder's clock is zero; by default at the cycle's start if it restarts, else at the stay's. */
  readonly ladderFrom?: 'cycle' | 'band'
  /** Whether a unit ends at a band edge (default) or runs over it. */
  readonly edge?: 'cut' | 'carry'
  /** The first that matches is in force; the last has no condition. */
  readonly bands: readonly Band[]
  readonly caps?: readonly Cap[]
}

export type Free = {
  readonly minutes: number
  /** Whether exactly `minutes` is still free (default) or not. */
  readonly edge?: 'inclusive' | 'exclusive'
  /** Longer stays are priced from the entry (default), or from the end of the free time. */
  readonly then?: 'count' | 'deduct'
  /** Once more in every block of a cycle that restarts. */
  readonly again?: boolean
}

export type Cycle =
  | { readonly from: 'entry'; readonly minutes: number; readonly restart?: boolean }
  | { readonly from: 'clock'; readonly at?: string; readonly restart?: boolean }

export type Band = {
  readonly name?: string
  readonly days?: readonly string[]
  readonly from?: string
  readonly to?: string
  /** The most one occurrence costs inside a block. */
  readonly cap?: number
  /** None: free time. */
  readonly steps?: readonly Step[]
}

export type Step = {
  /** Elapsed minutes at which the step ends; null: never. */
  readonly to: number | null
  /** Length of a unit in minutes; null: one unit to the end of the step, the band's occurrence or the stay. */
  readonly every: number | null
  readonly fen: number
  /** When a unit is charged: once started (default), once complete, or once more than `drop` minutes of it are used. */
  readonly round?: 'up' | 'down' | { readonly drop: number }
}

export type Cap = {
  readonly per: 'cycle' | 'stay'
  readonly fen: number
  /** First and last block it limits, from 1; null: all later ones. */
  readonly cycles?: readonly [number, number | null]
}

export type Visits = {
  /** Blocks are reckoned from the first entry of a chain of visits, and share their caps (6.4). */
  readonly window?: { readonly minutes: number; readonly anchor: 'firstEntry' }
  /** Back within so many minutes continues the earlier stay (6.4). */
  readonly resumeWithinMinutes?: number
}

export type PaymentRules = {
  /** Minutes to leave after paying, inclusive. */
  readonly exitMinutes?: number
  /** What a later exit owes: the difference (default), or a new stay (6.2). */
  readonly overstay?: 'difference' | 'newStay'
  /** Where the new stay begins: at the payment (default) or when the exit time was over. */
  readonly from?: 'payment' | 'graceEnd'
  readonly freeAgain?: boolean
  readonly firstAgain?: boolean
  /** A quote stands at least so long, even over the end of a unit (6.1). */
  readonly quoteMinutes?: number
}

/** Time or a percentage that certain vehicles do not pay (6.5). */
export type Allowance = {
  readonly when?: When
  readonly firstMinutes?: number
  /** By value (default): less what those minutes cost; by shift: priced as if entered later. */
  readonly by?: 'value' | 'shift'
  readonly per?: 'day' | 'visit'
  /** With `per: "day"`: for the first so many visits of the day (default 1). */
  readonly times?: number
  /** Pays so many percent. */
  readonly percent?: number
  /** Applies beside others of its kind; else only the best of a kind does. */
  readonly stack?: boolean
}

export type Nested = {
  readonly mode?: 'outerClockStops' | 'both' | 'innerOnly' | 'outerOnly'
  /** `innerOnly`: time outside the inner lot up to this is free. */
  readonly transitMinutes?: number
  /** An inner visit up to this is driving through: it is ignored. */
  readonly passMinutes?: number
}
