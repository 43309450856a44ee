import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Role } from './acts.ts'
import type { OwnLots } from './decide.ts'
import { noteSeen, type SignedInRow, selectSignedIn } from './store.ts'
import { isToken, tokenHash } from './token.ts'

/** A sign-in ends by itself when nobody has used it for so long, and at the latest so long after it began: a shift and its end. */
export const idleMs = 2 * 3_600_000
export const lastsMs = 12 * 3_600_000
/** Each read need not write when it came. */
const seenEveryMs = 60_000

/** A person with rights, as the server knows it by its sign-in. */
export type Person = {
  readonly signInId: Id
  readonly staffId: Id
  readonly account: string
  readonly role: Role
  readonly operatorId: string | null
  readonly party: string | null
  readonly lots: OwnLots
  readonly hasFactor: boolean
  readonly factorAt: number | null
}

export const isOver = (
  { seenAt, endsAt }: { readonly seenAt: number; readonly endsAt: number },
  now: number,
): boolean => now >= endsAt || now - seenAt >= idleMs

/** Who a token signs in; null for one that was never given, that has ended, or whose account has. */
export async function signedIn(database: Database, token: string | undefined, now: Instant): Promise<Person | null> {
  if (!isToken(token)) return null
  const [row] = await database.reference.query<SignedInRow>(selectSignedIn, [tokenHash(token)])
  if (!row || isOver({ seenAt: row.seen_at, endsAt: row.ends_at }, now)) return null
  if (now - row.seen_at >= seenEveryMs) await database.reference.query(noteSeen, [row.sign_in_id, instantOut(now)])
  return {
    ...{ signInId: row.sign_in_id as Id, staffId: row.staff_id as Id, account: row.account, role: row.role },
    ...{ operatorId: row.operator_id, party: row.party, hasFactor: row.has_factor, factorAt: row.factor_at },
    lots: row.all_lots ? 'all' : new Map(row.lots.map(({ lot, lanes }) => [lot, lanes ?? 'all'])),
  }
}
