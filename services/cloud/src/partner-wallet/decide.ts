import type { Id, LotKey } from '@lanepay/domain/types.ts'

/* Rules of partners' wallets (third-party-wallets.md A): pure, time is an argument. */

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** After each of these a notice that was not answered is told again (A.5); then a person is called. */
const repeatsAfterMs = [minute, 2 * minute, 3 * minute, 10 * minute, hour, 6 * hour, 12 * hour, day, 3 * day, 30 * day]

/** When a notice is told again that has been told so often; null: a person is called. */
export const toldAgainAt = (tries: number, now: number): number | null => {
  const after = repeatsAfterMs[tries - 1]
  return after === undefined ? null : now + after
}

/** So long a price is asked for again while the lot does not answer. No payment is open by then, so nothing is in doubt. */
const priceWithinMs = 10 * minute
export const isPriceTooLate = (askedAt: number, now: number): boolean => now - askedAt > priceWithinMs

/** What a wallet has been paid is taken only when it is what is owed, to the fen: less would leave a debt, more is nobody's. */
export const isWhatIsOwed = (saidFen: number | null, owedFen: number): boolean =>
  saidFen === null || saidFen === owedFen

/** A stay as wallets know it: it carries its way home. */
export const orderIdOf = ({ bucket, lotId }: LotKey, session: string): string => `${bucket}-${lotId}-${session}`

const orderId = /^(\d{1,3})-([1-9]\d{0,6})-([1-9]\d{0,18})$/
/** Null: no number of ours. */
export function parseOrderId(unchecked: string): (LotKey & { readonly session: Id }) | null {
  const [, bucket, lotId, session] = orderId.exec(unchecked) ?? []
  if (session === undefined || Number(bucket) > 255 || BigInt(session) >= 1n << 63n) return null
  return { bucket: Number(bucket), lotId: Number(lotId), session: session as Id }
}

/** Whether a charge has the number of an exit that a lot's own software has us charge, not that of a vehicle at an exit of ours. */
export const isCharge = (number: string): boolean => number.startsWith('bolink-')

/** How a stay ended, in the book's numbers: 0 cash, 1 electronic, 2 the same car came in again. */
export const payTypeOf = (end: { readonly superseded: boolean; readonly paidByChannel: boolean }): 0 | 1 | 2 =>
  end.superseded ? 2 : end.paidByChannel ? 1 : 0
