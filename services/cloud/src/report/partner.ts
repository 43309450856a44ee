import type { Database, Statement } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { List } from './list.ts'
import { whole } from './page.ts'

/* What a partner may read of the money of lots that are others': its own parts, and its own account. */

/** Its lists; the account of its own is the one that it has a statement of. */
export const isPartners = ({ about, name }: List): boolean => about === 'shares' || name === 'statement'
/** By which each of them is narrowed to one partner, whatever else it asks for. */
export const ownFilters = ({ runs }: List, party: string): Readonly<Record<string, string>> =>
  runs ? { account: 'partner-payable', party } : { party }
/** What stands in every row of it, or says whose it is: neither shown nor chosen. */
export const isKnownToPartner = ({ runs }: List, key: string): boolean =>
  key === 'party' || (runs === true && key === 'account')

/** What is on its way to a partner, and from it; whole fen. */
export type PartnerMoneyView = {
  readonly now: number
  /** Owed by the books of all lots and not paid out yet; what is on its way is part of it. */
  readonly owedFen: number
  /** Of it: the channel was told, and has not answered clearly yet. */
  readonly onTheWayFen: number
  readonly onTheWay: number
  /** Of what was paid out: being taken back for refunds. */
  readonly returningFen: number
  readonly returning: number
}

/** $1 bucket, $2 its lots, $3 the partner. */
const selectMoney: Statement = {
  name: 'report-money-of-party',
  text: `
  select (select coalesce(sum(a.balance_fen), 0) from account a
           where a.bucket = $1 and a.lot_id = any ($2::int4[]) and a.kind = 'partner-payable' and a.party = $3)::int8 as owed,
         p.fen as on_the_way_fen, p.parts as on_the_way, r.fen as returning_fen, r.parts as returning
    from (select coalesce(sum(x.amount_fen), 0)::int8 as fen, count(*)::int4 as parts
            from share s
            join share_part x on x.bucket = $1 and x.lot_id = s.lot_id and x.share_id = s.id
           where s.bucket = $1 and s.lot_id = any ($2::int4[]) and s.kind = 'share' and s.ask_at is not null
             and x.party = $3 and x.state = 'asked') as p
   cross join (select coalesce(sum(k.amount_fen), 0)::int8 as fen, count(*)::int4 as parts
                 from share_return k
                where k.bucket = $1 and k.lot_id = any ($2::int4[]) and k.ask_at is not null and k.party = $3) as r`,
}
type MoneyRow = { owed: string; on_the_way_fen: string; on_the_way: number; returning_fen: string; returning: number }

/** What is owed to a partner at these lots now, and what of it the channels are paying or taking back. */
export async function moneyOfPartner(
  database: Pick<Database, 'of'>,
  party: string,
  lots: readonly LotKey[],
): Promise<Omit<PartnerMoneyView, 'now'>> {
  const rows = await Promise.all(
    [...Map.groupBy(lots, ({ bucket }) => bucket)].map(([bucket, of]) =>
      database.of(bucket).query<MoneyRow>(selectMoney, [bucket, of.map(({ lotId }) => lotId), party]),
    ),
  )
  const sum = (key: keyof MoneyRow): number => whole(rows.flat().reduce((total, row) => total + BigInt(row[key]), 0n))
  return {
    ...{ owedFen: sum('owed'), onTheWayFen: sum('on_the_way_fen'), onTheWay: sum('on_the_way') },
    ...{ returningFen: sum('returning_fen'), returning: sum('returning') },
  }
}
