import type { Result } from '@lanepay/domain/result.ts'
import type { BillLine } from '../bills.ts'
import type { BillRow, Damage } from './bill-table.ts'

/** Reads the lines of one kind of bill, and holds the end of it against what they added up to. */
export type BillForm = {
  row(cells: readonly string[], line: number): Result<BillLine, Damage>
  end(summary: BillRow): Result<void, Damage>
}

/** Whose bill was asked for. `subMchid` absent: every sub-merchant of ours may appear in it. */
export type BillOf = {
  readonly mode: 'direct' | 'partner'
  readonly mchid: string
  readonly subMchid?: string | undefined
  readonly day: string
  readonly alsoKnown: readonly string[]
}
