/*
 * What a lot's software and Lanepay say to each other (docs/connect.md). Instants are ms since 1970 UTC, money is whole fen. A stay goes by
 * the software's own record number.
 */

export type Colour = 'blue' | 'yellow' | 'white' | 'black' | 'green' | 'yellow-green' | 'unknown'
type Record = { readonly stay: string; readonly plate: string; readonly colour?: Colour; readonly enteredAt: number }

export type Entered = Record & { readonly lane: number }
export type Left = Record & {
  readonly lane: number
  readonly leftAt: number
  readonly how?: 'left' | 'released-owing' | 'escaped'
  readonly owedFen?: number
}
/** Without `by` and `reason` it is an opening that nobody ordered. */
export type Opened = {
  readonly lane: number
  readonly at: number
  readonly stay?: string
  readonly by?: string
  readonly reason?: string
}

type Named<Kind> = { readonly id: string; readonly kind: Kind }
/** What does it owe? */
export type Quote = Named<'quote'> & {
  readonly until: number
  readonly by:
    | { readonly lane: number; readonly pass?: string }
    | { readonly plate: string }
    | { readonly stay: string }
}
/** Let a vehicle without plate in, under this made-up one. */
export type Admit = Named<'admit'> & { readonly until: number; readonly lane: number; readonly pass: string }
/**
 * So much was paid; `gate`: open it, once, if this very stay stands there until then. `lane`: paid by the code of this exit for a plate that
 * its driver typed, and no order: open for none but a vehicle that your camera has read there.
 */
export type Paid = Named<'paid'> & {
  readonly stay: string
  readonly plate: string
  readonly payment: string
  readonly channel: string
  readonly amountFen: number
  readonly paidAt: number
  readonly leaveMinutes: number
  readonly gate?: { readonly lane: number; readonly until: number }
  readonly lane?: number
}
/** Open this lane, once, if this very stay stands there until then. */
export type Open = Named<'open'> & {
  readonly until: number
  readonly lane: number
  readonly stay: string
  readonly reason: string
  readonly by?: string
}
/** So much of a payment went back to the driver. */
export type Refunded = Named<'refunded'> & {
  readonly stay: string
  readonly plate: string
  readonly payment: string
  readonly amountFen: number
  readonly refundedAt: number
}
export type Message = Quote | Admit | Paid | Open | Refunded

export type Refusal =
  | 'lane-empty'
  | 'no-session'
  | 'ambiguous'
  | 'lane-unknown'
  | 'lane-wrong-direction'
  | 'lot-full'
  | 'not-admitted'
  | 'has-plate'
  | 'not-priceable'
  | 'permit-holder'
  | 'locked'
  | 'blocked'
  | 'device-silent'
  | 'no-picture'
  | 'unsupported'
  | 'busy'
export type Refused = { readonly ok: false; readonly because: Refusal; readonly detail?: string }
export type Gate = 'opened' | 'refused' | 'expired' | 'silent'
/** What each kind of message is answered by. */
export type Answers = {
  readonly quote: Record & {
    readonly ok: true
    readonly priceFen: number
    /** What the software knows to be paid for it, by whatever means. */
    readonly paidFen: number
    /** They add up to the price. */
    readonly lines?: { text: string; amountFen: number }[]
    readonly leaveMinutes: number
  }
  readonly admit: { readonly ok: true; readonly gate: 'opened' | 'silent' }
  readonly paid: { readonly ok: true; readonly gate?: Gate }
  readonly open: { readonly ok: true; readonly gate: Gate }
  readonly refunded: { readonly ok: true }
}

/** A pay code that the driver's wallet showed; without `code` it asks what became of the scan. */
export type Scan = {
  /** The software's own name for it: called again, it is the same scan. */
  readonly scan: string
  readonly plate: string
  /** The exit lane that it stands in; left out, it is paid for inside. */
  readonly lane?: number
  readonly by: string
  readonly code?: string
}
/** `waiting`: nobody is certain yet, so call again. */
export type Scanned = {
  readonly state: 'waiting' | 'paid' | 'declined' | 'refused'
  readonly because?: string
  readonly paidFen?: number
}

export type Lot = {
  /** Lanepay's clock. */
  readonly now: number
  readonly lot: number
  readonly name: string
  readonly lanes: readonly {
    readonly lane: number
    readonly name: string
    readonly direction: 'entry' | 'exit' | 'both'
  }[]
}
