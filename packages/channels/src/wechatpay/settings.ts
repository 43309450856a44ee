import type { V2SignType } from './v2-sign.ts'

/**
 * By which interface the attendant's scans are paid (wechat-pay.md 11). v2 is open to every merchant with code pay; the v3
 * form is switched on for single accounts.
 */
export type CodePaySettings =
  | {
      readonly version: 'v2'
      /** 32 characters: another secret than the APIv3 key. */
      readonly apiV2Key: string
      readonly signType: V2SignType
      /** `apiclient_cert.pem`, shown on `/secapi/` calls: without it they go to a host that does not ask for one. */
      readonly certificate?: string
      /** v3 refunds these orders too (12.5); v2 where an account is not allowed to cross. */
      readonly refunds: 'v3' | 'v2'
    }
  | { readonly version: 'v3' }

/**
 * On which terms sub-merchants are taken on (wechat-pay.md 18.1): rows of the vendor's table of rates, which changes without
 * this program.
 */
export type ApplicationTerms = {
  /** `settlement_id` by kind of business. */
  readonly settlementIds: { readonly company: string; readonly 'sole-trader': string }
  /** `qualification_type`, the industry of those rows. */
  readonly industry: string
}

/**
 * Under which scene of 商家转账 cash change is given, and what that scene wants said with each transfer: the merchant platform
 * grants scenes and shows their words (†: not in wechat-pay.md).
 */
export type CashChangeTerms = {
  readonly sceneId: string
  /** Why the money comes, as the wallet shows it: one of the scene's words. Absent: the scene's default. */
  readonly perception?: string
  /** All that the scene asks for, in its words: kind and content. The receiver does not see them. */
  readonly reports: readonly { readonly type: string; readonly content: string }[]
}

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
  /** `apiclient_cert.pem`: nothing is signed with it, but the key that goes with it ends when it does. */
  readonly merchantCertificate?: string
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
  /** Absent: this account is not paid by code. */
  readonly codePay?: CodePaySettings
  /**
   * Absent: receipts of this account are not shared. The limit is what operators let us share of a payment where they did
   * not change it, in 1/10000: 3000 unless told (14.1).
   */
  readonly shares?: { readonly largestBasisPoints?: number }
  /** Balances may be asked for and paid out: a permission of its own (19). */
  readonly withdrawals?: boolean
  /** Absent: this account gives no cash change. */
  readonly cashChange?: CashChangeTerms
  /** Absent: this account takes on no sub-merchants over the interface (18). */
  readonly applications?: ApplicationTerms
  /** Columns of bills, unknown here, that somebody has looked at and found to hold no money (13.3). */
  readonly billColumnsKnown?: readonly string[]
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
}

/** 0.6 %, settled the next day (18.1). */
export const usualApplicationTerms: ApplicationTerms = {
  settlementIds: { company: '716', 'sole-trader': '719' },
  industry: '停车缴费',
}

/** 企业赔付 with its one report (†). */
export const usualCashChangeTerms: CashChangeTerms = {
  sceneId: '1011',
  reports: [{ type: '赔付原因', content: '停车缴费找零' }],
}

export const wechatPayProduction = {
  hosts: ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'],
  accountHost: 'https://api.weixin.qq.com',
  oauthHost: 'https://open.weixin.qq.com',
  connectTimeoutMs: 3_000,
  answerTimeoutMs: 10_000,
} as const satisfies Partial<WechatPaySettings>
