/** What a row is put in order by; null: nothing is known of it, and it comes last whichever way. */
export type SortValue = string | number | boolean | null
/** By the column of this key, and which way. */
export type Sort = { readonly key: string; readonly down: boolean }

/** `-key` is downwards; of no column that can be sorted by it is none, whatever an address says. */
export function sortOf(word: string | undefined, keys: readonly string[]): Sort | null {
  const down = word?.startsWith('-') ?? false
  const key = (down ? word?.slice(1) : word) ?? ''
  return keys.includes(key) ? { key, down } : null
}

/** What one more press of a heading makes of an order: upwards, downwards, and as it was. */
export const wordAfter = (sort: Sort | null, key: string): string | undefined =>
  sort?.key !== key ? key : sort.down ? undefined : `-${key}`

/** The rows in the order of what `by` says of each; rows that are alike stay as they stood. Numbers in texts count as numbers. */
export function sorted<Row>(
  rows: readonly Row[],
  by: (row: Row) => SortValue,
  down: boolean,
  language: string,
): readonly Row[] {
  const { compare } = new Intl.Collator(language, { numeric: true })
  const order = (a: SortValue, b: SortValue): number => {
    if (a === null || a === '' || b === null || b === '')
      return Number(a === null || a === '') - Number(b === null || b === '')
    const ahead = typeof a === 'string' || typeof b === 'string' ? compare(String(a), String(b)) : Number(a) - Number(b)
    return down ? -ahead : ahead
  }
  return rows.toSorted((a, b) => order(by(a), by(b)))
}

/** As many rows as a page has. */
const pageLength = 50
/** The rows behind the one of this key, and the key of the last of them where there are more; of a key that no row has it is the first page. */
export function pageBehind<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  behind: string | undefined,
): { readonly page: readonly Row[]; readonly next: string | null } {
  const first = behind === undefined ? 0 : rows.findIndex((row) => keyOf(row) === behind) + 1
  const page = rows.slice(first, first + pageLength)
  const last = page.at(-1)
  return { page, next: last !== undefined && first + pageLength < rows.length ? keyOf(last) : null }
}
