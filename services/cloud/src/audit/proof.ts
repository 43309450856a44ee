import { type Db, instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Sum } from './books.ts'
import { firstIdOf } from './scope.ts'

/*
 * What was proven before, and from where on the next audit reads. A lot is read from the oldest stay that has had a payment
 * cleared or cash taken since, the oldest refund that was under way, and the oldest clearance that was being told: so what
 * comes late is read with what it is about. Books are read by when they were posted, whatever they are about.
 */

type Lot = {
  bucket: number
  lot_id: number
  proven_before: number
  stays_from: string
  refunds_from: string
  told_from: string
}
type Log = { bucket: number; lot_id: number; device: string; epoch: string; committed_seq: string; seq: string }

const logsWithProof = `
  select g.bucket, g.lot_id, g.device, g.epoch, g.committed_seq, coalesce(e.seq, 0) as seq
    from lot_log g
    left join (select p.bucket, p.lot_id, e.device, e.epoch, e.seq
                 from proof p
                cross join lateral unnest(p.device, p.epoch, p.seq) as e (device, epoch, seq)) e
      on e.bucket = g.bucket and e.lot_id = g.lot_id and e.device = g.device and e.epoch = g.epoch`
const selectLogs: Statement = { name: 'audit-logs', text: `-- fanout\n${logsWithProof}` }
const anyProof: Statement = { name: 'audit-any-proof', text: '-- fanout\nselect from proof limit 1' }

const selectLots: Statement = {
  name: 'audit-lots',
  text: `-- fanout
  with w as (
    select l.bucket, l.lot_id, p.lot_id is not null as proven, coalesce(p.proven_before, l.created_at - interval '1 day') as proven_before,
           p.telling_from, p.refunding_from
      from lot l
      left join proof p on p.bucket = l.bucket and p.lot_id = l.lot_id
  ), paid as (
    select p.bucket, p.lot_id, min(p.id) as id, min(p.session_id) as session_id
      from (select bucket, lot_id, id, session_id, cleared_at from payment k where k.cleared_at >= (select min(proven_before) from w) offset 0) p
      join w on w.bucket = p.bucket and w.lot_id = p.lot_id and p.cleared_at >= w.proven_before
     group by p.bucket, p.lot_id
  ), cash as (
    select l.bucket, l.lot_id, min((e.body ->> 'clearance')::int8) as id, min((e.body ->> 'session')::int8) as session_id
      from (${logsWithProof}) l
     cross join lateral (select body from lot_event k
                          where k.bucket = l.bucket and k.lot_id = l.lot_id and k.epoch = l.epoch and k.seq > l.seq and k.kind = 'cash-taken'
                         offset 0) e
     group by l.bucket, l.lot_id
  )
  select w.bucket, w.lot_id, w.proven_before,
         case when proven then least(${firstIdOf('w.proven_before')}, paid.id, paid.session_id, cash.id, cash.session_id) else 0 end as stays_from,
         case when proven then least(${firstIdOf("w.proven_before - interval '1 day'")}, w.refunding_from) else 0 end as refunds_from,
         case when proven then least(${firstIdOf('w.proven_before')}, w.telling_from, paid.id, cash.id) else 0 end as told_from
    from w
    left join paid on paid.bucket = w.bucket and paid.lot_id = w.lot_id
    left join cash on cash.bucket = w.bucket and cash.lot_id = w.lot_id`,
}

/** The parameters of what has changed since the last proof (scope.ts); null where nothing was proven yet. */
export async function windowOf(tx: Tx): Promise<readonly unknown[] | null> {
  if ((await tx.query(anyProof)).length === 0) return null
  const lots = await tx.query<Lot>(selectLots)
  const logs = (await tx.query<Log>(selectLogs)).filter((log) => log.seq !== log.committed_seq)
  return [
    ...[lots.map((lot) => lot.bucket), lots.map((lot) => lot.lot_id), lots.map((lot) => instantOut(lot.proven_before))],
    ...[lots.map((lot) => lot.stays_from), lots.map((lot) => lot.refunds_from), lots.map((lot) => lot.told_from)],
    ...[logs.map((log) => log.bucket), logs.map((log) => log.lot_id), logs.map((log) => log.device)],
    ...[logs.map((log) => log.epoch), logs.map((log) => log.committed_seq), logs.map((log) => log.seq)],
  ]
}

