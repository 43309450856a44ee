import { toYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import type { ChannelError } from '../channel.ts'
import type { Receiver, ShareAsked, ShareOrder, SharePartState, ShareState } from '../shares.ts'
import type { Account } from './account.ts'
import { parseBeijing } from './beijing.ts'
import type { ApiRequest } from './gateway.ts'
import { type Json, textOf } from './json.ts'
import { readYuan } from './meaning.ts'
import { malformedAnswer } from './order.ts'
import { cleanText } from './text.ts'

/** How Alipay names an account: by its PID, by its login, or by its id under our application (alipay.md 9.1). */
export function accountIn({ kind, account }: Receiver): { readonly type: string; readonly account: string } {
  if (/^2088\d{12}$/.test(account)) return { type: 'userId', account }
  return { type: kind === 'merchant' ? 'loginName' : 'openId', account }
}

/** `alipay.trade.royalty.relation.bind` and `.unbind`: bound again it is bound, unbound again it is not. */
export const relationRequest = (
  act: 'bind' | 'unbind',
  account: Account,
  receiver: Receiver,
  requestNumber: string,
): ApiRequest => ({
  method: `alipay.trade.royalty.relation.${act}`,
  biz: {
    out_request_no: requestNumber,
    receiver_list: [{ ...accountIn(receiver), ...(receiver.name ? { name: receiver.name } : {}) }],
  },
  beside: { app_auth_token: account.appAuthToken },
})

/** A list is bound whole or not at all, and says so itself (alipay.md 9.1). */
export function readRelation<Done>(answer: Json, done: Done): Result<Done, ChannelError> {
  if (answer.result_code === 'SUCCESS') return ok(done)
  if (answer.result_code !== 'FAIL') return malformedAnswer('result_code is neither SUCCESS nor FAIL')
  return err({ kind: 'refused', code: 'RESULT_CODE_FAIL', message: 'the relation was not changed', alarm: true })
}

/**
 * `alipay.trade.order.settle`, always asynchronous: ten times as many receivers, many times the rate, and what becomes of
 * each is asked for in one way (alipay.md 9.2). The same `ShareOrder` gives the same content.
 */
export function shareRequest(account: Account, order: ShareOrder): ApiRequest {
  const { parts, finish } = order
  return {
    method: 'alipay.trade.order.settle',
    biz: {
      out_request_no: order.shareNumber,
      trade_no: order.channelTradeNo,
      ...(parts.length > 0 ? { royalty_parameters: parts.map((part) => partOf(account, part)) } : {}),
      royalty_mode: 'async',
      ...(finish ? { extend_params: { royalty_finish: 'true' } } : {}),
    },
    beside: { app_auth_token: account.appAuthToken },
  }
}

function partOf({ sellerId }: Account, { receiver, amountFen, description }: ShareOrder['parts'][number]): Json {
  const { type, account } = accountIn(receiver)
  const desc = cleanText(description)
  return {
    royalty_type: 'transfer',
    trans_out: sellerId,
    trans_out_type: 'userId',
    trans_in: account,
    trans_in_type: type,
    amount: toYuan(amountFen),
    ...(desc ? { desc } : {}),
    ...(receiver.name ? { trans_in_name: receiver.name } : {}),
  }
}

/** Taken on; what becomes of it is asked. Where nothing was to be shared it is over. */
export function readShare(order: ShareOrder, answer: Json): Result<ShareState, ChannelError> {
  const channelShareNo = textOf(answer.settle_no)
  if (channelShareNo === null) return malformedAnswer('settle_no is missing')
  if (answer.trade_no !== order.channelTradeNo) return malformedAnswer('the answer is about another trade')
  const parts = order.parts.map(({ receiver: { account }, amountFen }) => ({
    account,
    amountFen,
    state: 'pending' as const,
  }))
  return ok({ state: parts.length > 0 ? 'pending' : 'finished', channelShareNo, parts })
}

export const shareQueryRequest = (account: Account, asked: ShareAsked): ApiRequest => ({
  method: 'alipay.trade.order.settle.query',
  biz: { out_request_no: asked.shareNumber, trade_no: asked.channelTradeNo },
  beside: { app_auth_token: account.appAuthToken },
})

/** Finished once nobody's part is in process any more. What refunds took back stands in the same list and is no part. */
export function readShareQuery(asked: ShareAsked, answer: Json): Result<ShareState, ChannelError> {
  if (answer.out_request_no !== asked.shareNumber) return malformedAnswer('the answer is about another sharing')
  const list = answer.royalty_detail_list ?? []
  if (!Array.isArray(list)) return malformedAnswer('royalty_detail_list is no list')
  const parts: SharePartState[] = []
  for (const detail of list as readonly Json[]) {
    if (!['transfer', 'replenish'].includes(String(detail?.operation_type))) continue
    const part = readPart(detail)
    if (!part.ok) return malformedAnswer(part.error)
    parts.push(part.value)
  }
  const isOver = parts.every(({ state }) => state !== 'pending')
  return ok({ state: isOver ? 'finished' : 'pending', channelShareNo: textOf(answer.settle_no), parts })
}

function readPart(detail: Json): Result<SharePartState, string> {
  const account = textOf(detail.trans_in_open_id) ?? textOf(detail.trans_in)
  const amountFen = readYuan(detail.amount)
  if (account === null || amountFen === null) return err('a detail without account or amount')
  switch (detail.state) {
    case 'SUCCESS':
      return ok({ account, amountFen, state: 'done', doneAt: parseBeijing(detail.execute_dt) })
    case 'FAIL':
      return ok({ account, amountFen, state: 'failed', code: textOf(detail.error_code) ?? 'FAIL' })
    default: // PROCESSING and whatever is added next year
      return ok({ account, amountFen, state: 'pending' })
  }
}

/** `alipay.trade.order.onsettle.query`: what of a trade can still be shared (alipay.md 9.2). */
export const restRequest = (account: Account, channelTradeNo: string): ApiRequest => ({
  method: 'alipay.trade.order.onsettle.query',
  biz: { trade_no: channelTradeNo },
  beside: { app_auth_token: account.appAuthToken },
})

export function readRest(answer: Json): Result<Fen, ChannelError> {
  const fen = readYuan(answer.unsettled_amount)
  return fen === null ? malformedAnswer('unsettled_amount is not yuan') : ok(fen)
}

export const limitRequest = (account: Account, requestNumber: string): ApiRequest => ({
  method: 'alipay.trade.royalty.rate.query',
  biz: { out_request_no: requestNumber },
  beside: { app_auth_token: account.appAuthToken },
})

/** `max_ratio` is in percent; whether as number or as text is not said (alipay.md 9.1). */
export function readLimit(answer: Json): Result<number, ChannelError> {
  const ratio = answer.max_ratio
  const percent = typeof ratio === 'number' ? ratio : Number(textOf(ratio) ?? Number.NaN)
  const isRatio = percent >= 0 && percent <= 100
  return isRatio ? ok(Math.floor(percent * 100)) : malformedAnswer('max_ratio is no percentage')
}
