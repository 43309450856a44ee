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

/** What the accounts hold is what was posted to them. */
const keepAccounts = (sql: pg.Client, { bucket, lotId }: LotKey) =>
  sql.query(
    `insert into account (bucket, lot_id, kind, party, channel, balance_fen, version)
     select bucket, lot_id, kind, party, channel, sum(amount_fen), 1 from entry where bucket = $1 and lot_id = $2
      group by bucket, lot_id, kind, party, channel
         on conflict (bucket, lot_id, kind, party, channel) do update set balance_fen = excluded.balance_fen`,
    [bucket, lotId],
  )

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
  await keepAccounts(sql, lot)
}

/** A list of these lots in November 2026, oldest first, unless told otherwise. */
export const asking = (name: ListName, places: readonly LotKey[], over: Partial<Asked> = {}): Asked => ({
  ...{ list: listOf(name), places, from: novemberAt, until: novemberAt + 30 * dayMs },
  ...{ operators: ['1'], accounts: [11, 12], filters: {}, order: 'asc' },
  ...over,
})

/** Two rows of every list that `addPayments` does not fill, on 2 November, for SQL that says what it means with rows as without. */
export async function addOfEverything(sql: pg.Client, lot: LotKey): Promise<void> {
  const at = novemberAt + dayMs
  const first = BigInt(firstIdAt(at))
  const { rows } = await sql.query('select id from payment where lot_id = $1 order by id limit 2', [lot.lotId])
  for (const n of [0, 1]) {
    const [id, payment] = [String(first + BigInt(n)), rows[n].id as string]
    const put = (table: string, row: Readonly<Record<string, unknown>>) => {
      const all = Object.entries({ bucket: lot.bucket, lot_id: lot.lotId, ...row })
      const places = all.map((_, place) => `$${place + 1}`)
      return sql.query(
        `insert into ${table} (${all.map(([key]) => key).join(', ')}) values (${places.join(', ')}) on conflict do nothing`,
        all.map(([, value]) => value),
      )
    }
    const post = (cause: string, entries: readonly (readonly [string, number, number])[]) =>
      put('transfer', {
        ...{
          cause_id: id,
          cause,
          posted_at: new Date(at + n),
          channel: 'wechatpay',
          kind: entries.map(([kind]) => kind),
        },
        ...{ party: entries.map(([, party]) => party), amount_fen: entries.map(([, , fen]) => fen) },
      })
    const asked = { asked_at: new Date(at), done_at: new Date(at) }
    await put('refund', { id, payment_id: payment, amount_fen: 100, reason: '=多收', state: 'done', ...asked })
    const given = [
      ['operator-payable', 1, -99],
      ['platform-fee', 0, -1],
      ['refund-in-flight', 1, 100],
    ] as const
    await post('refund-asked', given)
    if (n === 1)
      await post(
        'refund-failed',
        given.map(([kind, party, fen]) => [kind, party, -fen] as const),
      )
    await put('cash_change', {
      ...{ id, asked_as: `ZL000${n}`, asked_by: 'vendor 200501', asked_at: new Date(at), operator_id: 1 },
      ...{
        account_id: 11,
        channel: 'wechatpay',
        amount_fen: 800 + n,
        expires_at: new Date(at + dayMs),
        payee: 'oUpF8',
      },
      ...(n === 0
        ? { state: 'taken', channel_no: '1330000071', ended_at: new Date(at) }
        : { state: 'sent', ask_at: new Date(at) }),
    })
    await put('wallet_payment', {
      ...{
        union_id: '200279',
        kind: 'senseless',
        number: `o${n}`,
        id,
        session_id: id,
        plate: '粤B12345',
        user_id: 'u1',
      },
      ...{ asked_at: new Date(at), payment_id: payment, outcome: 'not-applied', because: 'unclear' },
    })
    await post('fee-taken', [
      ['channel-fee', 0, -6],
      ['operator-payable', 1, 1],
      ['channel-clearing', 0, 5],
    ])
    await put('share', { id, payment_id: payment, kind: 'share', round: 1, finish: true, state: 'done', ...asked })
    await put('share_part', { share_id: id, party: 2001, whole_fen: 50, amount_fen: 40 + n, state: 'done' })
    await put('share_return', {
      ...{
        id,
        payment_id: payment,
        refund_id: id,
        share_id: id,
        party: 2001,
        amount_fen: 7,
        way: 'call',
        state: 'done',
      },
      ...asked,
    })
    await put('withdrawal', {
      ...{
        lot_id: 0,
        id,
        operator_id: 1,
        account_id: 11,
        channel: 'wechatpay',
        kind: 'instant',
        cause: `asked:${id}`,
        steps: 1,
      },
      ...{
        amount_fen: 5000,
        fee_fen: 300,
        payout: 'channel',
        state: 'paid',
        asked_at: asked.asked_at,
        paid_at: asked.done_at,
      },
    })
    const said = { at: new Date(at), who: '张', why: '已到账' }
    await put('withdrawal_step', { lot_id: 0, withdrawal_id: id, step: 1, state: 'paid', ...said })
    await put('bill', {
      ...{
        bucket: 0,
        lot_id: 0,
        account_id: 11 + n,
        day: '2026-11-02',
        kind: 'trade',
        channel: 'wechatpay',
        account_key: 'k',
      },
      ...{ state: 'closed', lines: 12, kept_at: new Date(at), closed_at: new Date(at) },
    })
    for (const place of [lot, { bucket: 0, lotId: 0 }]) {
      const item = {
        ...{
          bucket: place.bucket,
          lot_id: place.lotId,
          account_id: 11,
          day: '2026-11-02',
          proof: 'trade',
          item: `payment:${n}`,
        },
      }
      await put('discrepancy', {
        ...{
          ...item,
          class: 'amount',
          owner: 'platform',
          ours_fen: 100,
          theirs_fen: 99,
          about: 'a test',
          found_at: new Date(at),
        },
        ...{ state: 'found', steps: 1 },
      })
      await put('discrepancy_step', { ...item, step: 1, state: 'found', on_day: '2026-11-02', ...said })
    }
    await put('reconciled_day', {
      ...{ account_id: 11 + n, day: '2026-11-02', proof: 'trade', ours: 3, theirs: 3, ours_fen: 300, theirs_fen: 300 },
      ...{ fee_milli_fen: 0, discrepancies: n, closed_at: new Date(at) },
    })
    await put('session', {
      ...{
        id,
        plate: `粤A0000${n}`,
        pass: false,
        colour: 'blue',
        state: 'left',
        entered_at: new Date(at),
        left_at: new Date(at + 1),
        paid_fen: 5,
      },
      ...{ entry_lane: 1, exit_lane: 2, owed_when_left_fen: n, standing: 'visitor', left_how: 'left' },
    })
    await put('session', {
      ...{ id: String(first + 200n + BigInt(n)), plate: `粤A0001${n}`, pass: false, colour: 'blue', state: 'left' },
      ...{ entered_at: new Date(at), left_at: new Date(at + n), paid_fen: 5, entry_lane: 1, exit_lane: 2 },
      ...{ owed_when_left_fen: 700, standing: 'visitor', left_how: n === 0 ? 'escaped' : 'released-owing' },
    })
    const cause = { kind: 'attendant', by: '李', reason: '救护车' }
    await put('lot_event', {
      ...{
        epoch: first,
        seq: n + 1,
        device: 'agent',
        kind: 'gate-opened',
        at: new Date(at),
        received_at: new Date(at),
        body: { cause },
      },
    })
    await put('lot_event', {
      ...{ epoch: first, seq: n + 101, device: 'agent', kind: 'unordered-opening', body: { lane: 2 } },
      ...{ at: new Date(at), received_at: new Date(at + 1_000) },
    })
    await put('gate_opening', {
      ...{
        epoch: first,
        seq: n + 1,
        lane_id: 2,
        at: new Date(at),
        session_id: id,
        cause_kind: 'attendant',
        cause_id: '李',
        silent: n === 1,
      },
    })
    await put('shift', {
      ...{
        id,
        booth: 1,
        attendant: '李',
        opened_at: new Date(at),
        handed_over_at: new Date(at),
        taken_over_by: '王',
        counted_fen: 690,
      },
    })
    for (const [what, fen] of [
      ['shift-opened', 500],
      ['cash-taken', 200],
      ['cash-given-back', 10],
      ['shift-handed-over', 690],
    ] as const)
      await put('cash_move', {
        id,
        what,
        shift_id: id,
        fen,
        at: new Date(at + n),
        posted_at: new Date(at),
        late: false,
      })
    await put('alarm', {
      id,
      kind: 'misread',
      subject: id,
      lane_id: 2,
      payment_id: payment,
      because: 'a test',
      raised_at: new Date(at),
    })
  }
  await keepAccounts(sql, lot)
}
