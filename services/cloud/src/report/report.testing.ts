import type { Database } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import type pg from 'pg'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import type { ListName } from './list.ts'
import { listOf } from './lists.ts'
import type { Asked } from './read.ts'

/* Lots with many payments, made in a few statements: as many as an export has to bear. */

/** 1 November 2026 in Beijing. */
export const novemberAt = Date.parse('2026-11-01T00:00:00+08:00') as Instant
export const dayMs = 86_400_000

export async function openLots(database: Database, lots: readonly LotKey[], operator = '1'): Promise<void> {
  for (const lot of lots)
    await provision(
      database,
      aLotPlan(lot, {
        operator: { id: operator, name: '阳光物业' },
        accounts: [
          { id: Number(operator) * 10 + 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} },
          { id: Number(operator) * 10 + 2, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {} },
        ],
      }),
      novemberAt,
    )
}

/** Payments of a lot, one every `everyMs` from `from` on, posted as clearing posts them: 6 of 1000 fen to the channel, 10 to the platform. */
export async function addPayments(
  sql: pg.Client,
  lot: LotKey,
  told: { readonly count: number; readonly from: number; readonly everyMs: number; readonly operator?: string },
): Promise<void> {
  const { count, from, everyMs, operator = '1' } = told
  const values = [lot.bucket, lot.lotId, count, firstIdAt(from), everyMs, new Date(from), operator]
  await sql.query(
    `insert into payment (bucket, lot_id, id, session_id, lane_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, channel_trade_no,
                          paid_at, cleared_at)
     select $1, $2, $4::int8 + ((n * $5::int8) << 22), $4::int8 + n, n % 9 + 1, '粤B' || lpad(n::text, 5, '0'), 'driver',
            case when n % 3 = 0 then 'alipay' else 'wechatpay' end::channel_name, 11, 'key', $7::int8, 1000 + n % 7, 6, 10, 0, 15, 'paid',
            $6::timestamptz + n * $5::int8 * interval '1 millisecond', $6::timestamptz + n * $5::int8 * interval '1 millisecond',
            '42000' || lpad(n::text, 23, '0'), $6::timestamptz + n * $5::int8 * interval '1 millisecond',
            $6::timestamptz + n * $5::int8 * interval '1 millisecond'
       from generate_series(0, $3::int4 - 1) as n`,
    values,
  )
  await sql.query(
    `insert into transfer (bucket, lot_id, cause_id, cause, posted_at, channel, kind, party, amount_fen)
     select bucket, lot_id, id, 'payment-paid', cleared_at, channel,
            array['channel-clearing', 'channel-fee', 'platform-fee', 'operator-payable']::account_kind[], array[0, 0, 0, operator_id],
            array[- amount_fen, channel_fee_fen, platform_fee_fen, amount_fen - channel_fee_fen - platform_fee_fen]
       from payment p
      where p.bucket = $1 and p.lot_id = $2
        and not exists (select from transfer t where t.bucket = p.bucket and t.lot_id = p.lot_id and t.cause_id = p.id)`,
    values.slice(0, 2),
  )
  await sql.query(
    `insert into account (bucket, lot_id, kind, party, channel, balance_fen, version)
     select bucket, lot_id, kind, party, channel, sum(amount_fen), 1 from entry where bucket = $1 and lot_id = $2
      group by bucket, lot_id, kind, party, channel
         on conflict (bucket, lot_id, kind, party, channel) do update set balance_fen = excluded.balance_fen`,
    values.slice(0, 2),
  )
}

/** A list of these lots in November 2026, oldest first, unless told otherwise. */
export const asking = (name: ListName, places: readonly LotKey[], over: Partial<Asked> = {}): Asked => ({
  ...{ list: listOf(name), places, from: novemberAt, until: novemberAt + 30 * dayMs },
  ...{ operators: ['1'], accounts: [11, 12], filters: {}, order: 'asc' },
  ...over,
})
