import type { NumberKind } from '@lanepay/domain/numbers.ts'
import type { Column, Words } from './column.ts'

/*
 * What a list is: from which rows, of what period, in which order, with which columns, narrowed by what. From this one definition
 * come its page on the screen, its totals, and its files.
 *
 * In the SQL of a list $1 is the bucket, $2 the lot (0 for what belongs to no lot), $3 and $4 are the instants of the period, from the first
 * on and without the last, $5 operators and $6 channel accounts: whose rows may be shown where a row belongs to no lot.
 */

export type ListColumn = Column & {
  readonly sql: string
  /** The column holds an id of ours; what is shown is the number under which the world knows it. */
  readonly numberOf?: NumberKind
}
/** Shown for rows that have the same value; of `plate` only where plates may be seen. */
export type Filter = {
  readonly key: string
  readonly sql: string
  readonly plate?: true
  readonly numberOf?: NumberKind
}
/** A part of the order: instants by the microsecond, ids by their number, text by its bytes. */
export type KeyPart = { readonly sql: string; readonly kind: 'instant' | 'id' | 'text' }

export const listNames = [
  ...(['payments', 'orders', 'refunds', 'cash-change', 'wallet-charges'] as const),
  ...(['fees', 'shares', 'share-returns'] as const),
  ...(['transfers', 'statement'] as const),
  ...(['withdrawals', 'withdrawal-steps', 'bills', 'reconciled-days', 'discrepancies', 'discrepancy-steps'] as const),
  ...(['sessions', 'left-owing', 'gate-openings', 'unordered-openings', 'shifts', 'cash-moves', 'alarms'] as const),
] as const
export type ListName = (typeof listNames)[number]

export type About = 'money' | 'shares' | 'traffic'
export type List = {
  readonly name: ListName
  readonly title: Words
  /** What one must be allowed to read. */
  readonly about: About
  /** Where its rows are: with the lots, with their operator in each bucket of its lots, or with its channel accounts. */
  readonly places: readonly ('lots' | 'operator' | 'accounts')[]
  readonly columns: readonly ListColumn[]
  /** `from ... where ...`, with everything that makes a row one of the list. */
  readonly from: string
  readonly key: readonly KeyPart[]
  readonly filters: readonly Filter[]
  /** It begins with what the account was, and goes on from row to row (statement.ts), by time only. */
  readonly runs?: true
}
