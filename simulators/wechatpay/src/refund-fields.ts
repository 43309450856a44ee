import { type Fields, isNotifyUrl, matches } from './fields.ts'

/* The field tables of refunds. */

export const refundNumberRule = matches(/^[0-9A-Za-z_\-|*@]+$/, '商户退款单号只能是数字、大小写字母_-|*@')

/** wechat-pay.md 12.1. Direct merchants leave `sub_mchid` out. */
export const refundFields: Fields = {
  sub_mchid: { label: '子商户号', kind: 'text', max: 32, optional: true },
  transaction_id: { label: '微信支付订单号', kind: 'text', max: 32, optional: true },
  out_trade_no: { label: '商户订单号', kind: 'text', min: 6, max: 32, optional: true },
  out_refund_no: { label: '商户退款单号', kind: 'text', max: 64, check: refundNumberRule },
  reason: { label: '退款原因', kind: 'text', max: 80, optional: true },
  notify_url: { label: '退款结果回调url', kind: 'text', max: 256, check: isNotifyUrl, optional: true },
  funds_account: {
    label: '退款资金来源',
    kind: 'text',
    max: 32,
    optional: true,
    check: matches(/^AVAILABLE$/, '退款资金来源只能是AVAILABLE'),
  },
  amount: {
    label: '金额信息',
    kind: 'object',
    fields: {
      refund: { label: '退款金额', kind: 'whole', min: 1 },
      total: { label: '原订单金额', kind: 'whole', min: 1 },
      currency: { label: '退款币种', kind: 'text', max: 16, check: matches(/^CNY$/, '退款币种必须为CNY') },
      from: {
        label: '退款出资账户及金额',
        kind: 'list',
        max: 10,
        optional: true,
        of: {
          label: '出资账户',
          kind: 'object',
          fields: {
            account: {
              label: '出资账户类型',
              kind: 'text',
              max: 32,
              check: matches(/^(UN)?AVAILABLE$/, '出资账户类型不正确'),
            },
            amount: { label: '出资金额', kind: 'whole', min: 1 },
          },
        },
      },
    },
  },
  goods_detail: {
    label: '退款商品',
    kind: 'list',
    max: 6000,
    optional: true,
    of: {
      label: '商品',
      kind: 'object',
      fields: {
        merchant_goods_id: { label: '商户侧商品编码', kind: 'text', max: 32 },
        wechatpay_goods_id: { label: '微信侧商品编码', kind: 'text', max: 32, optional: true },
        goods_name: { label: '商品名称', kind: 'text', max: 256, optional: true },
        unit_price: { label: '商品单价', kind: 'whole', min: 0 },
        refund_amount: { label: '商品退款金额', kind: 'whole', min: 1 },
        refund_quantity: { label: '商品退货数量', kind: 'whole', min: 1 },
      },
    },
  },
}

const sealed = (label: string) => ({ label, kind: 'text', max: 1024, optional: true }) as const

/** wechat-pay.md 12.6 */
export const abnormalRefundFields: Fields = {
  sub_mchid: { label: '子商户号', kind: 'text', max: 32, optional: true },
  out_refund_no: { label: '商户退款单号', kind: 'text', max: 64, check: refundNumberRule },
  type: {
    label: '异常退款处理方式',
    kind: 'text',
    max: 32,
    check: matches(/^(USER|MERCHANT)_BANK_CARD$/, '异常退款处理方式不正确'),
  },
  bank_type: { label: '开户银行', kind: 'text', max: 16, optional: true },
  bank_account: sealed('收款银行卡号'),
  real_name: sealed('收款用户姓名'),
}
