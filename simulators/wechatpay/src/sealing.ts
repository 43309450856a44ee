import {
  createCipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  randomInt,
  sign,
  verify,
} from 'node:crypto'
import { promisify } from 'node:util'

const signAside = promisify(sign)
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Random letters and digits, for nonces and codes. */
export const randomText = (length: number): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)]).join('')

export const randomHex = (digits: number): string =>
  randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits)
    .toUpperCase()

export const randomDigits = (length: number): string => Array.from({ length }, () => randomInt(10)).join('')

/** Each line ended by LF, the last too (wechat-pay.md 4, 5.1, 7.1). */
export const signedText = (...lines: (string | Uint8Array)[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [Buffer.from(line as string), Buffer.from('\n')]))

// Reading a PEM costs more than verifying with it, and there are only a handful of keys.
const readKeys = new Map<string, KeyObject>()
function keyOf(pem: string, read: (pem: string) => KeyObject): KeyObject {
  const known = readKeys.get(pem) ?? read(pem)
  readKeys.set(pem, known)
  return known
}

/** RSASSA-PKCS1-v1_5 with SHA-256, base64. Off the main thread: it is the dearest thing the simulator does. */
export const signText = async (text: Uint8Array, privateKey: string): Promise<string> =>
  (await signAside('sha256', text, keyOf(privateKey, createPrivateKey))).toString('base64')

/** Says no, and never throws, for anything that is not strict base64 of a good signature. */
export function signatureFits(text: Uint8Array, signature: string, publicKey: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false
  return verify('sha256', text, keyOf(publicKey, createPublicKey), Buffer.from(signature, 'base64'))
}

export type Sealed = {
  readonly algorithm: 'AEAD_AES_256_GCM'
  readonly ciphertext: string
  readonly nonce: string
  readonly associated_data: string
}

/** AES-256-GCM under the APIv3 key, the tag behind the ciphertext (wechat-pay.md 5.2). */
export function seal(plaintext: string, associatedData: string, apiV3Key: string): Sealed {
  const nonce = randomText(12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce))
  cipher.setAAD(Buffer.from(associatedData))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: ciphertext.toString('base64'),
    nonce,
    associated_data: associatedData,
  }
}

/** The same person under the same appid always has the same openid, and another one under every other appid. */
export const openidFor = (seed: string, appid: string, user: string): string =>
  `o${createHmac('sha256', seed).update(`${appid}\n${user}`).digest('base64url').slice(0, 27)}`
