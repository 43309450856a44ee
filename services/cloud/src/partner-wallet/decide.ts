import type { Id, LotKey } from '@lanepay/domain/types.ts'

/* Rules of partners' wallets (third-party-wallets.md A): pure, time is an argument. */

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** After each of these a notice that is not through is told again (A.5). */
const repeatsAfterMs = [minute, 2 * minute, 3 * minute, 10 * minute, hour, 6 * hour, 12 * hour, day, 3 * day, 30 * day]

/** When a notice is told again that has been told so often; null: never. */
export const toldAgainAt = (tries: number, now: number): number | null => {
  const after = repeatsAfterMs[tries - 1]
  return after === undefined ? null : now + after
}

/** What a wallet of the older book says to a notice (A.5): `success` or `fail`, alone or as a JSON text. Null: neither. */
export function stateOfWord(text: string): 0 | 1 | null {
  const [, word] = /^\s*"?(success|fail)"?\s*$/i.exec(text) ?? []
  return word === undefined ? null : word.toLowerCase() === 'success' ? 1 : 0
}

/** So often a notice is told before a person is called: one that is refused or not answered for an hour and a quarter. */
const triesUntilCalled = 6
/**
 * What becomes of a notice that has been told so often and is not through. Silence holds those behind it to the end, for order's sake;
 * what the wallet refuses in so many words it will not take, and holds nobody up once a person knows.
 */
export function notThrough(tries: number, isRefused: boolean): 'told-again' | 'told-again-person-called' | 'put-aside' {
  if (tries < triesUntilCalled) return 'told-again'
  return isRefused || tries > repeatsAfterMs.length ? 'put-aside' : 'told-again-person-called'
}

/** So long a price is asked for again while the lot does not answer. No payment is open by then, so nothing is in doubt. */
const priceWithinMs = 10 * minute
export const isPriceTooLate = (askedAt: number, now: number): boolean => now - askedAt > priceWithinMs

/** So long what is to be paid at our page is waited for; an order that was made before that is over by then. */
const pageWithinMs = 2 * hour
export const isPageTooLate = (askedAt: number, now: number): boolean => now - askedAt > pageWithinMs

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

// ---- places

/** In millionths of a degree. */
export type Place = { readonly lngE6: number; readonly latE6: number }
/** As it is said: degrees as text. Null: no place. */
export function placeOf(lng: string, lat: string): Place | null {
  const isNumber = (text: string) => /^-?\d{1,3}(\.\d{1,12})?$/.test(text.trim())
  if (!isNumber(lng) || !isNumber(lat)) return null
  const [lngE6, latE6] = [Math.round(Number(lng) * 1e6), Math.round(Number(lat) * 1e6)]
  return Math.abs(lngE6) <= 180e6 && Math.abs(latE6) <= 90e6 ? { lngE6, latE6 } : null
}
const metresPerE6 = 0.111_195
const radians = (e6: number): number => (e6 / 1e6) * (Math.PI / 180)
/** Over a few kilometres the earth is flat. */
export function metresBetween(a: Place, b: Place): number {
  const east = (b.lngE6 - a.lngE6) * Math.cos(radians((a.latE6 + b.latE6) / 2))
  return Math.hypot(east, b.latE6 - a.latE6) * metresPerE6
}
/** All that is nearer than so many metres lies in here. */
export function boxAround({ lngE6, latE6 }: Place, metres: number) {
  const up = Math.ceil(metres / metresPerE6)
  const along = Math.ceil(up / Math.max(0.01, Math.cos(radians(latE6))) + up / 100)
  return { south: latE6 - up, north: latE6 + up, west: lngE6 - along, east: lngE6 + along }
}

// ---- history

const historyMs = 180 * day
/** Which part of what is over is asked for (A.3): the last 180 days at most, twenty to a page unless said. Null: no time. */
export function historyOf(
  said: { readonly start_time?: number; readonly end_time?: number; readonly page?: number; readonly size?: number },
  now: number,
): { readonly from: number; readonly until: number; readonly page: number; readonly size: number } | null {
  const from = Math.max(now - historyMs, (said.start_time ?? 0) * 1000)
  const until = said.end_time === undefined ? now : said.end_time * 1000
  const [page, size] = [said.page ?? 1, said.size ?? 20]
  return until < from || page < 1 || size < 1 || size > 100 ? null : { from, until, page, size }
}
