import type { Fen } from '../types.ts'

/*
 * What of a lot's payments belongs to others than its operator (domain.md 2 and 6): a share. The rules are the numbers alone;
 * who is paid how, and what becomes of a part that cannot be paid, stands beside them (services/cloud/src/share).
 */

/** What a party gets of each payment. The platform's fee is what the payment itself says it is. */
export type Takes = { readonly basisPoints: number } | { readonly fixedFen: number } | 'platform-fee'

export type ShareParty = {
  /** The number of a partner; `0` is the platform. */
  readonly party: string
  /** Who is served first where a payment is too small for all: 1 before 2. No two parties have the same. */
  readonly order: number
  readonly takes: Takes
}

export type ShareRule = {
  /** The largest part of a payment that the channel lets anybody share, in 1/10000. */
  readonly limitBasisPoints: number
  readonly parties: readonly ShareParty[]
}

/** How a payment was divided before anybody had a share of it. */
export type Divided = { readonly amountFen: Fen; readonly channelFeeFen: Fen; readonly platformFeeFen: Fen }
