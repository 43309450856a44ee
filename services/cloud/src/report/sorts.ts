import type { KeyPart, List, ListColumn } from './list.ts'

/*
 * By what else than time a list can be put in order: each of its amounts, the plate and the lot. No index has that order, so a page of it
 * looks at all that the period has, as adding it up does (page.ts): it is for a month at most (ask.ts). A statement goes on from row to row,
 * and stands in the order of time only.
 */

/** The columns of a list by which it can be put in order, for whoever may see them. */
export const sortsOf = ({ columns, runs }: List, may: { readonly plates: boolean }): readonly string[] =>
  runs
    ? []
    : columns.filter((one) => partOf(one) !== null && (may.plates || one.kind !== 'plate')).map(({ key }) => key)

/**
 * The list in the order of one of its columns; rows that are alike in it stand in the order of time. What is not known counts as nothing, so
 * that every row has a place.
 * @throws TypeError for a column that does not order it: what is asked is checked at the door
 */
export function sortedBy(list: List, key: string): List {
  const column = list.columns.find((one) => one.key === key)
  const part = column === undefined ? null : partOf(column)
  if (part === null) throw new TypeError(`${list.name} has no order by ${key}`)
  return { ...list, key: [part, ...list.key] }
}

function partOf({ key, kind, sql }: ListColumn): KeyPart | null {
  if (kind === 'fen' || key === 'lot') return { sql: `coalesce((${sql})::int8, 0)`, kind: 'id' }
  return kind === 'plate' ? { sql: `coalesce(${sql}, '') collate "C"`, kind: 'text' } : null
}
