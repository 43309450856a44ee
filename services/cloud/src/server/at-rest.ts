import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/*
 * What may not be read in the database (domain.md 8): AES-256-GCM under a key made of the house key for one purpose, bound to the row it
 * belongs to. Never the same twice.
 */

const nonceLength = 12
const tagLength = 16
const keyOf = (houseKey: Uint8Array, purpose: string) => Buffer.from(hkdfSync('sha256', houseKey, '', purpose, 32))

/** `about` names the row: what was sealed for one is not opened for another. */
export function sealBytesAtRest(houseKey: Uint8Array, purpose: string, about: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', keyOf(houseKey, purpose), nonce).setAAD(Buffer.from(about))
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** @throws Error where it was sealed with another key, for another purpose or row, or is not what was sealed. */
export function openBytesAtRest(houseKey: Uint8Array, purpose: string, about: string, bytes: Uint8Array): Buffer {
  const nonce = bytes.subarray(0, nonceLength)
  const decipher = createDecipheriv('aes-256-gcm', keyOf(houseKey, purpose), nonce, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
  return Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()])
}

/** The same for text, kept as text. */
export const sealAtRest = (houseKey: Uint8Array, purpose: string, about: string, text: string): string =>
  sealBytesAtRest(houseKey, purpose, about, Buffer.from(text)).toString('base64')

/** @throws Error as `openBytesAtRest` does. */
export const openAtRest = (houseKey: Uint8Array, purpose: string, about: string, sealed: string): string =>
  openBytesAtRest(houseKey, purpose, about, Buffer.from(sealed, 'base64')).toString('utf8')
