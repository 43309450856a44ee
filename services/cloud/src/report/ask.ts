import { parseNumber } from '@lanepay/domain/numbers.ts'
import { parsePlate } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { dayAfter, isDay, startOf } from '../reconciliation/day.ts'
import { cursorIn, cursorOut } from './cursor.ts'
import type { KeyPart, List } from './list.ts'
import type { Asked, Position } from './read.ts'
import { sortedBy, sortsOf } from './sorts.ts'

/* What somebody asks of a list, in words: checked once, here, for the screen, the files and the command alike. */

export type Wrong = { readonly field: string; readonly rule: string }
/** A field is asked for by its name; of days the last one is not in it. */
export type Words = Readonly<Record<string, string | undefined>>

/** A year and a day: longer is asked for in parts. */
const daysAtMost = 366

export function periodOf(words: Words): Result<Pick<Asked, 'from' | 'until'>, Wrong> {
  const { from = '', until = '' } = words
  if (!isDay(from)) return err({ field: 'from', rule: 'a day like 2026-11-01' })
  if (!isDay(until)) return err({ field: 'until', rule: 'a day like 2026-11-01' })
  if (until <= from) return err({ field: 'until', rule: 'a day after from: until is not in the period' })
  if (until > dayAfter(from, daysAtMost)) return err({ field: 'until', rule: `at most ${daysAtMost} days after from` })
  return ok({ from: startOf(from), until: startOf(until) })
}

/** A month at Beijing, `2026-11`. */
export function monthOf(unchecked: string): Result<Pick<Asked, 'from' | 'until'>, Wrong> {
  const first = `${unchecked}-01`
  if (!/^\d{4}-\d\d$/.test(unchecked) || !isDay(first)) return err({ field: 'month', rule: 'a month like 2026-11' })
  const next = dayAfter(first, 31)
  return ok({ from: startOf(first), until: startOf(`${next.slice(0, 8)}01` as typeof next) })
}

/** The filters of a list that are asked for; one that it does not have is wrong, not overlooked. */
export function filtersOf(
  list: List,
  words: Words,
  may: { readonly plates: boolean },
): Result<Asked['filters'], Wrong> {
  const filters: Record<string, string> = {}
  for (const [key, word] of Object.entries(words)) {
    if (word === undefined) continue
    const filter = list.filters.find((one) => one.key === key && (may.plates || !one.plate))
    if (!filter) {
      const known = list.filters.filter(({ plate }) => may.plates || !plate).map((one) => one.key)
      return err({ field: key, rule: `one of ${known.join(', ')}` })
    }
    if (!/^[^\0]{1,64}$/.test(word)) return err({ field: key, rule: '1 to 64 characters' })
    if (filter.numberOf) {
      const number = parseNumber(filter.numberOf, word)
      if (!number.ok) return err({ field: key, rule: 'a number of ours, 32 digits' })
      filters[key] = number.value.id
    } else if (filter.plate) {
      const plate = parsePlate(word)
      filters[key] = plate.ok ? plate.value : word
    } else filters[key] = word
  }
  if (list.runs && filters.account === undefined) return err({ field: 'account', rule: 'which account it is of' })
  return ok(filters)
}

/** By something else than time all rows of the period are looked at. */
const sortedDaysAtMost = 31
/**
 * How it is to stand: by time as `order` says, or by the column that `sort` names, `-amountFen` downwards. The list that is answered has that
 * order.
 */
export function orderOf(
  words: Words,
  list: List,
  may: { readonly plates: boolean },
): Result<Pick<Asked, 'list' | 'order'>, Wrong> {
  const { order = 'asc', sort } = words
  if (order !== 'asc' && order !== 'desc') return err({ field: 'order', rule: 'asc or desc' })
  if (sort === undefined) return ok({ list, order })
  const key = sort.replace(/^-/, '')
  const known = sortsOf(list, may)
  if (!known.includes(key))
    return err({ field: 'sort', rule: known.length === 0 ? 'not of this list' : `one of ${known.join(', ')}` })
  const { from = '', until = '' } = words
  if (isDay(from) && isDay(until) && until > dayAfter(from, sortedDaysAtMost))
    return err({ field: 'sort', rule: `of at most ${sortedDaysAtMost} days; by time of any period` })
  return ok({ list: sortedBy(list, key), order: sort.startsWith('-') ? 'desc' : 'asc' })
}
/** How many rows a page has; 50 unless told otherwise. */
export const limitOf = ({ limit = '50' }: Words): Result<number, Wrong> =>
  /^[1-9]\d{0,2}$/.test(limit) && Number(limit) <= 200 ? ok(Number(limit)) : err({ field: 'limit', rule: '1 to 200' })
/** One of some words. */
export const oneOf = <const W extends readonly string[]>(
  words: Words,
  field: string,
  known: W,
  fallback: W[number],
): Result<W[number], Wrong> => {
  const word = words[field] ?? fallback
  return known.includes(word) ? ok(word) : err({ field, rule: `one of ${known.join(', ')}` })
}

/** Where a page ended, as an answer says it and the next question says it back. */
export const positionOut = ({ key, place }: Position): string => cursorOut([place.bucket, place.lotId, ...key])

export function positionIn(list: List, unchecked: string): Result<Position, Wrong> {
  const wrong = err({ field: 'after', rule: 'what the page before said is next' })
  const said = cursorIn(unchecked, list.key.length + 2)
  if (!said) return wrong
  const [bucket, lotId, ...key] = said
  if (!Number.isInteger(bucket) || !Number.isInteger(lotId)) return wrong
  const isPart = (part: unknown, n: number): part is string =>
    typeof part === 'string' && isOfKind[list.key[n]!.kind](part)
  if (!key.every(isPart)) return wrong
  return ok({ key: key as string[], place: { bucket: bucket as number, lotId: lotId as number } })
}
const isOfKind: Readonly<Record<KeyPart['kind'], (text: string) => boolean>> = {
  // By the microsecond, of years with four digits.
  instant: (text) => /^\d{1,17}$/.test(text),
  id: (text) => /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text),
  text: (text) => text.length <= 200 && !text.includes('\0'),
}
