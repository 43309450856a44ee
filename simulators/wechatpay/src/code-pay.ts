import type { Order, OrderContent } from './book.ts'
import { takeMoney } from './money.ts'
import { openidOf } from './oauth.ts'
import { canonical, stateOf } from './orders.ts'
import { readPayCode } from './pay-codes.ts'
import type { Works } from './works.ts'

/* A scanned code and its reversal (wechat-pay.md 11), as both generations of the interface see it. */

const second = 1_000
const day = 86_400 * second
/** In the password window an order is not reversed before this. */
const windowMs = 15 * second
const reversibleMs = 7 * day
/** The driver's answer, where none was commanded. */
const typingMs = 10 * second

export type CodeRefusal = { readonly code: CodeRefusalCode; readonly message: string }
export type CodeRefusalCode =
  | 'AUTH_CODE_INVALID'
  | 'AUTH_CODE_ERROR'
  | 'AUTHCODEEXPIRE'
  | 'NOT_ENOUGH'
  | 'OUT_TRADE_NO_USED'
  | 'BUYER_MISMATCH'
  | 'ORDER_PAID'
  | 'ORDER_CLOSED'
  | 'ORDER_REVERSED'
  | 'USERPAYING'
  | 'INVALID_REQUEST'
  | 'INVALID_TRANSACTIONID'
  | 'REVERSE_EXPIRE'
  | 'SYSTEM_ERROR'
  | 'FREQUENCY_LIMITED'
type Refused = { readonly refusal: CodeRefusal }

const refuse = (code: CodeRefusalCode, message: string): Refused => ({ refusal: { code, message } })
const codeTexts = {
  AUTH_CODE_INVALID: '付款码无效，请重新扫码',
  AUTH_CODE_ERROR: '付款码已使用，请刷新后重新扫码',
  AUTHCODEEXPIRE: '付款码已过期，请刷新后重新扫码',
} as const

export const codePaysPerSecond = 33 // a merchant (wechat-pay.md 3.4)

/** Takes the money of a code, or asks its driver for the password. A value may still be `USERPAYING`. */
export function payByCode(
  works: Works,
  ask: { readonly world: Order['world']; readonly content: OrderContent; readonly code: string; readonly now: number },
): { readonly order: Order } | Refused {
  const { book, faults } = works
  const { content, code, now } = ask
  if (!works.rates.allows('code-pay', codePaysPerSecond, now))
    return refuse('FREQUENCY_LIMITED', '频率超限，请稍后再试')
  const known = book.get('order', content.out_trade_no)
  if (known) return repeated(works, known, ask)
  const shown = readPayCode(works, code, now)
  if (typeof shown === 'string') return refuse(shown, codeTexts[shown])
  const { user } = shown
  const openid = openidOf(works, works.account().appid, user)
  const payer = ask.world === 'partner' ? { sp_openid: openid } : { openid }
  const poor = faults.take('pay-no-money') !== null
  const paid = poor ? null : faults.take('pay-waits-then-paid')
  const failed = poor || paid ? null : faults.take('pay-waits-then-fails')
  const silent = poor || paid || failed ? null : faults.take('pay-waits')
  const waits = paid ?? failed ?? silent
  const order: Order = {
    tradeNumber: content.out_trade_no,
    world: ask.world,
    content: { ...content, payer },
    createdAt: now,
    expiresAt: now + 5 * 60 * second,
    state: waits ? 'USERPAYING' : 'NOTPAY',
    byCode: {
      code,
      user,
      endsAt: waits && waits !== silent ? now + (waits.ms ?? typingMs) : null,
      endsAs: failed ? 'PAYERROR' : 'SUCCESS',
    },
  }
  works.store.together(() => {
    book.put('pay-code', code, { ...shown, used: true })
    book.put('order', order.tradeNumber, order)
  })
  if (poor) return refuse('NOT_ENOUGH', '余额不足，请更换付款方式')
  if (waits) return refuse('USERPAYING', '需要用户输入支付密码')
  return { order: takeMoney(works, order, user, now) }
}

/** A number is for one scan only: the same scan again hears how it stands, everything else is refused. */
function repeated(
  works: Works,
  known: Order,
  { content, code, now }: { readonly content: OrderContent; readonly code: string; readonly now: number },
): { readonly order: Order } | Refused {
  const { payer: _, ...before } = known.content
  const { payer: __, ...given } = content
  const isSame = known.byCode?.code === code && canonical(before) === canonical(given)
  switch (stateOf(works.book, known, now)) {
    case 'SUCCESS':
    case 'REFUND':
      return isSame ? { order: known } : refuse('ORDER_PAID', '订单已支付')
    case 'REVOKED':
      return refuse('ORDER_REVERSED', '订单已撤销')
    case 'CLOSED':
      return refuse('ORDER_CLOSED', '订单已关闭')
    case 'USERPAYING':
      if (isSame) return refuse('USERPAYING', '需要用户输入支付密码')
      return works.book.get('pay-code', code)?.user === known.byCode?.user
        ? refuse('OUT_TRADE_NO_USED', '商户订单号重复')
        : refuse('BUYER_MISMATCH', '支付帐号错误：同一笔单不能更换支付方')
    default:
      return refuse('OUT_TRADE_NO_USED', '商户订单号重复')
  }
}

/** Undoes a code payment, whatever became of it: closes what is open, gives back what was paid. Once is for ever. */
export function reverseOrder(works: Works, order: Order | undefined, now: number): { readonly order: Order } | Refused {
  if (!order) return refuse('INVALID_TRANSACTIONID', '订单号非法，请检查订单号')
  if (!order.byCode) return refuse('INVALID_REQUEST', '仅付款码支付订单支持撤销')
  if (order.state === 'REVOKED') return { order }
  if (now - order.createdAt > reversibleMs) return refuse('REVERSE_EXPIRE', '订单超过七天，请使用退款接口')
  if (works.book.refundsOf(order.tradeNumber).length > 0) return refuse('INVALID_REQUEST', '订单已发生退款，不能撤销')
  if (order.state === 'USERPAYING' && now - order.createdAt < windowMs)
    return refuse('USERPAYING', '用户支付中，请稍后再撤销')
  const reversed: Order = { ...order, state: 'REVOKED', reversedAt: now }
  works.book.put('order', order.tradeNumber, reversed)
  return { order: reversed }
}

/** Drivers who were asked for the password answer when their time has come. */
export function endDueWaits(works: Works, now: number): void {
  for (const tradeNumber of [...works.book.ordersInWaiting]) {
    const order = works.book.get('order', tradeNumber)
    if (!order?.byCode || order.byCode.endsAt === null || order.byCode.endsAt > now) continue
    const { endsAs, endsAt, user } = order.byCode
    if (endsAs === 'SUCCESS') takeMoney(works, order, user, endsAt)
    else works.book.put('order', tradeNumber, { ...order, state: endsAs })
  }
}
