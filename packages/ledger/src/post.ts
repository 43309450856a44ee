import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'

export const accountKinds = [
  'channel-clearing',
  'channel-fee',
  'operator-payable',
  'platform-fee',
  'unapplied-receipts',
  'refund-in-flight',
  'partner-payable',
  'withdrawal-in-flight',
  'operator-cash',
  'cash-drawer',
  'cash-over-short',
  'change-owed',
  'change-in-flight',
] as const
export type AccountKind = (typeof accountKinds)[number]
export const causes = [
  'payment-paid',
  'payment-unapplied',
  'refund-asked',
  'refund-done',
  'refund-failed',
  'share-owed',
  'share-paid',
  'share-taken-back',
  'fee-taken',
  'fee-given-back',
  'withdrawal-asked',
  'withdrawal-done',
  'withdrawal-failed',
  'withdrawal-returned',
  'settlement-done',
  'settlement-returned',
  'cash-taken',
  'cash-handed-over',
  'shift-opened',
  'cash-given-back',
  'cash-corrected',
  'change-owed',
  'change-settled',
  'change-overpaid',
  'change-offered',
  'change-taken',
  'change-returned',
] as const
export type Cause = (typeof causes)[number]

/** At whom the money is: a licensed channel, or in drawers of the lot. */
export type HeldBy = ChannelName | 'cash'

export type Posting = {
  readonly lot: LotKey
  /** The payment or refund that moves the money; with `cause` it is the transfer's key. */
  readonly causeId: Id
  readonly cause: Cause
  /** Signed whole fen that sum to zero; above zero the party is owed more. Party `0` is the platform. */
  readonly entries: readonly {
    readonly kind: AccountKind
    readonly party: string
    readonly channel: HeldBy
    readonly amountFen: number
  }[]
  readonly postedAt: number
}

const post: Statement = {
  name: 'post-transfers',
  text: 'select post_transfers($1, $2, $3, $4, $5, $6, $7, $8, $9) as posted',
}

/**
 * Posts one transfer inside the caller's transaction; a cause that was posted before is left as it is (architecture.md 6).
 * Answers whether it was new.
 * @throws DatabaseError 23514 when the entries do not sum to zero (`transfer_adds_up`) or an account would fall below what it may.
 */
export async function postTransfer(tx: Tx, { lot, causeId, cause, entries, postedAt }: Posting): Promise<boolean> {
  const each = <T>(value: T): T[] => entries.map(() => value)
  const [row] = await tx.query<{ posted: number }>(post, [
    each(lot.bucket),
    each(lot.lotId),
    each(causeId),
    each(cause),
    entries.map((entry) => entry.kind),
    entries.map((entry) => entry.party),
    entries.map((entry) => entry.channel),
    entries.map((entry) => entry.amountFen),
    instantOut(postedAt),
  ])
  return row?.posted === 1
}
