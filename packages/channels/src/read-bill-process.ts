import { text } from 'node:stream/consumers'
import type { Instant } from '@lanepay/domain/types.ts'
import { alipayChannel } from './alipay/channel.ts'
import type { AlipaySettings } from './alipay/settings.ts'
import type { BillAsk } from './bills.ts'
import type { Merchant } from './channel.ts'
import { wechatPayChannel } from './wechatpay/channel.ts'
import type { WechatPaySettings } from './wechatpay/settings.ts'

/*
 * A process that reads one bill, as it is told on its input, through its adapter and keeps nothing of it. Says in one line of JSON how many lines there were, and
 * what memory it had in KiB: at rest before, and at the most.
 */

export type ToRead = {
  readonly account:
    | { readonly channel: 'wechatpay'; readonly settings: WechatPaySettings }
    | { readonly channel: 'alipay'; readonly settings: AlipaySettings }
  readonly merchant: Merchant
  readonly ask: BillAsk
  readonly now: number
}
export type WasRead = { readonly lines: number; readonly restKib: number; readonly mostKib: number }

const { account, merchant, ask, now } = JSON.parse(await text(process.stdin)) as ToRead
const deps = { clock: { now: () => now as Instant }, onKeyEvent: () => {} }
const { bills } =
  account.channel === 'wechatpay' ? wechatPayChannel(account.settings, deps) : alipayChannel(account.settings, deps)
const restKib = process.resourceUsage().maxRSS
let [taken, pieces] = [0, 0]
const read = await bills!.read(merchant, ask, (lines) => {
  taken += lines.length
  // What is thrown away is gone: what memory there is then is kept.
  if (++pieces % 10 === 0) globalThis.gc?.()
})
if (!read.ok || read.value.lines !== taken) throw new Error(JSON.stringify(read))
const said: WasRead = { lines: taken, restKib, mostKib: process.resourceUsage().maxRSS }
process.stdout.write(JSON.stringify(said))
