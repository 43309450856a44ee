import type { Instant } from '@lanepay/domain/types.ts'

/**
 * The moment of a date and a time in a zone, `+08:00` where the camera names none (lot-devices.md 1). Null when there is no such
 * day or time: 31 February is not 3 March.
 */
export function momentOf(date: string, time: string, zone = '+08:00'): Instant | null {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  const at = Date.parse(`${date}T${time}${zone}`)
  const isReal = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date) && !Number.isNaN(at)
  return isReal ? (at as Instant) : null
}
