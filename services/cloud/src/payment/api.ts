import type { QuoteLine } from '@lanepay/lot-link/messages.ts'

/*
 * One payment's whole story, as persons read it: GET /api/operator/payments/:payment, and under /api/platform/operators/:operator. By the
 * number of a payment, 32 digits. Money is whole fen, instants are ms since 1970 UTC.
 */

/** What of a payment went back and what of it is whose. */
export type PaymentParts = {
  readonly refunds: readonly {
    readonly refund: string
    readonly amountFen: number
    readonly platformFeeFen: number
    readonly reason: string
    readonly state: string
    /** Null: by itself. */
    readonly askedBy: string | null
    readonly secondFactor: boolean
    readonly askedAt: number
    readonly doneAt: number | null
    readonly because: string | null
  }[]
  readonly shares: readonly {
    readonly share: string
    readonly party: string
    readonly wholeFen: number
    readonly amountFen: number
    readonly state: string
    readonly because: string | null
    readonly askedAt: number
    readonly doneAt: number | null
  }[]
  /** Of shares, with refunds. */
  readonly returns: readonly {
    readonly party: string
    readonly amountFen: number
    readonly way: string
    readonly state: string
    readonly because: string | null
    readonly askedAt: number
    readonly doneAt: number | null
  }[]
}

export type PaymentStory = PaymentParts & {
  readonly now: number
  readonly payment: string
  readonly lot: number
  readonly lotName: string
  readonly state: string
  readonly channel: string
  readonly account: number
  readonly channelNumber: string | null
  readonly session: string
  /** Null to who may not see plates. */
  readonly plate: string | null
  readonly lane: number | null
  readonly amountFen: number
  readonly channelFeeFen: number
  readonly platformFeeFen: number
  readonly refundedFen: number
  readonly createdAt: number
  readonly expiresAt: number
  /** The driver's pay code was scanned then; null: it paid by itself. */
  readonly scannedAt: number | null
  readonly paidAt: number | null
  readonly clearedAt: number | null
  /** How often the channel was asked whether it is paid, because it had not told us. */
  readonly queries: number
  /** What was quoted, line by line; null: nothing was (a fee that other software decides). */
  readonly quote: {
    readonly at: number
    readonly until: number
    readonly priceFen: number
    readonly paidBeforeFen: number
    readonly owedFen: number
    readonly leaveMinutes: number
    readonly lines: readonly QuoteLine[]
  } | null
  /** Which let the vehicle go; null: none was earned. */
  readonly clearance: {
    readonly madeAt: number
    readonly leaveBy: number
    /** For the vehicle that stood there; null: it was paid elsewhere than at a gate. */
    readonly lane: number | null
    readonly gateUntil: number | null
    readonly state: string
    readonly because: string | null
    readonly answeredAt: number | null
    readonly sends: number
  } | null
  readonly gates: readonly {
    readonly lane: number
    readonly at: number
    readonly cause: string
    /** The gate was told to open, and did not say that it did. */
    readonly silent: boolean
  }[]
  /** When it is looked at to be shared; null: it was, or never is. */
  readonly shareAt: number | null
  /** Every entry of the ledger for it, in the order in which they were posted. */
  readonly entries: readonly {
    readonly at: number
    readonly cause: string
    readonly account: string
    readonly party: string
    readonly amountFen: number
  }[]
  readonly alarms: readonly { readonly kind: string; readonly because: string; readonly at: number }[]
}
