import { instantOut, type Statement as Sql, type Tx } from '@lanepay/database/database.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { AccountKind, Cause, HeldBy } from './post.ts'

/** One account of a lot: of what kind, whose, and at which channel. */
export type AccountKey = {
  readonly lot: LotKey
  readonly kind: AccountKind
  readonly party: string
  readonly channel: HeldBy
}
/** A span of time: from its first instant on, up to and without its last. */
export type Span = { readonly from: number; readonly until: number }

export type StatementLine = {
  readonly postedAt: number
  readonly cause: Cause
  /** What moved the money: the payment or refund that is the transfer's cause. */
  readonly causeId: Id
  readonly amountFen: bigint
  readonly balanceFen: bigint
}
/** What an account was, everything that changed it, and what it was then. */
export type Statement = AccountKey &
  Span & { readonly openingFen: bigint; readonly lines: readonly StatementLine[]; readonly closingFen: bigint }

const snapshot: Sql = {
  name: 'statement-snapshot',
  text: 'set transaction isolation level repeatable read, read only',
}
const selectBalance: Sql = {
  name: 'statement-balance',
  text: 'select balance_fen from account where bucket = $1 and lot_id = $2 and kind = $3 and party = $4 and channel = $5',
}
// Of one transfer an account may have several entries; they are one line.
const selectEntries: Sql = {
  name: 'statement-entries',
  text: `
  select t.posted_at, t.cause, t.cause_id,
         (select sum(e.amount_fen)
            from unnest(t.kind, t.party, t.amount_fen) as e (kind, party, amount_fen)
           where e.kind = $3 and e.party = $4)::int8 as amount_fen
    from transfer t
   where t.bucket = $1 and t.lot_id = $2 and t.channel = $5 and t.posted_at >= $6 and $3 = any (t.kind) and $4 = any (t.party)
   order by t.posted_at, t.cause_id, t.cause`,
}
type EntryRow = { posted_at: number; cause: Cause; cause_id: Id; amount_fen: string | null }

/**
 * The statement of one account over a span, from one snapshot; null where there is no such account. What was before is not added
 * up from the beginning: it is what the account holds now without everything since.
 * The first statement of its transaction, or the snapshot is not one.
 */
export async function statementOf(tx: Tx, account: AccountKey, span: Span): Promise<Statement | null> {
  await tx.query(snapshot)
  const { lot, kind, party, channel } = account
  const key = [lot.bucket, lot.lotId, kind, party, channel]
  const [row] = await tx.query<{ balance_fen: string }>(selectBalance, key)
  if (!row) return null
  const rows = await tx.query<EntryRow>(selectEntries, [...key, instantOut(span.from)])
  return stated(
    account,
    span,
    BigInt(row.balance_fen),
    rows.flatMap((entry) =>
      entry.amount_fen === null
        ? []
        : [
            {
              ...{ postedAt: entry.posted_at, cause: entry.cause, causeId: entry.cause_id },
              amountFen: BigInt(entry.amount_fen),
            },
          ],
    ),
  )
}

/** From what an account holds now and every entry since the span began, in order: its statement. */
export function stated(
  account: AccountKey,
  span: Span,
  nowFen: bigint,
  since: readonly Omit<StatementLine, 'balanceFen'>[],
): Statement {
  const openingFen = since.reduce((balance, { amountFen }) => balance - amountFen, nowFen)
  let balanceFen = openingFen
  const lines = since
    .filter(({ postedAt }) => postedAt < span.until)
    .map((line) => {
      balanceFen += line.amountFen
      return { ...line, balanceFen }
    })
  return { ...account, ...span, openingFen, lines, closingFen: balanceFen }
}
