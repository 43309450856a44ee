/** On which terms second-tier merchants are taken on (alipay.md 13.1). */
export type ApplicationTerms = {
  /** The category of a car park in Alipay's table. */
  readonly mcc: string
}

/** One Alipay application, as it is configured (alipay.md 1, 2.5, 2.7). Keys in any of the forms the platform hands out. */
export type AlipaySettings = {
  readonly appId: string
  /** PID of the account that receives the money unless the operator's own is named. */
  readonly sellerId: string
  readonly appPrivateKey: string
  readonly verify:
    | { readonly mode: 'public-key'; readonly alipayPublicKey: string }
    | {
        readonly mode: 'certificate'
        readonly appCertificate: string
        readonly alipayCertificate: string
        readonly rootCertificates: string
      }
  /** `https://openapi.alipay.com/gateway.do` */
  readonly gateway: string
  /** `https://openauth.alipay.com/oauth2/publicAppAuthorize.htm` */
  readonly authorizeUrl: string
  /** Which identity the application gets: newer ones only `open_id`. */
  readonly identity: 'user_id' | 'open_id'
  /**
   * The mini program or application under whose JSAPI_PAY contract orders are made. Without it they are made under
   * FACE_TO_FACE_PAYMENT: which of the two a page may use depends on the products signed (alipay.md 7.3).
   */
  readonly opAppId?: string
  /** Absent: content goes as it is, under TLS alone (alipay.md 2.8). Base64 of 16 bytes; the application's console has the same one. */
  readonly contentKey?: string
  /** ISV PID for `extend_params.sys_service_provider_id`. */
  readonly serviceProviderId?: string
  /** Absent: this application takes on no second-tier merchants (直付通). */
  readonly applications?: ApplicationTerms
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
}

/** 停车场, parking lots and garages. */
export const usualApplicationTerms: ApplicationTerms = { mcc: '7523' }

export const alipayProduction = {
  gateway: 'https://openapi.alipay.com/gateway.do',
  authorizeUrl: 'https://openauth.alipay.com/oauth2/publicAppAuthorize.htm',
  connectTimeoutMs: 4_000,
  answerTimeoutMs: 12_000,
} as const satisfies Partial<AlipaySettings>
