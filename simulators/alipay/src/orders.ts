import { randomInt } from 'node:crypto'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import type { Book } from './book.ts'
import type { Caller } from './check.ts'
import { type Biz, checkTheRest, expiry, outTradeNo, required, requiredYuan, subject, text } from './fields.ts'
import { refuseTrade } from './refusal.ts'
import { checkRepeat, type OpenTrade, type ProductCode } from './trade.ts'

const fifteenDaysMs = 15 * 86_400_000
const mostFen = 100_000_000 * 100

/** What a repeat of an order has to say again; addresses, risk data and rebates may differ (alipay.md 7.14). */
const sameAgain = [
  'out_trade_no',
  'total_amount',
  'subject',
  'body',
  'product_code',
  'seller_id',
  'time_expire',
  'timeout_express',
  'passback_params',
  'store_id',
  'terminal_id',
  'discountable_amount',
  'undiscountable_amount',
  'goods_detail',
  'sub_merchant',
  'settle_info',
] as const

type Asked = {
  readonly biz: Biz
  readonly caller: Caller
  readonly notifyUrl: string | null
  readonly now: Instant
}

/** `alipay.trade.create`: the trade of these parameters, made now or known already. Throws `Refused`. */
export function orderOfCreate(book: Book, asked: Asked): OpenTrade {
  const productCode = text(asked.biz, 'product_code', 64) ?? 'FACE_TO_FACE_PAYMENT'
  if (productCode !== 'FACE_TO_FACE_PAYMENT' && productCode !== 'JSAPI_PAY')
    return refuseTrade('INVALID_PARAMETER', '参数无效：product_code')
  if (productCode === 'JSAPI_PAY') required(asked.biz, 'op_app_id', 32)
  return order(book, asked, { productCode, buyer: buyerOf(book, asked), leastMs: 60_000 })
}

/** The checks of `alipay.trade.wap.pay` that need no driver yet, made when the page is opened. Throws `Refused`. */
export function checkWap(asked: Asked): { outTradeNo: string; totalFen: Fen; subject: string; quitUrl: string } {
  const { biz } = asked
  if (required(biz, 'product_code', 64) !== 'QUICK_WAP_WAY') refuseTrade('INVALID_PARAMETER', '参数无效：product_code')
  const quitUrl = required(biz, 'quit_url', 400)
  expiry(biz, asked.now, fifteenDaysMs, 5 * 60_000)
  const { totalFen } = common(asked)
  return { outTradeNo: outTradeNo(biz), totalFen, subject: subject(biz), quitUrl }
}

/** The trade that comes to be when `buyer` confirms in the cashier. Throws `Refused`. */
export function orderOfWap(book: Book, asked: Asked, buyer: string): OpenTrade {
  return order(book, asked, { productCode: 'QUICK_WAP_WAY', buyer, leastMs: 5 * 60_000 })
}

const threeHoursMs = 3 * 3_600_000
const payCodePattern = /^((2[5-9]|30)\d{14,22}|fp.{33})$/

/**
 * `alipay.trade.pay`: the trade of the pay code that was read, made now or waiting for its driver already. A number that
 * was tried with one code is that code's for ever (alipay.md 7.6). Throws `Refused`.
 */
export function orderOfPay(book: Book, asked: Asked): { readonly trade: OpenTrade; readonly repeated: boolean } {
  const { biz, caller, now } = asked
  const scene = required(biz, 'scene', 32)
  if (scene !== 'bar_code' && scene !== 'security_code') return refuseTrade('INVALID_PARAMETER', '参数无效：scene')
  const code = required(biz, 'auth_code', 64)
  if ((text(biz, 'product_code', 64) ?? 'FACE_TO_FACE_PAYMENT') !== 'FACE_TO_FACE_PAYMENT')
    return refuseTrade('INVALID_PARAMETER', '参数无效：product_code')
  const known = book.byOutTradeNo(caller.pid, outTradeNo(biz), now)
  if (known) {
    checkRepeat(known, { content: contentOf(biz, payFields), buyer: known.buyer })
    if (known.state === 'open') return { trade: known, repeated: true }
  }
  const shown = payCodePattern.test(code) ? book.payCodes.get(code) : undefined
  if (!shown || shown.used || now - shown.at > payCodeLivesMs)
    return refuseTrade('PAYMENT_AUTH_CODE_INVALID', '支付失败，获取顾客账户信息失败，请顾客刷新付款码后重新收款')
  const made = { productCode: 'FACE_TO_FACE_PAYMENT', buyer: shown.user, leastMs: 60_000 } as const
  return { trade: order(book, asked, { ...made, ownMs: threeHoursMs, content: payFields }), repeated: false }
}

