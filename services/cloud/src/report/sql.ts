import { createHash } from 'node:crypto'
import type { Statement } from '@lanepay/database/database.ts'
import type { KeyPart, List } from './list.ts'

/*
 * The statements of a list. Each list has a few texts and no more, so that each is prepared once: a filter that is not asked for is
 * null. After $6 come the filters in their order, then the key that the page begins after.
 */

export type Order = 'asc' | 'desc'
/** Where a page begins: behind a key, or with it where the row of that key in an earlier lot was the last one shown. */
export type Start = 'behind' | 'with'

const named = (text: string): Statement => ({
  name: `report-${createHash('sha1').update(text).digest('hex').slice(0, 20)}`,
  text,
})
// Every text has all six, also where a list does not need them all.
const allUsed = 'row($1::int4, $2::int4, $3::timestamptz, $4::timestamptz, $5::int8[], $6::int4[]) is not null'
const filtersOf = ({ filters }: List): string =>
  filters.map(({ sql }, n) => ` and ($${7 + n}::text is null or ${sql} = $${7 + n})`).join('')
const keyTypes: Readonly<Record<KeyPart['kind'], string>> = { instant: 'timestamptz', id: 'int8', text: 'text' }
const keyParameter = ({ kind }: KeyPart, n: number): string =>
  `$${n}::${keyTypes[kind]}${kind === 'text' ? ' collate "C"' : ''}`
const keyOf = ({ key }: List): string => `(${key.map(({ sql }) => sql).join(', ')})`
const startOf = (list: List): string =>
  `(${list.key.map((part, n) => keyParameter(part, 7 + list.filters.length + n)).join(', ')})`

/** Instants by the microsecond, so that no row of the same millisecond is shown twice or skipped. */
const keyOut = ({ sql, kind }: KeyPart, n: number): string =>
  `${kind === 'instant' ? `(extract(epoch from ${sql}) * 1000000)::int8` : sql}::text as k${n}`

/** One page of one lot, in order; the last parameter is how many rows. */
export function pageStatement(list: List, order: Order, start: Start | null): Statement {
  const shown = list.columns.map(({ key, sql }) => `${sql} as "${key}"`)
  const limit = 7 + list.filters.length + (start === null ? 0 : list.key.length)
  const way = order === 'asc' ? '>' : '<'
  const sign = `${way}${start === 'with' ? '=' : ''}`
  // The first part once more by itself: the index begins there, also where the rest of the key is no column of it.
  const behind = `${list.key[0]!.sql} ${way}= ${keyParameter(list.key[0]!, 7 + list.filters.length)}`
  return named(`
  select ${[...shown, ...list.key.map(keyOut)].join(', ')}
    ${list.from} and ${allUsed}${filtersOf(list)}${start === null ? '' : ` and ${behind} and ${keyOf(list)} ${sign} ${startOf(list)}`}
   order by ${list.key.map(({ sql }) => `${sql} ${order}`).join(', ')}
   limit $${limit}`)
}

/** How many rows one lot has, and what its columns add up to; of those before a key, or with it, where one is given. */
export function totalsStatement(list: List, until: '<' | '<=' | null): Statement {
  const sums = list.columns
    .filter(({ total }) => total)
    .map(({ key, sql }) => `coalesce(sum(${sql}), 0)::int8 as "${key}"`)
  return named(`
  select ${['count(*)::int4 as rows', ...sums].join(', ')}
    ${list.from} and ${allUsed}${filtersOf(list)}${until === null ? '' : ` and ${keyOf(list)} ${until} ${startOf(list)}`}`)
}
