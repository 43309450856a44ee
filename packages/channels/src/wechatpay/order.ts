import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError, Order, PaymentState } from '../channel.ts'
import type { Account } from './account.ts'
import { accountKeyOf } from './account.ts'
import type { ApiRequest } from './client.ts'
import { type Json, textOf } from './json.ts'
import { readPayment } from './meaning.ts'
import type { WechatPaySettings } from './settings.ts'
import { cleanDescription } from './text.ts'
import { toChinaTime } from './time.ts'

export const rootOf = (account: Account) =>
  account.mode === 'partner' ? '/v3/pay/partner/transactions' : '/v3/pay/transactions'

const refusedHere = (code: string, message: string) => err({ kind: 'refused' as const, code, message, alarm: true })
export const malformedAnswer = (detail: string) =>
  err({ kind: 'unclear' as const, code: 'MALFORMED_ANSWER', message: detail })

/**
 * The order as WeChat Pay wants it (wechat-pay.md 8.1): JSAPI inside the wallet, H5 in an ordinary browser. The same
 * `Order` gives the same bytes, so an unclear create can be repeated. For that reason JSAPI does not carry the client's
 * address, which is optional there and changes when a phone changes networks.
 */
export function createRequest(account: Account, order: Order): Result<ApiRequest, ChannelError> {
  const common = {
    ...(account.mode === 'partner'
      ? {
          sp_appid: account.spAppid,
          sp_mchid: account.spMchid,
          ...(account.subAppid ? { sub_appid: account.subAppid } : {}),
          sub_mchid: account.subMchid,
        }
      : { appid: account.appid, mchid: account.mchid }),
    description: cleanDescription(order.description),
    out_trade_no: order.tradeNumber,
    time_expire: toChinaTime(order.expiresAt),
    notify_url: order.notifyUrl,
    ...(order.toShare ? { settle_info: { profit_sharing: true } } : {}),
    amount: { total: order.amountFen, currency: 'CNY' },
  }
  if (order.place === 'browser') {
    if (!order.clientIp) return refusedHere('CLIENT_IP_MISSING', 'order.clientIp: required for an ordinary browser')
    const scene = { payer_client_ip: order.clientIp, h5_info: { type: 'Wap' } }
    return ok(post(`${rootOf(account)}/h5`, { ...common, scene_info: scene }))
  }
  if (!order.payer) return refusedHere('PAYER_MISSING', 'order.payer: required inside the wallet')
  const payer = account.mode === 'partner' ? { sp_openid: order.payer } : { openid: order.payer }
  return ok(post(`${rootOf(account)}/jsapi`, { ...common, payer }))
}

/** The appid that the page's payment call names: the one the openid belongs to (7.1). */
export const sheetAppid = (account: Account): string => (account.mode === 'partner' ? account.spAppid : account.appid)

export function readPrepayId(answer: Json): Result<string, ChannelError> {
  const prepayId = textOf(answer.prepay_id)
  return prepayId === null ? malformedAnswer('prepay_id is missing') : ok(prepayId)
}

/** `h5_url`, with the way back appended where the order has one (7.3). */
export function readH5Url(answer: Json, returnUrl: string | undefined): Result<string, ChannelError> {
  const url = textOf(answer.h5_url)
  if (url === null) return malformedAnswer('h5_url is missing')
  return ok(returnUrl ? `${url}&redirect_url=${encodeURIComponent(returnUrl)}` : url)
}

/** wechat-pay.md 9.1, by our number. */
export function queryRequest(account: Account, tradeNumber: string): ApiRequest {
  const who =
    account.mode === 'partner' ? `sp_mchid=${account.spMchid}&sub_mchid=${account.subMchid}` : `mchid=${account.mchid}`
  return { method: 'GET', path: `${rootOf(account)}/out-trade-no/${encodeURIComponent(tradeNumber)}?${who}`, body: '' }
}

/** A verified answer about another order, account or appid than the one asked for decides nothing. */
export function readQuery(
  ours: Pick<WechatPaySettings, 'mode' | 'mchid' | 'appid'>,
  account: Account,
  tradeNumber: string,
  answer: Json,
): Result<PaymentState, ChannelError> {
  const read = readPayment(ours, answer)
  if (!read.ok) return malformedAnswer(`${read.error.kind}: ${read.error.detail}`)
  const { state } = read.value
  if (read.value.tradeNumber !== tradeNumber) return malformedAnswer('the answer is about another order')
  if (state.state === 'paid' && state.paid.accountKey !== accountKeyOf(account))
    return malformedAnswer('the answer is about another sub-merchant')
  return ok(state)
}

/** wechat-pay.md 9.5. */
export function closeRequest(account: Account, tradeNumber: string): ApiRequest {
  const body =
    account.mode === 'partner' ? { sp_mchid: account.spMchid, sub_mchid: account.subMchid } : { mchid: account.mchid }
  return post(`${rootOf(account)}/out-trade-no/${encodeURIComponent(tradeNumber)}/close`, body)
}

/** Serialised once: the text that is signed is the text that is sent. */
export const post = (path: string, body: Json): ApiRequest => ({ method: 'POST', path, body: JSON.stringify(body) })
