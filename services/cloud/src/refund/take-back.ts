import type { RefundRow } from './store.ts'

/**
 * Asked before a refund is sent, each time it is due: whether what others have already received of the payment is back, or need
 * not be. `wait`: it is asked again when the refund is due next. Shares already paid do not come back by themselves
 * (wechat-pay.md 12.2, alipay.md 7.9).
 */
export type TakeBack = (refund: RefundRow) => Promise<'ready' | 'wait'>

/** As long as nothing is shared, there is nothing to take back. */
export const nothingToTakeBack: TakeBack = async () => 'ready'
