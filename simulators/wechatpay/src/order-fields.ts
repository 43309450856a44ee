import { isIP } from 'node:net'
import { type Fields, isNotifyUrl, isTime, matches } from './fields.ts'

/* The field tables of orders, queries and closes. */

export const tradeNumberRule = matches(/^[0-9A-Za-z_\-*|]+$/, '商户订单号只能是数字、大小写字母_-*|')
/** wechat-pay.md 7.3: the loopback address is refused. */
const isClientIp = (text: string): string | null =>
  isIP(text) === 0 || text === '127.0.0.1' ? '不是合法的用户终端IP地址' : null
const mchid = (label: string) => ({ label, kind: 'text', max: 32 }) as const

const goods: Fields = {
  merchant_goods_id: { label: '商户侧商品编码', kind: 'text', max: 32 },
  wechatpay_goods_id: { label: '微信支付商品编码', kind: 'text', max: 32, optional: true },
  goods_name: { label: '商品名称', kind: 'text', max: 256, optional: true },
  quantity: { label: '商品数量', kind: 'whole', min: 1 },
  unit_price: { label: '商品单价', kind: 'whole', min: 0 },
}

const sameInBoth: Fields = {
  description: { label: '商品描述', kind: 'text', max: 127 },
  out_trade_no: { label: '商户订单号', kind: 'text', min: 6, max: 32, check: tradeNumberRule },
  time_expire: { label: '交易结束时间', kind: 'text', max: 64, check: isTime, optional: true },
  attach: { label: '商户数据包', kind: 'text', max: 128, optional: true },
  notify_url: { label: '通知地址', kind: 'text', max: 255, check: isNotifyUrl },
  goods_tag: { label: '订单优惠标记', kind: 'text', max: 32, optional: true },
  support_fapiao: { label: '电子发票入口开放标识', kind: 'flag', optional: true },
  settle_info: {
    label: '结算信息',
    kind: 'object',
    optional: true,
    fields: { profit_sharing: { label: '分账标识', kind: 'flag', optional: true } },
  },
  amount: {
    label: '订单金额',
    kind: 'object',
    fields: {
      total: { label: '总金额', kind: 'whole', min: 1 },
      currency: {
        label: '货币类型',
        kind: 'text',
        max: 16,
        optional: true,
        check: matches(/^CNY$/, '货币类型必须为CNY'),
      },
    },
  },
  detail: {
    label: '优惠功能',
    kind: 'object',
    optional: true,
    fields: {
      cost_price: { label: '订单原价', kind: 'whole', min: 0, optional: true },
      invoice_id: { label: '商品小票ID', kind: 'text', max: 32, optional: true },
      goods_detail: {
        label: '单品列表',
        kind: 'list',
        max: 6000,
        optional: true,
        of: { label: '单品', kind: 'object', fields: goods },
      },
    },
  },
  scene_info: {
    label: '场景信息',
    kind: 'object',
    optional: true,
    fields: {
      payer_client_ip: {
        label: '用户终端IP',
        kind: 'text',
        max: 45,
        check: isClientIp,
      },
      device_id: { label: '商户端设备号', kind: 'text', max: 32, optional: true },
      store_info: {
        label: '商户门店信息',
        kind: 'object',
        optional: true,
        fields: {
          id: { label: '门店编号', kind: 'text', max: 32 },
          name: { label: '门店名称', kind: 'text', max: 256, optional: true },
          area_code: { label: '地区编码', kind: 'text', max: 32, optional: true },
          address: { label: '详细地址', kind: 'text', max: 512, optional: true },
        },
      },
    },
  },
}

const openid = (label: string) => ({ label, kind: 'text', max: 128 }) as const
/** wechat-pay.md 8.1, the JSAPI column. */
export const orderFields: { readonly direct: Fields; readonly partner: Fields } = {
  direct: {
    appid: { label: '公众号ID', kind: 'text', max: 32 },
    mchid: mchid('直连商户号'),
    ...sameInBoth,
    payer: { label: '支付者', kind: 'object', fields: { openid: openid('用户标识') } },
  },
  partner: {
    sp_appid: { label: '服务商应用ID', kind: 'text', max: 32 },
    sp_mchid: mchid('服务商户号'),
    sub_appid: { label: '子商户应用ID', kind: 'text', max: 32, optional: true },
    sub_mchid: mchid('子商户号'),
    ...sameInBoth,
    payer: {
      label: '支付者',
      kind: 'object',
      fields: {
        sp_openid: { ...openid('用户服务标识'), optional: true },
        sub_openid: { ...openid('用户子标识'), optional: true },
      },
    },
  },
}

/** What a query names in its query and a close in its body (wechat-pay.md 9.1, 9.5). */
export const askFields: { readonly direct: Fields; readonly partner: Fields } = {
  direct: { mchid: mchid('直连商户号') },
  partner: { sp_mchid: mchid('服务商户号'), sub_mchid: mchid('子商户号') },
}
