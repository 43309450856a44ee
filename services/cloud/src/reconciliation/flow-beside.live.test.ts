import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { type Posting, postTransfer } from '@lanepay/ledger/post.ts'
import { entriesOf as changeEntries } from '../cash-change/books.ts'
import { cameBack, paidOut } from '../share/entries.ts'
import { entriesOf, type Move as WithdrawalMove } from '../withdrawal/books.ts'
import { type Day, dayAfter, readyAt } from './day.ts'
import { at, flows, type House, lineOf, type Move, openHouse, type Paid } from './reconciliation.testing.ts'

/* Shares, what came back of them, withdrawals and cash change in the account's bill, on the real statements in the real database. */

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())
afterEach(() => assert.deepEqual(house.errors, []))

const day = '2026-06-02' as Day
const shareFen = 100
const payment = { channel: 'wechatpay', operator_id: '1' } as const
const part = { party: '9', amountFen: shareFen } as Parameters<typeof paidOut>[1][number]

type Item = { readonly paid: Paid; readonly id: Id; readonly number: string }
const post = (paid: Paid, causeId: Id, cause: Posting['cause'], entries: Posting['entries'], onDay = day) =>
  house.database
    .of(paid.lot.bucket)
    .transaction((tx) => postTransfer(tx, { lot: paid.lot, causeId, cause, entries, postedAt: at('15:00', onDay) }))
/** One of our parts of a payment is another's. `heard`: the channel has said that it is done, and the books have it. */
async function aShare(paid: Paid, { heard = true } = {}): Promise<Item> {
  const id = house.newId()
  const owed: Posting['entries'] = [
    { kind: 'operator-payable', party: '1', channel: 'wechatpay', amountFen: -shareFen },
    { kind: 'partner-payable', party: '9', channel: 'wechatpay', amountFen: shareFen },
  ]
  await post(paid, paid.id, 'share-owed', owed)
  if (heard) await post(paid, id, 'share-paid', paidOut(payment, [part]))
  return { paid, id, number: numberOf('share', paid.lot, id) }
}
/** All of a share came back, by a call of its own or with a refund. */
async function aReturn(share: Item, way: 'call' | 'refund', refund: Id): Promise<Item> {
  const { lot, id: paymentId } = share.paid
  const id = house.newId()
  await house.sql.query(
    `insert into share_return (bucket, lot_id, id, payment_id, refund_id, share_id, party, amount_fen, way, state, asked_at, done_at)
     values ($1, $2, $3, $4, $5, $6, 9, $7, $8, 'done', now(), now())`,
    [lot.bucket, lot.lotId, id, paymentId, refund, share.id, shareFen, way],
  )
  await post(share.paid, id, 'share-taken-back', cameBack(payment, part))
  return { ...share, id, number: numberOf('share-return', lot, id) }
}
/** ¥5.00 of the lot, ¥0.30 of it a fee. */
const asked = { amountFen: 500, feeFen: 30 }
async function aWithdrawal(
  paid: Paid,
  state: 'sent' | 'paid' | 'returned' | 'refused',
  channelNo: string,
): Promise<Item> {
  const { bucket, lotId } = paid.lot
  const id = house.newId()
  const paidAt = state === 'paid' || state === 'returned' ? new Date(at('15:00')) : null
  await house.sql.query(
    `insert into withdrawal (bucket, lot_id, id, operator_id, account_id, channel, kind, cause, amount_fen, fee_fen, payout, state, asked_at, paid_at, channel_no, ask_at, steps)
     values ($1, 0, $2::int8, 1, 1, 'wechatpay', 'instant', 'asked:' || $2, $3, $4, 'channel', $5, now(), $6, $7, $8, 0)`,
    [bucket, id, asked.amountFen, asked.feeFen, state, paidAt, channelNo, state === 'sent' ? new Date() : null],
  )
  await house.sql.query('insert into withdrawal_part values ($1, $2, $3, $4, $5)', [
    ...[bucket, lotId, id, asked.amountFen, asked.feeFen],
  ])
  const moves: Record<typeof state, readonly WithdrawalMove[]> = {
    sent: ['withdrawal-asked'],
    paid: ['withdrawal-asked', 'withdrawal-done'],
    returned: ['withdrawal-asked', 'withdrawal-done', 'withdrawal-returned'],
    refused: ['withdrawal-asked', 'withdrawal-failed'],
  }
  for (const move of moves[state])
    await post(paid, id, move, entriesOf(move, { operatorId: '1', channel: 'wechatpay', ...asked }))
  return { paid, id, number: numberOf('withdrawal', { bucket, lotId: 0 }, id) }
}

