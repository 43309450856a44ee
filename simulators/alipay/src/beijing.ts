import type { Instant } from '@lanepay/domain/types.ts'

const eightHours = 8 * 3_600_000

/** `yyyy-MM-dd HH:mm:ss` in Beijing, whatever the host's zone (alipay.md 2.2). */
export const beijing = (at: Instant): string => new Date(at + eightHours).toISOString().slice(0, 19).replace('T', ' ')

/** As `beijing`, with milliseconds: only `gmt_refund` of notifications has them (alipay.md 8.3). */
export const beijingMs = (at: Instant): string => new Date(at + eightHours).toISOString().slice(0, 23).replace('T', ' ')

/** Reads `yyyy-MM-dd HH:mm:ss` as Beijing time; null for any other spelling and for days that do not exist. */
export function readBeijing(text: string): Instant | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null
  const at = (Date.parse(`${text.replace(' ', 'T')}Z`) - eightHours) as Instant
  return Number.isNaN(at) || beijing(at) !== text ? null : at
}

/** The instant of the next midnight in Beijing (`timeout_express` of `1c`). */
export const nextMidnight = (at: Instant): Instant =>
  ((Math.floor((at + eightHours) / 86_400_000) + 1) * 86_400_000 - eightHours) as Instant
