import { instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Asked, Found, Position } from './read.ts'
import { totalsOf } from './read.ts'
import type { Snapshot } from './snapshot.ts'
import type { Order } from './sql.ts'

/*
 * A statement goes on from what the account was. That is not added up from the beginning: it is what the account holds now without
 * everything since (packages/ledger/src/statement.ts does the same for one account of one lot).
 */

const selectOpening: Statement = {
  name: 'report-opening',
  text: `
  select ((select coalesce(sum(a.balance_fen), 0)
             from account a
            where a.bucket = $1 and a.lot_id = $2 and ($4::text is null or a.kind::text = $4)
              and ($5::text is null or a.party::text = $5) and ($6::text is null or a.channel::text = $6))
        - (select coalesce(sum(e.amount_fen), 0)
             from transfer t cross join lateral unnest(t.kind, t.party, t.amount_fen) as e (kind, party, amount_fen)
            where t.bucket = $1 and t.lot_id = $2 and t.lot_id + 0 = $2 and t.posted_at >= $3 and ($4::text is null or e.kind::text = $4)
              and ($5::text is null or e.party::text = $5) and ($6::text is null or t.channel::text = $6)))::int8 as fen`,
}

/**
 * What the accounts that are asked for held, in all lots, where the statement goes on behind `after`: before its next row, and where the newest
 * stand first, with it. Where it begins that is what they held when the period began, or ended. In fen.
 */
export async function openingOf(snapshot: Snapshot, asked: Asked, after: Position | null): Promise<bigint> {
  const { account = null, party = null, channel = null } = asked.filters
  let opening = 0n
  for (const { bucket, lotId } of asked.places) {
    const [row] = await snapshot.query<{ fen: string }>(bucket, selectOpening, [
      ...[bucket, lotId, instantOut(asked.from), account, party, channel],
    ])
    opening += BigInt(row!.fen)
  }
  if (after === null && asked.order === 'asc') return opening
  return opening + BigInt((await totalsOf(snapshot, asked, after)).sums.amountFen!)
}

/** Writes what the account held after each row beside it, from one page to the next; `balance` is where it goes on. */
export function running(beginsAtFen: bigint, order: Order) {
  let balance = beginsAtFen
  return {
    on: (found: readonly Found[]): Found[] =>
      found.map((one) => {
        const amount = BigInt(one.row.amountFen!)
        const after = order === 'asc' ? balance + amount : balance
        balance = order === 'asc' ? after : balance - amount
        return { ...one, row: { ...one.row, balanceFen: String(after) } }
      }),
    balance: (): bigint => balance,
  }
}