/** How long a wallet's code is good for; it shows another one about every minute. */
export const payCodeLivesMs = 2 * 60_000
const payFields = ['scene', 'auth_code']

const contentOf = (biz: Biz, more: readonly string[] = []): string =>
  JSON.stringify([...sameAgain, ...more].map((field) => biz[field] ?? null))

function common({ biz, caller }: Asked): { totalFen: Fen; sellerId: string } {
  const totalFen = requiredYuan(biz, 'total_amount')
  if (totalFen > mostFen) refuseTrade('TOTAL_FEE_EXCEED', '订单总金额不在允许范围内')
  const sellerId = text(biz, 'seller_id', 28) ?? caller.pid
  if (!/^2088\d{12}$/.test(sellerId)) refuseTrade('SELLER_NOT_EXIST', '卖家不存在')
  checkTheRest(biz, totalFen)
  return { totalFen, sellerId }
}

function order(
  book: Book,
  asked: Asked,
  made: { productCode: ProductCode; buyer: string; leastMs: number; ownMs?: number; content?: readonly string[] },
): OpenTrade {
  const { biz, caller, now } = asked
  const number = outTradeNo(biz)
  const { totalFen, sellerId } = common(asked)
  const title = subject(biz)
  if (book.idsOf(made.buyer, caller.authAppId).userId === sellerId) refuseTrade('BUYER_SELLER_EQUAL', '买卖家不能相同')
  const content = contentOf(biz, made.content)
  const known = book.byOutTradeNo(caller.pid, number, now)
  if (known) {
    checkRepeat(known, { content, buyer: made.buyer })
    if (known.state === 'open') return known
  }
  const expiresAt = expiry(biz, now, made.ownMs ?? fifteenDaysMs, made.leastMs)
  return {
    state: 'open',
    tradeNo: newTradeNo(book, now),
    outTradeNo: number,
    pid: caller.pid,
    authAppId: caller.authAppId,
    sellerId,
    productCode: made.productCode,
    totalFen,
    subject: title,
    body: text(biz, 'body', 128),
    passbackParams: text(biz, 'passback_params', 512),
    storeId: text(biz, 'store_id', 32),
    terminalId: text(biz, 'terminal_id', 32),
    content,
    notifyUrl: asked.notifyUrl,
    buyer: made.buyer,
    createdAt: now,
    expiresAt,
    ...(isFrozen(biz) ? { royaltyFreeze: true } : {}),
  }
}

/** `extend_params.royalty_freeze`: text, as everything in there. */
const isFrozen = ({ extend_params: extend }: Biz): boolean => (extend as Biz | undefined)?.royalty_freeze === 'true'

function buyerOf(book: Book, { biz, caller }: Asked): string {
  const userId = text(biz, 'buyer_id', 28)
  const openId = text(biz, 'buyer_open_id', 128)
  if (userId !== null && openId !== null)
    return refuseTrade('INVALID_PARAMETER', '参数无效：buyer_id 和 buyer_open_id 只能传一个')
  const user =
    userId !== null
      ? book.userOf({ userId })
      : openId !== null
        ? book.userOf({ openId, appId: caller.authAppId })
        : refuseTrade('INVALID_PARAMETER', '参数无效：buyer_id 和 buyer_open_id 不能同时为空')
  return user ?? refuseTrade('BUYER_NOT_EXIST', '买家不存在')
}

function newTradeNo(book: Book, now: Instant): string {
  const digits = Array.from({ length: 12 }, () => randomInt(10)).join('')
  const tradeNo = `${beijing(now).slice(0, 10).replaceAll('-', '')}22001400${digits}`
  return book.byTradeNo(tradeNo, now) ? newTradeNo(book, now) : tradeNo
}
