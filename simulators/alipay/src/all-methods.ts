import { billMethods } from './bill-methods.ts'
import { tradePay } from './code-pay.ts'
import { type Method, tradeMethods } from './methods.ts'
import { relationMethods } from './relation-methods.ts'
import { settleMethods } from './settle-methods.ts'
import { transferMethods } from './transfer-methods.ts'
import { zftMethods } from './zft.ts'

/** Methods with `biz_content` that answer in JSON. */
export const allMethods: ReadonlyMap<string, Method> = new Map([
  ...tradeMethods,
  ...Object.entries({
    'alipay.trade.pay': tradePay,
    ...relationMethods,
    ...settleMethods,
    ...transferMethods,
    ...billMethods,
    ...zftMethods,
  }),
])
