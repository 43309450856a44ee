import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type Day, dayAfter, readyAt } from './day.ts'
import {
  channelNoOf,
  flows,
  type House,
  lineOf,
  type Move,
  openHouse,
  type Paid,
  refundLineOf,
} from './reconciliation.testing.ts'

/* What the channel's account got and gave against the ledger's clearing, on the real statements in the real database. */

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())
afterEach(() => house.holds())

const day = '2026-06-02' as Day
const items: readonly {
  readonly what: string
  readonly moves: (one: Paid, refund: { readonly id: string; readonly number: string }) => readonly Move[]
  readonly found: readonly (readonly [item: 'payment' | 'refund', cls: string])[]
}[] = [
  {
    what: 'payment and its fee under our number, the refund and its fee under its own',
    moves: (one, refund) => [
      { fen: 1000, ourNumber: one.number },
      { fen: -6, ourNumber: one.number, business: '扣除交易手续费' },
      { fen: -900, ourNumber: refund.number },
      { fen: 5, ourNumber: refund.number },
    ],
    found: [],
  },
  {
    what: "the same under the channel's numbers alone",
    moves: (one, refund) => [
      { fen: 994, channelNo: channelNoOf(one.id as never) },
      { fen: -895, channelNo: `50${refund.id}` },
    ],
    found: [],
  },
  {
    what: 'the refund and its fee under the number of their payment',
    moves: (one) => [
      { fen: 1000, ourNumber: one.number },
      { fen: -6, ourNumber: one.number, business: '收费' },
      { fen: -900, ourNumber: one.number, business: '交易退款', of: 'refunds' },
      { fen: 5, ourNumber: one.number, business: '退费', of: 'refunds' },
    ],
    found: [],
  },
  {
    what: 'a fen more given back under the number of the payment',
    moves: (one) => [
      { fen: 994, ourNumber: one.number },
      { fen: -896, ourNumber: one.number, business: '交易退款', of: 'refunds' },
    ],
    found: [['payment', 'flow-amount']],
  },
  {
    what: 'the account kept a fen more than the bill says',
    moves: (one, refund) => [
      { fen: 993, ourNumber: one.number },
      { fen: -895, ourNumber: refund.number },
    ],
    found: [['payment', 'flow-amount']],
  },
  {
    what: 'paid twice into the account',
    moves: (one, refund) => [
      { fen: 994, ourNumber: one.number },
      { fen: 994, channelNo: channelNoOf(one.id as never) },
      { fen: -895, ourNumber: refund.number },
    ],
    found: [['payment', 'flow-amount']],
  },
  {
    what: 'the trade bill has the payment, and the account never got it',
    moves: (_, refund) => [{ fen: -895, ourNumber: refund.number }],
    found: [['payment', 'flow-missing']],
  },
  {
    what: 'the trade bill has the refund, and the account never gave it',
    moves: (one) => [{ fen: 994, ourNumber: one.number }],
    found: [['refund', 'flow-missing']],
  },
]

