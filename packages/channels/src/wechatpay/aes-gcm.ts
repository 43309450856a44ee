import { createCipheriv, createDecipheriv } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { fromBase64 } from './base64.ts'

/** An encrypted resource as it stands in notifications and in the certificate list (wechat-pay.md 5.2, 5.3). */
export type Sealed = { readonly nonce: string; readonly associatedData: string; readonly ciphertext: string }

const tagLength = 16

// Production APIv3 keys are 32 bytes, which the settings insist on; the vendor's own SDK samples also use 16.
const cipherFor = (key: Uint8Array) => (key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm')

/** Decrypts and authenticates. Every way to fail (base64, length, nonce, tag, key) is the one answer `sealed`. */
export function unseal(key: Uint8Array, sealed: Sealed): Result<string, 'sealed'> {
  const bytes = fromBase64(sealed.ciphertext)
  const nonce = Buffer.from(sealed.nonce)
  if (bytes === null || bytes.length < tagLength || nonce.length !== 12) return err('sealed')
  const decipher = createDecipheriv(cipherFor(key), key, nonce, { authTagLength: tagLength })
  decipher.setAuthTag(bytes.subarray(bytes.length - tagLength))
  decipher.setAAD(Buffer.from(sealed.associatedData))
  try {
    const plain = decipher.update(bytes.subarray(0, bytes.length - tagLength))
    return ok(Buffer.concat([plain, decipher.final()]).toString('utf8'))
  } catch {
    return err('sealed') // `final` throws for exactly one reason: the tag does not fit
  }
}

/** The other direction, for tests and simulators. The nonce must be 12 bytes and never used twice with a key. */
export function seal(key: Uint8Array, plain: string, nonce: string, associatedData: string): Sealed {
  const cipher = createCipheriv(cipherFor(key), key, Buffer.from(nonce), { authTagLength: tagLength })
  cipher.setAAD(Buffer.from(associatedData))
  const bytes = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { nonce, associatedData, ciphertext: bytes.toString('base64') }
}
