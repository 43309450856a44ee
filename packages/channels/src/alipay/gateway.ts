import { randomBytes } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import { type HttpAnswer, httpCall } from '../http.ts'
import { toBeijing } from './beijing.ts'
import { certificateSn, leafOf, readBundle, rootCertificatesSn } from './certificates.ts'
import { sealContent } from './content.ts'
import type { Json } from './json.ts'
import { readPrivateKey } from './rsa-keys.ts'
import type { AlipaySettings } from './settings.ts'
import { httpParts, type Params, signParams } from './sign.ts'

export type ApiRequest = {
  readonly method: string
  /** Becomes `biz_content`. Serialised once: the text that is signed is the text that is sent. */
  readonly biz?: Json
  /** Parameters beside it: addresses, tokens, the code of `alipay.system.oauth.token`. Empty ones are not sent. */
  readonly beside?: Readonly<Record<string, string | undefined>>
  /** Goes along unsigned (alipay.md 2.3). */
  readonly file?: {
    readonly name: string
    readonly filename: string
    readonly type: string
    readonly bytes: Uint8Array
  }
}

export type Gateway = {
  /** Sends one call, with a timestamp and a signature of its own. The answer is not verified yet. */
  post(request: ApiRequest): Promise<HttpAnswer>
  /** The same request as an address for the driver's browser (alipay.md 2.9). */
  pageUrl(request: ApiRequest): Promise<string>
}

/** Signs requests of one application and sends them to the gateway (alipay.md 2.2 to 2.4, 2.7). */
export function makeGateway(settings: AlipaySettings, clock: Clock): Gateway {
  const privateKey = readPrivateKey(settings.appPrivateKey)
  const names = certificateNames(settings.verify)
  const { contentKey } = settings
  const signed = (request: ApiRequest, sealed: boolean) => {
    const params = requestParams(settings.appId, names, request, clock)
    return signParams(privateKey, sealed && contentKey ? withSealedContent(params, contentKey) : params)
  }
  return {
    async post(request) {
      const params = await signed(request, true)
      const { query, body } = request.file ? withFile(params, request.file) : httpParts(params)
      return httpCall({
        method: 'POST',
        url: `${settings.gateway}?${query}`,
        headers: {
          'content-type': request.file
            ? `multipart/form-data; boundary=${boundary}`
            : 'application/x-www-form-urlencoded;charset=utf-8',
          'user-agent': 'Lanepay/1 (Node.js)',
        },
        body,
        connectTimeoutMs: settings.connectTimeoutMs,
        answerTimeoutMs: settings.answerTimeoutMs,
      })
    },
    pageUrl: async (request) => `${settings.gateway}?${new URLSearchParams(await signed(request, false))}`,
  }
}

const boundary = `----lanepay${randomBytes(16).toString('hex')}` // of this process; a picture does not hold it

/** The text in the address, all of it signed, and the file as the body. */
function withFile(params: Params, file: NonNullable<ApiRequest['file']>): { query: string; body: Uint8Array } {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${file.name}"; filename="${file.filename}"\r\nContent-Type: ${file.type}\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return { query: new URLSearchParams(params).toString(), body }
}

/** Sealed first, signed after (alipay.md 2.8). */
const withSealedContent = ({ biz_content: content, ...params }: Params, key: string): Params =>
  content === undefined ? params : { ...params, encrypt_type: 'AES', biz_content: sealContent(key, content) }

/** What a request names in certificate mode (alipay.md 2.7). */
const certificateNames = (verify: AlipaySettings['verify']): Params =>
  verify.mode === 'public-key'
    ? {}
    : {
        app_cert_sn: certificateSn(leafOf(verify.appCertificate)),
        alipay_root_cert_sn: rootCertificatesSn(readBundle(verify.rootCertificates)),
      }

const requestParams = (appId: string, names: Params, { method, biz, beside }: ApiRequest, clock: Clock): Params => ({
  app_id: appId,
  method,
  format: 'JSON',
  charset: 'utf-8',
  sign_type: 'RSA2',
  timestamp: toBeijing(clock.now()),
  version: '1.0',
  ...names,
  ...(Object.fromEntries(Object.entries(beside ?? {}).filter(([, value]) => value)) as Params),
  ...(biz ? { biz_content: JSON.stringify(biz) } : {}),
})
