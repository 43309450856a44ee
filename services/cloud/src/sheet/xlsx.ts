import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { bounds, type Sheet, type SheetFault, trimmed } from './sheet.ts'
import { unzip } from './unzip.ts'

/*
 * The first sheet of Excel's file (ECMA-376, part 1), as much of it as a table needs: shared text (18.4), text in its cell (18.3.1.53),
 * numbers, formulas by what they came to. Nothing in it is carried out, and no entity but XML's own five is known.
 */

export function readXlsx(bytes: Buffer): Result<Sheet, SheetFault> {
  const zip = unzip(bytes, { files: bounds.files, bytes: bounds.unpackedBytes })
  if (!zip.ok) return fault(zip.error)
  const part = (name: string): Result<string | null, SheetFault> => {
    const file = zip.value.file(name)
    return file.ok ? ok(file.value?.toString('utf8') ?? null) : fault(file.error)
  }
  const [workbook, relations] = [part('xl/workbook.xml'), part('xl/_rels/workbook.xml.rels')]
  if (!workbook.ok) return workbook
  if (!relations.ok) return relations
  const first = tags(workbook.value ?? '', 'sheet')[0]
  const id = first && attribute(first.head, 'r:id')
  const target = tags(relations.value ?? '', 'Relationship').find(({ head }) => attribute(head, 'Id') === id)
  const path = target && attribute(target.head, 'Target')
  if (!path) return err('not-a-sheet')
  const sheet = part(path.startsWith('/') ? path.slice(1) : `xl/${path}`)
  const shared = part('xl/sharedStrings.xml')
  if (!sheet.ok) return sheet
  if (!shared.ok) return shared
  if (sheet.value === null) return err('not-a-sheet')
  const texts = tags(shared.value ?? '', 'si').map(({ body }) => textIn(body))
  return rowsOf(sheet.value, texts)
}

const fault = (because: 'not-a-zip' | 'too-large'): Result<never, SheetFault> =>
  err(because === 'not-a-zip' ? 'not-a-sheet' : because)

function rowsOf(xml: string, texts: readonly string[]): Result<Sheet, SheetFault> {
  const rows: string[][] = []
  for (const { head, body } of tags(xml, 'row')) {
    // A row that is not told is empty; one that says it is the millionth is not worth what lies between.
    const place = Number(attribute(head, 'r') ?? rows.length + 1)
    if (!Number.isInteger(place) || place <= rows.length || place > bounds.rows) return err('too-large')
    while (rows.length < place - 1) rows.push([])
    const row: string[] = []
    for (const cell of tags(body, 'c')) {
      const column = columnOf(attribute(cell.head, 'r')) ?? row.length
      if (column < row.length || column >= 16_384) return err('not-a-sheet')
      // Beyond what a table of ours has, a person may have kept notes.
      if (column >= bounds.columns) break
      while (row.length < column) row.push('')
      row.push(cellText(cell, texts))
    }
    rows.push(row)
  }
  return trimmed(rows)
}

function cellText({ head, body }: Tag, texts: readonly string[]): string {
  const type = attribute(head, 't')
  if (type === 'inlineStr') return textIn(body)
  const value = unescaped(tags(body, 'v')[0]?.body ?? '')
  return type === 's' ? (texts[Number(value)] ?? '') : value
}

/** `B7` -> 1 */
function columnOf(reference: string | null): number | null {
  const [, letters] = /^([A-Z]{1,3})\d+$/.exec(reference ?? '') ?? []
  if (letters === undefined) return null
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/** What a person reads: runs of text one after the other, without how they are spoken (18.4.6). */
const textIn = (xml: string): string =>
  tags(withoutSpoken(xml), 't')
    .map(({ body }) => unescaped(body))
    .join('')

/** By steps forward alone, whatever is opened and never closed. */
function withoutSpoken(xml: string): string {
  let kept = ''
  let at = 0
  for (let open = xml.indexOf('<rPh'); open >= 0; open = xml.indexOf('<rPh', at)) {
    const close = xml.indexOf('</rPh>', open)
    kept += xml.slice(at, open)
    if (close < 0) return kept
    at = close + '</rPh>'.length
  }
  return kept + xml.slice(at)
}

type Tag = { readonly head: string; readonly body: string }
/** The elements of a name, none of which holds another of its own; with whatever prefix. */
function tags(xml: string, name: string): Tag[] {
  const found: Tag[] = []
  const opening = new RegExp(`<(?:\\w+:)?${name}(\\s[^<>]*?)?(/?)>`, 'g')
  const closing = new RegExp(`</(?:\\w+:)?${name}>`, 'g')
  for (let open = opening.exec(xml); open; open = opening.exec(xml)) {
    const head = open[1] ?? ''
    if (open[2] === '/') {
      found.push({ head, body: '' })
      continue
    }
    closing.lastIndex = opening.lastIndex
    const close = closing.exec(xml)
    if (!close) break
    found.push({ head, body: xml.slice(opening.lastIndex, close.index) })
    opening.lastIndex = closing.lastIndex
  }
  return found
}
const attribute = (head: string, name: string): string | null => {
  const [, value] = new RegExp(`\\s${name}="([^"]*)"`).exec(head) ?? []
  return value === undefined ? null : unescaped(value)
}

const meaning: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
/** XML's own signs, and Excel's for what XML cannot say (22.9.2.19). */
const unescaped = (text: string): string =>
  text
    .replace(/&(?:#x([0-9A-Fa-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g, (sign, hex, decimal, name) => {
      if (name !== undefined) return meaning[name]!
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : sign
    })
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
