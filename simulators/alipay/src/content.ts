import { createCipheriv, createDecipheriv } from 'node:crypto'
import { refuseCall } from './refusal.ts'

/* What both sides may agree to seal: AES with 16 bytes, blocks chained from zeros (alipay.md 2.8). */

const zeros = new Uint8Array(16)
const keyOf = (key: string) => Buffer.from(key, 'base64')

export function seal(text: string, key: string): string {
  const by = createCipheriv('AES-128-CBC', keyOf(key), zeros)
  return by.update(text, 'utf8', 'base64') + by.final('base64')
}

/** Throws `Refused` for what this key does not open. */
export function open(sealed: string, key: string): string {
  try {
    const by = createDecipheriv('AES-128-CBC', keyOf(key), zeros)
    return by.update(sealed, 'base64', 'utf8') + by.final('utf8')
  } catch {
    return refuseCall('isv.decryption-error-unknown', '解密出错，未知异常')
  }
}
