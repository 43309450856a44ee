/** One WeChat Pay merchant account, as it is configured (wechat-pay.md 2). Keys are PEM text. */
export type WechatPaySettings = {
  /** `direct`: the operator's own merchant number. `partner`: ours as service provider, operators are sub-merchants. */
  readonly mode: 'direct' | 'partner'
  /** mchid, or sp_mchid in partner mode. */
  readonly mchid: string
  readonly appid: string
  readonly appSecret: string
  readonly merchantPrivateKey: string
  /** Serial of the merchant API certificate that goes with the private key, 40 hex digits. */
  readonly merchantSerial: string
  /** 32 bytes of text. */
  readonly apiV3Key: string
  /** Newer verification mode. Both modes may be configured at once during a change-over. */
  readonly publicKey?: { readonly id: string; readonly pem: string }
  /** Older mode: download and rotate platform certificates. `known` are PEMs to start from. */
  readonly certificates?: { readonly known: readonly string[] }
  /** `https://api.mch.weixin.qq.com` and the stand-by `https://api2.mch.weixin.qq.com`, in this order. */
  readonly hosts: readonly string[]
  /** `https://api.weixin.qq.com` */
  readonly accountHost: string
  /** `https://open.weixin.qq.com` */
  readonly oauthHost: string
  /** Columns of bills, unknown here, that somebody has looked at and found to hold no money (13.3). */
  readonly billColumnsKnown?: readonly string[]
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
}

export const wechatPayProduction = {
  hosts: ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'],
  accountHost: 'https://api.weixin.qq.com',
  oauthHost: 'https://open.weixin.qq.com',
  connectTimeoutMs: 3_000,
  answerTimeoutMs: 10_000,
} as const satisfies Partial<WechatPaySettings>
