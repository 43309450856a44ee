import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { dayAfter, readyAt } from './day.ts'
import { workGates } from './gates.ts'
import { at, day, type House, openHouse } from './reconciliation.testing.ts'

/* Every movement of a gate against its reason, on the real statements in the real database. */

let house: House
let lot: LotKey
before(async () => {
  house = await openHouse()
  lot = await house.aLot()
})
after(() => house.close())

let seq = 0
async function opening(
  cause: string,
  causeId: string | null,
  when: { at?: number; receivedAt?: number; silent?: boolean } = {},
): Promise<string> {
  seq += 1
  const moved = when.at ?? at('12:00')
  const values = [lot.bucket, lot.lotId, 5, seq, moved / 1000, (when.receivedAt ?? moved + 1000) / 1000]
  await house.sql.query(
    `insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body)
     values ($1, $2, $3, $4, 'agent', $7, to_timestamp($5), to_timestamp($6), '{"lane": 2}')`,
    [...values, cause === 'unordered' ? 'unordered-opening' : 'gate-opened'],
  )
  if (cause !== 'unordered')
    await house.sql.query(
      `insert into gate_opening (bucket, lot_id, epoch, seq, lane_id, at, occupancy, session_id, cause_kind, cause_id, silent)
       values ($1, $2, $3, $4, 2, to_timestamp($5), 1, null, $6, $7, $8)`,
      [...values.slice(0, 5), cause, causeId, when.silent ?? false],
    )
  return `opening:5/${seq}`
}
async function command(payment: Id | null, reason: string): Promise<string> {
  const id = house.newId()
  await house.sql.query(
    `insert into lot_command (bucket, lot_id, id, kind, payment_id, body, issued_at, expires_at, state)
     values ($1, $2, $3, 'open-gate', $4, $5, now(), now(), 'opened')`,
    [lot.bucket, lot.lotId, id, payment, JSON.stringify({ reason })],
  )
  return numberOf('command', lot, id)
}

const movements: [what: string, make: () => Promise<string>, reason: string][] = [
  ['a clearance that a payment earned', async () => opening('clearance', (await house.aPayment(lot)).id), 'payment'],
  [
    'asked for again after a payment',
    async () => opening('command', await command((await house.aPayment(lot)).id, 'paid')),
    'payment',
  ],
  [
    'nothing was owed, said the cloud',
    async () => opening('command', await command(null, 'nothing owed')),
    'free-rule',
  ],
  ['nothing was owed, said the lot', () => opening('nothing-owed', null), 'free-rule'],
  ['it came in', () => opening('entry', null), 'free-rule'],
  ['on the free list', () => opening('listed', null), 'free-rule'],
  ['a month card', () => opening('month-card', 'card-7'), 'month-card'],
  ['an attendant, who said why', () => opening('attendant', '张师傅: 消防车'), 'person'],
  ['from afar by a person', async () => opening('command', await command(null, '王经理: 设备故障')), 'person'],
  ['a clearance that nobody made', () => opening('clearance', '12345'), 'unexplained'],
  ['a command that nobody gave', () => opening('command', numberOf('command', lot, '12345' as Id)), 'unexplained'],
  ['a command with a number of nonsense', () => opening('command', 'x'), 'unexplained'],
  ['an attendant without a name', () => opening('attendant', null), 'unexplained'],
  ['up without an order', () => opening('unordered', null), 'unexplained'],
  ['a reason that is not known', () => opening('magic', null), 'unexplained'],
]
const result = async (onDay: string) =>
  (
    await house.rows<{ reasons: Record<string, number>; discrepancies: number }>(
      `select reasons, discrepancies from reconciled_day where proof = 'gates' and day = $1::date and lot_id = $2`,
      [onDay, lot.lotId],
    )
  )[0]

test('what moved a gate', async (t) => {
  const made: { what: string; reason: string; item: string }[] = []
  for (const [what, make, reason] of movements) made.push({ what, reason, item: await make() })
  await opening('clearance', '999', { silent: true }) // it never moved
  const late = await opening('magic', null, { receivedAt: readyAt(dayAfter(day)) - 7_200_000 })
  house.setNow(readyAt(day))
  const now = () => house.clock.now()
  await workGates({ database: house.database, now })
  const found = await house.discrepancies()
  for (const { what, reason, item } of made)
    await t.test(`${what}: ${reason}`, () => {
      const own = found.filter((row) => row.item === item).map((row) => [row.class, row.owner, row.state])
      assert.deepEqual(own, reason === 'unexplained' ? [['gate-unexplained', 'operator', 'with-a-person']] : [])
    })
  await t.test('the day by reasons', async () => {
    const counts: Record<string, number> = {}
    for (const { reason } of made) counts[reason] = (counts[reason] ?? 0) + 1
    assert.deepEqual(await result(day), { reasons: counts, discrepancies: counts.unexplained! })
  })
  await t.test('twice is once', async () => {
    await workGates({ database: house.database, now })
    assert.deepEqual(await house.discrepancies(), found)
  })
  await t.test('told when the day was closed: a new entry on the next, and the closed one stays', async () => {
    const before = await result(day)
    house.setNow(readyAt(dayAfter(day)))
    await workGates({ database: house.database, now })
    assert.deepEqual(await result(day), before)
    assert.deepEqual(
      (await house.discrepancies(dayAfter(day))).map((row) => row.item),
      [late],
    )
    assert.deepEqual(await result(dayAfter(day)), { reasons: { unexplained: 1 }, discrepancies: 1 })
  })
})
