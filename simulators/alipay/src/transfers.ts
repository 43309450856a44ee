import type { Fen, Instant } from '@lanepay/domain/types.ts'

/* Payouts from a merchant's balance (alipay.md 10.4), as they stand at an instant. Pure. */

export type Payee = {
  readonly type: 'ALIPAY_USER_ID' | 'ALIPAY_LOGON_ID' | 'ALIPAY_OPEN_ID' | 'BANKCARD_ACCOUNT'
  readonly identity: string
  readonly name: string | null
  /** The Alipay account behind it; null for a bank card. */
  readonly userId: string | null
}

export type TransferStatus = 'DEALING' | 'SUCCESS' | 'FAIL' | 'REFUND'

/** What becomes of a payout and when: known to the simulator from the start, told as time passes. */
export type Step = {
  readonly at: Instant
  readonly status: TransferStatus
  readonly error?: { readonly code: string; readonly reason: string }
}

export type Transfer = {
  readonly orderId: string
  readonly payFundOrderId: string
  readonly outBizNo: string
  readonly pid: string
  readonly productCode: 'TRANS_ACCOUNT_NO_PWD' | 'TRANS_BANKCARD_NO_PWD'
  readonly bizScene: string
  readonly title: string
  readonly remark: string | null
  readonly amountFen: Fen
  readonly payee: Payee
  /** What a repeat must say again. */
  readonly content: string
  readonly at: Instant
  readonly steps: readonly [Step, ...Step[]]
}

export const stepAt = ({ steps }: Transfer, now: Instant): Step => steps.findLast((step) => step.at <= now) ?? steps[0]

/** When the money came back, if it did by now: a payout that failed, or one that a bank returned. */
export function returnedAt(transfer: Transfer, now: Instant): Instant | null {
  const { status, at } = stepAt(transfer, now)
  return status === 'FAIL' || status === 'REFUND' ? at : null
}

/** When the payee has it. */
export const arrivedAt = ({ steps }: Transfer): Instant | null =>
  steps.find(({ status }) => status === 'SUCCESS')?.at ?? null
