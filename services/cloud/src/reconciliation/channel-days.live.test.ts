import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { BilledChannel } from '@lanepay/domain/types.ts'
import { writeBillFile } from './bill-file.ts'
import { accountOf, type BothChannels, hour, startBothChannels } from './both-channels.testing.ts'
import { dayAfter } from './day.ts'

/*
 * Days of an account as both channels play them: payments, refunds, shares and what comes back of them, and the payout of each
 * morning. Whatever moves is explained by itself, and the account's balance is the ledger's.
 */

let both: BothChannels
let house: BothChannels['house']
before(async () => {
  both = await startBothChannels({ settlesDaily: true })
  house = both.house
})
after(() => both.stop())
beforeEach(() => both.newLot())
afterEach(() => both.holds())

const bills = (on: string) =>
  house.rows<{ account_id: number; kind: string; state: string }>(
    `select account_id, kind, state from bill where $1::int4 > 0 and day = $2::date order by 1, 2`,
    on,
  )
const mirrored = async (channel: BilledChannel) =>
  house.rows<{ state: string; amount: number; day: string }>(
    `select state, amount_fen::int as amount, (paid_at at time zone 'Asia/Shanghai')::date::text as day from withdrawal
      where $1::int4 > 0 and kind = 'mirrored' and channel = $2 order by id`,
    channel,
  )
/** What the ledger says that the channel holds, of all lots. */
const ledgerFen = async (channel: BilledChannel): Promise<number> => {
  const [row] = await house.rows<{ fen: string }>(
    `select coalesce(- sum(balance_fen), 0) as fen from account where $1::int4 > 0 and kind = 'channel-clearing' and channel = $2::text::channel_name`,
    channel,
  )
  return Number(row!.fen)
}

for (const channel of ['wechatpay', 'alipay'] as const) {
  const paid = (amountFen?: number) => both.paid(channel, amountFen)
  describe(channel, () => {
    test('a day of payments and refunds, and the payout of the next morning: nothing is left to ask', async () => {
      const day = both.today()
      const one = await paid()
      await paid(5_555)
      await house.refund(one, 3_000)
      await house.works(10)
      await both.reconciled(day)
      assert.deepEqual(await both.found(day), [])
      const heldFen = await ledgerFen(channel)
      assert.ok(heldFen > 0)
      const before = (await mirrored(channel)).length
      await both.reconciled(dayAfter(day))
      assert.deepEqual(await both.found(day), [])
      const payouts = await mirrored(channel)
      assert.deepEqual(payouts.slice(before), [{ state: 'paid', amount: heldFen, day: dayAfter(day) }])
      assert.equal(await ledgerFen(channel), 0)
      assert.equal(both.sides[channel].heldFen(), 0)
    })
    test('shares, and what comes back of them with a refund', async () => {
      await house.aRule(channel, both.sides[channel].party())
      both.nextNoon()
      const day = both.today()
      const shared = await paid()
      await house.works(10)
      await house.refund(shared, 4_000)
      await paid(2_000)
      await house.works(20)
      assert.deepEqual(await house.refundsOf(shared), ['done'])
      assert.deepEqual(
        (await house.returnsOf(shared)).map(({ state }) => state),
        ['done'],
      )
      await both.reconciled(day)
      assert.deepEqual(await both.found(day), [])
      await both.reconciled(dayAfter(day))
      assert.deepEqual(await both.found(day), [])
      assert.equal(await ledgerFen(channel), both.sides[channel].heldFen())
    })
    test('a payout that the bank sends back', async () => {
      const fault = { kind: 'settlement-returned', times: 1, ms: 24 * hour } as const
      if (channel === 'wechatpay') both.wechatpay.control.fault(fault)
      else both.alipay.control.fault(fault)
      const day = both.today()
      await paid(8_000)
      const before = (await mirrored(channel)).length
      for (const on of [day, dayAfter(day), dayAfter(day, 2), dayAfter(day, 3)]) {
        await both.reconciled(on)
        assert.deepEqual(await both.found(day), [], `of ${on}`)
      }
      const [back, anew] = (await mirrored(channel)).slice(before)
      assert.deepEqual([back?.state, anew?.state, anew?.amount], ['returned', 'paid', back?.amount])
    })
    test('every file that counted is there as it came', async () => {
      const day = both.today()
      await paid()
      await both.reconciled(day)
      const accountId = accountOf[channel]
      assert.ok((await bills(day)).every((bill) => bill.state === 'closed'))
      for (const kind of ['trade', 'fund-flow'] as const) {
        const pieces: Uint8Array[] = []
        const written = await writeBillFile(house.database, { accountId, day, kind }, async (piece) => {
          pieces.push(piece)
        })
        const file = Buffer.concat(pieces)
        assert.ok(written.ok)
        if (channel === 'alipay') assert.equal(file.subarray(0, 2).toString(), 'PK')
        else assert.match(gunzipSync(file).toString(), kind === 'trade' ? /^\uFEFF交易时间,/ : /^\uFEFF记账时间,/)
      }
    })
    test('a payout with a platform’s fee in it that no rule shares out: a person’s, and nothing of it is posted', async () => {
      await house.rows('update lot set platform_fee_basis_points = 100 where lot_id = $1')
      // What is left of the days before goes first.
      await both.reconciled(both.today())
      const day = both.today()
      await paid()
      const before = (await mirrored(channel)).length
      await both.reconciled(day)
      await both.reconciled(both.today())
      const of = (await both.found(day)).map((row) => [row.class, row.state])
      assert.deepEqual(of.sort(), [
        ['flow-balance', 'found'],
        ['flow-settlement', 'with-a-person'],
      ])
      assert.equal((await mirrored(channel)).length, before)
      await house.rows(
        `update discrepancy set state = 'settled' where $1::int4 > 0 and class in ('flow-balance', 'flow-settlement')`,
      )
    })
  })
}

/** In a house of its own: what was paid out and not posted stands in the books of all its lots from then on. */
for (const channel of ['wechatpay', 'alipay'] as const)
  test(`${channel}: a payout of a yuan more than there was is a person’s, with its number, and nothing of it is posted`, async () => {
    const own = await startBothChannels({ settlesDaily: true })
    try {
      await own.newLot()
      const day = own.today()
      await own.paid(channel)
      const fault = { kind: 'settlement-more', times: 1 } as const
      if (channel === 'wechatpay') own.wechatpay.control.fault(fault)
      else own.alipay.control.fault(fault)
      await own.reconciled(day)
      await own.reconciled(dayAfter(day))
      assert.deepEqual(
        (await own.found(day)).map((row) => [row.day, row.item.split(':')[0], row.class, row.state]),
        [
          [dayAfter(day), 'flow', 'flow-settlement', 'with-a-person'],
          [dayAfter(day), 'ledger', 'flow-balance', 'found'],
        ],
      )
      assert.deepEqual(await own.house.rows(`select id from withdrawal where $1::int4 > 0 and kind = 'mirrored'`), [])
      await own.holds()
    } finally {
      await own.stop()
    }
  })
