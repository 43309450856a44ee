import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'

/*
 * Numbers as a driver reads them. Lots stand in one time zone without summer time (UTC+8), so times are shown in it
 * wherever the phone thinks it is.
 */
const zoneMs = 8 * 3600_000

/** `1234` -> `12.34`. */
export const yuan = (amountFen: number): string => toYuan(amountFen as Fen)

/** Wall time in the lot: `["2026-01-31", "08:05"]`. */
export function wallTime(instant: number): readonly [day: string, time: string] {
  const iso = new Date(instant + zoneMs).toISOString()
  return [iso.slice(0, 10), iso.slice(11, 16)]
}

/** `08:05` on the same day as `now`, else `01-30 08:05`. */
export function when(instant: number, now: number): string {
  const [day, time] = wallTime(instant)
  return day === wallTime(now)[0] ? time : `${day.slice(5)} ${time}`
}

/** Whole minutes of a stay, as days, hours and minutes. A begun minute counts only when it is over. */
export function stayed(fromMs: number, toMs: number): { days: number; hours: number; minutes: number } {
  const minutes = Math.max(0, Math.floor((toMs - fromMs) / 60_000))
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 }
}

/** `754_000` -> `12:34`; with hours when there are any. Never below zero. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`
}

/** `粤B12345` -> `["粤B", "12345"]`, as it stands on the metal, with a dot between; what is shaped otherwise is one part. */
export function plateParts(plate: string): readonly string[] {
  const parts = /^(\p{Script=Han}[A-Z])(.{5,6})$/u.exec(plate)
  return parts ? [parts[1]!, parts[2]!] : [plate]
}
