import { createHash, createHmac } from 'node:crypto'

/* The envelope of the older interfaces: flat XML, signed with the APIv2 key (wechat-pay.md 11.2). */

export type V2Fields = Readonly<Record<string, string>>

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The fields of a request, or the word for what is wrong with its bytes. DTDs, attributes and nesting are no fields. */
export function readV2(body: Uint8Array): V2Fields | 'POST_DATA_EMPTY' | 'NOT_UTF8' | 'XML_FORMAT_ERROR' {
  if (body.length === 0) return 'POST_DATA_EMPTY'
  let text: string
  try {
    text = utf8.decode(body)
  } catch {
    return 'NOT_UTF8'
  }
  const inner = /^\s*(?:<\?xml[^>]*\?>)?\s*<xml>([\s\S]*)<\/xml>\s*$/.exec(text)?.[1]
  if (inner === undefined) return 'XML_FORMAT_ERROR'
  const fields: Record<string, string> = Object.create(null)
  let rest = inner.trimStart()
  while (rest !== '') {
    const found =
      /^<([a-z_][a-z0-9_]*)><!\[CDATA\[([\s\S]*?)\]\]><\/\1>\s*/.exec(rest) ??
      /^<([a-z_][a-z0-9_]*)>([^<]*)<\/\1>\s*/.exec(rest)
    const [whole = '', name = '', value = ''] = found ?? []
    if (!found || name in fields) return 'XML_FORMAT_ERROR'
    fields[name] = whole.includes('<![CDATA[') ? value : unescaped(value)
    rest = rest.slice(whole.length)
  }
  return fields
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')

export const writeV2 = (fields: V2Fields): string =>
  `<xml>\n${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('\n')}\n</xml>`

/** Filled fields by ASCII order, the key behind them, hashed; upper case. */
export function signV2(fields: V2Fields, apiV2Key: string, type: string): string {
  const names = Object.keys(fields).filter((name) => name !== 'sign' && fields[name] !== '')
  const text = `${names
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')}&key=${apiV2Key}`
  const hash = type === 'HMAC-SHA256' ? createHmac('sha256', apiV2Key) : createHash('md5')
  return hash.update(text).digest('hex').toUpperCase()
}
