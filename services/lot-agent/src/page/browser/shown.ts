import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'

/* Numbers as an attendant reads them. Lots stand in one time zone without summer time (UTC+8), whatever the machine says. */
const zoneMs = 8 * 3_600_000

export const yuan = (amountFen: number): string => `¥${toYuan(amountFen as Fen)}`
const wall = (instant: number): string => new Date(instant + zoneMs).toISOString()

/** `08:05:09` on the day of `now`, else `01-30 08:05:09`. */
export function moment(instant: number, now: number): string {
  const [at, today] = [wall(instant), wall(now)]
  return at.slice(0, 10) === today.slice(0, 10) ? at.slice(11, 19) : `${at.slice(5, 10)} ${at.slice(11, 19)}`
}
/** `2026-01-30T08:05`, as a field for day and time holds it, and back. */
export const dayAndTime = (instant: number): string => wall(instant).slice(0, 16)
export const instantOf = (dayAndTime: string): number => Date.parse(`${dayAndTime}:00Z`) - zoneMs

export function stayed(fromMs: number, toMs: number): { days: number; hours: number; minutes: number } {
  const minutes = Math.max(0, Math.floor((toMs - fromMs) / 60_000))
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 }
}

/** `粤B12345` -> `粤B·12345`, as it stands on the metal. */
export const plateText = (plate: string): string => plate.replace(/^(\p{Script=Han}[A-Z])(.{5,6})$/u, '$1·$2')
