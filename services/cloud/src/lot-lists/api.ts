/*
 * What a lot's own software lists, held to what is known here; asked when somebody looks, and answered within seconds. Under
 * /api/operator and /api/platform/operators/:operator:
 *
 *   GET .../lots/:lot/lane-differences   -> LaneDifferencesView    where the lanes of the lot's plan and of its software differ
 *   GET .../lots/:lot/inside-differences -> InsideDifferencesView  who is inside by its software alone, and here alone; `lot-cannot` (409) where it lists nobody
 */

/** Why the software's list is not there: `lot-silent`, or its own no in a few letters. Null: it is. */
export type Unanswered = string | null

/**
 * One lane on which they differ. `name`: ours may simply be called as the software calls it; `name-by-plan`: our lane is found by its name, so
 * only the plan can change it.
 */
export type LaneDifference = {
  readonly what: 'only-theirs' | 'only-ours' | 'direction' | 'name' | 'name-by-plan'
  /** What the software calls it. */
  readonly channel: string
  readonly ours: { readonly lane: number; readonly name: string; readonly direction: 'entry' | 'exit' | 'both' } | null
  readonly theirs: { readonly name: string; readonly direction: string } | null
  /** The lane as the lot's plan would have it then; null: it has it so. */
  readonly planLine: string | null
}
export type LaneDifferencesView = { readonly lanes: readonly LaneDifference[]; readonly unanswered: Unanswered }

/** A stay that is open here, of a vehicle that the software does not say is inside. */
export type OnlyOurs = {
  readonly session: string
  readonly plate: string
  readonly enteredAt: number
  /** When its plate went out since, where the software lists who came and went. */
  readonly left: { readonly at: number; readonly lane: string | null } | null
}
export type OnlyTheirs = { readonly plate: string; readonly enteredAt: number; readonly lane: string | null }
export type InsideDifferencesView = {
  readonly now: number
  readonly ours: number
  readonly theirs: number
  readonly onlyOurs: readonly OnlyOurs[]
  readonly onlyTheirs: readonly OnlyTheirs[]
  readonly unanswered: Unanswered
}
