import type { PaymentState } from '@lanepay/channels/channel.ts'

/** A driver who is asked for the password is asked after so often (wechat-pay.md 11). */
export const askAgainMs = 5_000
/** So long after the scan nobody waits any more: the order is taken back. */
const patienceMs = 30_000

/** A code is good for about a minute (wechat-pay.md 11): what the channel has not heard of by now never reaches it. */
const neverCameMs = 120_000

export type Step = 'clear' | 'close' | 'wait' | 'reverse'

/**
 * What follows from the channel's word about a scanned order; `unclear` where it gave none. Once an order is being taken back
 * nothing but the certainty of that ends it: the attendant was told that nothing is paid, and the driver may be paying otherwise.
 */
export function stepAfter(
  order: { readonly scannedAt: number; readonly reversing: boolean },
  said: PaymentState['state'] | 'unclear',
  now: number,
): Step {
  if (said === 'closed') return 'close'
  if (said === 'unknown-order' && now - order.scannedAt >= neverCameMs) return 'close'
  if (order.reversing) return 'reverse'
  if (said === 'paid') return 'clear'
  return now - order.scannedAt < patienceMs ? 'wait' : 'reverse'
}
