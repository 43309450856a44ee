import type { AlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import type { WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'

export type FaultTable<Fault> = readonly { readonly what: string; readonly fault: Fault }[]

const minute = 60_000

/** What goes wrong at WeChat Pay in a simulated day, one of it at a time. In each the money moves once, or not at all. */
export const wechatPayFaults: FaultTable<Parameters<WechatPaySimulator['control']['fault']>[0]> = [
  { what: 'the refund is accepted and nobody says so', fault: { kind: 'error-after-refund', times: 1 } },
  { what: 'a refund takes an hour', fault: { kind: 'refund-slow', ms: 60 * minute, times: 1 } },
  { what: 'the share is taken on and nobody says so', fault: { kind: 'error-after-share', times: 1 } },
  { what: 'a share takes three minutes', fault: { kind: 'share-slow', ms: 3 * minute, times: 1 } },
  { what: 'the receiver of a share gets nothing', fault: { kind: 'receiver-abnormal', times: 1 } },
  { what: 'the return is taken on and nobody says so', fault: { kind: 'error-after-return', times: 1 } },
  { what: 'a call is not carried out: 500', fault: { kind: 'system-error', times: 1 } },
  { what: 'a call is not carried out: too many', fault: { kind: 'frequency-limited', times: 1 } },
]

/** The same at Alipay. */
export const alipayFaults: FaultTable<Parameters<AlipaySimulator['control']['fault']>[0]> = [
  { what: 'the money goes back and nobody says so', fault: { kind: 'error-after-refund', times: 1 } },
  { what: 'the money goes back and the answer says that none moved', fault: { kind: 'refund-unseen', times: 1 } },
  { what: 'the shares are taken on and nobody says so', fault: { kind: 'error-after-settle', times: 1 } },
  { what: 'a share takes three minutes', fault: { kind: 'settle-waits', ms: 3 * minute, times: 1 } },
  { what: 'a share fails after a minute', fault: { kind: 'settle-then-fails', ms: minute, times: 1 } },
]
