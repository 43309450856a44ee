import { isIP } from 'node:net'
import { type Fields, matches } from './fields.ts'
import { orderFields } from './order-fields.ts'

/* The field tables of v3 code pay (wechat-pay.md 11.1): those of an order, with another payer and another scene. */

const text = (label: string, max: number) => ({ label, kind: 'text', max }) as const
const own: Fields = {
  payer: { label: '支付者', kind: 'object', fields: { auth_code: text('付款码', 32) } },
  goods_tag: { ...text('订单优惠标记', 256), optional: true },
  scene_info: {
    label: '场景信息',
    kind: 'object',
    fields: {
      device_id: { ...text('商户端设备号', 32), optional: true },
      device_ip: {
        ...text('商户端设备IP', 45),
        optional: true,
        check: (given: string) => (isIP(given) === 0 ? '不是合法的IP地址' : null),
      },
      store_info: {
        label: '商户门店信息',
        kind: 'object',
        fields: {
          id: { ...text('门店编号', 32), optional: true, check: matches(/^\d+$/, '门店编号必须为数字') },
          out_id: {
            ...text('商家自定义编码', 256),
            optional: true,
            check: matches(/^[0-9A-Za-z]+$/, '只能是数字和字母'),
          },
        },
      },
    },
  },
}
const without = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))

export const codePayFields: { readonly direct: Fields; readonly partner: Fields } = {
  direct: { ...without(orderFields.direct, 'notify_url', 'time_expire'), ...own },
  partner: {
    ...without(orderFields.partner, 'notify_url', 'time_expire'),
    sp_appid: { ...text('服务商应用ID', 32), optional: true },
    ...own,
  },
}
export const reverseFields: { readonly direct: Fields; readonly partner: Fields } = {
  direct: { appid: text('公众号ID', 32), mchid: text('直连商户号', 32) },
  partner: {
    sp_appid: { ...text('服务商应用ID', 32), optional: true },
    sp_mchid: text('服务商户号', 32),
    sub_appid: { ...text('子商户应用ID', 32), optional: true },
    sub_mchid: text('子商户号', 32),
  },
}
