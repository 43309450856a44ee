import { randomInt } from 'node:crypto'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import { buyerSaid, type Method, numbers, type Said } from './methods.ts'
import { settle, takeMoney, type Works } from './money.ts'
import { orderOfPay } from './orders.ts'
import { refuseTrade } from './refusal.ts'
import type { OpenTrade, Trade, Typing } from './trade.ts'

/* Pay codes: what the wallet shows, and `alipay.trade.pay` of whoever reads it (alipay.md 7.6). */

/** A fresh code of this driver's wallet: 18 digits, for a minute or two and one payment. */
export function showPayCode(works: Works, user: string): string {
  const { payCodes } = works.book
  const code = `28${Array.from({ length: 16 }, () => randomInt(10)).join('')}`
  if (payCodes.get(code)) return showPayCode(works, user)
  payCodes.put(code, { code, user, at: works.clock.now(), used: false })
  return code
}

/** From here on the wallet wants the password. The real limit is the driver's own; a thousand yuan is the usual one. */
const passwordFromFen = 1_000_00

export const tradePay: Method = (works, call) => {
  const now = works.clock.now()
  const { trade, repeated } = orderOfPay(works.book, { ...call, notifyUrl: call.params.notify_url || null, now })
  if (repeated) return inProcess(works, trade)
  const code = call.biz.auth_code as string
  works.book.payCodes.put(code, { code, user: trade.buyer, at: now, used: true })
  if (works.faults.take('pay-no-money')) return refuseTrade('BUYER_BALANCE_NOT_ENOUGH', '买家余额不足')
  const typing = typingOf(works, trade)
  if (typing) {
    settle(works, { ...trade, typing }, 'silent')
    return inProcess(works, trade)
  }
  takeMoney(works, trade)
  const yuan = toYuan(trade.totalFen)
  return {
    ...numbers(trade),
    ...buyerSaid(works, trade),
    total_amount: yuan,
    receipt_amount: yuan,
    buyer_pay_amount: yuan,
    point_amount: '0.00',
    invoice_amount: yuan,
    gmt_payment: beijing(now),
    fund_bill_list: [{ amount: yuan, fund_channel: 'ALIPAYACCOUNT' }],
  }
}

function typingOf(works: Works, { totalFen }: OpenTrade): Typing | null {
  const now = works.clock.now()
  for (const [kind, ends] of [
    ['pay-waits-then-paid', 'paid'],
    ['pay-waits-then-fails', 'given-up'],
  ] as const) {
    const fault = works.faults.take(kind)
    if (fault) return { endsAt: (now + (fault.ms ?? 10_000)) as Instant, ends }
  }
  return works.faults.take('pay-waits') || totalFen > passwordFromFen ? { endsAt: null, ends: 'given-up' } : null
}

const inProcess = (works: Works, trade: Trade): Said => ({
  code: '10003',
  msg: ' order success pay inprocess',
  ...numbers(trade),
  ...buyerSaid(works, trade),
  total_amount: toYuan(trade.totalFen),
})
