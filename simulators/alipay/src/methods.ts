import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import type { Caller } from './check.ts'
import { type Biz, outTradeNo, required, requiredYuan, text } from './fields.ts'
import { balanceOf, effectFen } from './flows.ts'
import { settle, settleClosed, type Works } from './money.ts'
import { maskedLogon } from './notices.ts'
import { orderOfCreate } from './orders.ts'
import { refuseTrade } from './refusal.ts'
import type { Params } from './request.ts'
import { frozenFen } from './shares.ts'
import { pullSaid, pullsOf, settleInfo } from './shares-in-trades.ts'
import { cancel, close, refund, refundedFen, statusOf, type Trade } from './trade.ts'

export type Call = { readonly caller: Caller; readonly params: Params; readonly biz: Biz }
/** What goes into the answer behind `code` and `msg`. */
export type Said = Readonly<Record<string, unknown>>
export type Method = (works: Works, call: Call) => Said

/** The trade a call is about: `trade_no` wins over `out_trade_no`, and other merchants' trades do not exist. */
export function tradeOf(works: Works, { biz, caller }: Call): Trade {
  const tradeNo = text(biz, 'trade_no', 64)
  const number = tradeNo === null && text(biz, 'out_trade_no', 64) !== null ? outTradeNo(biz) : null
  if (tradeNo === null && number === null)
    return refuseTrade('INVALID_PARAMETER', '参数无效：trade_no 和 out_trade_no 不能同时为空')
  const now = works.clock.now()
  const trade =
    tradeNo !== null ? works.book.byTradeNo(tradeNo, now) : works.book.byOutTradeNo(caller.pid, number ?? '', now)
  return trade?.pid === caller.pid ? trade : refuseTrade('TRADE_NOT_EXIST', '交易不存在')
}

export const numbers = ({ tradeNo, outTradeNo: number }: Trade) => ({ trade_no: tradeNo, out_trade_no: number })

export function buyerSaid(works: Works, trade: Trade): Said {
  const { userId, openId } = works.book.idsOf(trade.buyer, trade.authAppId)
  const who = works.identity === 'user_id' ? { buyer_user_id: userId } : { buyer_open_id: openId }
  return { ...who, buyer_logon_id: maskedLogon(trade.buyer), buyer_user_type: 'PRIVATE' }
}

export function wants(biz: Biz, option: string): boolean {
  const options = biz.query_options ?? []
  if (!Array.isArray(options)) return refuseTrade('INVALID_PARAMETER', '参数无效：query_options 必须是数组')
  return options.includes(option)
}

const tradeCreate: Method = (works, call) => {
  const now = works.clock.now()
  const trade = orderOfCreate(works.book, { ...call, notifyUrl: call.params.notify_url || null, now })
  if (!works.book.byTradeNo(trade.tradeNo, now)) settle(works, trade, 'silent')
  if (works.faults.take('error-after-create')) return refuseTrade('SYSTEM_ERROR', '系统繁忙')
  return numbers(trade)
}

const tradeQuery: Method = (works, call) => {
  const trade = tradeOf(works, call)
  const paid = trade.state === 'paid' || trade.state === 'returned'
  const yuan = toYuan(trade.totalFen)
  const received = paid ? yuan : '0.00'
  return {
    ...numbers(trade),
    ...buyerSaid(works, trade),
    trade_status: statusOf(trade, works.clock.now()),
    total_amount: yuan,
    buyer_pay_amount: received,
    receipt_amount: received,
    invoice_amount: received,
    point_amount: '0.00',
    ...(paid ? { send_pay_date: beijing(trade.paidAt) } : {}),
    ...(trade.storeId === null ? {} : { store_id: trade.storeId }),
    ...(trade.terminalId === null ? {} : { terminal_id: trade.terminalId }),
    ...(trade.passbackParams === null ? {} : { passback_params: trade.passbackParams }),
    ...(paid && wants(call.biz, 'fund_bill_list')
      ? { fund_bill_list: [{ amount: yuan, fund_channel: 'ALIPAYACCOUNT' }] }
      : {}),
    ...(paid && wants(call.biz, 'trade_settle_info') ? { trade_settle_info: settleInfo(works, trade) } : {}),
  }
}

