import type { Order, Prepay } from './book.ts'
import { ownerOf } from './flows.ts'
import { takeMoney } from './money.ts'
import { payingAccount, prepayLivesMs, stateOf } from './orders.ts'
import { openidFor, signatureFits, signedText } from './sealing.ts'
import type { Works } from './works.ts'

/* What happens on the driver's phone, behind the sheet. */

export type Sheet = {
  readonly amountFen: number
  readonly description: string
  readonly merchant: string
  /** ms since 1970: when the order, or this handle on it, dies. */
  readonly expiresAt: number
  readonly state: 'open' | 'paid' | 'closed' | 'expired'
}

/** What the driver pays with. The frozen card always fails: that is how a driver at the sheet chooses to fail. */
export const purses = ['balance', 'frozen-card'] as const
export type Purse = (typeof purses)[number]

/** `message` is what the sheet shows, `reason` is for whoever reads along. */
export type PayAnswer =
  | { readonly result: 'ok' }
  | { readonly result: 'fail'; readonly reason: string; readonly message: string }

/** As the driver sees whom they pay. */
export const merchantName = (mchid: string): string => `停车场商户 ${mchid.slice(-4)}`

function find({ book }: Works, prepayId: string): { prepay: Prepay; order: Order } | null {
  const prepay = book.get('prepay', prepayId)
  const order = prepay && book.get('order', prepay.tradeNumber)
  return order ? { prepay, order } : null
}

/** What the sheet shows, or null when there is no such handle. */
export function sheetOf(works: Works, prepayId: string, now: number): Sheet | null {
  const found = find(works, prepayId)
  if (!found) return null
  const { prepay, order } = found
  return {
    amountFen: order.content.amount.total,
    description: order.content.description,
    merchant: merchantName(ownerOf(order)),
    expiresAt: Math.min(order.expiresAt, prepay.at + prepayLivesMs),
    state: sheetState(works, prepay, order, now),
  }
}

function sheetState({ book }: Works, prepay: Prepay, order: Order, now: number): Sheet['state'] {
  const state = stateOf(book, order, now)
  if (state === 'SUCCESS' || state === 'REFUND') return 'paid'
  if (order.state === 'CLOSED') return 'closed'
  return state === 'CLOSED' || now >= prepay.at + prepayLivesMs ? 'expired' : 'open'
}

const fail = (reason: string, message: string): PayAnswer => ({ result: 'fail', reason, message })
const tooLate = {
  paid: fail('already-paid', '该订单已支付'),
  closed: fail('closed', '订单已关闭'),
  expired: fail('expired', '订单已过期'),
} as const satisfies Record<Exclude<Sheet['state'], 'open'>, PayAnswer>

const names = ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'] as const

/**
 * The driver presses the button. The page's parameters are checked as the wallet checks them (wechat-pay.md 7.1), then
 * whose order it is and whether it is open; only then money moves.
 */
export function payInWallet(
  works: Works,
  ask: { readonly params: unknown; readonly user: string; readonly from: Purse },
): PayAnswer {
  const now = works.clock.now()
  const params = (ask.params ?? {}) as Readonly<Record<string, unknown>>
  const missing = names.find((name) => typeof params[name] !== 'string' || params[name] === '')
  if (missing !== undefined) return fail('missing-param', `调用支付JSAPI缺少参数：${missing}`)
  const { appId, timeStamp, nonceStr, package: packed, signType, paySign } = params as Record<string, string>
  if (signType !== 'RSA') return fail('bad-sign-type', '支付验证签名失败：signType')
  if (!/^\d{10}$/.test(timeStamp!)) return fail('bad-timestamp', '支付验证签名失败：timeStamp')
  if (nonceStr!.length > 32) return fail('bad-nonce', '支付验证签名失败：nonceStr')
  if (!signatureFits(signedText(appId!, timeStamp!, nonceStr!, packed!), paySign!, works.account().merchant.publicKey))
    return fail('bad-pay-sign', '支付验证签名失败')
  const found = packed!.startsWith('prepay_id=') ? find(works, packed!.slice('prepay_id='.length)) : null
  if (!found) return fail('no-such-prepay', '缺少参数或prepay_id无效')
  const { prepay, order } = found
  const payer = payingAccount(order.content)
  if (payer.appid !== appId) return fail('wrong-appid', '下单与支付的appid不一致')
  if (openidFor(works.account().openidSeed, payer.appid, ask.user) !== payer.openid)
    return fail('not-the-payer', '下单账号与支付账号不一致，请核实后再支付')
  const state = sheetState(works, prepay, order, now)
  if (state !== 'open') return tooLate[state]
  if (ask.from === 'frozen-card') return fail('card-frozen', '银行卡已冻结，支付失败')
  takeMoney(works, order, ask.user, now)
  if (works.faults.take('error-after-pay')) return fail('fault', '系统繁忙，请稍后再试')
  return { result: 'ok' }
}
