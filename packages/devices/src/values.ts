import { isNestedDeeper } from '@lanepay/domain/nesting.ts'
import { Malformed } from './malformed.ts'

/*
 * What every kind of message is made of, whoever sends it: text in its encoding, JSON, base64, names. None of these repeats in a
 * fault what it was given.
 */
export type Encoding = 'utf-8' | 'gbk'
const inWords = { 'utf-8': 'UTF-8', gbk: 'GBK' } as const satisfies Record<Encoding, string>
// Made once: making one takes longer than most texts.
const decoders = {
  'utf-8': new TextDecoder('utf-8', { fatal: true }),
  gbk: new TextDecoder('gbk', { fatal: true }),
} as const satisfies Record<Encoding, TextDecoder>

/** @throws Malformed when the bytes are no text in this encoding. */
export function textIn(bytes: Uint8Array, field: string, encoding: Encoding = 'utf-8'): string {
  try {
    return decoders[encoding].decode(bytes)
  } catch {
    throw new Malformed(field, `is ${inWords[encoding]}`)
  }
}

/**
 * A body that is JSON. @throws Malformed when it is none, is nested deeper than any device nests, or not in this encoding.
 *
 * The depth is looked at before: `JSON.parse` of Node 26.10 writes beyond its memory for objects that are nested some ten thousand
 * deep, and the process dies of it.
 */
export function jsonIn(body: Uint8Array, encoding: Encoding = 'utf-8'): unknown {
  try {
    const text = decoders[encoding].decode(body)
    if (!isNestedDeeper(text, deepest)) return JSON.parse(text)
  } catch {
    // Neither the words of the parser nor the text: they could repeat what the device said.
    throw new Malformed('body', `is JSON in ${inWords[encoding]}`)
  }
  throw new Malformed('body', `is nested at most ${deepest} deep`)
}

const deepest = 64

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

/** What a table has for a word of the device's. Words that every object knows, like `constructor`, stand in no table. */
export const meaningIn = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined

/**
 * A number, also as decimal text; null for anything else. `Number` is not for values of JSON: it writes a list out as text first,
 * and one that is nested deep enough is the end of the process.
 */
export function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}
