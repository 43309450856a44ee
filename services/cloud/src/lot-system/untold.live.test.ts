import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { claimToRefund } from '../bolink/message-store.ts'
import { countTold } from '../bolink/orders.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { untoldPayments } from './untold.ts'

/* Payments that a rule gives back, on the real database. */

const lot = { bucket: 3, lotId: 9 }
const now = Date.UTC(2026, 5, 1) as Instant
const hourMs = 3_600_000
const clock = { now: () => now }
const newId = idMaker(clock.now, 5)
let data: TestDatabase
const say = <Row>(text: string, values: readonly unknown[] = []) =>
  data.database.of(lot.bucket).query<Row>({ name: '', text }, values)
before(async () => {
  data = await testDatabase()
  await provision(data.database, aLotPlan(lot), now)
})
after(() => data.close())

/** A payment that was to go back a minute ago, and is still told. */
async function aPayment(): Promise<Id> {
  const id = newId()
  await say(
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, paid_at, cleared_at)
     values (3, 9, $1, $1, '粤B12345', 'd', 'wechatpay', 1, 'k', 1, 500, 3, 5, 0, 15, 'paid', $2, $2, $2, $2)`,
    [id, new Date(now)],
  )
  await say(
    `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by) values (3, 9, $1, $1, 500, $2, $2)`,
    [id, new Date(now)],
  )
  await say(`insert into bolink_order (bucket, lot_id, order_id, session_id, local_id) values (3, 9, $1, $2, '')`, [
    ...[`R${id}`, id],
  ])
  await say(
    `insert into bolink_message (bucket, lot_id, id, service, answered_by, body, repeats, steps, sends, until, send_at)
     values (3, 9, $1, 'prepay_order', '{}', '{}', true, '{10,10}', 1, $2, $3)`,
    [id, new Date(now - 60_000), new Date(now - hourMs)],
  )
  return id
}
const messageOf = async (id: Id) =>
  (
    await say<{ until: number | null; send_at: number | null }>(
      'select until, send_at from bolink_message where id = $1',
      [id],
    )
  )[0]
const heard = (id: Id) =>
  data.database
    .of(lot.bucket)
    .transaction((tx) => countTold(tx, lot, { payment: id, orderId: `R${id}`, amountFen: fen(500) }, now))
const untold = () =>
  untoldPayments({
    ...{ database: data.database, clock, log: silentLog, newId },
    ruleOf: async () => ({ notTold: 'refund', refundAfterHours: 24 }),
  })

test('what the lot has taken goes back to nobody where its message lies there still, and is told on until that is answered', async () => {
  const [taken, due] = [await aPayment(), await aPayment()]
  await heard(taken)
  await untold().round()
  assert.deepEqual(await messageOf(taken), { until: null, send_at: now - hourMs })
  // Nobody holds anything in these books: it is tried again.
  assert.deepEqual(await messageOf(due), { until: now + hourMs, send_at: null })
})

test('what the lot takes at the same moment is waited for', async () => {
  const id = await aPayment()
  const claims: Promise<unknown>[] = []
  await data.database.of(lot.bucket).transaction(async (tx) => {
    await countTold(tx, lot, { payment: id, orderId: `R${id}`, amountFen: fen(500) }, now)
    claims.push(data.database.of(lot.bucket).query(claimToRefund, [lot.bucket, lot.lotId, id, new Date(now)]))
    await tx.query({ name: '', text: 'select pg_sleep(0.3)' })
  })
  assert.deepEqual(await Promise.all(claims), [[]])
  assert.equal((await messageOf(id))?.until, now - 60_000)
})
