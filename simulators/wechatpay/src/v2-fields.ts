import { isIP } from 'node:net'
import { type Fields, isNotifyUrl, matches, type Rule } from './fields.ts'
import { tradeNumberRule } from './order-fields.ts'
import { refundNumberRule } from './refund-fields.ts'

/* The field tables of the older interfaces (wechat-pay.md 11.2, 12.5). Everything is text. */

const text = (
  label: string,
  max: number,
  more: { optional?: true; check?: (text: string) => string | null } = {},
): Rule => ({
  label,
  kind: 'text',
  max,
  ...more,
})
const optional = { optional: true } as const
const fen = matches(/^[1-9]\d{0,9}$/, '金额必须为大于0的整数，单位为分')
const time = matches(/^\d{14}$/, '时间格式必须为yyyyMMddHHmmss')
const isJson = (given: string): string | null => {
  try {
    JSON.parse(given)
    return null
  } catch {
    return 'scene_info不是合法的JSON'
  }
}

const envelope: Fields = {
  appid: text('公众账号ID', 32),
  mch_id: text('商户号', 32),
  sub_appid: text('子商户公众账号ID', 32, optional),
  sub_mch_id: text('子商户号', 32, optional),
  nonce_str: text('随机字符串', 32),
  sign: text('签名', 64),
  sign_type: text('签名类型', 32, { ...optional, check: matches(/^(MD5|HMAC-SHA256)$/, '签名类型不正确') }),
}
const tradeNumber = (more: { optional?: true } = {}) => text('商户订单号', 32, { check: tradeNumberRule, ...more })
const oneNumber: Fields = {
  transaction_id: text('微信订单号', 32, optional),
  out_trade_no: tradeNumber(optional),
}

export const micropayFields: Fields = {
  ...envelope,
  device_info: text('设备号', 32, optional),
  body: text('商品描述', 127),
  attach: text('附加数据', 127, optional),
  out_trade_no: tradeNumber(),
  total_fee: text('订单金额', 10, { check: fen }),
  fee_type: text('货币类型', 16, { ...optional, check: matches(/^CNY$/, '货币类型必须为CNY') }),
  spbill_create_ip: text('终端IP', 64, { check: (given) => (isIP(given) === 0 ? '不是合法的IP地址' : null) }),
  goods_tag: text('订单优惠标记', 32, optional),
  limit_pay: text('指定支付方式', 32, { ...optional, check: matches(/^no_credit$/, '指定支付方式不正确') }),
  time_start: text('交易起始时间', 14, { ...optional, check: time }),
  time_expire: text('交易结束时间', 14, { ...optional, check: time }),
  receipt: text('电子发票入口开放标识', 8, { ...optional, check: matches(/^Y$/, '只能是Y') }),
  auth_code: text('付款码', 128),
  scene_info: text('场景信息', 256, { ...optional, check: isJson }),
  profit_sharing: text('是否需要分账', 1, { ...optional, check: matches(/^[YN]$/, '只能是Y或N') }),
}
export const orderqueryFields: Fields = { ...envelope, ...oneNumber }
export const reverseFields: Fields = { ...envelope, ...oneNumber }
export const v2RefundFields: Fields = {
  ...envelope,
  ...oneNumber,
  out_refund_no: text('商户退款单号', 64, { check: refundNumberRule }),
  total_fee: text('订单金额', 10, { check: fen }),
  refund_fee: text('退款金额', 10, { check: fen }),
  refund_desc: text('退款原因', 80, optional),
  notify_url: text('退款结果通知url', 256, { ...optional, check: isNotifyUrl }),
}