test('each movement by its number, and what moved for nobody', async (t) => {
  const made = []
  for (const item of items) {
    const one = await house.aPayment(await house.aLot())
    const refund = await house.aRefund(one)
    made.push({ item, one, refund })
  }
  const takenBack = await house.aPayment(await house.aLot(), { state: 'closed' })
  await house.rows('update payment set reversing = true where bucket = $1 and id = $2', [
    takenBack.lot.bucket,
    takenBack.id,
  ])
  const moves = made.flatMap(({ item, one, refund }) => item.moves(one, refund))
  moves.push(
    { fen: 1000, ourNumber: takenBack.number },
    { fen: -6, ourNumber: takenBack.number, business: '收费' },
    { fen: -1000, ourNumber: takenBack.number, business: '交易退款', of: 'refunds' },
    { fen: 6, ourNumber: takenBack.number, business: '退费', of: 'refunds' },
  )
  const bank: Move = { fen: -3000, channelNo: 'B1', business: '提现', note: '自动' }
  house.answers.set(`trade ${day}`, [
    ...made.flatMap(({ one, refund }) => [lineOf(one), refundLineOf(refund)]),
    lineOf(takenBack),
    refundLineOf({ id: takenBack.id, number: '', payment: takenBack, amountFen: 1000 }, { refundNumber: 'BACK' }),
  ])
  house.answers.set(`fund-flow ${day}`, flows(50_000, [...moves, bank]))
  house.setNow(readyAt(day))
  await house.make().round()
  const found = (await house.discrepancies()).filter((row) => row.proof === 'fund-flow')
  for (const { item, one, refund } of made) {
    await t.test(`${item.what}: ${item.found.map(([, cls]) => cls).join(', ') || 'agrees'}`, () => {
      const expected = item.found.map(([what, cls]) => [`${what}:${what === 'payment' ? one.id : refund.id}`, cls])
      const here = found.filter((row) => row.lot_id === one.lot.lotId).map((row) => [row.item, row.class])
      assert.deepEqual(here, expected)
    })
  }
  await t.test('what came in and went back of a code payment that we took back agrees', () =>
    assert.deepEqual(
      found.filter((row) => row.lot_id === takenBack.lot.lotId),
      [],
    ),
  )
  await t.test('a withdrawal that we did not ask for is somebody’s to explain', () => {
    const of = found.filter((row) => row.lot_id === 0)
    assert.deepEqual(
      of.map((row) => [row.class, row.state, row.theirs_fen, row.about]),
      [['flow-unexplained', 'with-a-person', -3000, '提现, B1, 自动']],
    )
  })
  await t.test('the trade bill of the same day agrees', async () => {
    assert.deepEqual(
      (await house.discrepancies()).filter((row) => row.proof === 'trade'),
      [],
    )
  })
})

const balances: [what: string, lines: () => ReturnType<typeof flows>, found: string | null][] = [
  ['begins where the day before ended', () => flows(1000, [{ fen: -500, channelNo: 'x' }]), null],
  ['a day without movement', () => [], null],
  ['the newest movement first', () => flows(500, [{ fen: 10 }, { fen: 7 }, { fen: 3 }]).reverse(), null],
  ['begins elsewhere', () => flows(521, [{ fen: 1 }]), 'it does not begin where the bill before it ended'],
  [
    'its movements do not add up',
    () => [...flows(522, [{ fen: 1 }]), ...flows(700, [{ fen: 5 }])],
    'its movements do not lead to its balance',
  ],
]
test('the balance from one day to the next', async (t) => {
  let on = '2026-07-01' as Day
  house.answers.set(`fund-flow ${on}`, flows(0, [{ fen: 1000 }]))
  house.answers.set(`trade ${on}`, [])
  house.setNow(readyAt(on))
  await house.make().round()
  for (const [what, lines, gap] of balances) {
    on = dayAfter(on)
    house.answers.set(`trade ${on}`, [])
    house.answers.set(`fund-flow ${on}`, lines())
    house.setNow(readyAt(on))
    await house.make().round()
    await t.test(`${what}: ${gap ?? 'holds'}`, async () => {
      const found = (await house.discrepancies(on)).filter((row) => row.class === 'flow-gap').map((row) => row.about)
      assert.deepEqual(found, gap === null ? [] : [gap])
    })
  }
})

test('waits for the trade bill of its day', async () => {
  const on = '2026-08-01' as Day
  house.answers.set(`fund-flow ${on}`, flows(0, [{ fen: 10 }]))
  house.answers.set(`trade ${on}`, { kind: 'not-ready', code: 'STATEMENT_CREATING' })
  house.setNow(readyAt(on))
  await house.make().round()
  const [row] = await house.rows(`select state, because from bill where kind = 'fund-flow' and day = $1::date`, [on])
  assert.deepEqual(row, { state: 'kept', because: 'waits for the trade bill of its day' })
  assert.deepEqual(await house.discrepancies(on), [])
})
