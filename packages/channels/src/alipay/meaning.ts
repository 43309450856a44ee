import { parseYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { PaidFacts, PaymentState } from '../channel.ts'
import { parseBeijing } from './beijing.ts'
import { type Json, textOf } from './json.ts'

/** Yuan text as whole fen; `null` for anything else and below zero. Money is text on this wire, never a number. */
export function readYuan(value: unknown): Fen | null {
  const amount = typeof value === 'string' && !value.startsWith('-') ? parseYuan(value) : null
  return amount?.ok ? amount.value : null
}

const moneySigns = ['receipt_amount', 'buyer_pay_amount', 'refund_fee']

/** Anything that only a trade that was paid can say. A fully refunded one is closed, but it was a payment first. */
const wasPaid = (facts: Json): boolean =>
  textOf(facts.send_pay_date ?? facts.gmt_payment) !== null ||
  moneySigns.some((name) => (readYuan(facts[name]) ?? 0) > 0)

/** Only an explicit yes is paid, only an explicit no is closed; `TRADE_CLOSED` says both (alipay.md 7.1). */
export function meaningOf(facts: Json): 'paid' | 'closed' | 'pending' {
  switch (facts.trade_status) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return 'paid'
    case 'TRADE_CLOSED':
      return wasPaid(facts) ? 'paid' : 'closed'
    default: // WAIT_BUYER_PAY and whatever is added next year
      return 'pending'
  }
}

/**
 * Reads a trade: the answer of a query (`send_pay_date`, `buyer_user_id`) or a notification (`gmt_payment`, `buyer_id`).
 * `accountKey` is who received the money: notifications say it, answers are about whoever the question was about. An
 * error says which of the facts that money hangs on is missing.
 */
export function readTrade(
  facts: Json,
  accountKey: string,
): Result<{ readonly tradeNumber: string; readonly state: PaymentState }, string> {
  const tradeNumber = textOf(facts.out_trade_no)
  if (tradeNumber === null) return err('out_trade_no is missing')
  const state = meaningOf(facts)
  if (state !== 'paid') return ok({ tradeNumber, state: { state } })
  const paid = readPaid(facts, tradeNumber, accountKey)
  return paid.ok ? ok({ tradeNumber, state: { state, paid: paid.value } }) : paid
}

function readPaid(facts: Json, tradeNumber: string, accountKey: string): Result<PaidFacts, string> {
  const amountFen = readYuan(facts.total_amount) // not what the driver paid: a coupon lowers that one only
  const channelTradeNo = textOf(facts.trade_no)
  const paidAt: Instant | null = parseBeijing(facts.send_pay_date ?? facts.gmt_payment)
  if (amountFen === null) return err('total_amount is not yuan')
  if (channelTradeNo === null) return err('trade_no is missing')
  if (paidAt === null) return err('the time of the payment is missing')
  const payer = textOf(facts.buyer_open_id) ?? textOf(facts.buyer_user_id) ?? textOf(facts.buyer_id)
  return ok({ tradeNumber, accountKey, amountFen, currency: 'CNY', channelTradeNo, paidAt, payer })
}
