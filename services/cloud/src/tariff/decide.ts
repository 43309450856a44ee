import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { parseSchedule, type Schedule, type ScheduleDocument, type TariffFault } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'

/* What a price list's versions become when one is published or taken back. Times of versions are whole seconds. */

export type ScheduleRefusal =
  | { readonly kind: 'tariff-faulty'; readonly faults: readonly TariffFault[] }
  | { readonly kind: 'in-the-past' }
  | { readonly kind: 'too-many-versions' }
  | { readonly kind: 'version-unknown' }
  | { readonly kind: 'already-in-force' }

type Added = {
  readonly tariff: unknown
  /** Null: from now on. */
  readonly from: Instant | null
  readonly carsInside: 'old' | 'new'
}
/** As a version says it, at Beijing. */
export const fromText = (at: number): string =>
  `${new Date(Math.floor(at / 1000) * 1000 + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
const mostVersions = 1000

/**
 * The versions with one more, which counts from an instant that is not over; one that was to count from the same instant is replaced.
 * The first of all may begin in the past: it also prices who is inside.
 */
export function withVersion(
  kept: ScheduleDocument | null,
  { tariff, from, carsInside }: Added,
  now: Instant,
): Result<{ readonly schedule: ScheduleDocument; readonly from: Instant }, ScheduleRefusal> {
  if (from !== null && from < now - 60_000 && kept !== null) return err({ kind: 'in-the-past' })
  const at = (Math.floor((from ?? now) / 1000) * 1000) as Instant
  const others = (kept?.versions ?? []).filter((version) => Date.parse(version.from) !== at)
  if (others.length >= mostVersions) return err({ kind: 'too-many-versions' })
  const added = { from: fromText(at), carsInside, tariff }
  const versions = [...others, added].sort((a, b) => Date.parse(a.from) - Date.parse(b.from))
  const place = versions.indexOf(added)
  const parsed = parseSchedule({ versions })
  if (!parsed.ok)
    return err({
      kind: 'tariff-faulty',
      faults: parsed.error.map(({ path, rule }) => ({ path: path.replace(`/versions/${place}/tariff`, ''), rule })),
    })
  return ok({ schedule: { versions }, from: at })
}

/** The versions without one that is not in force yet. */
export function withoutVersion(
  kept: ScheduleDocument | null,
  from: Instant,
  now: Instant,
): Result<ScheduleDocument, ScheduleRefusal> {
  const versions = kept?.versions ?? []
  if (!versions.some((version) => Date.parse(version.from) === from)) return err({ kind: 'version-unknown' })
  if (from <= now) return err({ kind: 'already-in-force' })
  const left = versions.filter((version) => Date.parse(version.from) !== from)
  // The only one there is cannot go: nothing else is known that the lot could go by.
  return left.length === 0 ? err({ kind: 'already-in-force' }) : ok({ versions: left })
}

/** What is in force, was, and will be. The first one prices whoever came before it. */
export function stateOf(
  versions: readonly { readonly from: number }[],
  place: number,
  now: number,
): 'past' | 'in-force' | 'to-come' {
  const current = Math.max(
    0,
    versions.findLastIndex(({ from }) => from <= now),
  )
  return place === current ? 'in-force' : place < current ? 'past' : 'to-come'
}

/** The document that a vehicle coming in now is priced by. */
export const inForce = (schedule: Schedule, now: Instant): Schedule[number] | null =>
  schedule.findLast(({ from }) => from <= now) ?? schedule[0] ?? null
