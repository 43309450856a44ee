import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { type RuleRow, selectRule } from './rule-store.ts'

/** The rule a payment was made under. */
export type RuleOf = (lot: LotKey, version: string) => Promise<RuleRow>

const mostKept = 5_000

/** A rule never changes, so each is read once. */
export function ruleReader(database: Database): RuleOf {
  const known = new Map<string, RuleRow>()
  return async ({ bucket, lotId }, version) => {
    const before = known.get(version)
    if (before) return before
    const [row] = await database.of(bucket).query<RuleRow>(selectRule, [bucket, lotId, version])
    if (!row) throw new Error(`lot ${lotId}: a payment was made under share rule ${version}, which is not there`)
    if (known.size >= mostKept) known.clear()
    known.set(version, row)
    return row
  }
}

/** For the pure rules. */
export const numbersOf = (row: RuleRow) => ({ limitBasisPoints: row.limit_basis_points, parties: row.parties })
export const partyOf = (row: RuleRow, party: string): RuleRow['parties'][number] => {
  const found = row.parties.find((one) => one.party === party)
  if (!found) throw new Error(`share rule ${row.version} has no party ${party}`)
  return found
}
