import { fen } from '../money.ts'
import type { Fen } from '../types.ts'

/**
 * What a party keeps of its part when so much of the payment has gone back to the driver: it gives back in proportion, rounded
 * down over all refunds together. So whatever refunds there are, in whatever order, before or after it was paid: it never gives
 * back more than it got, and all of it when everything has gone back.
 */
export const keptOf = (partFen: Fen, payment: { readonly amountFen: Fen; readonly goneFen: Fen }): Fen =>
  fen(partFen - Number((BigInt(partFen) * BigInt(payment.goneFen)) / BigInt(payment.amountFen)))

/** What one refund takes back of a part of which `paidFen` were paid out and `backFen` came back for earlier refunds. */
export const takenBackOf = (
  part: { readonly wholeFen: Fen; readonly paidFen: Fen; readonly backFen: Fen },
  payment: { readonly amountFen: Fen; readonly goneFen: Fen },
): Fen => fen(Math.max(0, part.paidFen - part.backFen - keptOf(part.wholeFen, payment)))