/** ¥2.01 that a machine owed, offered, and taken by the driver where the books have heard of it. */
const changeFen = 201
const ofChange = { operatorId: '1', channel: 'wechatpay', amountFen: changeFen } as const
const taken = (paid: Paid, id: Id, onDay = day) =>
  post(paid, id, 'change-taken', changeEntries('change-taken', ofChange), onDay)
async function aChange(paid: Paid, { heard = true } = {}): Promise<Item> {
  const id = house.newId()
  await post(paid, id, 'change-offered', changeEntries('change-offered', ofChange))
  if (heard) await taken(paid, id)
  return { paid, id, number: numberOf('change', paid.lot, id) }
}

type Case = {
  readonly what: string
  /** What the books have, and how the account moved on the day. */
  readonly make: (paid: Paid) => Promise<{
    readonly item: string
    readonly moves: readonly Move[]
    readonly later?: () => Promise<readonly Move[]>
  }>
  readonly found: null | readonly [cls: string, state: string]
  /** What the next bill makes of it. */
  readonly nextDay?: string
}
const out = -(asked.amountFen - asked.feeFen)
const cases: readonly Case[] = [
  {
    what: 'cash change under its number',
    make: async (paid) => {
      const change = await aChange(paid)
      return { item: `change:${change.id}`, moves: [{ fen: -changeFen, ourNumber: change.number }] }
    },
    found: null,
  },
  {
    what: 'cash change of a fen more',
    make: async (paid) => {
      const change = await aChange(paid)
      return { item: `change:${change.id}`, moves: [{ fen: -changeFen - 1, ourNumber: change.number }] }
    },
    found: ['flow-unheard', 'found'],
    nextDay: 'with-a-person',
  },
  {
    what: 'cash change that the account does not show',
    make: async (paid) => ({ item: `change:${(await aChange(paid)).id}`, moves: [] }),
    found: ['flow-missing', 'with-a-person'],
  },
  {
    what: 'cash change that was taken, of which we have not heard',
    make: async (paid) => {
      const change = await aChange(paid, { heard: false })
      const later = async () => {
        await taken(paid, change.id, dayAfter(day))
        return []
      }
      return { item: `change:${change.id}`, moves: [{ fen: -changeFen, ourNumber: change.number }], later }
    },
    found: ['flow-unheard', 'found'],
    nextDay: 'explained-by-itself',
  },
  {
    what: 'a share under its number',
    make: async (paid) => {
      const share = await aShare(paid)
      return { item: `share:${share.id}`, moves: [{ fen: -shareFen, ourNumber: share.number }] }
    },
    found: null,
  },
  {
    what: 'a share of a fen more',
    make: async (paid) => {
      const share = await aShare(paid)
      return { item: `share:${share.id}`, moves: [{ fen: -shareFen - 1, ourNumber: share.number }] }
    },
    found: ['flow-unheard', 'found'],
    nextDay: 'with-a-person',
  },
  {
    what: 'a share in two movements',
    make: async (paid) => {
      const share = await aShare(paid)
      const moves = [-60, -40].map((fen) => ({ fen, ourNumber: share.number }))
      return { item: `share:${share.id}`, moves }
    },
    found: null,
  },
  {
    what: 'a share that the account does not show',
    make: async (paid) => ({ item: `share:${(await aShare(paid)).id}`, moves: [] }),
    found: ['flow-missing', 'with-a-person'],
  },
  {
    what: 'a share of which we have not heard the end',
    make: async (paid) => {
      const share = await aShare(paid, { heard: false })
      const later = async () => {
        await post(paid, share.id, 'share-paid', paidOut(payment, [part]), dayAfter(day))
        return []
      }
      return { item: `share:${share.id}`, moves: [{ fen: -shareFen, ourNumber: share.number }], later }
    },
    found: ['flow-unheard', 'found'],
    nextDay: 'explained-by-itself',
  },
  {
    what: 'a share that came back by a call of its own',
    make: async (paid) => {
      const share = await aShare(paid)
      const back = await aReturn(share, 'call', '1' as Id)
      const moves = [
        { fen: -shareFen, ourNumber: share.number },
        { fen: shareFen, ourNumber: back.number },
      ]
      return { item: `share-return:${back.id}`, moves }
    },
    found: null,
  },
  {
    what: 'a share that came back with a refund, under the number of the payment',
    make: async (paid) => {
      const share = await aShare(paid)
      const back = await aReturn(share, 'refund', '1' as Id)
      const moves: Move[] = [
        { fen: -shareFen, ourNumber: share.number },
        { fen: shareFen, ourNumber: paid.number, business: '分账退回', of: 'share-returns' },
      ]
      return { item: `share-return:${back.id}`, moves }
    },
    found: null,
  },
  {
    what: 'a withdrawal that is paid',
    make: async (paid) => {
      const one = await aWithdrawal(paid, 'paid', 'W1')
      return { item: `withdrawal:${one.id}`, moves: [{ fen: out, ourNumber: one.number }] }
    },
    found: null,
  },
  {
    what: 'a withdrawal that failed, out and in again',
    make: async (paid) => {
      const one = await aWithdrawal(paid, 'refused', 'W2')
      const moves = [out, -out].map((fen) => ({ fen, ourNumber: one.number }))
      return { item: `withdrawal:${one.id}`, moves }
    },
    found: null,
  },
  {
    what: 'a withdrawal that the bank sends back on the next day, of which we have heard before the bill',
    make: async (paid) => {
      const one = await aWithdrawal(paid, 'returned', 'W3')
      const later = async () => [{ fen: -out, ourNumber: one.number }]
      return { item: `withdrawal:${one.id}`, moves: [{ fen: out, ourNumber: one.number }], later }
    },
    found: ['flow-unheard', 'found'],
    nextDay: 'explained-by-itself',
  },
  {
    what: 'a withdrawal of another amount',
    make: async (paid) => {
      const one = await aWithdrawal(paid, 'paid', 'W4')
      return { item: `withdrawal:${one.id}`, moves: [{ fen: out - 1, ourNumber: one.number }] }
    },
    found: ['flow-unheard', 'found'],
    nextDay: 'with-a-person',
  },
  {
    what: 'a withdrawal under the number of the channel alone',
    make: async (paid) => {
      const one = await aWithdrawal(paid, 'paid', 'W5')
      return { item: `withdrawal:${one.id}`, moves: [{ fen: out, channelNo: 'W5', isPayout: true, flowNo: 'F-W5' }] }
    },
    found: null,
  },
  {
    what: 'a withdrawal that the account does not show',
    make: async (paid) => ({ item: `withdrawal:${(await aWithdrawal(paid, 'paid', 'W6')).id}`, moves: [] }),
    found: ['flow-missing', 'with-a-person'],
  },
  {
    what: 'another amount under the number of the channel alone',
    make: async (paid) => {
      await aWithdrawal(paid, 'paid', 'W7')
      return { item: 'flow:F-W7', moves: [{ fen: out - 7, channelNo: 'W7', isPayout: true, flowNo: 'F-W7' }] }
    },
    found: ['flow-settlement', 'with-a-person'],
  },
]

