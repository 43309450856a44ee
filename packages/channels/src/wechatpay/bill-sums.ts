import type { Result } from '@lanepay/domain/result.ts'
import { readFen, readMilliFen } from './bill-cells.ts'
import { type BillRow, type Damage, damaged } from './bill-table.ts'

/* A bill's own sums, held against what its rows made: null when they agree. */

const stated = (summary: BillRow, names: readonly string[]): readonly [name: string, text: string | undefined] => {
  const name = names.find((one) => summary[one] !== undefined)
  return [name ?? names[0] ?? '', name === undefined ? undefined : summary[name]]
}
const wrong = (name: string, text: string, sum: string | number) =>
  damaged('wrong-summary', null, `${name} says ${text.slice(0, 20)}, its rows make ${sum}`)
const missing = (name: string) => damaged('unknown-columns', null, `the summary has no ${name}`)

/** Counts read `45` or `45.0`. */
export function checkCount(summary: BillRow, names: readonly string[], count: number): Result<never, Damage> | null {
  const [name, text] = stated(summary, names)
  if (text === undefined) return missing(name)
  return text.replace(/\.0+$/, '') === String(count) ? null : wrong(name, text, count)
}

/** A sum of yuan, to the fen. */
export function checkSum(summary: BillRow, names: readonly string[], sumFen: number): Result<never, Damage> | null {
  const [name, text] = stated(summary, names)
  if (text === undefined) return missing(name)
  return readFen(text) === sumFen ? null : wrong(name, text, `${sumFen} fen`)
}

/** Fees have five decimals in their rows and two, sometimes, in their sum: then less than a fen may be between them. */
export function checkFee(
  summary: BillRow,
  names: readonly string[],
  sumMilliFen: number,
): Result<never, Damage> | null {
  const [name, text] = stated(summary, names)
  if (text === undefined) return missing(name)
  const said = readMilliFen(text)
  const rounded = !/\.\d{3,}$/.test(text)
  if (said !== null && (rounded ? Math.abs(said - sumMilliFen) < 1_000 : said === sumMilliFen)) return null
  return wrong(name, text, `${sumMilliFen / 1_000} fen`)
}
