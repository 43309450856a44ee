import type { Result } from '@lanepay/domain/result.ts'
import type { ChannelName, Fen, Instant } from '@lanepay/domain/types.ts'
import type { ChannelError, Merchant } from './channel.ts'

/*
 * A balance that the channel holds, paid out to a bank (wechat-pay.md 19, alipay.md 10.3 and 10.4). Behind a permission of
 * the channel's own: an account without it has no such ability.
 */

/** Whether a channel has to be told the bank card (alipay.md 10.4), or holds its merchants' cards itself (wechat-pay.md 19). */
export const isToldTheCard: Readonly<Record<ChannelName, boolean>> = { wechatpay: false, alipay: true, zldpay: false }

export type Balance = { readonly availableFen: Fen; readonly pendingFen: Fen }

/** Where the money goes, for a channel that does not hold the operator's bank card itself. */
export type Payee =
  | { readonly kind: 'account'; readonly identity: string; readonly name?: string }
  | {
      readonly kind: 'bank-card'
      readonly cardNumber: string
      readonly name: string
      readonly owner: 'company' | 'person'
      readonly bank: string
      readonly branch?: string
    }

export type WithdrawalOrder = {
  /** Ours, letters and digits. The same number always comes with the same content; a failed one is spent. */
  readonly withdrawalNumber: string
  readonly amountFen: Fen
  /** Ours, for the channel's books; and what the bank statement shows. */
  readonly remark: string
  readonly bankMemo: string
  readonly payee?: Payee
}

/** `returned` may follow `paid` for days: the bank sent the money back and it is in the balance again. */
export type WithdrawalState =
  | { readonly state: 'pending' }
  | { readonly state: 'paid'; readonly channelNo: string; readonly amountFen: Fen; readonly paidAt: Instant | null }
  | { readonly state: 'returned'; readonly channelNo: string; readonly code: string; readonly message: string }
  | { readonly state: 'failed'; readonly code: string; readonly message: string }

export interface Withdrawals {
  balance(merchant: Merchant): Promise<Result<Balance, ChannelError>>
  /** Idempotent by number: an unclear answer is asked about, and then repeated with the same one. */
  withdraw(merchant: Merchant, order: WithdrawalOrder): Promise<Result<WithdrawalState, ChannelError>>
  /** `unknown`: it was never accepted, so it may be sent again with the same number. */
  query(
    merchant: Merchant,
    withdrawalNumber: string,
  ): Promise<Result<WithdrawalState | { readonly state: 'unknown' }, ChannelError>>
}
