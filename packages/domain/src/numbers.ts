import { err, ok, type Result } from './result.ts'
import type { Id, LotKey } from './types.ts'

/*
 * Numbers that leave the house carry their way home (architecture.md 5.3):
 *
 *   k bbb lllllll iiiiiiiiiiiiiiiiiii cc      32 digits, digits only
 *   |  |     |            |           two check digits, ISO 7064 MOD 97-10 (finds every single wrong digit and swap)
 *   |  |     |            id, 63 bits
 *   |  |     lot number
 *   |  bucket
 *   kind of number, and with it the version of this layout
 */
const kindDigits = {
  trade: '1',
  refund: '2',
  command: '3',
  share: '4',
  'share-return': '5',
  withdrawal: '6',
  change: '7',
} as const
export type NumberKind = keyof typeof kindDigits

export type HouseNumber = LotKey & { readonly kind: NumberKind; readonly id: Id }

/** The number under which the outside world knows a payment, refund, command, share, share taken back, withdrawal, or cash change. */
export function numberOf(kind: NumberKind, { bucket, lotId }: LotKey, id: Id): string {
  const body =
    kindDigits[kind] + String(bucket).padStart(3, '0') + String(lotId).padStart(7, '0') + String(id).padStart(19, '0')
  if (body.length !== 30) throw new RangeError(`bucket, lot or id too long for a number: ${bucket} ${lotId} ${id}`)
  return body + checkDigits(body)
}

/** Reads a number back. It stays a claim: the row it leads to must still agree. */
export function parseNumber(kind: NumberKind, unchecked: string): Result<HouseNumber, 'malformed-number'> {
  if (!/^\d{32}$/.test(unchecked) || unchecked[0] !== kindDigits[kind]) return err('malformed-number')
  if (checkDigits(unchecked.slice(0, 30)) !== unchecked.slice(30)) return err('malformed-number')
  const id = unchecked.slice(11, 30)
  const bucket = digitsAt(unchecked, 1, 4)
  if (id > largestId || bucket > 255) return err('malformed-number')
  return ok({ kind, bucket, lotId: digitsAt(unchecked, 4, 11), id: id.replace(leadingZeros, '') as Id })
}
const largestId = '9223372036854775807'
const leadingZeros = /^0+(?=\d)/

/** The number that some digits of a text are, up to 15 of them: a day's bill has a million texts to read. */
export function digitsAt(text: string, from: number, until: number): number {
  let value = 0
  for (let at = from; at < until; at++) value = value * 10 + (text.charCodeAt(at) - 48)
  return value
}

/** Two check digits of a row of digits, ISO 7064 MOD 97-10. */
export function checkDigits(body: string): string {
  let rest = 0
  // In groups: with the rest before them they are what a number holds.
  for (let at = 0; at < body.length; at += 9) {
    const until = Math.min(at + 9, body.length)
    rest = (rest * 10 ** (until - at) + digitsAt(body, at, until)) % 97
  }
  return String(98 - ((rest * 100) % 97)).padStart(2, '0')
}
