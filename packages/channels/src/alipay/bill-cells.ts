import { parseYuan } from '@lanepay/domain/money.ts'
import { ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { parseBeijing } from './beijing.ts'
import { type Problem, problem } from './bill-reader.ts'

/* What stands in the cells of a bill. */

/** Yuan, less than nothing where money went back. */
export function yuanIn(cell: string, column: string): Result<Fen, Problem> {
  const amount = parseYuan(cell)
  if (amount.ok) return ok((amount.value || 0) as Fen) // -0.00 is nothing
  return problem('bad-row', `${column}: not yuan: ${cell.slice(0, 20)}`)
}

/** A time in Beijing. */
export function timeIn(cell: string, column: string): Result<Instant, Problem> {
  const at = parseBeijing(cell)
  return at === null ? problem('bad-row', `${column}: no time: ${cell.slice(0, 20)}`) : ok(at)
}

// A spreadsheet keeps fifteen digits of a number: it writes 1.001E+31, or noughts for all the rest.
const spoilt = /^\d(\.\d+)?E\+\d+$|^\d{15}0{5,}$/i

/** A number of ours or of Alipay's, or nothing, as it was written. */
export function numberIn(cell: string, column: string): Result<string, Problem> {
  return spoilt.test(cell) ? problem('mangled-number', `${column}: ${cell.slice(0, 40)}`) : ok(cell)
}
