import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/* The bank card at rest (domain.md 8): AES-256-GCM under a key made of the house key, bound to the account it belongs to. */

export type CardSecret = { readonly cardNumber: string; readonly name: string }

const nonceLength = 12
const tagLength = 16
const keyOf = (houseKey: Uint8Array) => Buffer.from(hkdfSync('sha256', houseKey, '', 'payout-card', 32))

export function sealCard(houseKey: Uint8Array, accountId: number, card: CardSecret): string {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', keyOf(houseKey), nonce).setAAD(Buffer.from(String(accountId)))
  const sealed = Buffer.concat([cipher.update(JSON.stringify([card.cardNumber, card.name])), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** @throws Error where it was sealed with another key or for another account, or is not what was sealed. */
export function openCard(houseKey: Uint8Array, accountId: number, sealed: string): CardSecret {
  const bytes = Buffer.from(sealed, 'base64')
  const nonce = bytes.subarray(0, nonceLength)
  const decipher = createDecipheriv('aes-256-gcm', keyOf(houseKey), nonce, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(String(accountId))).setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
  const opened = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()])
  const [cardNumber, name] = JSON.parse(opened.toString('utf8')) as [string, string]
  return { cardNumber, name }
}
