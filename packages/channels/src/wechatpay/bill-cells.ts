import { parseYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { type Damage, damaged } from './bill-table.ts'

/* Where the cells of a bill are, and what they may hold (wechat-pay.md 13.3). */

/** A column under its newest name, with the names that older accounts still get. */
export type Column = { readonly names: readonly string[]; readonly optional?: true }
export type Columns<Name extends string> = Readonly<Record<Name, Column>>

/**
 * At which place each column stands. A column that is needed and missing, that comes twice or that nobody here has ever
 * seen refuses the bill: it may hold money. `alsoKnown` are names that somebody has looked at and found to hold none.
 */
export function placesOf<Name extends string>(
  columns: Columns<Name>,
  header: readonly string[],
  alsoKnown: readonly string[],
): Result<Readonly<Record<Name, number>>, Damage> {
  const places = {} as Record<Name, number>
  const left = new Set(header)
  if (left.size !== header.length) return damaged('unknown-columns', 1, 'a column comes twice')
  for (const [name, column] of Object.entries(columns) as [Name, Column][]) {
    const there = column.names.filter((one) => left.delete(one))
    if (there.length > 1) return damaged('unknown-columns', 1, `${there.join(' and ')} are one column`)
    if (there.length === 0 && !column.optional)
      return damaged('unknown-columns', 1, `${column.names.join(' or ')} is missing`)
    places[name] = there[0] === undefined ? -1 : header.indexOf(there[0])
  }
  for (const name of alsoKnown) left.delete(name)
  const [unknown] = left
  return unknown === undefined ? ok(places) : damaged('unknown-columns', 1, `${unknown.slice(0, 40)} is not known`)
}

const day = 86_400_000
const chinaAhead = 8 * 3_600_000

/** Beijing time without an offset, to the second; `null` for everything else. */
export function readBillTime(text: string): Instant | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null
  const local = Date.parse(`${text.replace(' ', 'T')}Z`)
  // Date.parse takes the 30th of February for the 2nd of March.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== text.slice(0, 10)) return null
  return (local - chinaAhead) as Instant
}

/** The first instant of a day in Beijing and the first after it. @throws RangeError when the text is no day. */
export function dayOf(text: string): { readonly from: Instant; readonly until: Instant } {
  const from = readBillTime(`${text} 00:00:00`)
  if (from === null) throw new RangeError(`a day is written like 2026-06-01, got ${text.slice(0, 40)}`)
  return { from, until: (from + day) as Instant }
}

/** Yuan of a bill, by text. The sums of older bills read `0.0`. */
export const readFen = (text: string): Fen | null => {
  const read = parseYuan(text)
  return read.ok ? read.value : null
}

/** A fee in yuan with up to five decimals, in thousandths of a fen. By text, never through a float. */
export function readMilliFen(text: string): number | null {
  const parts = /^(-?)(\d{1,10})(?:\.(\d{1,5}))?$/.exec(text)
  if (!parts) return null
  const milli = Number(parts[2]) * 100_000 + Number((parts[3] ?? '').padEnd(5, '0'))
  return parts[1] && milli !== 0 ? -milli : milli
}

/**
 * Whether a number is as it was sent. A spreadsheet keeps fifteen digits: it writes a longer number as a power of ten, or
 * fills it up with zeros, and both look whole to whoever does not know.
 */
export function checkNumber(number: string): Result<string, 'mangled'> {
  if (/^-?\d+(\.\d+)?E\+?\d+$/i.test(number)) return err('mangled')
  return /^\d{15}0{2,}$/.test(number) ? err('mangled') : ok(number)
}