const underWay = (name: string, table: string, due: string): Statement => ({
  name,
  text: `-- fanout
  select bucket, lot_id, min(id) as id from ${table} where ${due} is not null group by bucket, lot_id`,
})
const toldNow = underWay('audit-telling', 'clearance', 'send_at')
const refundingNow = underWay('audit-refunding', 'refund', 'ask_at')
const selectLotKeys: Statement = { name: 'audit-lot-keys', text: '-- fanout\nselect bucket, lot_id from lot' }

export type Proof = {
  readonly bucket: number
  readonly lotId: number
  readonly tellingFrom: string
  readonly refundingFrom: string
  readonly sums: readonly Sum[]
  readonly logs: readonly Log[]
}

/** What can be noted of each lot when everything held of it, as of the snapshot that was looked at. */
export async function proofsOf(tx: Tx, sums: readonly Sum[], provenBefore: number): Promise<Proof[]> {
  const keyOf = (row: { bucket: number; lot_id: number }) => `${row.bucket}/${row.lot_id}`
  const oldest = async (statement: Statement) =>
    new Map(
      (await tx.query<{ bucket: number; lot_id: number; id: string }>(statement)).map((row) => [keyOf(row), row.id]),
    )
  const [telling, refunding] = [await oldest(toldNow), await oldest(refundingNow)]
  const logs = Map.groupBy(await tx.query<Log>(selectLogs), keyOf)
  const ofLot = Map.groupBy(sums, keyOf)
  const newest = firstIdAt(provenBefore)
  const lots = await tx.query<{ bucket: number; lot_id: number }>(selectLotKeys)
  return lots.map((lot) => ({
    bucket: lot.bucket,
    lotId: lot.lot_id,
    tellingFrom: telling.get(keyOf(lot)) ?? newest,
    refundingFrom: refunding.get(keyOf(lot)) ?? newest,
    // A drawer that was handed over is nothing, and each shift has one.
    sums: (ofLot.get(keyOf(lot)) ?? []).filter((sum) => sum.before !== '0'),
    logs: logs.get(keyOf(lot)) ?? [],
  }))
}

const keepProofs: Statement = {
  name: 'keep-proofs',
  text: `-- fanout
  insert into proof (bucket, lot_id, proven_before, telling_from, refunding_from, kind, party, channel, balance_fen, device, epoch, seq)
  select bucket, lot_id, $12, telling_from, refunding_from, kind::account_kind[], party::int8[], channel::channel_name[], balance_fen::int8[],
         device::text[], epoch::int8[], seq::int8[]
    from unnest($1::int4[], $2::int4[], $3::int8[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
         as p (bucket, lot_id, telling_from, refunding_from, kind, party, channel, balance_fen, device, epoch, seq)
   order by bucket, lot_id
      on conflict (bucket, lot_id) do update
     set proven_before = excluded.proven_before, telling_from = excluded.telling_from, refunding_from = excluded.refunding_from,
         kind = excluded.kind, party = excluded.party, channel = excluded.channel, balance_fen = excluded.balance_fen,
         device = excluded.device, epoch = excluded.epoch, seq = excluded.seq
   where proof.proven_before <= excluded.proven_before`,
}
/** An array as PostgreSQL reads it from text: none of our words has a quote, a comma or a brace in it. */
const list = (values: readonly string[]): string => `{${values.map((value) => JSON.stringify(value)).join(',')}}`

/** Notes proofs; a newer one that another audit noted meanwhile stays. */
export async function keep(db: Db, proofs: readonly Proof[], provenBefore: number): Promise<void> {
  for (let from = 0; from < proofs.length; from += 5_000) {
    const some = proofs.slice(from, from + 5_000)
    await db.query(keepProofs, [
      ...[some.map((proof) => proof.bucket), some.map((proof) => proof.lotId)],
      ...[some.map((proof) => proof.tellingFrom), some.map((proof) => proof.refundingFrom)],
      ...(['kind', 'party', 'channel', 'before'] as const).map((column) =>
        some.map(({ sums }) => list(sums.map((sum) => sum[column]))),
      ),
      ...(['device', 'epoch', 'committed_seq'] as const).map((column) =>
        some.map(({ logs }) => list(logs.map((log) => log[column]))),
      ),
      instantOut(provenBefore),
    ])
  }
}
