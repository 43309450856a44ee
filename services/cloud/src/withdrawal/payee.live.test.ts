import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { firstCards } from '@lanepay/simulator-bank/simulator.ts'
import { keepCard } from './card.ts'
import {
  accountOf,
  alarmsRaised,
  alipay,
  aPayment,
  ask,
  balances,
  bank,
  clock,
  data,
  day,
  dayClosed,
  heldAt,
  historyOf,
  houseKey,
  minuteOf,
  newCard,
  now,
  oneForEachTest,
  said,
  second,
  sql,
  statesOf,
  works,
} from './withdrawal.testing.ts'

/* Whom it is paid to: a card at a bank, an account at Alipay, and what becomes of it when that changes. */
oneForEachTest()

describe('by a bank, where a demonstration says so', () => {
  const byBank = async (card: { readonly number: string; readonly name: string } = firstCards[0]) => {
    await sql.query(`update channel_account set payout = 'bank' where account_id = $1`, [accountOf('wechatpay')])
    await keepCard(
      { database: data.database, clock: { now: () => (now - 2 * day) as Instant }, houseKey },
      {
        ...{ accountId: accountOf('wechatpay'), by: '张经理', why: 'the first one' },
        card: { kind: 'card', number: card.number, holder: card.name, owner: 'person', bank: '工商银行' },
      },
    )
    await aPayment('wechatpay', 100_000)
    await dayClosed('wechatpay')
    const asked = await ask('wechatpay', 10_000)
    assert.ok(asked.ok, JSON.stringify(asked))
    return asked.value.withdrawalNumber
  }
  const paid = (number: string) =>
    bank.control.orders().flatMap((order) => (order.orderNumber === number ? [order.amountFen] : []))

  test('paid by the bank, to the card, and not by the channel', async () => {
    const before = await heldAt('wechatpay')
    const number = await byBank()
    await works(minuteOf(2))
    assert.deepEqual(await historyOf('wechatpay'), ['asked', 'sent', 'paid'])
    assert.deepEqual(paid(number), [9_700])
    assert.equal(await heldAt('wechatpay'), before + 99_400)
  })
  for (const [what, card] of [
    ['a closed account', firstCards[2]],
    ['a card of somebody else', { ...firstCards[0], name: '王五' }],
    ['a card that no bank knows', { number: '6222021234567890326', name: '张三' }],
  ] as const)
    test(`${what}: the money is back whole, and a person is told`, async () => {
      await byBank(card)
      await works(minuteOf(2))
      assert.deepEqual(await historyOf('wechatpay'), ['asked', 'sent', 'refused'])
      assert.equal((await balances('wechatpay'))['operator-payable'], 99_400)
      assert.deepEqual(await alarmsRaised(), ['withdrawal-failed'])
    })
  test('without a card it is refused before anything is set aside', async () => {
    await sql.query(`update channel_account set payout = 'bank' where account_id = $1`, [accountOf('wechatpay')])
    await aPayment('wechatpay', 100_000)
    await dayClosed('wechatpay')
    assert.equal(said(await ask('wechatpay', 10_000)), 'no-card')
    assert.deepEqual(await statesOf('wechatpay'), [])
  })
  test('sent, not taken, and then the card changes: sent again under its number, to the card it was asked for', async () => {
    const other = { ...firstCards[0], number: '6222021234567890425' }
    bank.control.card({ ...other, closed: false })
    bank.control.fault({ kind: 'answer-5xx', times: 1, call: 'pay' })
    const number = await byBank()
    await works(second, 1)
    assert.deepEqual([await statesOf('wechatpay'), paid(number)], [['sent'], []])
    await keepCard(
      { database: data.database, clock, houseKey },
      {
        ...{ accountId: accountOf('wechatpay'), by: '张经理', why: 'another bank' },
        card: { kind: 'card', number: other.number, holder: other.name, owner: 'person', bank: '建设银行' },
      },
    )
    await works(minuteOf(2))
    assert.deepEqual(await historyOf('wechatpay'), ['asked', 'sent', 'paid'])
    const [order] = bank.control.orders().filter(({ orderNumber }) => orderNumber === number)
    assert.equal(order?.payee.number, firstCards[0].number)
  })
  test('a card that has ended is none; one that was asked for it before goes nowhere', async () => {
    await byBank()
    await keepCard(
      { database: data.database, clock, houseKey },
      { accountId: accountOf('wechatpay'), card: null, by: '张经理', why: 'closed' },
    )
    await works(minuteOf(2))
    assert.deepEqual(await historyOf('wechatpay'), ['asked', 'refused'])
    assert.equal(said(await ask('wechatpay', 10_000)), 'no-card')
  })
})

test('to an account at Alipay, where that is what a person put', async () => {
  alipay.control.personOf({ loginName: 'zhang@example.com', name: '张三' })
  await keepCard(
    { database: data.database, clock: { now: () => (now - 2 * day) as Instant }, houseKey },
    {
      ...{ accountId: accountOf('alipay'), by: '张经理', why: 'no bank any more' },
      card: { kind: 'alipay', alipay: 'zhang@example.com', holder: '张三' },
    },
  )
  await aPayment('alipay', 100_000)
  await dayClosed('alipay')
  const before = await heldAt('alipay')
  assert.equal(said(await ask('alipay', 10_000)), 10_000)
  await works(minuteOf(2))
  assert.deepEqual(await historyOf('alipay'), ['asked', 'sent', 'paid'])
  assert.equal(await heldAt('alipay'), before - 9_700)
})

test('a card that is changed before it is sent: refused, nothing leaves', async () => {
  await aPayment('alipay', 100_000)
  await dayClosed('alipay')
  const before = await heldAt('alipay')
  assert.equal(said(await ask('alipay', 10_000)), 10_000)
  await newCard('alipay', now)
  await works(minuteOf(2))
  assert.deepEqual(await historyOf('alipay'), ['asked', 'refused'])
  assert.equal((await balances('alipay'))['operator-payable'], 99_400)
  assert.equal(await heldAt('alipay'), before)
  assert.deepEqual(await alarmsRaised(), ['withdrawal-failed'])
})
