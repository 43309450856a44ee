import type { IncomingHttpHeaders } from 'node:http'
import type { Account } from './account.ts'
import { badField, numbers, type Refusal, refused } from './answer.ts'
import { mediaPath, type Upload } from './media.ts'
import { signatureFits, signedText } from './sealing.ts'
import { isKnownSerial } from './signing.ts'

export type Knock = {
  readonly method: string
  /** Path and raw query, exactly as sent: this is what was signed. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
  /** What the body holds where it is an upload that could be taken apart. */
  readonly upload?: Upload
}

/** Which key the caller names: for encrypted fields, and for the answer. */
export const serialIn = (headers: IncomingHttpHeaders): string | undefined => [headers['wechatpay-serial']].flat()[0]

const clockWindowMs = 300_000
const scheme = 'WECHATPAY2-SHA256-RSA2048 '
const items = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const
type Authorization = Readonly<Record<(typeof items)[number], string>>

const signError = (message: string, detail?: unknown): Refusal =>
  refused('SIGN_ERROR', message, { number: numbers.signature, ...(detail === undefined ? {} : { detail }) })

/**
 * Who is there, before anything else is looked at: headers, then clock, merchant, serial and signature of the request
 * (wechat-pay.md 3.1, 4). Null lets the request in.
 */
export function checkDoor(knock: Knock, account: Account, now: number): Refusal | null {
  const headers = checkHeaders(knock, account)
  if (headers) return headers
  const authorization = readAuthorization(knock.headers.authorization)
  if (typeof authorization === 'string') return signError(authorization)
  const { mchid, nonce_str: nonce, signature, timestamp, serial_no: serial } = authorization
  if (!/^[0-9A-Za-z]{1,32}$/.test(nonce)) return signError('Http头Authorization值中的nonce_str格式错误')
  if (!/^\d{1,13}$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1000) > clockWindowMs)
    return signError('Http头Authorization值中的timestamp与发起请求的时间不能超过5分钟')
  if (mchid !== account.mchid) return refused('MCH_NOT_EXISTS', '商户号不存在，请检查mchid是否正确')
  if (serial.toUpperCase() !== account.merchant.serial)
    return signError('商户证书序列号有误。请使用签名私钥匹配的证书序列号')
  const text = signedText(knock.method, knock.url, timestamp, nonce, knock.upload?.meta.bytes ?? knock.body)
  if (signatureFits(text, signature, account.merchant.publicKey)) return null
  return signError('错误的签名，验签失败', {
    field: 'signature',
    issue: 'sign not match',
    location: 'authorization',
    sign_information: { method: knock.method, url: knock.url, sign_message_length: text.length },
  })
}

function checkHeaders({ method, url, headers, body, upload }: Knock, account: Account): Refusal | null {
  const accept = headers.accept ?? ''
  if (!accept.includes('application/json') && !accept.includes('*/*'))
    return badField('header', '/Accept', accept, 'Http头Accept必须为application/json')
  if (!headers['user-agent']) return badField('header', '/User-Agent', '', 'Http头缺少User-Agent')
  const contentType = headers['content-type'] ?? ''
  if (url === mediaPath && !upload)
    return badField(
      'header',
      '/Content-Type',
      contentType,
      'Http头Content-Type必须为multipart/form-data，依次包含meta与file',
    )
  const isBare = contentType === '' && body.length === 0
  if (method === 'POST' && !upload && !isBare && !/^application\/json\s*(;|$)/i.test(contentType))
    return badField('header', '/Content-Type', contentType, 'Http头Content-Type必须为application/json')
  const serial = serialIn(headers)
  if (serial !== undefined && !isKnownSerial(account, serial))
    return badField('header', '/Wechatpay-Serial', serial, '平台证书序列号Wechatpay-Serial错误')
  return null
}

/** The five items, or what is wrong with the header. */
function readAuthorization(header: string | undefined): Authorization | string {
  if (header === undefined) return 'Http头缺少Authorization'
  if (!header.startsWith(scheme)) return 'Http头Authorization认证类型不正确'
  const found: Record<string, string> = {}
  for (const part of header.slice(scheme.length).split(',')) {
    const [, name, value] = /^\s*([a-z_]+)="([^"]*)"\s*$/.exec(part) ?? []
    if (name === undefined || value === undefined || found[name] !== undefined)
      return 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》'
    found[name] = value
  }
  const missing = items.find((name) => !found[name])
  return missing === undefined ? (found as Authorization) : `Http头Authorization值中缺少${missing}`
}
