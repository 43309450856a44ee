import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { V2Fields } from './v2-sign.ts'

const field = /\s*<([A-Za-z_][\w.-]*)>(?:\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*|([^<]*))<\/\1>\s*/y
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Reads the one form of XML the v2 interfaces use: a root `<xml>` with flat fields (`<root>` inside a refund's notification). Not a general parser, and that is
 * the defence: a DTD, an entity of its own, nesting, attributes or a field twice make it `not-v2-xml`.
 */
export function readV2Xml(xml: string, rootName: 'xml' | 'root' = 'xml'): Result<V2Fields, 'not-v2-xml'> {
  const root = /^\s*(?:<\?xml[^?]*\?>\s*)?<(xml|root)>([\s\S]*)<\/\1>\s*$/.exec(xml)
  if (root?.[1] !== rootName) return err('not-v2-xml')
  const content = root[2] ?? ''
  const fields = new Map<string, string>()
  for (field.lastIndex = 0; field.lastIndex < content.length; ) {
    const found = field.exec(content)
    const name = found?.[1]
    if (!found || !name || fields.has(name)) return err('not-v2-xml')
    const value = found[2] ?? decoded(found[3] ?? '')
    if (value === null) return err('not-v2-xml')
    fields.set(name, value)
  }
  return ok(Object.fromEntries(fields))
}

function decoded(text: string): string | null {
  const plain = text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => entities[name] ?? '')
  return /&(?!(?:lt|gt|amp|quot|apos);)/.test(text) ? null : plain
}

/** Writes what `readV2Xml` reads. Values are wrapped, so that nothing in them can end a field (wechat-pay.md 11.2). */
export function writeV2Xml(fields: V2Fields, rootName: 'xml' | 'root' = 'xml'): string {
  const written = Object.entries(fields).map(([name, value]) => `<${name}>${wrapped(value)}</${name}>`)
  return `<${rootName}>${written.join('')}</${rootName}>`
}

const wrapped = (value: string): string =>
  value.includes(']]>')
    ? value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    : `<![CDATA[${value}]]>`
