import { tradePay } from './code-pay.ts'
import { type Method, tradeMethods } from './methods.ts'

/** Methods with `biz_content` that answer in JSON. */
export const allMethods: ReadonlyMap<string, Method> = new Map([
  ...tradeMethods,
  ...Object.entries({ 'alipay.trade.pay': tradePay }),
])
