import { Malformed } from './malformed.ts'
import { base64In, identityIn } from './values.ts'

/** An object of the message and where it was found. Its contents are never part of a fault: they may be secret. */
export type Fields = { readonly path: string; readonly values: Readonly<Record<string, unknown>> }

const pathOf = ({ path }: Fields, name: string): string => (path === '' ? name : `${path}.${name}`)
/** Whatever is there; undefined where nothing is. */
export const valueAt = ({ values }: Fields, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : undefined

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The message as fields. @throws Malformed when it is no object. */
export function fieldsOf(value: unknown, path = ''): Fields {
  if (!isObject(value)) throw new Malformed(path === '' ? 'body' : path, 'is an object')
  return { path, values: value }
}

/** @throws Malformed when it is missing or no object. */
export const inside = (fields: Fields, name: string): Fields => fieldsOf(valueAt(fields, name), pathOf(fields, name))

/** Null when it is missing. @throws Malformed when it is no object. */
export const insideIfAny = (fields: Fields, name: string): Fields | null =>
  valueAt(fields, name) === undefined ? null : inside(fields, name)

/** @throws Malformed when it is missing or no text. */
export function text(fields: Fields, name: string): string {
  const value = valueAt(fields, name)
  if (typeof value !== 'string') throw new Malformed(pathOf(fields, name), 'is text')
  return value
}

/** Empty when it is missing. @throws Malformed when it is no text. */
export const textIfAny = (fields: Fields, name: string): string =>
  valueAt(fields, name) === undefined ? '' : text(fields, name)

/** @throws Malformed when it is missing or not as `identityIn` has it. */
export const identity = (fields: Fields, name: string): string => identityIn(text(fields, name), pathOf(fields, name))

/** A whole number from 0, also when it arrives as decimal text. @throws Malformed when it is missing or anything else. */
export function whole(fields: Fields, name: string): number {
  const value = valueAt(fields, name)
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
    throw new Malformed(pathOf(fields, name), 'is a whole number from 0')
  return number
}

/** Null when it is missing. @throws Malformed as `whole`. */
export const wholeIfAny = (fields: Fields, name: string): number | null =>
  valueAt(fields, name) === undefined ? null : whole(fields, name)

/** Bytes in base64; empty when missing. @throws Malformed when it is no base64. */
export const bytesIfAny = (fields: Fields, name: string): Buffer =>
  base64In(textIfAny(fields, name), pathOf(fields, name))

const longestList = 1_000

/** The objects of a list. @throws Malformed when it is missing, is no list of objects, or is longer than any device makes it. */
export function list(fields: Fields, name: string): readonly Fields[] {
  const value = valueAt(fields, name)
  if (!Array.isArray(value) || value.length > longestList)
    throw new Malformed(pathOf(fields, name), `is a list of at most ${longestList}`)
  return value.map((one, index) => fieldsOf(one, `${pathOf(fields, name)}[${index}]`))
}

/** A share of `whole` in percent; null for whatever is none. */
export function percentIfAny(fields: Fields, name: string, whole: 1 | 100): number | null {
  const value = valueAt(fields, name)
  if (typeof value !== 'number' || !(value >= 0 && value <= whole)) return null
  // 0.902 is 90.2, not 90.2000...1.
  return whole === 100 ? value : Number((value * 100).toFixed(6))
}
