import assert from 'node:assert/strict'
import { test } from 'node:test'
import { walletOf } from './wallet.ts'

const agents: [string, ReturnType<typeof walletOf>][] = [
  ['Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50', 'wechatpay'],
  ['Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 wxwork/4.1', 'other'],
  ['Mozilla/5.0 (iPhone) AliApp(AP/10.5) AlipayClient/10.5', 'alipay'],
  ['Mozilla/5.0 (iPhone) UnionPay/1.0', 'unionpay'],
  ['Mozilla/5.0 (Linux; Android 12; car) Zldpay/200279', 'zldpay'],
  ['Mozilla/5.0 (Linux; Android 12; car) Zldpay/', 'other'],
  ['Mozilla/5.0 (iPhone) Safari/605', 'other'],
]
for (const [agent, wallet] of agents) test(`${agent} is ${wallet}`, () => assert.equal(walletOf(agent), wallet))
