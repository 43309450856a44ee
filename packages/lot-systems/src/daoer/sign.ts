import { createHash } from 'node:crypto'
import { compacted, parseObject, rawMember } from '../raw.ts'
import { isSameSign } from '../same-sign.ts'

/**
 * The signature of a body (third-party-wallets.md B.1): all members but `sign` that say something, by name, `bizContent` as its
 * compact JSON text, then the key: 32 upper-case hex digits. Members that are new to us count too. Null: no JSON object.
 */
export function daoerSign(body: string, key: string): string | null {
  const object = parseObject(body)
  if (!object.ok) return null
  const said = Object.keys(object.value)
    .filter((name) => name !== 'sign')
    .sort()
    .map((name) => [name, textIn(body, name, object.value[name])] as const)
    .filter(([, text]) => text !== '')
  const signed = [...said.map(([name, text]) => `${name}=${text}`), `key=${key}`].join('&')
  return createHash('md5').update(signed).digest('hex').toUpperCase()
}

/** A number as it is spelled, a text without its quotes. */
const textIn = (body: string, name: string, value: unknown): string =>
  value === null ? '' : typeof value === 'string' ? value : compacted(rawMember(body, name)!)

/** Whether whoever has this key said this. */
export function isDaoerSigned(body: string, key: string): boolean {
  const object = parseObject(body)
  const expected = daoerSign(body, key)
  return object.ok && expected !== null && isSameSign(expected, object.value.sign)
}
