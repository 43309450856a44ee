import { createHash, type KeyObject } from 'node:crypto'
import type { WechatPayJsapiParams } from '../channel.ts'
import { lines, signText } from './sign.ts'

export type JsapiText = Pick<WechatPayJsapiParams, 'appId' | 'timeStamp' | 'nonceStr' | 'package'>

/** The four lines of wechat-pay.md 7.1. */
export const jsapiText = (params: JsapiText): string =>
  lines(params.appId, params.timeStamp, params.nonceStr, params.package)

/** The argument of `getBrandWCPayRequest`, signed with the key that signed the order. Costs one signature. */
export async function jsapiParams(privateKey: KeyObject, params: JsapiText): Promise<WechatPayJsapiParams> {
  return { ...params, signType: 'RSA', paySign: await signText(privateKey, jsapiText(params)) }
}

/** The signature `wx.config` of the JS-SDK asks for (wechat-pay.md 21.2). `url` is the page's own; `#` and on is cut. */
export function jssdkSignature(page: {
  readonly ticket: string
  readonly nonce: string
  readonly timestamp: string
  readonly url: string
}): string {
  const url = page.url.replace(/#.*$/s, '')
  const text = `jsapi_ticket=${page.ticket}&noncestr=${page.nonce}&timestamp=${page.timestamp}&url=${url}`
  return createHash('sha1').update(text).digest('hex')
}
