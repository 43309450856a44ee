/** What a start found wrong and what became of it; in numbers for tests, in words for people. */
export type Loss = {
  /** What was found, in words. */
  readonly found: readonly string[]
  /** Turns that had been acknowledged and are gone. */
  readonly turns: number
  /** Rows that are gone, by table. */
  readonly rows: ReadonlyMap<string, number>
  /** Rows that are there but whose sums are gone: they may be right. */
  readonly unchecked: ReadonlyMap<string, number>
  /** Tables of which more may be missing than can be counted. */
  readonly uncounted: readonly string[]
  /** Rows taken from a copy: the very ones, or as they were when it was made. */
  readonly fromCopy: { readonly proven: number; readonly older: number }
  /** Numbers of the log that are missing, from and to. */
  readonly seqs: readonly (readonly [number, number])[]
  /** The damaged file, as it was found; null when there was nothing to keep. */
  readonly kept: string | null
}

const counted = (rows: ReadonlyMap<string, number>): string =>
  [...rows].map(([table, n]) => `${n} of ${table}`).join(', ')
const spans = (seqs: Loss['seqs']): string =>
  seqs
    .slice(0, 5)
    .map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
    .join(', ') + (seqs.length > 5 ? ` and ${seqs.length - 5} more` : '')

/** The loss in one line: what was found, what is gone, where the damaged file is. */
export function inWords(loss: Loss): string {
  const gone = [
    ...(loss.turns > 0 ? [`the last ${loss.turns} turns are gone`] : []),
    ...(loss.rows.size > 0 ? [`rows gone: ${counted(loss.rows)}`] : []),
    ...(loss.uncounted.length > 0 ? [`more may be gone, uncounted, of ${loss.uncounted.join(', ')}`] : []),
    ...(loss.unchecked.size > 0 ? [`rows that cannot be checked: ${counted(loss.unchecked)}`] : []),
    ...(loss.seqs.length > 0 ? [`missing in the log: ${spans(loss.seqs)}`] : []),
  ]
  const { proven, older } = loss.fromCopy
  return [
    `the file was damaged: ${loss.found.join('; ')}`,
    gone.length === 0 ? 'nothing is lost' : gone.join('; '),
    ...(proven + older > 0 ? [`${proven + older} rows came from the copy, ${older} of them as they were then`] : []),
    ...(loss.kept === null ? [] : [`the damaged file is kept as ${loss.kept}`]),
  ].join('. ')
}

/** The numbers from `from` to `to` that are not there, as spans. */
export function missingSpans(there: Iterable<number>, from: number, to: number): [number, number][] {
  const spans: [number, number][] = []
  let next = from
  for (const seq of [...there].sort((a, b) => a - b)) {
    if (seq < next) continue
    if (seq > to) break
    if (seq > next) spans.push([next, seq - 1])
    next = seq + 1
  }
  if (next <= to) spans.push([next, to])
  return spans
}