test('what moves beside payments and refunds is proven by itself, or named', async (t) => {
  const made: { one: Case; item: string; later?: () => Promise<readonly Move[]> }[] = []
  const received: Move[] = []
  const moves: Move[] = []
  const trade: Paid[] = []
  for (const one of cases) {
    const paid = await house.aPayment(await house.aLot())
    trade.push(paid)
    received.push({ fen: 994, ourNumber: paid.number })
    const { item, moves: own, later } = await one.make(paid)
    made.push({ one, item, ...(later === undefined ? {} : { later }) })
    moves.push(...own)
  }
  const lines = flows(50_000, [...received, ...moves])
  house.answers.set(
    `trade ${day}`,
    trade.map((paid) => lineOf(paid)),
  )
  house.answers.set(`fund-flow ${day}`, lines)
  house.setNow(readyAt(day))
  await house.make().round()
  const states = async () => (await house.discrepancies()).filter((row) => row.class !== 'flow-balance')
  const found = await states()
  for (const { one, item } of made)
    await t.test(`${one.what}: ${one.found?.join(', ') ?? 'agrees'}`, () => {
      const here = found.filter((row) => row.item === item).map((row) => [row.class, row.state])
      assert.deepEqual(here, one.found === null ? [] : [one.found])
    })
  await t.test('and nothing else is', () => {
    const expected = made.flatMap(({ one, item }) => (one.found === null ? [] : [item]))
    assert.deepEqual(found.map((row) => row.item).sort(), expected.sort())
  })

  const next = dayAfter(day)
  const moved: Move[] = []
  for (const { later } of made) moved.push(...((await later?.()) ?? []))
  house.answers.set(`trade ${next}`, [])
  house.answers.set(`fund-flow ${next}`, flows(lines.at(-1)!.balanceFen, moved))
  house.setNow(readyAt(next))
  await house.make().round()
  const then = await states()
  for (const { one, item } of made.filter(({ one }) => one.nextDay !== undefined))
    await t.test(`${one.what}, after the next bill: ${one.nextDay}`, () =>
      assert.deepEqual(
        then.filter((row) => row.item === item).map((row) => row.state),
        [one.nextDay],
      ),
    )
})
