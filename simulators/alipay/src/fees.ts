import type { Fen } from '@lanepay/domain/types.ts'

/**
 * What the contract takes of a receipt: 0.6 %, to the nearest fen, at least nothing. Of what is given back it is given
 * back too, so that a fully refunded trade costs nothing (contractual, alipay.md 7.9).
 */
export const feeOf = (receiptFen: number): Fen => Math.floor((receiptFen * 6 + 500) / 1000) as Fen
