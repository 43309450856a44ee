import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Posting, postTransfer } from './post.ts'
import { statementOf } from './statement.ts'

/* Statements of accounts, on the real tables. */

const lot = { bucket: 3, lotId: 9 }
const hour = 3_600_000
let now = Date.UTC(2026, 10, 1) as Instant
const began = now
const newId = idMaker(() => now, 5)
let data: TestDatabase
before(async () => {
  data = await testDatabase()
  await data.database.reference.query({
    name: 'a-lot',
    text: `insert into lot (bucket, lot_id, operator_id, name, platform_fee_basis_points, created_at) values (3, 9, 1, '阳光花园', 0, now())`,
  })
})
after(() => data.close())

type Entry = readonly [kind: Posting['entries'][number]['kind'], party: string, amountFen: number]
async function post(cause: Posting['cause'], entries: readonly Entry[], channel: 'wechatpay' | 'alipay' = 'wechatpay') {
  now = (now + hour) as Instant
  const causeId = newId()
  const posting = {
    ...{ lot, causeId, cause, postedAt: now },
    entries: entries.map(([kind, party, amountFen]) => ({ kind, party, channel, amountFen })),
  }
  await data.database.of(lot.bucket).transaction((tx) => postTransfer(tx, posting))
  return causeId
}
const statement = (kind: Entry[0], party: string, from: number, until: number) =>
  data.database
    .of(lot.bucket)
    .transaction((tx) => statementOf(tx, { lot, kind, party, channel: 'wechatpay' }, { from, until }))

test('what an account was, what changed it and what it is; of its own channel, party and kind', async () => {
  const paid = (): readonly Entry[] => [
    ['channel-clearing', '0', -1000],
    ['channel-fee', '0', 6],
    ['platform-fee', '0', 9],
    ['operator-payable', '1', 985],
  ]
  const first = await post('payment-paid', paid())
  const second = await post('payment-paid', paid())
  await post('payment-paid', paid(), 'alipay')
  const refund = await post('refund-asked', [
    ['operator-payable', '1', -300],
    ['platform-fee', '0', -3],
    ['refund-in-flight', '1', 303],
  ])
  const line = (n: number, cause: string, causeId: string, amountFen: bigint, balanceFen: bigint) => ({
    ...{ postedAt: began + n * hour, cause, causeId, amountFen, balanceFen },
  })
  const whole = await statement('operator-payable', '1', began, now + 1)
  assert.deepEqual(whole && [whole.openingFen, whole.lines, whole.closingFen], [
    0n,
    [
      line(1, 'payment-paid', first, 985n, 985n),
      line(2, 'payment-paid', second, 985n, 1970n),
      line(4, 'refund-asked', refund, -300n, 1670n),
    ],
    1670n,
  ])
  const middle = await statement('platform-fee', '0', began + 2 * hour, began + 4 * hour)
  assert.deepEqual(middle && [middle.openingFen, middle.lines, middle.closingFen], [
    9n,
    [line(2, 'payment-paid', second, 9n, 18n)],
    18n,
  ])
  assert.equal(await statement('operator-payable', '2', began, now + 1), null, 'nobody has this account')
})
