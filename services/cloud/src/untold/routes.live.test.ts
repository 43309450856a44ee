import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '@lanepay/domain/clock.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { claimMessages } from '../bolink/message-store.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import type { LotPlan } from '../lot/provision.ts'
import { lockPayment } from '../refund/store.ts'
import type { Role } from '../staff/acts.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import type { UntoldRow, UntoldView } from './api.ts'

/* What a lot's software and a wallet were told in vain, on an office's screen, and what a person has told again. */

let cloud: Enrolling
let lot: LotPlan
before(async () => {
  cloud = await startEnrolling({ clock: systemClock })
  lot = await cloud.aLot({ operator: { id: '700', name: '物业' } })
})
after(() => cloud?.close())

const put = (table: string, row: object) => {
  const all = Object.entries({ bucket: lot.bucket, lot_id: lot.number, ...row })
  return cloud.sql.query(
    `insert into ${table} (${all.map(([name]) => name).join(', ')}) values (${all.map((_, at) => `$${at + 1}`).join(', ')})`,
    all.map(([, value]) => value),
  )
}
const base = BigInt(firstIdAt(Date.now()))
const id = (n: number) => String(base + BigInt(n))
const at = new Date()
const paid = (n: number, state = 'paid') =>
  put('payment', {
    ...{
      id: id(n),
      session_id: id(n),
      plate: '粤B12345',
      driver: 'd',
      channel: 'wechatpay',
      account_id: 1,
      account_key: 'k',
    },
    ...{
      operator_id: 700,
      amount_fen: 500,
      channel_fee_fen: 3,
      platform_fee_fen: 5,
      paid_before_fen: 0,
      leave_minutes: 15,
    },
    ...{ state, created_at: at, expires_at: at, paid_at: at, cleared_at: at },
  })
/** Sent in vain for the last time; `more`: otherwise than that. */
const message = (n: number, more: object = {}) =>
  put('bolink_message', {
    ...{ id: id(n), service: 'prepay_order', answered_by: [], body: '{}', repeats: true, steps: [10, 10], sends: 2 },
    ...more,
  })
const notice = (n: number, kind: string, more: object = {}) =>
  put('wallet_notice', {
    ...{ id: id(n), union_id: '200279', kind, subject: id(20), said: { plate_number: '粤B12345' }, tries: 6 },
    ...{ put_aside_at: at, ...more },
  })

async function somebody(role: Role) {
  const headers = await signedInAs(cloud.data.database, systemClock.now(), { role, houseKey, operatorId: '700' })
  const way = `${cloud.cloud.url}/api/operator/lots/${lot.number}/untold`
  return {
    rows: async (): Promise<UntoldRow[]> => {
      const { rows } = (await (await fetch(way, { headers })).json()) as UntoldView
      return [...rows]
    },
    again: async (to: UntoldRow['to'], n: number, reason = '对方已修好') => {
      const body = JSON.stringify({ to, id: id(n), reason })
      const more = { 'content-type': 'application/json' }
      return (await fetch(`${way}/again`, { method: 'POST', headers: { ...headers, ...more }, body })).status
    },
  }
}

test('what was told in vain is listed in its order, and told again once by whoever may, with a line in the trail', async () => {
  await paid(1)
  await message(1)
  // Goes back: the lot is told of it no more.
  await paid(2)
  await put('refund', {
    id: id(9),
    payment_id: id(2),
    amount_fen: 500,
    reason: 'r',
    state: 'asked',
    asked_at: at,
    ask_at: at,
  })
  await message(2)
  // Would open the gate for whoever stands there by now.
  await paid(60)
  await message(60, { service: 'outpark' })
  // Of a coupon it was said already that it came to nothing.
  await message(3, { service: 'deliver_ticket' })
  // Is on its way.
  await paid(4)
  await message(4, { send_at: at, sends: 1 })
  // One that a rule gives back to-morrow is told again all the same.
  await paid(5)
  await message(5, { until: new Date(Date.now() + 86_400_000) })
  await put('refund', {
    id: id(6),
    payment_id: id(4),
    amount_fen: 5,
    reason: 'r',
    state: 'done',
    asked_at: at,
    done_at: at,
  })
  await message(6, { service: 'refund' })
  await notice(21, 'in-notice')
  await notice(22, 'out-notice')
  await notice(23, 'prepay-result', { subject: 'T1', put_aside_at: null })
  const manager = await somebody('manager')
  const shown = async () => (await manager.rows()).map(({ to, what, id }) => `${to} ${what} ${BigInt(id) - base}`)
  assert.deepEqual(await shown(), [
    ...['lot payment 1', 'lot payment 5', 'lot refund 6'],
    ...['wallet in-notice 21', 'wallet out-notice 22'],
  ])
  for (const { plate } of await manager.rows()) assert.match(plate!, /^粤B1\*\*45$/)
  assert.equal(await (await somebody('finance')).again('lot', 1), 403)
  assert.equal(await manager.again('lot', 1, ''), 400)
  for (const n of [2, 3, 4]) assert.equal(await manager.again('lot', n), 404)
  assert.deepEqual([await manager.again('lot', 1), await manager.again('lot', 1)], [200, 404])
  assert.equal(await manager.again('lot', 5), 200)
  // With its exit.
  assert.equal(await manager.again('wallet', 21), 200)
  assert.deepEqual(await shown(), ['lot refund 6'])
  const claimed = await cloud.data.database
    .of(lot.bucket)
    .query<{ id: string }>(claimMessages, [[lot.bucket], [lot.number], ['box'], new Date(Date.now() + 1000)])
  assert.deepEqual(
    claimed.map((one) => one.id),
    [id(1)],
    'in its old place',
  )
  const { rows } = await cloud.sql.query(
    `select act, about, after, reason from staff_line where lot_id = $1 and act = 'untold.tell' order by line`,
    [lot.number],
  )
  const told = { act: 'untold.tell', after: 'told again', reason: '对方已修好' }
  assert.deepEqual(rows, [
    { ...told, about: `message ${id(1)}` },
    { ...told, about: `message ${id(5)}` },
    { ...told, about: `notice ${id(21)}` },
  ])
})

test('a payment that somebody asks for back at this moment is not told again', async () => {
  await paid(71)
  await message(71)
  const manager = await somebody('manager')
  let answered = false
  const again = await cloud.data.database.of(lot.bucket).transaction(async (tx) => {
    await tx.query(lockPayment, [lot.bucket, lot.number, id(71)])
    const asking = manager.again('lot', 71).finally(() => {
      answered = true
    })
    const waits = async () => (await cloud.sql.query('select from pg_locks where not granted')).rowCount! > 0
    while (!answered && !(await waits()));
    await tx.query(
      {
        name: '',
        text: `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, ask_at)
               values ($1, $2, $3, $4, 500, 'r', 'asked', now(), now())`,
      },
      [lot.bucket, lot.number, id(72), id(71)],
    )
    return { asking }
  })
  assert.equal(await again.asking, 404)
})
