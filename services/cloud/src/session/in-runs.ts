import type { Kept } from './keepable.ts'

/**
 * The events of a piece by their numbers, each number once; `run` is the number at which the numbers that lead to it without a
 * hole begin: an event follows what is committed where it is newer and its run begins no later than the next.
 */
export function inRuns<E extends { readonly seq: number }>(
  events: readonly Kept<E>[],
): (Kept<E> & { readonly run: number })[] {
  const ordered: (Kept<E> & { readonly run: number })[] = []
  for (const { event, text } of [...events].sort((a, b) => a.event.seq - b.event.seq)) {
    // No log is so long; past this, numbers are not whole any more.
    if (event.seq > Number.MAX_SAFE_INTEGER) break
    const before = ordered.at(-1)
    if (before?.event.seq === event.seq) continue
    ordered.push({ event, text, run: before?.event.seq === event.seq - 1 ? before.run : event.seq })
  }
  return ordered
}
