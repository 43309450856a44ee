import { Malformed } from './malformed.ts'

/*
 * What every kind of message is made of, whoever sends it: text in its encoding, JSON, base64, names. None of these repeats in a
 * fault what it was given.
 */
export type Encoding = 'utf-8' | 'gbk'
const inWords = { 'utf-8': 'UTF-8', gbk: 'GBK' } as const satisfies Record<Encoding, string>

/** @throws Malformed when the bytes are no text in this encoding. */
export function textIn(bytes: Uint8Array, field: string, encoding: Encoding = 'utf-8'): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new Malformed(field, `is ${inWords[encoding]}`)
  }
}

/** A body that is JSON. @throws Malformed when it is none, or not in this encoding. */
export function jsonIn(body: Uint8Array, encoding: Encoding = 'utf-8'): unknown {
  try {
    return JSON.parse(new TextDecoder(encoding, { fatal: true }).decode(body))
  } catch {
    // Neither the words of the parser nor the text: they could repeat what the device said.
    throw new Malformed('body', `is JSON in ${inWords[encoding]}`)
  }
}

/** @throws Malformed when it is no base64. */
export function base64In(text: string, field: string, rule = 'is base64'): Buffer {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Malformed(field, rule)
  return Buffer.from(text, 'base64')
}

/** A name something can be known by. @throws Malformed when it is empty, longer than 64 characters or holds spaces. */
export function identityIn(text: string, field: string): string {
  if (!/^[\x21-\x7e]{1,64}$/.test(text)) throw new Malformed(field, 'is 1 to 64 visible ASCII characters')
  return text
}
