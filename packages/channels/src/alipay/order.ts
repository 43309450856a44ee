import { toYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import type { ChannelError, Order, PaymentState, Sheet } from '../channel.ts'
import type { Account } from './account.ts'
import { toBeijing } from './beijing.ts'
import type { ApiRequest } from './gateway.ts'
import { type Json, textOf } from './json.ts'
import { readTrade } from './meaning.ts'
import type { AlipaySettings } from './settings.ts'
import { cleanSubject } from './text.ts'

const refusedHere = (code: string, message: string) => err({ kind: 'refused' as const, code, message, alarm: true })
export const malformedAnswer = (detail: string) =>
  err({ kind: 'unclear' as const, code: 'MALFORMED_ANSWER', message: detail })

type Ours = Pick<AlipaySettings, 'appId' | 'identity' | 'opAppId' | 'serviceProviderId'>

/**
 * `alipay.trade.create` for the wallet's own browser, `alipay.trade.wap.pay` for an ordinary one (alipay.md 7.2 to 7.4,
 * 7.7). The same `Order` gives the same content, so an unclear create can be repeated. `seller_id` is always named: the
 * money goes where our own row says, or nowhere.
 */
export function createRequest(ours: Ours, account: Account, order: Order): Result<ApiRequest, ChannelError> {
  const extend = extendParams(ours, order)
  const common = {
    out_trade_no: order.tradeNumber,
    total_amount: toYuan(order.amountFen),
    subject: cleanSubject(order.description),
    ...whoseMoney(account, order.amountFen),
    time_expire: toBeijing(order.expiresAt), // rounded down: nobody pays later than the instant given
    ...(extend ? { extend_params: extend } : {}),
  }
  const beside = { notify_url: order.notifyUrl, app_auth_token: account.appAuthToken }
  if (order.place === 'browser') {
    if (!order.returnUrl) return refusedHere('RETURN_URL_MISSING', 'order.returnUrl: required for an ordinary browser')
    return ok({
      method: 'alipay.trade.wap.pay',
      biz: { ...common, product_code: 'QUICK_WAP_WAY', quit_url: order.returnUrl },
      beside: { ...beside, return_url: order.returnUrl },
    })
  }
  if (!order.payer) return refusedHere('PAYER_MISSING', 'order.payer: required inside the wallet')
  if (ours.identity === 'open_id' && account.appAuthToken)
    return refusedHere('OPEN_ID_OF_ANOTHER_APP', 'identity: an open_id is ours alone, the operator needs a user_id')
  const contract = ours.opAppId
    ? { product_code: 'JSAPI_PAY', op_app_id: ours.opAppId }
    : { product_code: 'FACE_TO_FACE_PAYMENT' }
  const buyer = ours.identity === 'user_id' ? { buyer_id: order.payer } : { buyer_open_id: order.payer }
  return ok({ method: 'alipay.trade.create', biz: { ...common, ...contract, ...buyer }, beside })
}

/**
 * Who receives the money: a seller, or a second-tier merchant, whose money waits in Alipay's ledger and settles by itself after a day
 * (alipay.md 7.2, 7.13).
 */
export const whoseMoney = ({ sellerId, smid }: Account, amountFen: Fen): Json =>
  smid === undefined
    ? { seller_id: sellerId }
    : {
        sub_merchant: { merchant_id: smid },
        settle_info: {
          settle_detail_infos: [{ trans_in_type: 'defaultSettle', amount: toYuan(amountFen) }],
          settle_period_time: '1d',
        },
      }

/** Who brought the merchant, and whether the receipt waits for its sharing (alipay.md 7.12). */
export function extendParams(
  { serviceProviderId }: Pick<AlipaySettings, 'serviceProviderId'>,
  { toShare }: { readonly toShare?: boolean },
): Readonly<Record<string, string>> | undefined {
  if (!serviceProviderId && !toShare) return undefined
  return {
    ...(serviceProviderId ? { sys_service_provider_id: serviceProviderId } : {}),
    ...(toShare ? { royalty_freeze: 'true' } : {}),
  }
}

/** A verified answer about another order than ours brings up nothing. */
export function readCreate(tradeNumber: string, answer: Json): Result<Sheet, ChannelError> {
  const tradeNo = textOf(answer.trade_no)
  if (tradeNo === null) return malformedAnswer('trade_no is missing')
  if (answer.out_trade_no !== tradeNumber) return malformedAnswer('the answer is about another order')
  return ok({ kind: 'alipay-trade', tradeNo })
}

/** Query, close and cancel, all by our number (alipay.md 7.8, 7.10). */
export const aboutTrade = (
  method: 'alipay.trade.query' | 'alipay.trade.close' | 'alipay.trade.cancel',
  account: Account,
  tradeNumber: string,
): ApiRequest => ({ method, biz: { out_trade_no: tradeNumber }, beside: { app_auth_token: account.appAuthToken } })

/** A verified answer about another order than the one asked for decides nothing. */
export function readQuery(account: Account, tradeNumber: string, answer: Json): Result<PaymentState, ChannelError> {
  const read = readTrade(answer, account.sellerId)
  if (!read.ok) return malformedAnswer(read.error)
  return read.value.tradeNumber === tradeNumber
    ? ok(read.value.state)
    : malformedAnswer('the answer is about another order')
}

/** Done only when there is nothing left to repeat; `refunded` means that the driver had paid (alipay.md 7.10). */
export function readCancel(tradeNumber: string, answer: Json): Result<'closed' | 'refunded', ChannelError> {
  if (answer.out_trade_no !== tradeNumber) return malformedAnswer('the answer is about another order')
  if (answer.retry_flag !== 'N') return err({ kind: 'unclear', code: 'RETRY_FLAG', message: 'to be cancelled again' })
  if (answer.action === 'refund') return ok('refunded')
  return answer.action === 'close' ? ok('closed') : malformedAnswer('action is neither close nor refund')
}
