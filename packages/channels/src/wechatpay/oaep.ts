import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { fromBase64 } from './base64.ts'

// SHA-1 is what the vendor fixed (wechat-pay.md 6). In OAEP it needs no collision resistance.
const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
const overhead = 42 // 2 * 20 + 2 bytes, RFC 8017 7.1.1

/** Encrypts one sensitive field for WeChat Pay, as base64. Name the key's serial in `Wechatpay-Serial` of that request. */
export function encryptField(key: KeyObject, plain: string): Result<string, 'too-long'> {
  const bytes = Buffer.from(plain)
  const longest = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - overhead
  if (bytes.length > longest) return err('too-long')
  return ok(publicEncrypt({ key, ...padding }, bytes).toString('base64'))
}

/** Decrypts one sensitive field of an answer with the merchant's private key. */
export function decryptField(privateKey: KeyObject, ciphertext: string): Result<string, 'undecryptable'> {
  const bytes = fromBase64(ciphertext)
  if (bytes === null) return err('undecryptable')
  try {
    return ok(privateDecrypt({ key: privateKey, ...padding }, bytes).toString('utf8'))
  } catch {
    return err('undecryptable') // wrong key, wrong length and damaged padding must be told apart by nobody
  }
}
