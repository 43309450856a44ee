import { must } from './refused.ts'

/* What a strict device asks of the fields of a message; each @throws Refused. */

export type Message = Readonly<Record<string, unknown>>

/** An object with no other names than these. */
export function objectIn(value: unknown, where: string, names: readonly string[]): Message {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), where, 'is an object')
  for (const name of Object.keys(value)) must(names.includes(name), `${where}.${name}`, 'is no key of the protocol')
  return value as Message
}

export function whole(value: unknown, where: string, least: number, most: number): number {
  const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
  must(fits, where, `is a whole number from ${least} to ${most}`)
  return value
}

export function oneOf<One extends string | number | boolean>(
  value: unknown,
  where: string,
  these: readonly One[],
): One {
  must(these.includes(value as One), where, `is one of ${these.join(', ')}`)
  return value as One
}

export function textIn(value: unknown, where: string): string {
  must(typeof value === 'string', where, 'is text')
  return value
}

export function base64In(value: unknown, where: string): Buffer {
  const bytes = Buffer.from(textIn(value, where), 'base64')
  must(bytes.toString('base64') === value, where, 'is base64')
  return bytes
}
