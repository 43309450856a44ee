import { createCipheriv, createDecipheriv } from 'node:crypto'

/*
 * Content encryption (alipay.md 2.8): AES-128-CBC, PKCS#7, an IV of zeros, as the channel has it. Beneath TLS it hides what is asked and
 * answered from whoever ends TLS for us; it is no signature, and what it hides is verified before it is opened.
 */

const algorithm = 'aes-128-cbc'
const iv = Buffer.alloc(16)

/** Whether this is a key as the platform hands it out: base64 of 16 bytes. */
export const isContentKey = (key: string): boolean =>
  /^[A-Za-z0-9+/]{22}==$/.test(key) && Buffer.from(key, 'base64').length === 16

/** A text as base64. */
export function sealContent(key: string, text: string): string {
  const cipher = createCipheriv(algorithm, Buffer.from(key, 'base64'), iv)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

/** The text; null where it was sealed with another key, or is no such text. */
export function openContent(key: string, sealed: string): string | null {
  try {
    const decipher = createDecipheriv(algorithm, Buffer.from(key, 'base64'), iv)
    const bytes = Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()])
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
