import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export type V2SignType = 'MD5' | 'HMAC-SHA256'
export type V2Fields = Readonly<Record<string, string>>

/** What the older XML interfaces sign, before the key is appended (wechat-pay.md 11.2): filled fields, by ASCII order. */
export const v2Text = (fields: V2Fields): string =>
  Object.entries(fields)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

/** Signs with the APIv2 key: hexadecimal, upper case. MD5 is the vendor's choice, not ours. */
export function v2Sign(fields: V2Fields, key: string, type: V2SignType): string {
  const text = `${v2Text(fields)}&key=${key}`
  const hash = type === 'MD5' ? createHash('md5') : createHmac('sha256', key)
  return hash.update(text).digest('hex').toUpperCase()
}

/** Checks the `sign` of an answer, with the type the request was signed with. */
export function v2Verifies(fields: V2Fields, key: string, type: V2SignType): boolean {
  const [claimed, right] = [Buffer.from(fields.sign ?? ''), Buffer.from(v2Sign(fields, key, type))]
  return claimed.length === right.length && timingSafeEqual(claimed, right)
}
