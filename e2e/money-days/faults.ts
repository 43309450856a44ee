import type { ChannelName } from '@lanepay/domain/types.ts'
import type { AlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import type { WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import type { Chance } from './chance.ts'

export type FaultTable<Fault> = readonly { readonly what: string; readonly fault: Fault }[]
type WechatPayFault = Parameters<WechatPaySimulator['control']['fault']>[0]
type AlipayFault = Parameters<AlipaySimulator['control']['fault']>[0]

export type ChannelFaults = {
  readonly wechatpay: FaultTable<WechatPayFault>
  readonly alipay: FaultTable<AlipayFault>
}

/** One of these befalls the channel the next time that it can. Answers which. */
export function goesWrong(
  simulators: { readonly wechatpay: WechatPaySimulator; readonly alipay: AlipaySimulator },
  channel: ChannelName,
  { faults, chance }: { readonly faults: ChannelFaults; readonly chance: Chance },
): string {
  if (channel === 'wechatpay') {
    const { what, fault } = chance.oneOf(faults.wechatpay)
    simulators.wechatpay.control.fault(fault)
    return what
  }
  const { what, fault } = chance.oneOf(faults.alipay)
  simulators.alipay.control.fault(fault)
  return what
}

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute

/* What goes wrong at the channels in a simulated day, one of it at a time. In each the money moves once, or not at all. */

/** Where a worker meets it: refunds, shares, withdrawals. */
export const workedFaults: ChannelFaults = {
  wechatpay: [
    { what: 'the refund is accepted and nobody says so', fault: { kind: 'error-after-refund', times: 1 } },
    { what: 'a refund takes an hour', fault: { kind: 'refund-slow', ms: 60 * minute, times: 1 } },
    { what: 'the share is taken on and nobody says so', fault: { kind: 'error-after-share', times: 1 } },
    { what: 'a share takes three minutes', fault: { kind: 'share-slow', ms: 3 * minute, times: 1 } },
    { what: 'the receiver of a share gets nothing', fault: { kind: 'receiver-abnormal', times: 1 } },
    { what: 'the return is taken on and nobody says so', fault: { kind: 'error-after-return', times: 1 } },
    { what: 'a call is not carried out: 500', fault: { kind: 'system-error', times: 1 } },
    { what: 'a call is not carried out: too many', fault: { kind: 'frequency-limited', times: 1 } },
  ],
  alipay: [
    { what: 'the money goes back and nobody says so', fault: { kind: 'error-after-refund', times: 1 } },
    { what: 'the money goes back and the answer says that none moved', fault: { kind: 'refund-unseen', times: 1 } },
    { what: 'the shares are taken on and nobody says so', fault: { kind: 'error-after-settle', times: 1 } },
    { what: 'a share takes three minutes', fault: { kind: 'settle-waits', ms: 3 * minute, times: 1 } },
    { what: 'a share fails after a minute', fault: { kind: 'settle-then-fails', ms: minute, times: 1 } },
  ],
}

/** What becomes of the word that a payment is paid. */
export const noticeFaults = [
  { what: 'never comes', fault: { kind: 'notify-lose', times: 1 } },
  { what: 'comes after two minutes', fault: { kind: 'notify-delay', ms: 2 * minute, times: 1 } },
  { what: 'comes a day late', fault: { kind: 'notify-delay', ms: day, times: 1 } },
  { what: 'comes after one that was made later', fault: { kind: 'notify-reorder', ms: 10 * minute, times: 1 } },
  { what: 'comes twice at the same time', fault: { kind: 'notify-double', times: 1 } },
  { what: 'comes again byte for byte', fault: { kind: 'notify-replay', times: 1 } },
  { what: 'comes after a stranger’s', fault: { kind: 'notify-forge', times: 1 } },
] as const satisfies FaultTable<WechatPayFault & AlipayFault>

/** What becomes of a scanned pay code. */
export const codeFaults: ChannelFaults = {
  wechatpay: [
    { what: 'no money', fault: { kind: 'pay-no-money', times: 1 } },
    { what: 'the password is never typed', fault: { kind: 'pay-waits', times: 1 } },
    { what: 'the password is typed', fault: { kind: 'pay-waits-then-paid', ms: 8 * second, times: 1 } },
    {
      what: 'the password is typed as it is taken back',
      fault: { kind: 'pay-waits-then-paid', ms: 31 * second, times: 1 },
    },
    { what: 'the driver gives up', fault: { kind: 'pay-waits-then-fails', ms: 8 * second, times: 1 } },
    { what: 'the money is taken and nobody says so', fault: { kind: 'error-after-code-pay', times: 1 } },
  ],
  alipay: [
    { what: 'no money', fault: { kind: 'pay-no-money', times: 1 } },
    { what: 'the password is never typed', fault: { kind: 'pay-waits', times: 1 } },
    { what: 'the password is typed', fault: { kind: 'pay-waits-then-paid', ms: 8 * second, times: 1 } },
    {
      what: 'the password is typed as it is taken back',
      fault: { kind: 'pay-waits-then-paid', ms: 31 * second, times: 1 },
    },
    { what: 'the driver gives up', fault: { kind: 'pay-waits-then-fails', ms: 8 * second, times: 1 } },
    {
      what: 'the money is taken and nobody says so',
      fault: { kind: 'answer-20000', method: 'alipay.trade.pay', times: 1 },
    },
  ],
}

/** What becomes of an order that is being taken back, whichever channel it is at. */
export const reversalFaults: ChannelFaults = {
  wechatpay: [
    { what: 'nothing is done: again', fault: { kind: 'reverse-again', times: 1 } },
    { what: 'it is taken back and nobody says so', fault: { kind: 'error-after-reverse', times: 1 } },
  ],
  alipay: [
    { what: 'nothing is done: again', fault: { kind: 'cancel-again', times: 1 } },
    {
      what: 'it is taken back and nobody says so',
      fault: { kind: 'answer-20000', method: 'alipay.trade.cancel', times: 1 },
    },
  ],
}

/** What becomes of a withdrawal. A bank may send it back for seven days. */
export const payoutFaults = (daysUntilBack: number): ChannelFaults => ({
  wechatpay: [
    { what: 'it fails', fault: { kind: 'withdraw-fails', times: 1 } },
    { what: 'it is taken on and nobody says so', fault: { kind: 'error-after-withdraw', times: 1 } },
    { what: 'the bank sends it back', fault: { kind: 'withdraw-returned', ms: daysUntilBack * day, times: 1 } },
  ],
  alipay: [
    { what: 'it fails', fault: { kind: 'transfer-fails', times: 1 } },
    { what: 'it is taken on and nobody says so', fault: { kind: 'error-after-transfer', times: 1 } },
    { what: 'the bank sends it back', fault: { kind: 'transfer-returned', ms: daysUntilBack * day, times: 1 } },
  ],
})
