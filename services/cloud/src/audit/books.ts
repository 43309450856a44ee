import { instantOut, type Tx } from '@lanepay/database/database.ts'
import { exampleCount, type Found } from './invariant.ts'
import { changed } from './scope.ts'

/** One account as it stands, what its transfers add up to, and what those posted before `provenBefore` did. */
export type Sum = {
  readonly bucket: number
  readonly lot_id: number
  readonly kind: string
  readonly party: string
  readonly channel: string
  /** null: there is no such account */
  readonly balance_fen: string | null
  readonly sum: string
  readonly before: string
}

// Transfers of one shape are added up place by place before their entries are told apart: a quarter of the rows.
const placesAtMost = 4
const places = Array.from({ length: placesAtMost }, (_, place) => `sum(amount_fen[${place + 1}])`)
const addedUp = (transfers: string, before: string): string => `
  select g.bucket, g.lot_id, e.kind, e.party, g.channel, e.amount_fen as sum, case when g.is_before then e.amount_fen end as before
    from (select bucket, lot_id, channel, kind, party, posted_at < ${before} as is_before, array[${places.join(', ')}] as amount_fen
            from ${transfers} t
           where cardinality(kind) <= ${placesAtMost}
           group by bucket, lot_id, channel, kind, party, is_before) as g
   cross join lateral unnest(g.kind, g.party, g.amount_fen[1:cardinality(g.kind)]) as e (kind, party, amount_fen)
   union all
  select t.bucket, t.lot_id, e.kind, e.party, t.channel, e.amount_fen, case when t.posted_at < ${before} then e.amount_fen end
    from ${transfers} t
   cross join lateral unnest(t.kind, t.party, t.amount_fen) as e (kind, party, amount_fen)
   where cardinality(t.kind) > ${placesAtMost}`

const accounts = (sums: string): string => `
  select bucket, lot_id, kind, party, channel, a.balance_fen, coalesce(s.sum, 0)::int8 as sum, coalesce(s.before, 0)::int8 as before
    from account a
    full join (select bucket, lot_id, kind, party, channel, sum(sum) as sum, sum(before) as before from (${sums}) x group by 1, 2, 3, 4, 5) s
   using (bucket, lot_id, kind, party, channel)
   order by bucket, lot_id, kind, party, channel`

const sumsOfAll = { name: 'audit-balances', text: `-- fanout\n${accounts(addedUp('transfer', '$1'))}` }
const sumsSince = {
  name: 'audit-balances-since',
  text: `-- fanout
  ${changed.lists}
  ${accounts(`${addedUp(changed.newTransfers, '$13')}
   union all
  select p.bucket, p.lot_id, e.kind, e.party, e.channel, e.balance_fen, e.balance_fen
    from proof p
   cross join lateral unnest(p.kind, p.party, p.channel, p.balance_fen) as e (kind, party, channel, balance_fen)`)}`,
}

/** Every account with the sum of its transfers: of all of them, or of those since the last proof and what that had come to. */
export const sumsOf = (tx: Tx, window: readonly unknown[] | null, provenBefore: number): Promise<Sum[]> =>
  window === null
    ? tx.query<Sum>(sumsOfAll, [instantOut(provenBefore)])
    : tx.query<Sum>(sumsSince, [...window, instantOut(provenBefore)])

export const channelsSay =
  'no channel holds less than nothing of a lot, but for fees that it has taken of money that went back and not given back yet'

/** By our books; what a channel itself says it holds is reconciliation's to compare. */
export function overdrawnChannels(sums: readonly Sum[]): Found | null {
  const held = new Map<string, { lot: Sum; clearing: bigint; owedFees: bigint }>()
  for (const one of sums) {
    if (one.kind !== 'channel-clearing' && one.kind !== 'channel-fee') continue
    const key = `${one.bucket}/${one.lot_id}/${one.channel}`
    const at = held.get(key) ?? { lot: one, clearing: 0n, owedFees: 0n }
    const sum = BigInt(one.sum)
    if (one.kind === 'channel-clearing') at.clearing += sum
    else if (sum < 0n) at.owedFees -= sum
    held.set(key, at)
  }
  const broken = [...held.values()].filter(({ clearing, owedFees }) => clearing > owedFees)
  if (broken.length === 0) return null
  return {
    invariant: channelsSay,
    todo: 'no more withdrawals and refunds of this lot at this channel until it is known which payment is missing: read the statement of channel-clearing',
    count: broken.length,
    examples: broken
      .slice(0, exampleCount)
      .map(
        ({ lot, clearing, owedFees }) =>
          `lot ${lot.lot_id}: ${lot.channel} would hold ${-clearing} fen, and owes ${owedFees} of fees`,
      ),
    lots: broken.map(({ lot }) => ({ bucket: lot.bucket, lotId: lot.lot_id })),
  }
}

export const balancesSay = 'every balance equals its entries'

export function brokenBalances(sums: readonly Sum[]): Found | null {
  const broken = sums.filter((one) => BigInt(one.balance_fen ?? 0) !== BigInt(one.sum))
  if (broken.length === 0) return null
  return {
    invariant: balancesSay,
    todo: 'no more withdrawals and refunds of this account until it is known which of the two is right: read its statement',
    count: broken.length,
    examples: broken
      .slice(0, exampleCount)
      .map(
        (one) =>
          `lot ${one.lot_id}: account ${one.kind} of ${one.party} by ${one.channel} stands at ${one.balance_fen ?? 'nothing'} fen, its transfers come to ${one.sum}`,
      ),
    lots: broken.map((one) => ({ bucket: one.bucket, lotId: one.lot_id })),
  }
}
