import type { Day } from '../reconciliation/day.ts'
import { type Dimension, dimensions, type Figure, type Figures, figures } from './row.ts'

/** As what one thing is counted: on which day, by which member of each dimension, and for how much of each figure. */
export type Part = {
  /** The stay that it is of; its own id where it is of none. */
  readonly of: string
  /** `entry`, `exit`, `opening`, or the cause of a transfer. */
  readonly kind: string
  readonly id: string
  readonly day: Day
  readonly members: Readonly<Record<Exclude<Dimension, 'lot'>, string>>
  /** Those that are not nothing. */
  readonly figures: Partial<Figures>
}

/** What one row is to be changed by: of each figure by how much, and because of what. */
export type Change = {
  readonly dimension: Dimension
  readonly day: Day
  readonly member: string
  readonly figures: Partial<Readonly<Record<Figure, { readonly by: number; readonly because: readonly string[] }>>>
}

export const keyOf = ({ of, kind, id }: Pick<Part, 'of' | 'kind' | 'id'>): string => `${of}/${kind}/${id}`
const isNothing = (part: Part): boolean => Object.keys(part.figures).length === 0

/** What is kept of parts when these are counted as `after` and were counted as `before`: which are new or other, and which are gone. */
export function keptOf(
  before: readonly Part[],
  after: readonly Part[],
): { put: readonly Part[]; gone: readonly Part[] } {
  const was = new Map(before.map((part) => [keyOf(part), part]))
  const is = new Map(after.filter((part) => !isNothing(part)).map((part) => [keyOf(part), part]))
  return {
    put: [...is.values()].filter((part) => !same(was.get(keyOf(part)), part)),
    gone: [...was.values()].filter((part) => !is.has(keyOf(part))),
  }
}

/** What the rows of a lot change by when parts are taken out and others put in: in key order, without those that stay as they are. */
export function changesOf(out: readonly Part[], put: readonly Part[]): readonly Change[] {
  /** Row, figure, cause: a cause that was taken out and put in again as it was is none. */
  const rows = new Map<string, Map<Figure, Map<string, number>>>()
  const add = (part: Part, sign: 1 | -1) => {
    for (const dimension of dimensions) {
      const member = dimension === 'lot' ? '' : part.members[dimension]
      const row = entryOf(
        rows,
        JSON.stringify([dimension, part.day, member]),
        () => new Map<Figure, Map<string, number>>(),
      )
      for (const [figure, amount] of Object.entries(part.figures) as [Figure, number][]) {
        const causes = entryOf(row, figure, () => new Map<string, number>())
        const cause = `${part.kind}:${part.id}`
        causes.set(cause, (causes.get(cause) ?? 0) + sign * amount)
      }
    }
  }
  for (const part of out) add(part, -1)
  for (const part of put) add(part, 1)
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, row]) => {
      const [dimension, day, member] = JSON.parse(key) as [Dimension, Day, string]
      const changed = [...row].flatMap(([figure, causes]) => {
        const moved = [...causes].filter(([, amount]) => amount !== 0)
        const by = moved.reduce((sum, [, amount]) => sum + amount, 0)
        return by === 0 ? [] : [[figure, { by, because: moved.map(([cause]) => cause) }] as const]
      })
      return changed.length === 0 ? [] : [{ dimension, day, member, figures: Object.fromEntries(changed) }]
    })
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

function same(a: Part | undefined, b: Part): boolean {
  if (a === undefined || a.day !== b.day) return false
  return (
    Object.entries(b.members).every(
      ([dimension, member]) => a.members[dimension as keyof Part['members']] === member,
    ) && figures.every((figure) => (a.figures[figure] ?? 0) === (b.figures[figure] ?? 0))
  )
}
