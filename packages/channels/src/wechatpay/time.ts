import type { Instant } from '@lanepay/domain/types.ts'

const chinaAheadMs = 8 * 3_600_000
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** `2026-06-01T10:45:00+08:00`, whole seconds rounded down, so that nobody may pay later than the instant given. */
export const toChinaTime = (at: Instant): string => `${new Date(at + chinaAheadMs).toISOString().slice(0, 19)}+08:00`

/** Reads an RFC 3339 time with its offset; `null` for anything else. */
export function parseTime(unchecked: unknown): Instant | null {
  if (typeof unchecked !== 'string' || !rfc3339.test(unchecked)) return null
  const ms = Date.parse(unchecked)
  return Number.isNaN(ms) ? null : (ms as Instant)
}

export const secondsOf = (at: Instant): string => String(Math.floor(at / 1000))
