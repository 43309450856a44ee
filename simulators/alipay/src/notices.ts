import { randomInt } from 'node:crypto'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { beijing, beijingMs } from './beijing.ts'
import { type Refund, refundedFen, statusOf, type Trade } from './trade.ts'

/** Fields of a trade notification, before `notify_time`, certificate SN and signature (alipay.md 8.3). */
export type Notice = Readonly<Record<string, string>>

export const maskedLogon = (user: string): string => `${user.slice(0, 3)}***@wallet.example`

/** The person who paid, under the one id this application gets. */
export const buyerFields = (ids: { userId: string; openId: string }, identity: 'user_id' | 'open_id') =>
  identity === 'user_id' ? { buyer_id: ids.userId } : { buyer_open_id: ids.openId }

/** What is told about a trade that was paid, given back in part or whole (`refund`), or closed. */
export function noticeOf(
  trade: Trade,
  ask: { appId: string; buyer: Readonly<Record<string, string>>; refund?: Refund; now: Instant },
): Notice {
  const paid = trade.state === 'paid' || trade.state === 'returned'
  const yuan = toYuan(trade.totalFen)
  return {
    notify_type: 'trade_status_sync',
    notify_id: `${beijing(ask.now).slice(0, 10).replaceAll('-', '')}00222${digits(21)}`,
    app_id: ask.appId,
    auth_app_id: trade.authAppId,
    charset: 'utf-8',
    version: '1.0',
    trade_no: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    ...ask.buyer,
    buyer_logon_id: maskedLogon(trade.buyer),
    seller_id: trade.sellerId,
    seller_email: 'parking@seller.example',
    trade_status: statusOf(trade, ask.now),
    gmt_create: beijing(trade.createdAt),
    total_amount: yuan,
    subject: trade.subject,
    ...(trade.body === null ? {} : { body: trade.body }),
    ...(trade.passbackParams === null ? {} : { passback_params: trade.passbackParams }),
    ...(paid ? moneyOf(trade.paidAt, yuan) : {}),
    ...(ask.refund && paid
      ? {
          refund_fee: toYuan(refundedFen(trade)),
          gmt_refund: beijingMs(ask.refund.at),
          out_biz_no: ask.refund.requestNo,
        }
      : {}),
    ...(trade.state === 'dead' || trade.state === 'returned' ? { gmt_close: beijing(trade.closedAt) } : {}),
  }
}

const moneyOf = (paidAt: Instant, yuan: string) => ({
  gmt_payment: beijing(paidAt),
  receipt_amount: yuan,
  invoice_amount: yuan,
  buyer_pay_amount: yuan,
  point_amount: '0.00',
  fund_bill_list: JSON.stringify([{ amount: yuan, fundChannel: 'ALIPAYACCOUNT' }]),
})

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('')
