import type { Instant } from '@lanepay/domain/types.ts'
import { type Day, dayAfter, startOf } from '../reconciliation/day.ts'

/** A month at Beijing, `2026-11`: its first day and that of the next, and their first instants. */
export function monthOf(month: string): {
  readonly first: Day
  readonly next: Day
  readonly from: Instant
  readonly until: Instant
} {
  const first = `${month}-01` as Day
  const next = `${dayAfter(first, 31).slice(0, 7)}-01` as Day
  return { first, next, from: startOf(first), until: startOf(next) }
}
