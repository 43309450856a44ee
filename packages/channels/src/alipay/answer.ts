import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { textOf } from './json.ts'

/** An answer of the gateway, taken apart but not believed yet (alipay.md 2.6). */
export type Answer = {
  readonly member: 'response' | 'error'
  /** The member's value exactly as received: what the signature is over, and the only thing to read afterwards. */
  readonly signed: string
  readonly sign: string | null
  /** Certificate mode: which certificate signed. */
  readonly certSn: string | null
}

/** `alipay.trade.query` answers in `alipay_trade_query_response`. */
export const responseMember = (method: string): string => `${method.replaceAll('.', '_')}_response`

/**
 * Finds the signed text in a raw answer by walking its root object. Refuses an answer in which any root member comes
 * twice: whoever reads the body again would take the later copy, which nobody signed.
 */
export function readAnswer(body: Uint8Array | string, member: string): Result<Answer, string> {
  const text = typeof body === 'string' ? body : decode(body)
  const members = text === null ? null : rootMembers(text)
  if (members === null) return err('not a JSON object in UTF-8')
  if (members === 'twice') return err('a root member comes twice')
  const response = members.get(member)
  const signed = response ?? members.get('error_response')
  if (signed === undefined) return err(`neither ${member} nor error_response`)
  return ok({
    member: response === undefined ? 'error' : 'response',
    signed,
    sign: textIn(members.get('sign')),
    certSn: textIn(members.get('alipay_cert_sn')),
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
function decode(body: Uint8Array): string | null {
  try {
    return utf8.decode(body)
  } catch {
    return null // another charset: the gateway did not understand what we asked for
  }
}

function textIn(raw: string | undefined): string | null {
  try {
    return raw === undefined ? null : textOf(JSON.parse(raw))
  } catch {
    return null
  }
}

/** The raw values of the root object by name; `null` when the text is no object. Values are only delimited, not read. */
function rootMembers(text: string): ReadonlyMap<string, string> | 'twice' | null {
  const members = new Map<string, string>()
  let at = skipSpace(text, 0)
  if (text[at] !== '{') return null
  at = skipSpace(text, at + 1)
  while (text[at] !== '}') {
    if (members.size > 0) {
      if (text[at] !== ',') return null
      at = skipSpace(text, at + 1)
    }
    const nameEnd = endOfValue(text, at)
    const name = text[at] === '"' ? textIn(text.slice(at, nameEnd)) : null
    const colon = skipSpace(text, nameEnd)
    if (name === null || text[colon] !== ':') return null
    const from = skipSpace(text, colon + 1)
    const to = endOfValue(text, from)
    if (to === from) return null
    if (members.has(name)) return 'twice'
    members.set(name, text.slice(from, to))
    at = skipSpace(text, to)
  }
  return skipSpace(text, at + 1) === text.length ? members : null
}

const space = ' \t\r\n'
function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && space.includes(text.charAt(at))) at++
  return at
}

/** Where the value that starts at `from` ends. Cut short, it ends with the text. */
function endOfValue(text: string, from: number): number {
  if (text[from] === '"') return endOfString(text, from)
  if (text[from] !== '{' && text[from] !== '[') return endOfScalar(text, from)
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') at = endOfString(text, at) - 1
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    if (depth === 0) return at + 1
  }
  return text.length
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

function endOfScalar(text: string, from: number): number {
  let at = from
  while (at < text.length && !' \t\r\n,}]:"'.includes(text.charAt(at))) at++
  return at
}
