import type { RefundRow } from './store.ts'

/**
 * Asked before a refund is sent, each time it is due: whether what others have already received of the payment is back, or need
 * not be. `wait`: it is asked again when the refund is due next. Shares already paid do not come back by themselves
 * (wechat-pay.md 12.2, alipay.md 7.9).
 */
export type TakeBack = (refund: RefundRow) => Promise<'ready' | 'wait'>

/** As long as nothing is shared, there is nothing to take back. */
export const nothingToTakeBack: TakeBack = async () => 'ready'

/**
 * Asked when the channel says that it has not enough for a refund that was sent: whether what it keeps back of the payment is let go
 * of for it. `under-way`: it is, and the refund goes out after it. `for-a-person`: a part of it waits for one, and keeps something.
 * `nothing-held`: it is other money that is missing.
 */
export type LetGo = (
  refund: Pick<RefundRow, 'bucket' | 'lot_id' | 'id' | 'payment_id' | 'amount_fen'>,
) => Promise<'under-way' | 'for-a-person' | 'nothing-held'>
export const nothingHeld: LetGo = async () => 'nothing-held'
