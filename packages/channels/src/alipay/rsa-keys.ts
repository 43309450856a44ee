import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

const isPem = (text: string) => text.includes('-----BEGIN')
const derOf = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'base64')

/**
 * The application's private key in any form the platform's tool hands out: PKCS#1 or PKCS#8, as PEM or as one bare base64
 * line (alipay.md 2.5). @throws when it is none of them, or not RSA.
 */
export function readPrivateKey(text: string): KeyObject {
  if (isPem(text)) return rsa(createPrivateKey(text))
  try {
    return rsa(createPrivateKey({ key: derOf(text), format: 'der', type: 'pkcs1' }))
  } catch {
    return rsa(createPrivateKey({ key: derOf(text), format: 'der', type: 'pkcs8' })) // nothing in the text tells which
  }
}

/** A public key as the platform shows it: SPKI, as PEM or as bare base64. @throws when it is neither, or not RSA. */
export const readPublicKey = (text: string): KeyObject =>
  rsa(createPublicKey(isPem(text) ? text : { key: derOf(text), format: 'der', type: 'spki' }))

/** @throws TypeError when the key is of another kind. */
export function rsa(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('not an RSA key')
  return key
}
