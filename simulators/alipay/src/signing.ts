import { type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'

const signLater = promisify(sign) as unknown as (hash: string, data: Buffer, key: KeyObject) => Promise<Buffer>

/** The text that is signed: names in byte order, `name=value` with raw values, empty ones and `without` left out (alipay.md 2.4, 8.2). */
export function signedText(params: Readonly<Record<string, string>>, without: readonly string[]): string {
  return Object.keys(params)
    .filter((name) => params[name] !== '' && !without.includes(name))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${name}=${params[name]}`)
    .join('&')
}

/** RSA2: RSASSA-PKCS1-v1_5 with SHA-256 over UTF-8, base64. Signs on the thread pool. */
export const rsa2 = async (text: string, privateKey: KeyObject): Promise<string> =>
  (await signLater('sha256', Buffer.from(text), privateKey)).toString('base64')

/** False for a wrong signature as for one that is not canonical base64. */
export function rsa2Holds(text: string, signature: string, publicKey: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return bytes.toString('base64') === signature && verify('sha256', Buffer.from(text), publicKey, bytes)
}

/** JSON as Alipay writes it: no spaces, `/` sent as `\/` (alipay.md 2.3). */
export const alipayJson = (value: unknown): string => JSON.stringify(value).replaceAll('/', '\\/')
