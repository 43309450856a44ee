import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { aParty } from '@lanepay/cloud/share/party.testing.ts'
import type { WrittenParty } from '@lanepay/cloud/share/rule-file.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { lanepayOnce } from '../../../e2e/kit/process.ts'
import { noteSimulated } from './parts.ts'

/* `lanepay share`, as a person types it, with the simulated WeChat Pay to be asked. */

let data: TestDatabase
let wechatpay: WechatPaySimulator
let home: string
let env: Record<string, string>
before(async () => {
  data = await testDatabase()
  home = mkdtempSync(join(tmpdir(), 'lanepay-share-'))
  wechatpay = await startWechatPaySimulator({ dir: '', port: 0, clock: systemClock, durable: false })
  noteSimulated(home, { wechatpay: wechatpay.settings })
  env = {
    LANEPAY_HOME: home,
    LANEPAY_CHANNELS: 'simulated',
    LANEPAY_DATABASE_URL: databaseUrl(data.connection),
  }
  await provision(
    data.database,
    {
      ...{ bucket: 3, number: 78, name: '阳光花园', platformFeeBasisPoints: 100 },
      operator: { id: '1', name: '阳光物业' },
      accounts: [{ id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} }],
      lanes: [{ id: 2, name: '出口', direction: 'exit' }],
    },
    systemClock.now(),
  )
})
after(async () => {
  await wechatpay.close()
  await data.close()
  rmSync(home, { recursive: true, force: true })
})

const share = (...args: string[]) => lanepayOnce(['share', ...args], env)
function fileOf(told: { channel?: string; parties?: readonly WrittenParty[] }): string {
  const file = join(home, 'share.json')
  writeFileSync(file, JSON.stringify({ channel: 'wechatpay', waitMinutes: 60, parties: [aParty()], ...told }))
  return file
}

test('a rule is put, shown and ended', async () => {
  assert.match((await share('show', '78')).output, /^no rule/)
  const put = await share('put', '78', fileOf({}))
  assert.equal(put.status, 0, put.output)
  assert.match(put.output, /^wechatpay from .*Z: 60 min after the order is over, at most 30 % of a payment\n/)
  assert.match(
    put.output,
    / {2}1\. party 2001 takes 10 % of what the channel leaves, to merchant 1900000201; .*in proportion/,
  )
  assert.match((await share('show', '78')).output, /\(to come\): 60 min/)
  const ended = await share('end', '78', 'wechatpay')
  assert.match(ended.output, /^wechatpay from .*: nothing is shared\n$/)
})

describe('what cannot be is told by name, ends with 1 and keeps nothing', () => {
  const number = numberOf('trade', { bucket: 3, lotId: 78 }, '7' as Id)
  const twice = [aParty(), aParty({ party: '7', order: 2 })]
  const bad: [what: string, args: () => string[], says: RegExp[]][] = [
    ['no task', () => [], [/lanepay share put LOTNUMBER FILE/]],
    ['a task nobody knows', () => ['sell', '78'], [/lanepay share put LOTNUMBER FILE/]],
    ['one argument more', () => ['show', '78', 'x'], [/lanepay share put LOTNUMBER FILE/]],
    ['no lot', () => ['put', '79', fileOf({})], [/no lot 79 is open here/]],
    ['a lot that is no number', () => ['show', 'x'], [/LOTNUMBER: 1 to 9999999/]],
    [
      'a channel that is not configured',
      () => ['put', '78', fileOf({ channel: 'alipay' })],
      [/alipay is not configured/],
    ],
    [
      'an account twice',
      () => ['put', '78', fileOf({ parties: twice })],
      [/\/parties\/1\/receiver\/account: is there twice/],
    ],
    [
      'a part that is more than the whole',
      () => ['put', '78', fileOf({ parties: [aParty({ takes: { basisPoints: 10_001 } })] })],
      [/\/parties\/0\/takes/],
    ],
    [
      'over a hundred per cent with the fee of the platform, and over the limit of the channel',
      () => ['put', '78', fileOf({ parties: [aParty({ takes: { basisPoints: 10_000 } })] })],
      [/101 % with the platform's fee: at most 100 %/, /100 %: the channel shares at most 30 % of a payment/],
    ],
    ['an end of no channel', () => ['end', '78', 'unionpay'], [/CHANNEL: wechatpay or alipay/]],
    ['again of no number', () => ['again', '123'], [/is no number of a payment of ours/]],
    ['again of nothing', () => ['again', number], [/no part of this payment waits for a person/]],
    ['leave of nothing', () => ['leave', number], [/no part of this payment waits for a person/]],
  ]
  for (const [what, args, says] of bad)
    test(what, async () => {
      const { status, output } = await share(...args())
      assert.equal(status, 1, output)
      for (const one of says) assert.match(output, one)
      assert.doesNotMatch(output, / {4}at /, 'no stack')
    })
  test('and nothing was kept', async () => assert.equal((await share('show', '78')).output.split('\n').length, 4))
})
