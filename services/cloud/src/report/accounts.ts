import { instantOut, type Statement } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { Column, Row } from './column.ts'
import type { Asked } from './read.ts'
import type { Snapshot } from './snapshot.ts'
import { accountWords, channelWords } from './words.ts'

/* Every account of some lots over a period: what it was, what came in, what went out, what it was then. */

export const accountColumns: readonly Column[] = [
  { key: 'lot', kind: 'text', title: { zh: '车场', en: 'Lot' } },
  { key: 'account', kind: 'text', title: { zh: '科目', en: 'Account' }, words: accountWords },
  { key: 'party', kind: 'number', title: { zh: '归属', en: 'Party' } },
  { key: 'channel', kind: 'text', title: { zh: '渠道', en: 'Channel' }, words: channelWords },
  { key: 'openingFen', kind: 'fen', title: { zh: '期初余额', en: 'Opening balance' }, total: true },
  { key: 'inFen', kind: 'fen', title: { zh: '增加', en: 'Increase' }, total: true },
  { key: 'outFen', kind: 'fen', title: { zh: '减少', en: 'Decrease' }, total: true },
  { key: 'closingFen', kind: 'fen', title: { zh: '期末余额', en: 'Closing balance' }, total: true },
]

const selectAccounts: Statement = {
  name: 'report-accounts-of-lot',
  text: `
  select a.lot_id::text as lot, a.kind::text as account, a.party::text as party, a.channel::text as channel,
         (a.balance_fen - coalesce(m.since, 0))::int8 as "openingFen", coalesce(m.gone_in, 0)::int8 as "inFen",
         coalesce(m.gone_out, 0)::int8 as "outFen", (a.balance_fen - coalesce(m.after, 0))::int8 as "closingFen"
    from account a
    left join (
      select e.kind, e.party, t.channel, sum(e.amount_fen) as since, sum(e.amount_fen) filter (where t.posted_at >= $4) as after,
             sum(e.amount_fen) filter (where e.amount_fen > 0 and t.posted_at < $4) as gone_in,
             sum(e.amount_fen) filter (where e.amount_fen < 0 and t.posted_at < $4) as gone_out
        from transfer t
       cross join lateral unnest(t.kind, t.party, t.amount_fen) as e (kind, party, amount_fen)
       where t.bucket = $1 and t.lot_id = $2 and t.lot_id + 0 = $2 and t.posted_at >= $3
       group by e.kind, e.party, t.channel) as m on m.kind = a.kind and m.party = a.party and m.channel = a.channel
   where a.bucket = $1 and a.lot_id = $2
   order by a.kind, a.channel, a.party`,
}

/** The accounts of one lot, by the columns above. */
export const accountsOf = (
  snapshot: Snapshot,
  { bucket, lotId }: LotKey,
  { from, until }: Pick<Asked, 'from' | 'until'>,
): Promise<Row[]> => snapshot.query<Row>(bucket, selectAccounts, [bucket, lotId, instantOut(from), instantOut(until)])
