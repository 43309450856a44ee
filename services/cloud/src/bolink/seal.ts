import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/* Secrets and names of connected lots at rest (domain.md 8): AES-256-GCM under a key made of the house key, bound to their owner. */

/** The vendor's key of a lot; names and telephone numbers that its software sends. */
export type Purpose = 'bolink-key' | 'bolink-names'

const nonceLength = 12
const tagLength = 16
const keyOf = (houseKey: Uint8Array, purpose: Purpose) => Buffer.from(hkdfSync('sha256', houseKey, '', purpose, 32))

/** `owner` is what it belongs to: sealed for one it opens for no other. */
export function sealText(houseKey: Uint8Array, purpose: Purpose, owner: string, text: string): string {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', keyOf(houseKey, purpose), nonce).setAAD(Buffer.from(owner))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** @throws Error where it was sealed with another house key, for another owner or purpose, or is not what was sealed. */
export function openText(houseKey: Uint8Array, purpose: Purpose, owner: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', keyOf(houseKey, purpose), bytes.subarray(0, nonceLength), {
    authTagLength: tagLength,
  })
  decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
  return Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]).toString('utf8')
}
