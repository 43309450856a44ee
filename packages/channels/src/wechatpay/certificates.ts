import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { unseal } from './aes-gcm.ts'
import { asObject, readObject, textOf } from './json.ts'
import { certificateRingKey, type KeyRing, type RingKey } from './key-ring.ts'

export const certificatesPath = '/v3/certificates'

/** Reads the list of platform certificates (wechat-pay.md 5.3). One bad entry refuses the whole answer. */
export function readCertificates(body: Uint8Array, apiV3Key: Uint8Array): Result<KeyRing, string> {
  const entries = readObject(body)?.data
  if (!Array.isArray(entries) || entries.length === 0) return err('the certificate list is empty or malformed')
  const keys: RingKey[] = []
  for (const entry of entries) {
    const key = readCertificate(entry, apiV3Key)
    if (!key.ok) return key
    keys.push(key.value)
  }
  return ok(keys)
}

function readCertificate(entry: unknown, apiV3Key: Uint8Array): Result<RingKey, string> {
  const serial = textOf(asObject(entry)?.serial_no)
  const sealed = asObject(asObject(entry)?.encrypt_certificate)
  const nonce = textOf(sealed?.nonce)
  const ciphertext = textOf(sealed?.ciphertext)
  if (!serial || !nonce || !ciphertext) return err('a certificate entry lacks serial_no, nonce or ciphertext')
  if (sealed?.algorithm !== 'AEAD_AES_256_GCM') return err(`certificate ${serial}: algorithm not supported`)
  const pem = unseal(apiV3Key, { nonce, ciphertext, associatedData: textOf(sealed.associated_data) ?? '' })
  if (!pem.ok) return err(`certificate ${serial} does not decrypt: is the APIv3 key right?`)
  try {
    const key = certificateRingKey(pem.value)
    if (key.serial !== serial.toUpperCase()) return err(`certificate ${serial} says it is ${key.serial}`)
    return key.key.asymmetricKeyType === 'rsa' ? ok(key) : err(`certificate ${serial} is not RSA`)
  } catch (error) {
    return err(`certificate ${serial} is not X.509: ${error instanceof Error ? error.message : error}`)
  }
}
