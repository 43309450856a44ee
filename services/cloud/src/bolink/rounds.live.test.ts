import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Statement } from '@lanepay/database/database.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { bucketCount } from '@lanepay/domain/bucket.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { selectLotsToTellRows } from '../vehicle/rows-store.ts'
import { selectVainCharges } from './charge-store.ts'
import { dropOldMessages, noteRefundTold, refundToTell, selectRefundsToTell, selectToRefund } from './message-store.ts'
import { oldestRefund } from './refunds.ts'

/* What the rounds of connected lots look for, on the real database in tables that are full of what is not due (scale.md 6, rule 15). */

const lot = { bucket: 3, lotId: 9 }
const now = Date.UTC(2026, 5, 1) as Instant
const buckets = Array.from({ length: bucketCount }, (_, bucket) => bucket)
const first = idMaker(() => now, 5)()
let data: TestDatabase
const say = <Row>(text: string, values: readonly unknown[] = []) =>
  data.database.of(lot.bucket).query<Row>({ name: '', text }, values)

/** Many of everything, and one of each due: messages and questions that wait, refunds of the month of which the lot has heard. */
before(async () => {
  data = await testDatabase()
  await provision(data.database, aLotPlan(lot), now)
  await say(`update lot set system = 'bolink'`)
  await say(
    `insert into bolink_message (bucket, lot_id, id, service, answered_by, body, repeats, steps, until, send_at)
     select 3, 9, n, 'outpark', '{}', '{}', n % 2 = 0, case when n % 2 = 0 then '{10}'::int4[] end,
            case when n % 2 = 1 or n % 20 = 0 then '2026-06-02Z'::timestamptz end, '2026-06-01Z'
       from generate_series(1, 20000) n`,
  )
  await say(
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, paid_at, cleared_at)
     select 3, 9, $1::int8 + n, $1::int8 + n, '粤B12345', 'd', 'wechatpay', 1, 'k', 1, 500, 3, 5, 0, 15, 'refunded', '2026-06-01Z', '2026-06-01Z',
            '2026-06-01Z', '2026-06-01Z'
       from generate_series(1, 20000) n`,
    [first],
  )
  await say(
    `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by)
     select bucket, lot_id, id, session_id, amount_fen, paid_at, paid_at from payment`,
  )
  await say(
    `insert into bolink_order (bucket, lot_id, order_id, session_id, local_id) select bucket, lot_id, id::text, session_id, '' from payment`,
  )
  await say(
    `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, done_at)
     select bucket, lot_id, id, id, amount_fen, 'r', 'done', paid_at, paid_at from payment`,
  )
  await say(`insert into bolink_refund (bucket, lot_id, id, told_at) select bucket, lot_id, id, done_at from refund`)
  await say(`update bolink_message set until = '2026-05-31Z' where id in (20, 21)`)
  await say(`update bolink_refund set told_at = null where id = $1::int8 + 1`, [first])
  await say('analyze')
})
after(() => data.close())

for (const [what, statement, values, index] of [
  ['payments that a rule gives back', selectToRefund, [buckets, new Date(now)], 'bolink_message_until'],
  ['questions whose time is over', dropOldMessages, [buckets, new Date(now)], 'bolink_message_until'],
  [
    'refunds that lots are to hear of',
    selectRefundsToTell,
    [buckets, oldestRefund(now), 'bolink'],
    'bolink_refund_to_tell',
  ],
] as const satisfies readonly (readonly [string, Statement, readonly unknown[], string])[])
  test(`${what} are found by their index, and nothing else is read`, async () => {
    const rows = await say<{ 'QUERY PLAN': string }>(`explain (analyze, costs off) ${statement.text}`, values)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    assert.match(plan, new RegExp(`using ${index}|on ${index}`), plan)
    assert.doesNotMatch(plan, /Seq Scan on (bolink_\w+|refund_rest|payment_rest)|Rows Removed/, plan)
  })

test('a refund that has ended is told once', async () => {
  await say(`update bolink_refund set told_at = '2026-06-01Z'`)
  const id = idMaker(() => now + 60_000, 5)()
  const due = () =>
    data.database
      .of(lot.bucket)
      .query<{ id: string; state: string }>(selectRefundsToTell, [...[buckets, oldestRefund(now), 'bolink']])
  await say(
    `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at)
     values (3, 9, $1, $2::int8 + 1, 500, 'r', 'asked', '2026-06-01Z', '2026-06-01Z')`,
    [id, first],
  )
  const key = [lot.bucket, lot.lotId, id]
  const ends = async (state: string) => {
    await say(`update refund set state = $2, ask_at = null where id = $1`, [id, state])
    await data.database.of(lot.bucket).query(refundToTell, key)
    return (await due()).map((row) => row.id)
  }
  await data.database.of(lot.bucket).query(refundToTell, key)
  assert.deepEqual(await due(), [], 'it is on its way')
  assert.deepEqual(await ends('failed'), [], 'nobody but us has asked for it')
  assert.deepEqual(await ends('done'), [id])
  await data.database.of(lot.bucket).query(noteRefundTold, [...key, new Date(now)])
  assert.deepEqual(await ends('done'), [])
})

test('lots that decline lists keep none waiting that wants them, and are told when they want them again', async () => {
  const wanted = async () =>
    (await data.database.of(lot.bucket).query<{ lot_id: number }>(selectLotsToTellRows, [buckets, new Date(now)])).map(
      ({ lot_id }) => lot_id,
    )
  await say(
    `insert into lot (bucket, lot_id, operator_id, name, platform_fee_basis_points, created_at, system)
     select 1, n, 1, 'declines ' || n, 0, '2026-06-01Z', 'bolink' from generate_series(1001, 1250) n`,
  )
  await say(
    `insert into bolink_park (bucket, lot_id, union_id, park_id, ukey)
     select bucket, lot_id, '200208', lot_id::text, 'key' from lot where system = 'bolink'`,
  )
  await say(
    `insert into bolink_computer (bucket, lot_id, local_id, token_hash, seen_at, declines)
     select bucket, lot_id, 'box', lot_id::text, '2026-06-01Z', case when bucket = 1 then '{cloud}'::text[] end from lot where system = 'bolink'`,
  )
  await say(
    `insert into list_row (bucket, lot_id, kind, key, name, made_at, wanted, wanted_at, turn, unsure)
     select bucket, lot_id, 'free', '粤B12345', '粤B12345', '2026-06-01Z', '{}', '2026-06-01Z', 1, false from lot where system = 'bolink'`,
  )
  await say(
    `insert into noted_renewal (bucket, lot_id, id, card_id, body) select bucket, lot_id, 1, 1, '{}' from lot where system = 'bolink'`,
  )
  assert.deepEqual(await wanted(), [lot.lotId])
  await say(`update bolink_computer set declines = '{months}' where lot_id = 1001`)
  assert.deepEqual((await wanted()).toSorted(), [1001, lot.lotId])
})

test('charges that a lot is told of already, and does not answer, keep no other from being told', async () => {
  const other = first.slice(0, -4)
  await say(
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
     select 3, 9, $1::int8 + n, $1::int8 + n, '粤B12345', 'd', 'wechatpay', 1, 'k', 1, 500, 3, 5, 0, 15, 'closed', '2026-06-01Z', '2026-06-01Z'
       from generate_series(1, 251) n`,
    [`${other}0000`],
  )
  await say(
    `insert into code_scan (bucket, lot_id, request, payment_id, scanned_at, scanned_by)
     select 3, 9, 'bolink-' || n, $1::int8 + n, '2026-05-31Z', 'a' from generate_series(1, 251) n`,
    [`${other}0000`],
  )
  await say(
    `insert into bolink_charge (bucket, lot_id, id, order_id, body, asked_at, answered)
     select 3, 9, 'bolink-' || n, 'R' || n, '{}', '2026-05-31Z'::timestamptz + n * interval '1 second', 2 from generate_series(1, 251) n`,
  )
  await say(
    `insert into bolink_message (bucket, lot_id, id, service, answered_by, body, repeats, steps, send_at)
     select 3, 9, $1::int8 + n, 'outpark', '{}', '{}', true, '{10}', '2026-06-01Z' from generate_series(1, 250) n`,
    [`${other}0000`],
  )
  const vain = await data.database.of(lot.bucket).query<{ id: string }>(selectVainCharges, [buckets, new Date(now)])
  assert.deepEqual(
    vain.map(({ id }) => id),
    ['bolink-251'],
  )
})
