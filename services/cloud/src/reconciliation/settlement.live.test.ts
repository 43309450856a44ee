import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { LotKey } from '@lanepay/domain/types.ts'
import { audit } from '../audit/audit.ts'
import { type Day, dayAfter, readyAt } from './day.ts'
import {
  at,
  flows,
  type House,
  lineOf,
  type Move,
  openHouse,
  type Paid,
  workedAndKilled,
} from './reconciliation.testing.ts'

/*
 * What the channel pays out by itself, followed by the book from day to day, and its balance against the ledger's: on the real
 * statements in the real database.
 */

let house: House
let lots: readonly LotKey[]
before(async () => {
  house = await openHouse()
  lots = [await house.aLot(), await house.aLot(), await house.aLot()]
})
after(() => house.close())
afterEach(() => house.holds())

let day = '2026-06-01' as Day
let balanceFen = 7000
/** What the channel's fee and the platform's leave of a payment, as `aPayment` has them. */
const feeOf = (amountFen: number) => Math.floor((amountFen * 60 + 5_000) / 10_000)
const operatorOf = (amountFen: number) => amountFen - feeOf(amountFen) - 5

/** The bills of the next day: these payments, and whatever else moved the account. */
async function aDay(paid: readonly number[], moves: readonly Move[] = []): Promise<void> {
  day = dayAfter(day)
  const made: Paid[] = []
  for (const [index, amountFen] of paid.entries())
    made.push(await house.aPayment(lots[index % lots.length]!, { paidAt: at('12:00', day), amountFen }))
  house.answers.set(
    `trade ${day}`,
    made.map((one) => lineOf(one, { feeMilliFen: feeOf(one.amountFen) * 1000 })),
  )
  const received = made.flatMap((one): Move[] => [
    { fen: one.amountFen, ourNumber: one.number },
    { fen: -feeOf(one.amountFen), ourNumber: one.number },
  ])
  const lines = flows(
    balanceFen,
    [...received, ...moves].map((move, index) => ({ flowNo: `${day} ${index}`, ...move })),
  )
  house.answers.set(`fund-flow ${day}`, lines)
  balanceFen = lines.at(-1)?.balanceFen ?? balanceFen
  house.setNow(readyAt(day))
  await house.make().round()
}
const payout = (fen: number, channelNo: string): Move => ({
  fen,
  channelNo,
  business: '提现',
  note: '自动',
  isPayout: true,
})
const found = async (onDay: Day = day) =>
  (await house.discrepancies(onDay))
    .filter((row) => row.proof === 'fund-flow')
    .map((row) => [row.class, row.state, row.ours_fen, row.theirs_fen])
const held = async () =>
  (
    await house.rows<{ balance: number }>(
      `select balance_fen::int as balance from account where kind = 'operator-payable' order by bucket, lot_id`,
    )
  ).map((row) => row.balance)
const mirrored = () =>
  house.rows<{ bucket: number; amount: number; state: string; parts: number[]; causes: string[] }>(
    `select w.bucket, w.amount_fen::int as amount, w.state, array_agg(p.amount_fen::int) as parts, array_agg(distinct t.cause::text) as causes
       from withdrawal w join withdrawal_part p on p.bucket = w.bucket and p.withdrawal_id = w.id
       join transfer t on t.bucket = w.bucket and t.lot_id = p.lot_id and t.cause_id = w.id
      where w.kind = 'mirrored' group by w.bucket, w.lot_id, w.id order by w.id`,
  )
const again = async (): Promise<void> => {
  await house.sql.query(
    `update bill set state = 'kept', closed_at = null, due_at = to_timestamp(0) where kind = 'fund-flow' and day = $1::date`,
    [day],
  )
  await house.make().round()
}