const tradeClose: Method = (works, call) => {
  const trade = tradeOf(works, call)
  const closed = close(trade, works.clock.now())
  if (closed !== trade) settleClosed(works, closed)
  if (works.faults.take('error-after-close')) return refuseTrade('SYSTEM_ERROR', '系统繁忙')
  return numbers(closed)
}

function refuseWithoutBalance(works: Works, before: Trade, after: Trade): void {
  const { book, clock, faults } = works
  const now = clock.now()
  const has = balanceOf(book, before.sellerId, now).availableFen + frozenFen(before, book.settled(before), now)
  if (faults.take('refund-no-balance') || effectFen(before) - effectFen(after) > has)
    refuseTrade('SELLER_BALANCE_NOT_ENOUGH', '商户的支付宝账户中无足够的资金进行撤销')
}

const tradeCancel: Method = (works, call) => {
  const trade = tradeOf(works, call)
  if (works.faults.take('cancel-again')) return { ...numbers(trade), retry_flag: 'Y' }
  const done = cancel(trade, works.clock.now())
  if (done.action === 'close') {
    if (done.trade !== trade) settleClosed(works, done.trade)
    return { ...numbers(trade), retry_flag: 'N', action: 'close' }
  }
  if (done.moved) {
    refuseWithoutBalance(works, trade, done.trade)
    settle(works, done.trade, done.refund)
  }
  return { ...numbers(trade), retry_flag: 'N', action: 'refund', gmt_refund_pay: beijing(done.refund.at) }
}

const tradeRefund: Method = (works, call) => {
  const trade = tradeOf(works, call)
  const amountFen: Fen = requiredYuan(call.biz, 'refund_amount')
  const requestNo = text(call.biz, 'out_request_no', 64)
  text(call.biz, 'refund_reason', 256)
  const pulls = pullsOf(works, call, { trade, amountFen })
  const done = refund(trade, { requestNo, amountFen, by: 'refund', pulls }, works.clock.now())
  if (done.moved) {
    refuseWithoutBalance(works, trade, done.trade)
    settle(works, done.trade, done.refund)
  }
  if (works.faults.take('error-after-refund')) return refuseTrade('SYSTEM_ERROR', '系统繁忙')
  if (works.faults.take('refund-done-and-refused')) return refuseTrade('BUYER_ERROR', '买家状态异常')
  return {
    ...numbers(trade),
    ...buyerSaid(works, trade),
    fund_change: done.moved && !works.faults.take('refund-unseen') ? 'Y' : 'N',
    gmt_refund_pay: beijing(done.refund.at),
    // Of the whole trade, not of this request (alipay.md 7.9).
    refund_fee: toYuan(refundedFen(done.trade)),
    send_back_fee: toYuan(done.refund.amountFen),
    ...(wants(call.biz, 'refund_detail_item_list')
      ? { refund_detail_item_list: [{ amount: toYuan(done.refund.amountFen), fund_channel: 'ALIPAYACCOUNT' }] }
      : {}),
  }
}

const refundQuery: Method = (works, call) => {
  const requestNo = required(call.biz, 'out_request_no', 64)
  const trade = tradeOf(works, call)
  const found = 'refunds' in trade ? trade.refunds.find((one) => one.requestNo === requestNo) : undefined
  // Absent status: not received, or failed. The answer is 10000 all the same (alipay.md 7.10).
  if (!found) return {}
  return {
    ...numbers(trade),
    out_request_no: requestNo,
    refund_status: 'REFUND_SUCCESS',
    refund_amount: toYuan(found.amountFen),
    total_amount: toYuan(trade.totalFen),
    ...(wants(call.biz, 'gmt_refund_pay') ? { gmt_refund_pay: beijing(found.at) } : {}),
    send_back_fee: toYuan(found.amountFen),
    ...(found.pulls ? { refund_royaltys: found.pulls.map((pull) => pullSaid(trade, pull)) } : {}),
  }
}

export const tradeMethods: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    'alipay.trade.create': tradeCreate,
    'alipay.trade.query': tradeQuery,
    'alipay.trade.close': tradeClose,
    'alipay.trade.cancel': tradeCancel,
    'alipay.trade.refund': tradeRefund,
    'alipay.trade.fastpay.refund.query': refundQuery,
  }),
)
