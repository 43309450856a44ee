import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { type Accounts, channelAccounts } from './accounts.ts'

/* Accounts are read together and kept for a while; whoever was opened meanwhile is found all the same. */
let data: TestDatabase
let accounts: Accounts
const sql = (text: string, values: readonly unknown[]) =>
  data.database.reference.query({ name: text.slice(0, 60), text }, values)
const opened = (account: number, channel: ChannelName) =>
  sql(
    `insert into channel_account (account_id, operator_id, channel, merchant, channel_fee_basis_points, active) values ($1, 1, $2, '{}', 60, true)`,
    [account, channel],
  )
before(async () => {
  data = await testDatabase()
  accounts = channelAccounts(data.database, 3_600_000)
  await sql(`insert into operator values (1, 'op', now())`, [])
  await opened(1, 'wechatpay')
})
after(() => data.close())

const found = async (channel: ChannelName) => (await accounts.ofOperator('1', channel))?.accountId ?? null

test('one that is opened after the others were read receives money at once', async () => {
  assert.deepEqual([await found('wechatpay'), await found('alipay')], [1, null])
  await opened(2, 'alipay')
  assert.deepEqual([await found('wechatpay'), await found('alipay')], [1, 2])
  assert.equal((await accounts.byId(2))?.channel, 'alipay')
})
test('one that is no more in use is found for its payments, and receives nothing new', async () => {
  await sql('update channel_account set active = false where account_id = $1', [2])
  assert.equal(await found('alipay'), null)
  assert.deepEqual(await accounts.byId(2), {
    ...{ accountId: 2, operatorId: '1', channel: 'alipay', merchant: {}, channelFeeBasisPoints: 60, active: false },
  })
})
