import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError, Merchant } from '../channel.ts'
import type { Balance, WithdrawalOrder, WithdrawalState, Withdrawals } from '../withdrawals.ts'
import { accountOf } from './account.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import { channelErrorOf, saysUnknown } from './errors.ts'
import { type Json, textOf, wholeOf } from './json.ts'
import { malformedAnswer, post } from './order.ts'
import type { WechatPaySettings } from './settings.ts'
import { cleanText } from './text.ts'
import { parseTime } from './time.ts'

/* Balances of sub-merchants and their withdrawal to the card that WeChat Pay holds for them (wechat-pay.md 19). */

const root = '/v3/ecommerce/fund'

export const balanceRequest = (subMchid: string): ApiRequest => ({
  method: 'GET',
  path: `${root}/balance/${encodeURIComponent(subMchid)}?account_type=BASIC`,
  body: '',
})

/** No `notify_url`: how a withdrawal is notified is not established (24), so its end is asked for. */
export function withdrawRequest(subMchid: string, order: WithdrawalOrder): ApiRequest {
  const remark = cleanText(order.remark, 56)
  const memo = cleanText(order.bankMemo, 32)
  return post(`${root}/withdraw`, {
    sub_mchid: subMchid,
    out_request_no: order.withdrawalNumber,
    amount: order.amountFen,
    ...(remark ? { remark } : {}),
    ...(memo ? { bank_memo: memo } : {}),
    account_type: 'BASIC',
  })
}

export const withdrawalQueryRequest = (subMchid: string, withdrawalNumber: string): ApiRequest => ({
  method: 'GET',
  path: `${root}/withdraw/out-request-no/${encodeURIComponent(withdrawalNumber)}?sub_mchid=${subMchid}`,
  body: '',
})

type Asked = { readonly subMchid: string; readonly withdrawalNumber: string }

/** Taken on: its state is asked for. */
export function readWithdraw(asked: Asked, answer: Json): Result<WithdrawalState, ChannelError> {
  if (answer.sub_mchid !== asked.subMchid || textOf(answer.withdraw_id) === null)
    return malformedAnswer('withdraw_id for this merchant is missing')
  if (answer.out_request_no !== undefined && answer.out_request_no !== asked.withdrawalNumber)
    return malformedAnswer('the answer is about another withdrawal')
  return ok({ state: 'pending' })
}

/** `SUCCESS` may still turn to `REFUND`: the bank sent it back. Every state that is not known here is pending. */
export function readWithdrawal(asked: Asked, answer: Json): Result<WithdrawalState, ChannelError> {
  if (answer.sub_mchid !== asked.subMchid || answer.out_request_no !== asked.withdrawalNumber)
    return malformedAnswer('the answer is about another withdrawal')
  const status = textOf(answer.status) ?? ''
  const message = textOf(answer.reason)?.slice(0, 200) ?? ''
  switch (status) {
    case 'SUCCESS':
    case 'REFUND': {
      const channelNo = textOf(answer.withdraw_id)
      const amount = wholeOf(answer.amount)
      if (channelNo === null || amount === null) return malformedAnswer('withdraw_id or amount is missing')
      if (status === 'REFUND') return ok({ state: 'returned', channelNo, code: status, message })
      return ok({ state: 'paid', channelNo, amountFen: fen(amount), paidAt: parseTime(answer.update_time) })
    }
    case 'FAIL':
    case 'CLOSE':
      return ok({ state: 'failed', code: status, message })
    default:
      return ok({ state: 'pending' })
  }
}

export function readBalance(subMchid: string, answer: Json): Result<Balance, ChannelError> {
  const available = wholeOf(answer.available_amount)
  // What is not told is nothing that waits.
  const pending = answer.pending_amount === undefined ? 0 : wholeOf(answer.pending_amount)
  if (available === null || pending === null || answer.sub_mchid !== subMchid)
    return malformedAnswer('available_amount of this merchant is missing')
  return ok({ availableFen: fen(available), pendingFen: fen(pending) })
}

export function wechatPayWithdrawals(settings: WechatPaySettings, client: Client): Withdrawals {
  async function ask<T>(
    merchant: Merchant,
    request: (subMchid: string) => ApiRequest,
    read: (subMchid: string, answer: Json) => Result<T, ChannelError>,
    unknown?: T,
  ): Promise<Result<T, ChannelError>> {
    const account = accountOf(settings, merchant)
    if (!account.ok) return account
    // A merchant of its own withdraws on the platform's site; these calls are about sub-merchants only.
    if (account.value.mode === 'direct') return err(notInDirectMode)
    const { subMchid } = account.value
    const answer = await client(request(subMchid))
    if (answer.ok) return read(subMchid, answer.value)
    if (unknown !== undefined && answer.error.kind === 'failure' && saysUnknown(answer.error.failure))
      return ok(unknown)
    return err(errorOf(answer.error))
  }

  return {
    balance: (merchant) => ask(merchant, balanceRequest, readBalance),
    withdraw: (merchant, order) =>
      ask(
        merchant,
        (subMchid) => withdrawRequest(subMchid, order),
        (subMchid, answer) => readWithdraw({ subMchid, withdrawalNumber: order.withdrawalNumber }, answer),
      ),
    query: (merchant, withdrawalNumber) =>
      ask<WithdrawalState | { readonly state: 'unknown' }>(
        merchant,
        (subMchid) => withdrawalQueryRequest(subMchid, withdrawalNumber),
        (subMchid, answer) => readWithdrawal({ subMchid, withdrawalNumber }, answer),
        { state: 'unknown' },
      ),
  }
}

const notInDirectMode: ChannelError = {
  kind: 'refused',
  code: 'NOT_IN_DIRECT_MODE',
  message: 'withdrawals are for sub-merchants of a service provider',
  alarm: true,
}

const errorOf = (unanswered: Unanswered): ChannelError =>
  unanswered.kind === 'unclear' ? unanswered.error : channelErrorOf(unanswered.failure)
