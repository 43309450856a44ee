import type { Brand, Instant } from '@lanepay/domain/types.ts'

/** A day in Beijing, `2026-06-01`: what a channel's bill is about. */
export type Day = Brand<string, 'Day'>

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export const dayOf = (at: number): Day => new Date(at + 8 * hourMs).toISOString().slice(0, 10) as Day
export const startOf = (day: Day): Instant => Date.parse(`${day}T00:00:00+08:00`) as Instant
/** `days` later; earlier where it is below zero. */
export const dayAfter = (day: Day, days = 1): Day => dayOf(startOf(day) + days * dayMs)

/** Channels have made a day's bills by ten in the morning of the next (wechat-pay.md 13.1, alipay.md 11.1). */
export const readyAt = (day: Day): Instant => (startOf(day) + dayMs + 10 * hourMs) as Instant
/** By this hour a bill that is not there is one of a day on which nothing happened. */
export const lastAskAt = (day: Day): Instant => (startOf(day) + dayMs + 18 * hourMs) as Instant

/** Channels keep bills for three months. */
const backAtMost = 90

/** The days whose bills are ready and not yet planned, oldest first: after the newest one planned, or yesterday alone. */
export function daysToPlan(newest: Day | null, now: number): Day[] {
  const last = dayOf(now - 10 * hourMs - dayMs)
  const first = newest === null ? last : dayAfter(newest)
  const days: Day[] = []
  for (let day = last; day >= first && days.length < backAtMost; day = dayAfter(day, -1)) days.unshift(day)
  return days
}

/** `2026-06-01`, and a day that there is. */
export const isDay = (unchecked: string): unchecked is Day =>
  /^\d{4}-\d\d-\d\d$/.test(unchecked) &&
  !Number.isNaN(Date.parse(`${unchecked}T00:00:00Z`)) &&
  new Date(`${unchecked}T00:00:00Z`).toISOString().startsWith(unchecked)