describe('what the channel pays out by itself', () => {
  test('is taken from lot after lot, one transfer each, once for each line', async () => {
    await aDay([1000, 2000])
    assert.deepEqual(await found(), [])
    assert.deepEqual(await held(), [operatorOf(1000), operatorOf(2000)])
    await aDay([], [payout(-2500, 'W1')])
    assert.deepEqual(await found(), [])
    const first = operatorOf(1000)
    const rows = [
      { bucket: lots[0]!.bucket, amount: first, state: 'paid', parts: [first], causes: ['settlement-done'] },
      {
        bucket: lots[1]!.bucket,
        amount: 2500 - first,
        state: 'paid',
        parts: [2500 - first],
        causes: ['settlement-done'],
      },
    ]
    assert.deepEqual(await mirrored(), rows)
    assert.deepEqual(await held(), [0, operatorOf(1000) + operatorOf(2000) - 2500])
    await again()
    assert.deepEqual(await mirrored(), rows)
  })
  test('more than the lots hold is a person’s: nothing is posted, and the balance says by how much', async () => {
    const before = await held()
    await aDay([], [payout(-6000, 'W2')])
    assert.deepEqual(await held(), before)
    const leftFen = before.reduce((sum, one) => sum + one, 0)
    assert.deepEqual(await found(), [
      ['flow-settlement', 'with-a-person', -leftFen, -6000],
      ['flow-balance', 'found', balanceFen + 6000, balanceFen],
    ])
  })
  test('the same difference on the next day is not a new one, and now a person’s', async () => {
    const since = day
    await aDay([], [])
    assert.deepEqual(await found(), [])
    assert.deepEqual(
      (await found(since)).map(([cls, state]) => [cls, state]),
      [
        ['flow-settlement', 'with-a-person'],
        ['flow-balance', 'with-a-person'],
      ],
    )
  })
  test('when they agree again it ends, whoever had it', async () => {
    await aDay([], [{ fen: 6000, channelNo: 'X', business: '退回' }])
    assert.deepEqual(
      (await found()).map(([cls]) => cls),
      ['flow-unexplained'],
    )
    const steps = await house.steps('ledger')
    assert.deepEqual(
      steps.map((step) => step.state),
      ['found', 'with-a-person', 'explained-by-itself'],
    )
    assert.equal(steps.at(-1)?.why, `account and ledger agree again at the end of ${day}`)
    assert.match(steps[0]!.why, /^the account has ¥-60\.00 more than the ledger says, since 2026-06-0\d$/)
  })
  test('what the bank sends back is in the balance of its lots again, once', async () => {
    await aDay([], [payout(2500, 'W1')])
    assert.deepEqual(await found(), [])
    assert.deepEqual(await held(), [operatorOf(1000), operatorOf(2000)])
    await again()
    assert.deepEqual(await held(), [operatorOf(1000), operatorOf(2000)])
    assert.deepEqual(
      (await mirrored()).map((row) => [row.state, row.causes]),
      [
        ['returned', ['settlement-done', 'settlement-returned']],
        ['returned', ['settlement-done', 'settlement-returned']],
      ],
    )
  })
  test('sent back in another amount, or of a payout nobody knows: a person’s', async () => {
    await aDay([], [payout(-1000, 'W3')])
    const before = await held()
    await aDay([], [payout(999, 'W3'), payout(1, 'W4')])
    assert.deepEqual(await held(), before)
    assert.deepEqual(
      (await found()).map(([cls, , ours, theirs]) => [cls, ours, theirs]),
      [
        ['flow-settlement', 1000, 999],
        ['flow-unexplained', null, 1],
        ['flow-balance', balanceFen - 1000, balanceFen],
      ],
    )
  })
  test('what came in after the bill’s day is not taken for it', async () => {
    const leftFen = (await held()).reduce((sum, one) => sum + one, 0)
    const tomorrow = dayAfter(day, 2)
    const late = await house.aPayment(lots[2]!, { paidAt: at('08:00', tomorrow), amountFen: 5000 })
    await aDay([], [payout(-leftFen - 1, 'W5')])
    assert.deepEqual(
      (await found()).filter(([cls]) => cls === 'flow-settlement'),
      [['flow-settlement', 'with-a-person', -leftFen, -leftFen - 1]],
    )
    assert.equal(late.amountFen, 5000)
  })
  test('a refund of the money that came in since takes nothing of what was there', async () => {
    await aDay([], [])
    // The third lot's late payment stood in no trade bill: it is disputed.
    const leftFen = (await held()).slice(0, 2).reduce((sum, one) => sum + one, 0)
    const later = dayAfter(day, 2)
    const since = await house.aPayment(lots[0]!, { paidAt: at('08:00', later), amountFen: 3000 })
    await house.aRefund(since, { doneAt: at('09:00', later), amountFen: 2000 })
    const before = (await mirrored()).length
    await aDay([], [payout(-leftFen, 'W7')])
    const settled = (await mirrored()).slice(before).reduce((sum, row) => sum + row.amount, 0)
    assert.equal(settled, leftFen)
  })
  test('an account that the channel does not pay out by itself is not followed', async () => {
    await house.sql.query(`update channel_account set payout = 'channel'`)
    const before = await held()
    await aDay([], [payout(-1, 'W6')])
    assert.deepEqual(await held(), before)
    assert.ok(
      (await found()).some(([cls, , ours, theirs]) => cls === 'flow-unexplained' && ours === null && theirs === -1),
    )
    await house.sql.query(`update channel_account set payout = 'mirrored'`)
  })
})

