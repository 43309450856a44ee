import { openDocument } from '@lanepay/print/document.ts'
import type { FoundVerdict, PatrolLine, PatrolView } from './api.ts'

const kinds = { entry: '入口 entry', prepay: '场内 inside', exit: '出口 exit' } as const
const words: Readonly<Record<FoundVerdict, string>> = {
  right: '正确 right',
  stale: '旧码 an old one',
  revoked: '已停用 revoked',
  swapped: '挂错位置 of another place',
  foreign: '别的车场 of another lot',
  'not-ours': '不是我们的码 not ours',
  missing: '没有码 missing',
}
const zoneMs = 8 * 3_600_000
const time = (at: number): string => new Date(at + zoneMs).toISOString().slice(0, 16).replace('T', ' ')

const [top, rowHeight, rowsAPage] = [46, 11, 21] as const
const columns = [
  { x: 14, width: 10 },
  { x: 26, width: 52 },
  { x: 80, width: 40 },
  { x: 122, width: 74 },
] as const

/** The list of a lot's codes on paper: to take along before a patrol, or what one has found. */
export async function printPatrol(
  view: Pick<PatrolView, 'now' | 'lot' | 'list'> & Partial<PatrolLine>,
): Promise<Buffer> {
  const document = await openDocument({ title: `${view.lot.name} ${view.lot.number}`, at: view.now })
  const pages = Math.max(1, Math.ceil(view.list.length / rowsAPage))
  for (let page = 0; page < pages; page++) {
    document.sheet({ widthMm: 210, heightMm: 297 })
    const line = (text: string, y: number, size: number, weight: 'regular' | 'bold' = 'regular') =>
      document.text(text, { x: 14, y, width: 182, height: size * 0.6 }, { size, weight })
    line(`停车码巡查 Patrol of codes: ${view.lot.name} (${view.lot.number})`, 12, 16, 'bold')
    line(
      view.begunAt === undefined
        ? `现场核对清单 To take along. ${time(view.now)}`
        : `${time(view.begunAt)} ${view.begunBy}${view.endedAt ? ` - ${time(view.endedAt)}: ${view.rightly} / ${view.places}` : ''}`,
      ...([24, 10] as const),
    )
    line(`${page + 1} / ${pages}`, 30, 9)
    view.list.slice(page * rowsAPage, (page + 1) * rowsAPage).forEach(({ kind, lane, checkNumber, found }, at) => {
      const y = top + at * rowHeight
      document.frame({ x: 14.5, y: y + 1, width: 5, height: 5 }, 'black', 0.2)
      const cells = [
        found?.verdict === 'right' ? 'x' : '',
        `${kinds[kind]} ${lane ?? ''}`,
        checkNumber,
        found ? `${words[found.verdict]} ${found.found ?? ''} ${time(found.at)} ${found.by}` : '',
      ]
      cells.forEach((cell, column) => {
        const { x, width } = columns[column]!
        document.text(cell, { x: column === 0 ? 15.7 : x, y, width, height: rowHeight - 2 }, { size: 11 })
      })
      document.fill({ x: 14, y: y + rowHeight - 1.5, width: 182, height: 0.1 }, 'black')
    })
  }
  return document.finish()
}
