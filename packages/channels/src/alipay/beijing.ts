import type { Instant } from '@lanepay/domain/types.ts'

const aheadMs = 8 * 3_600_000
const spelling = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\.\d{1,3})?$/

/** `yyyy-MM-dd HH:mm:ss` in Beijing whatever the host's zone, whole seconds rounded down (alipay.md 2.2). */
export const toBeijing = (at: Instant): string => new Date(at + aheadMs).toISOString().slice(0, 19).replace('T', ' ')

/** Reads that spelling, with milliseconds too (`gmt_refund`); `null` for anything else and for days that do not exist. */
export function parseBeijing(unchecked: unknown): Instant | null {
  const parts = typeof unchecked === 'string' ? spelling.exec(unchecked) : null
  if (!parts) return null
  const at = (Date.parse(`${parts[1]}T${parts[2]}${parts[3] ?? ''}Z`) - aheadMs) as Instant
  return Number.isNaN(at) || toBeijing(at) !== `${parts[1]} ${parts[2]}` ? null : at
}