test('killed at any statement, and gone on with: posted once, all of it', async () => {
  for (let killAt = 20, n = 0; ; killAt += 1 + Math.floor(killAt / 12), n += 1) {
    // Of three lots, each in another bucket, and each with less than the payout.
    await aDay([12_000, 12_000, 12_000])
    const before = (await held()).reduce((sum, one) => sum + one, 0)
    day = dayAfter(day)
    const lines = flows(balanceFen, [{ ...payout(-30_000, `K${n}`), flowNo: `${day} 0` }])
    balanceFen -= 30_000
    house.answers.set(`trade ${day}`, [])
    house.answers.set(`fund-flow ${day}`, lines)
    const wasKilled = await workedAndKilled(house, day, killAt)
    assert.equal(
      (await held()).reduce((sum, one) => sum + one, 0),
      before - 30_000,
      `killed at statement ${killAt}`,
    )
    if (!wasKilled) break
  }
})

describe('an audit', () => {
  /** Changes what stands there, looks, and puts it back. */
  const changed = async (change: string, back: string): Promise<string[]> => {
    await house.sql.query(change)
    const { broken } = await audit(house.database)
    await house.sql.query(back)
    return broken.map((one) => one.invariant)
  }
  const last = `(select max(id) from withdrawal where kind = 'mirrored' and state = 'paid')`
  const cases: [what: string, change: string, back: string, finds: RegExp][] = [
    [
      'a part that is not what was posted',
      `update withdrawal_part set amount_fen = amount_fen + 1 where withdrawal_id = ${last}`,
      `update withdrawal_part set amount_fen = amount_fen - 1 where withdrawal_id = ${last}`,
      /every withdrawal is its parts/,
    ],
    [
      'a payout that is not posted as far as it is',
      `update withdrawal set state = 'returned' where id = ${last}`,
      `update withdrawal set state = 'paid' where id = (select max(id) from withdrawal where kind = 'mirrored' and state = 'returned')`,
      /the transfers of each say how far it is/,
    ],
    [
      'a settlement of no payout',
      `update transfer set cause_id = -7 where cause_id = ${last}`,
      `update transfer set cause_id = ${last} where cause_id = -7`,
      /every settlement that is posted is of a payout/,
    ],
  ]
  for (const [what, change, back, finds] of cases)
    test(`finds ${what}`, async () => assert.ok((await changed(change, back)).some((one) => finds.test(one))))
})
