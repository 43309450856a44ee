import { Malformed } from '../malformed.ts'

/*
 * As much XML as cameras write, and no more: elements, text, CDATA, comments, the declaration. A document type, and with it any
 * entity beyond the five that XML itself has, is refused: nothing a lot listens to may make its reader fetch or multiply.
 */

/** An element by its local name: recorders add prefixes, and firmware differs in namespaces (lot-devices.md 2.8). */
export type Xml = { readonly name: string; readonly text: string; readonly children: readonly Xml[] }

const deepest = 32
// None of these may have to remember a step for every character or attribute: such a pattern ends in an error on a long document.
const token = {
  text: /[^<]+/y,
  declaration: /<\?[^>]*?\?>/y,
  close: /<\/([^\s<>/=]+)\s*>/y,
  open: /<([^\s<>/=!?]+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^<"]*"|'[^<']*')){0,64})\s*(\/?)>/y,
}

type Growing = { readonly tag: string; text: string; readonly children: Xml[] }

/** The root element. @throws Malformed for whatever is not one well-formed document of the kind above. */
export function readXml(document: string): Xml {
  const source = document.replace(/^\uFEFF/, '')
  let at = 0
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found) at = pattern.lastIndex
    return found
  }
  /** What stands between two signs; null where the second is missing. */
  const between = (start: string, end: string): string | null => {
    if (!source.startsWith(start, at)) return null
    const [from, to] = [at + start.length, source.indexOf(end, at + start.length)]
    if (to < 0) return null
    at = to + end.length
    return source.slice(from, to)
  }
  const top: Growing = { tag: '', text: '', children: [] }
  const open: Growing[] = [top]
  while (at < source.length) {
    const inner = open.at(-1)!
    const text = next(token.text)
    if (text) inner.text += unescaped(text[0])
    else if (source[at + 1] === '?' || source.startsWith('<!--', at)) {
      const comment = next(token.declaration) ? '' : between('<!--', '-->')
      if (comment === null || comment.includes('--')) throw new Malformed('xml', 'ends what it begins')
    } else if (source[at + 1] === '!') {
      const raw = between('<![CDATA[', ']]>')
      if (raw === null) throw new Malformed('xml', 'has no document type')
      inner.text += raw
    } else if (source[at + 1] === '/') {
      const tag = next(token.close)
      if (!tag || open.length === 1 || inner.tag !== tag[1]) throw new Malformed('xml', 'closes what it opened')
      open.pop()
      open.at(-1)!.children.push(finished(inner))
    } else {
      const tag = next(token.open)
      if (!tag) throw new Malformed('xml', 'has well-formed tags')
      const begun: Growing = { tag: tag[1]!, text: '', children: [] }
      if (tag[3] === '/') inner.children.push(finished(begun))
      else if (open.push(begun) > deepest) throw new Malformed('xml', `is at most ${deepest - 1} deep`)
    }
  }
  const [root, ...others] = top.children
  if (!root || others.length > 0 || open.length > 1 || top.text.trim() !== '')
    throw new Malformed('xml', 'is one element')
  return root
}

const localName = (tag: string): string => tag.slice(tag.indexOf(':') + 1)
const finished = ({ tag, text, children }: Growing): Xml => ({ name: localName(tag), text: text.trim(), children })

const five: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  return text.replace(/&(?:#(x[0-9a-fA-F]{1,6}|\d{1,7});|([a-z]{2,4});)?/g, (_, code?: string, name?: string) => {
    const character = code === undefined ? five[name ?? ''] : characterOf(Number(`0${code.replace(/^(?=\d)/, '')}`))
    if (character === undefined) throw new Malformed('xml', 'has no entities but the five of XML')
    return character
  })
}

/** Undefined where XML has no such character. */
function characterOf(point: number): string | undefined {
  const isOne = point >= 0x20 ? point <= 0xd7ff || (point >= 0xe000 && point <= 0x10ffff) : [9, 10, 13].includes(point)
  return isOne ? String.fromCodePoint(point) : undefined
}

/** The first element along the names; null when there is none. */
export function elementAt(xml: Xml, ...names: readonly string[]): Xml | null {
  let here: Xml | undefined = xml
  for (const name of names) here = here?.children.find((child) => child.name === name)
  return here ?? null
}

/** The text of the first element along the names; null when there is none, or nothing in it. */
export const textAt = (xml: Xml, ...names: readonly string[]): string | null => elementAt(xml, ...names)?.text || null

/** Text inside an element. */
export const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'))
