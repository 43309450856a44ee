import { err, ok, type Result } from '@lanepay/domain/result.ts'

/**
 * The literal text of one member's value in a JSON object, as it was received: its order, blanks, escapes and number spelling all
 * count for a signature (bolink-protocol.md 2.2, lot-devices.md 5), and a parsed object has lost them. Of a member that is there twice the last one,
 * as in `JSON.parse`. Null: no such member, or not one JSON object.
 */
export function rawMember(body: string, name: string): string | null {
  if (!isObject(body)) return null
  let found: string | null = null
  let at = skipBlank(body, body.indexOf('{') + 1)
  while (body[at] === '"') {
    const nameEnd = endOfText(body, at)
    const key = JSON.parse(body.slice(at, nameEnd)) as string
    const start = skipBlank(body, skipBlank(body, nameEnd) + 1)
    const end = endOfValue(body, start)
    if (key === name) found = body.slice(start, end)
    at = skipBlank(body, end)
    if (body[at] === ',') at = skipBlank(body, at + 1)
  }
  return found
}

/** The same text with the white space outside of texts removed. */
export const compacted = (raw: string): string =>
  raw.replace(/"(?:[^"\\]|\\.)*"|[ \t\r\n]+/g, (part) => (part.startsWith('"') ? part : ''))

/**
 * What a JSON text says; a whole number of more digits than a number holds is their text. Names of stays come so (19 digits, of the kind that
 * databases make), and two of them must never be taken for one.
 */
export const parseJson = (text: string): unknown =>
  JSON.parse(text, digitsKept as (name: string, value: unknown) => unknown)
const digitsKept = (_: string, value: unknown, { source = '' }: { readonly source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value

/** What a body says, where it is one JSON object. */
export function parseObject(body: string): Result<Readonly<Record<string, unknown>>, 'not-an-object'> {
  try {
    const value = parseJson(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? ok(value as Readonly<Record<string, unknown>>)
      : err('not-an-object')
  } catch {
    return err('not-an-object')
  }
}

// What follows walks over text that JSON.parse has taken already, so it need not doubt.
const isObject = (body: string): boolean => parseObject(body).ok
const skipBlank = (body: string, from: number): number => {
  let at = from
  while (' \t\r\n'.includes(body[at] ?? '|')) at++
  return at
}
function endOfText(body: string, start: number): number {
  let at = start + 1
  while (body[at] !== '"') at += body[at] === '\\' ? 2 : 1
  return at + 1
}
function endOfValue(body: string, start: number): number {
  let depth = 0
  let at = start
  do {
    const sign = body[at]
    if (sign === '"') at = endOfText(body, at)
    else if (sign === '{' || sign === '[') {
      depth++
      at++
    } else if (sign === '}' || sign === ']') {
      depth--
      at++
    } else if (depth > 0) at++
    else while (!' \t\r\n,}'.includes(body[at] ?? '}')) at++
  } while (depth > 0)
  return at
}
