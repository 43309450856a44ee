import { parseYuan } from '@lanepay/domain/money.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { nextMidnight, readBeijing } from './beijing.ts'
import { refuseTrade } from './refusal.ts'

/* Reading `biz_content`, field by field, as strictly as alipay.md 7.2 says. Everything here throws `Refused`. */

export type Biz = Readonly<Record<string, unknown>>

export const wrong = (field: string, rule: string): never =>
  refuseTrade('INVALID_PARAMETER', `参数无效：${field} ${rule}`)

/** Text of at most `max` characters, or null when the field is absent. Numbers and objects are not text. */
export function text(biz: Biz, field: string, max: number): string | null {
  const value = biz[field]
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string') return wrong(field, '必须是字符串')
  if ([...value].length > max) return wrong(field, `长度不能超过${max}`)
  return value
}

export const required = (biz: Biz, field: string, max: number): string =>
  text(biz, field, max) ?? wrong(field, '不能为空')

/** Yuan as text with at most two decimals, at least 0.01. Null when absent. */
export function yuan(biz: Biz, field: string): Fen | null {
  const value = text(biz, field, 11)
  if (value === null) return null
  const amount = /^(0|[1-9]\d*)(\.\d{1,2})?$/.test(value) ? parseYuan(value) : null
  if (!amount?.ok) return wrong(field, '金额格式错误，单位为元，最多两位小数')
  if (amount.value < 1) return wrong(field, '金额不能小于0.01')
  return amount.value
}

export const requiredYuan = (biz: Biz, field: string): Fen => yuan(biz, field) ?? wrong(field, '不能为空')

/** Our number of an order: letters, digits, underscore, at most 64. */
export function outTradeNo(biz: Biz): string {
  const value = required(biz, 'out_trade_no', 64)
  return /^[A-Za-z0-9_]+$/.test(value) ? value : wrong('out_trade_no', '只能包含字母、数字、下划线')
}

const forbiddenWords = ['赌博', '代开发票', '枪支']

/** What the bill shows. `/`, `=` and `&` are refused, and so are words nobody may collect money for. */
export function subject(biz: Biz): string {
  const value = required(biz, 'subject', 256)
  if (/[/=&]/.test(value)) return wrong('subject', '不可使用特殊字符，如 /，=，& 等')
  if (/\p{Cc}/u.test(value)) return wrong('subject', '不可使用控制字符')
  if (forbiddenWords.some((word) => value.includes(word))) refuseTrade('EXIST_FORBIDDEN_WORD', '订单信息中包含违禁词')
  return value
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const fifteenDays = 15 * unitMs.d

/** When the order dies: `time_expire` wins over `timeout_express`, and that over the product's own default. */
export function expiry(biz: Biz, now: Instant, ownMs: number, leastMs: number): Instant {
  const at = text(biz, 'time_expire', 32)
  const span = text(biz, 'timeout_express', 6)
  const spanMs = span === null ? null : readSpan(span, now, leastMs)
  if (at === null) return (now + (spanMs ?? ownMs)) as Instant
  const instant = readBeijing(at) ?? wrong('time_expire', '格式必须为 yyyy-MM-dd HH:mm:ss')
  if (instant <= now) refuseTrade('NOW_TIME_AFTER_EXPIRE_TIME_ERROR', '当前时间已超过允许支付的时间')
  return instant
}

function readSpan(span: string, now: Instant, leastMs: number): number {
  if (span === '1c') return nextMidnight(now) - now
  const parts = /^([1-9]\d*)([mhd])$/.exec(span)
  if (!parts) return wrong('timeout_express', '格式错误，取值范围 1m～15d，不接受小数点')
  const ms = Number(parts[1]) * unitMs[parts[2] as keyof typeof unitMs]
  if (ms < leastMs || ms > fifteenDays) return wrong('timeout_express', '超出取值范围')
  return ms
}

/** Fields that are only looked at for their shape: echoed, or of no consequence here. */
export function checkTheRest(biz: Biz, total: Fen): void {
  for (const [field, max] of optionalTexts) text(biz, field, max)
  for (const field of ['extend_params', 'sub_merchant', 'settle_info', 'royalty_info', 'ext_user_info'])
    if (biz[field] !== undefined && !isObject(biz[field])) wrong(field, '必须是对象')
  if (biz.enable_pay_channels !== undefined && biz.disable_pay_channels !== undefined)
    wrong('enable_pay_channels', '不能与 disable_pay_channels 同时使用')
  const off = yuan(biz, 'discountable_amount')
  const on = yuan(biz, 'undiscountable_amount')
  if (off !== null && on !== null && off + on !== total)
    wrong('discountable_amount', '与不可打折金额之和必须等于总金额')
  checkGoods(biz.goods_detail)
}

const optionalTexts = [
  ['body', 128],
  ['operator_id', 28],
  ['store_id', 32],
  ['terminal_id', 32],
  ['alipay_store_id', 32],
  ['merchant_order_no', 32],
  ['passback_params', 512],
  ['enable_pay_channels', 128],
  ['disable_pay_channels', 128],
] as const

export const isObject = (value: unknown): value is Biz =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function checkGoods(goods: unknown): undefined {
  if (goods === undefined) return
  if (!Array.isArray(goods)) return wrong('goods_detail', '必须是数组')
  for (const one of goods) {
    if (!isObject(one)) return wrong('goods_detail', '元素必须是对象')
    required(one, 'goods_id', 32)
    required(one, 'goods_name', 256)
    for (const field of ['quantity', 'price']) if (one[field] === undefined) wrong(`goods_detail.${field}`, '不能为空')
  }
}
