import { type AliasRefusal, parseAlias } from '../code/alias.ts'
import { type CodePlace, placeName } from '../code/places.ts'
import type { Sheet } from '../sheet/sheet.ts'
import type { Text } from '../vehicle/api.ts'
import { columnsOf, type Headings, text } from '../vehicle/import-table.ts'
import { type MovedLine, rowsOf } from './lines.ts'

/*
 * Codes that hang already, out of a table: what is printed in each, and the place of ours that it shall lead to (code/alias.ts). Nothing
 * that leads elsewhere is turned by a file.
 */

type Field = 'lot' | 'kind' | 'lane' | 'printed'
export const codeHeadings: Headings<Field> = {
  lot: ['车场编号', 'Lot', '车场号', 'lot number'],
  kind: ['位置', 'Place', '类型', '码类型', 'kind'],
  lane: ['通道编号', 'Lane', '通道号', 'lane number'],
  printed: ['印刷内容', 'Printed', '二维码内容', '地址', '链接', 'address', 'url'],
}
const needed: readonly Field[] = ['lot', 'kind', 'printed']
const kinds: Readonly<Record<string, CodePlace['kind']>> = {
  ...{ 入口: 'entry', 入口直扫: 'entry', entry: 'entry' },
  ...{ 出口: 'exit', 出口直付: 'exit', exit: 'exit' },
  ...{ 场内: 'prepay', 场内预支付: 'prepay', prepay: 'prepay' },
}

/** The places of each lot that is here, and where every alias of the table leads now. */
export type CodesThere = {
  readonly places: ReadonlyMap<number, readonly CodePlace[]>
  readonly aliases: ReadonlyMap<string, CodePlace & { readonly lotId: number }>
}
export type CodeMove = {
  readonly line: number
  readonly lotId: number
  readonly place: CodePlace
  readonly alias: string
}
export type CodesImported = {
  readonly fault: Text | null
  readonly lines: readonly MovedLine[]
  readonly moves: readonly CodeMove[]
}

const refusals: Readonly<Record<AliasRefusal, Text>> = {
  'alias-malformed': text('这不是网址。', 'This is no address.'),
  'alias-too-long': text(
    '服务器名后面最多 200 个字符。',
    'Behind the name of the server stand 200 characters at most.',
  ),
  'alias-ours': text('这是本系统自己的网址。', 'This is an address of our own.'),
}

/** What is printed in each line that can be read, to be looked up; and the lots that are named. */
export function namedIn(sheet: Sheet): { readonly lots: ReadonlySet<number>; readonly aliases: ReadonlySet<string> } {
  const { columns } = columnsOf(sheet[0] ?? [], codeHeadings, needed)
  const rows = [...rowsOf(sheet, columns)]
  return {
    lots: new Set(rows.map(({ cell }) => lotIn(cell('lot'))).filter((lot) => lot !== null)),
    aliases: new Set(rows.map(({ cell }) => parseAlias(cell('printed'))).flatMap((one) => (one.ok ? [one.value] : []))),
  }
}
const lotIn = (cell: string): number | null => (/^[1-9]\d{0,6}$/.test(cell) ? Number(cell) : null)

/** What each line of the table would do, decided against all that is there and the lines before it. The same file again does nothing. */
export function importCodes(there: CodesThere, sheet: Sheet): CodesImported {
  const { columns, fault } = columnsOf(sheet[0] ?? [], codeHeadings, needed)
  if (fault) return { fault, lines: [], moves: [] }
  const leads = new Map(there.aliases)
  const lines: MovedLine[] = []
  const moves: CodeMove[] = []
  for (const { line, cell } of rowsOf(sheet, columns)) {
    const about = cell('printed')
    const wrong = (field: Field, why: Text) => lines.push({ line, about, does: 'wrong', field, why })
    const lotId = lotIn(cell('lot'))
    const places = lotId === null ? undefined : there.places.get(lotId)
    if (lotId === null || !places) {
      wrong('lot', text(`没有车场“${cell('lot')}”。`, `There is no lot "${cell('lot')}".`))
      continue
    }
    const kind = kinds[cell('kind').toLowerCase()]
    if (!kind) {
      wrong('kind', text('位置是入口、出口或场内。', 'A place is entry, exit or prepay.'))
      continue
    }
    const place = { kind, laneId: kind === 'prepay' ? 0 : Number(cell('lane')) }
    if (!places.some((one) => placeName(one) === placeName(place))) {
      wrong(
        'lane',
        text(
          `车场 ${lotId} 的通道“${cell('lane')}”没有这种码。`,
          `Lot ${lotId} has no such code at lane "${cell('lane')}".`,
        ),
      )
      continue
    }
    const alias = parseAlias(about)
    if (!alias.ok) {
      wrong('printed', refusals[alias.error])
      continue
    }
    const now = leads.get(alias.value)
    const isSame = now !== undefined && now.lotId === lotId && placeName(now) === placeName(place)
    if (now && !isSame) {
      const to = `${now.lotId} ${placeName(now)}`
      wrong('printed', text(`它已经指向 ${to}。`, `It leads to ${to} already.`))
      continue
    }
    lines.push({ line, about, does: isSame ? 'nothing' : 'puts', field: null, why: null })
    if (isSame) continue
    leads.set(alias.value, { lotId, ...place })
    moves.push({ line, lotId, place, alias: alias.value })
  }
  return { fault: null, lines, moves }
}
