import { toYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import type { Balance, Payee, WithdrawalOrder, WithdrawalState } from '../withdrawals.ts'
import type { Account } from './account.ts'
import { parseBeijing } from './beijing.ts'
import type { ApiRequest } from './gateway.ts'
import { type Json, textOf } from './json.ts'
import { readYuan } from './meaning.ts'
import { malformedAnswer } from './order.ts'
import { cleanText } from './text.ts'

const productOf = {
  account: 'TRANS_ACCOUNT_NO_PWD',
  'bank-card': 'TRANS_BANKCARD_NO_PWD',
} as const satisfies Record<Payee['kind'], string>

/** Under which products a payout may have been made: a question by our number has to name it (alipay.md 10.4). */
export const products = Object.values(productOf).toReversed()
export type Product = (typeof products)[number]

const longestTitle = 128
const longestRemark = 200

/**
 * `alipay.fund.trans.uni.transfer`. No interface pays an ordinary balance out to its owner's bank, so the payee is always
 * named (alipay.md 10.1, 10.4). The same `WithdrawalOrder` gives the same content.
 */
export function transferRequest(account: Account, order: WithdrawalOrder): Result<ApiRequest, ChannelError> {
  const { payee } = order
  if (!payee)
    return err({ kind: 'refused', code: 'PAYEE_MISSING', message: 'order.payee: who gets the money', alarm: true })
  const remark = cleanText(order.remark).slice(0, longestRemark)
  return ok({
    method: 'alipay.fund.trans.uni.transfer',
    biz: {
      out_biz_no: order.withdrawalNumber,
      trans_amount: toYuan(order.amountFen),
      product_code: productOf[payee.kind],
      biz_scene: 'DIRECT_TRANSFER',
      order_title: cleanText(order.bankMemo).slice(0, longestTitle) || '结算',
      payee_info: payeeInfo(payee),
      ...(remark ? { remark } : {}),
    },
    beside: { app_auth_token: account.appAuthToken },
  })
}

function payeeInfo(payee: Payee): Json {
  if (payee.kind === 'bank-card')
    return {
      identity: payee.cardNumber,
      identity_type: 'BANKCARD_ACCOUNT',
      name: payee.name,
      bankcard_ext_info: {
        account_type: payee.owner === 'company' ? '1' : '2',
        inst_name: payee.bank,
        ...(payee.branch ? { inst_branch_name: payee.branch } : {}),
      },
    }
  const type = /^2088\d{12}$/.test(payee.identity) ? 'ALIPAY_USER_ID' : 'ALIPAY_LOGON_ID'
  return { identity: payee.identity, identity_type: type, ...(payee.name ? { name: payee.name } : {}) }
}

export const transferQueryRequest = (account: Account, withdrawalNumber: string, product: Product): ApiRequest => ({
  method: 'alipay.fund.trans.common.query',
  biz: { out_biz_no: withdrawalNumber, product_code: product, biz_scene: 'DIRECT_TRANSFER' },
  beside: { app_auth_token: account.appAuthToken },
})

/** A payout's own answer says no amount: it is the one that was asked for. */
export const readTransfer = (order: WithdrawalOrder, answer: Json): Result<WithdrawalState, ChannelError> =>
  readState(order.withdrawalNumber, { trans_amount: toYuan(order.amountFen), ...answer })

export const readTransferQuery = (withdrawalNumber: string, answer: Json): Result<WithdrawalState, ChannelError> =>
  readState(withdrawalNumber, answer)

/** `REFUND` follows `SUCCESS` when a bank sends the money back; whatever is not clearly final waits (alipay.md 10.4). */
function readState(withdrawalNumber: string, answer: Json): Result<WithdrawalState, ChannelError> {
  if (answer.out_biz_no !== withdrawalNumber) return malformedAnswer('the answer is about another payout')
  const channelNo = textOf(answer.order_id)
  const code = textOf(answer.error_code) ?? textOf(answer.sub_status) ?? String(answer.status)
  const message = (textOf(answer.fail_reason) ?? '').slice(0, 200)
  switch (answer.status) {
    case 'SUCCESS': {
      const amountFen = readYuan(answer.trans_amount)
      if (channelNo === null || amountFen === null) return malformedAnswer('order_id or trans_amount is missing')
      const paidAt = parseBeijing(answer.trans_date ?? answer.pay_date)
      return ok({ state: 'paid', channelNo, amountFen, paidAt })
    }
    case 'REFUND':
      if (channelNo === null) return malformedAnswer('order_id is missing')
      return ok({ state: 'returned', channelNo, code, message })
    case 'FAIL':
    case 'CLOSED':
      return ok({ state: 'failed', code, message })
    default: // DEALING, WAIT_PAY and whatever is added next year
      return ok({ state: 'pending' })
  }
}

/** `alipay.fund.account.query` (alipay.md 10.3). */
export const balanceRequest = ({ sellerId, appAuthToken }: Account): ApiRequest => ({
  method: 'alipay.fund.account.query',
  biz: { alipay_user_id: sellerId, account_type: 'ACCTRANS_ACCOUNT' },
  beside: { app_auth_token: appAuthToken },
})

/** What is frozen waits for its sharing, or for whoever froze it. */
export function readBalance(answer: Json): Result<Balance, ChannelError> {
  const availableFen = readYuan(answer.available_amount)
  const pendingFen = readYuan(answer.freeze_amount ?? '0.00')
  if (availableFen === null || pendingFen === null)
    return malformedAnswer('available_amount or freeze_amount is not yuan')
  return ok({ availableFen, pendingFen })
}
