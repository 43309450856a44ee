import { type Fields, matches, type Rule } from './fields.ts'

/* The field tables of profit sharing (wechat-pay.md 14). */

const text = (label: string, max: number) => ({ label, kind: 'text', max }) as const
const optional = { optional: true } as const
const sub: Rule = { ...text('子商户号', 32), ...optional }
const number = (label: string) => ({
  ...text(label, 64),
  check: matches(/^[0-9A-Za-z_\-|*@]+$/, '只能是数字、大小写字母_-|*@'),
})
const type = {
  ...text('分账接收方类型', 32),
  check: matches(/^(MERCHANT_ID|PERSONAL_OPENID|PERSONAL_SUB_OPENID)$/, '分账接收方类型不正确'),
}
const account = text('分账接收方账号', 64)
const name: Rule = { ...text('分账接收方姓名', 1024), ...optional }
const appids: Fields = {
  appid: { ...text('应用ID', 32), ...optional },
  sub_appid: { ...text('子商户应用ID', 32), ...optional },
}
const amount = (label: string) => ({ label, kind: 'whole', min: 1 }) as const
const relations = 'SERVICE_PROVIDER|STORE|STAFF|STORE_OWNER|PARTNER|HEADQUARTER|BRAND|DISTRIBUTOR|USER|SUPPLIER|CUSTOM'

export const addReceiverFields: Fields = {
  sub_mchid: sub,
  ...appids,
  appid: text('应用ID', 32),
  type,
  account,
  name,
  relation_type: {
    ...text('与分账方的关系类型', 32),
    check: matches(new RegExp(`^(${relations})$`), '关系类型不正确'),
  },
  custom_relation: { ...text('自定义的分账关系', 10), ...optional },
}
export const deleteReceiverFields: Fields = { sub_mchid: sub, ...appids, appid: text('应用ID', 32), type, account }

export const shareFields: Fields = {
  sub_mchid: sub,
  ...appids,
  transaction_id: text('微信订单号', 32),
  out_order_no: number('商户分账单号'),
  receivers: {
    label: '分账接收方列表',
    kind: 'list',
    max: 50,
    of: {
      label: '分账接收方',
      kind: 'object',
      fields: { type, account, name, amount: amount('分账金额'), description: text('分账描述', 80) },
    },
  },
  unfreeze_unsplit: { label: '是否解冻剩余未分资金', kind: 'flag' },
}
export const unfreezeFields: Fields = {
  sub_mchid: sub,
  transaction_id: text('微信订单号', 32),
  out_order_no: number('商户分账单号'),
  description: text('分账描述', 80),
}
export const returnFields: Fields = {
  sub_mchid: sub,
  order_id: { ...text('微信分账单号', 64), ...optional },
  out_order_no: { ...number('商户分账单号'), ...optional },
  out_return_no: number('商户回退单号'),
  return_mchid: text('回退商户号', 32),
  amount: amount('回退金额'),
  description: text('回退描述', 80),
}
export const shareAskFields: Fields = { transaction_id: text('微信订单号', 32), sub_mchid: sub }
export const returnAskFields: Fields = { out_order_no: text('商户分账单号', 64), sub_mchid: sub }
