/** What goes back to the caller. `number` ends the Request-ID (wechat-pay.md 22.3); 0 says all is well. */
export type Answer = {
  readonly status: number
  readonly body: unknown
  readonly number: number
  /** Goes out as it is, and unsigned, instead of the body. */
  readonly file?: Uint8Array
}

/** 200 with a body. */
export const answered = (body: unknown): Answer => ({ status: 200, body, number: 0 })
/** 204: done, nothing to say. */
export const doneSilently: Answer = { status: 204, body: null, number: 0 }

/** Every code the simulator refuses with, and the status it travels under (wechat-pay.md 22.1). */
export const statusOf = {
  PARAM_ERROR: 400,
  USERPAYING: 202,
  INVALID_REQUEST: 400,
  AUTHCODEEXPIRE: 400,
  AUTH_CODE_ERROR: 400,
  AUTH_CODE_INVALID: 400,
  BUYER_MISMATCH: 400,
  NO_STATEMENT_EXIST: 400,
  STATEMENT_CREATING: 400,
  APPID_MCHID_NOT_MATCH: 400,
  MCH_NOT_EXISTS: 400,
  ORDER_CLOSED: 400,
  ORDER_PAID: 400,
  SIGN_ERROR: 401,
  NO_AUTH: 403,
  NOT_ENOUGH: 403,
  OUT_TRADE_NO_USED: 403,
  RULE_LIMIT: 403,
  TRADE_OVERDUE: 403,
  ORDER_NOT_EXIST: 404,
  RESOURCE_NOT_EXISTS: 404,
  // Of a wrong path, which must not read like an unknown order; transfers alone are unknown in this word too.
  NOT_FOUND: 404,
  FREQUENCY_LIMITED: 429,
  SYSTEM_ERROR: 500,
} as const satisfies Record<string, number>
export type RefusalCode = keyof typeof statusOf

/** The numbers worth recognising (wechat-pay.md 22.3). */
export const numbers = {
  badParameter: 268435461,
  outOfRange: 268435464,
  surplusField: 270924358,
  orderUnknown: 268512771,
  alreadyPaid: 268498689,
  reverseInstead: 268449641,
  otherContent: 268498688,
  orderExpired: 268447914,
  notThisSubMerchants: 268447845,
  subMchidIsOwn: 268443705,
  subMchidMissing: 268443704,
  noPartnerRelation: 268443701,
  signature: 268443699,
  openidMissing: 268501013,
  appidNotBound: 268445527,
  rateLimit: 268447840,
} as const

export type Refusal = Answer & {
  readonly body: { readonly code: string; readonly message: string; readonly detail?: unknown }
}

/** A refusal with its code, the status that goes with it, and the number for the end of `Request-ID`. */
export function refused(
  code: RefusalCode,
  message: string,
  more: { readonly number?: number; readonly detail?: unknown } = {},
): Refusal {
  const body = more.detail === undefined ? { code, message } : { code, message, detail: more.detail }
  return { status: statusOf[code], body, number: more.number ?? numbers.badParameter }
}

export type Place = 'body' | 'query' | 'path' | 'header'

/** A field that breaks its rule: `PARAM_ERROR` with the field, its value, what is wrong and where it was. */
export function badField(
  place: Place,
  field: string,
  value: unknown,
  issue: string,
  more: { readonly label?: string; readonly number?: number } = {},
): Refusal {
  const label = more.label === undefined ? '' : `“${more.label}”`
  return refused('PARAM_ERROR', `输入源“/${place}${field}”映射到字段${label}规则校验失败，${issue}`, {
    number: more.number ?? numbers.badParameter,
    detail: { field, value: value === undefined ? '' : value, issue, location: place },
  })
}
