import { beijingTime, type Column, columnOf, type Row } from '../report/column.ts'
import type { CardView, ListedPage, ProductView } from './api.ts'
import { dayOf } from './decide.ts'
import { headings } from './import.ts'
import { listedHeadings } from './import-listed.ts'
import type { Headings } from './import-table.ts'

/*
 * The cards and lists of a lot as files that can be imported again: the same columns, and nothing of them changes anything then. Whose a
 * card is does not go out of the house, and stays as it is where a file does not say.
 */

const columnsOf = <Key extends string>(
  kinds: Readonly<Record<Key, Column['kind']>>,
  titles: Headings<NoInfer<Key>>,
): readonly Column[] =>
  (Object.keys(kinds) as Key[]).map((key) => {
    const [zh, en] = titles[key]
    return { key, kind: kinds[key], title: { zh, en } }
  })

export const cardColumns = columnsOf(
  { card: 'text', product: 'text', plates: 'text', spaces: 'count', from: 'day', until: 'day' },
  headings,
)
/** Times as text: what Excel makes of a midnight is a day, and the end of a day is another instant. */
export const listedColumns: readonly Column[] = [
  ...columnsOf({ plate: 'text', from: 'text', until: 'text', note: 'text' }, listedHeadings),
  { key: 'account', title: { zh: '谁加的', en: 'By' }, kind: 'text' },
  { key: 'putAt', title: { zh: '加入时间', en: 'When' }, kind: 'instant' },
  columnOf('source', 'text', '来源', 'Source', {
    here: { zh: '本平台', en: 'here' },
    software: { zh: '车场软件', en: "the lot's software" },
  }),
  columnOf('there', 'text', '车场软件名单', "The software's list", {
    has: { zh: '也有', en: 'has it too' },
    deleted: { zh: '那边已删除', en: 'deleted there' },
    'has-not': { zh: '没有', en: 'has it not' },
  }),
]

export const cardRow = ({ card, productName, plates, spaces, from, until }: CardView): Row => ({
  ...{ card, product: productName, plates: plates.join(' '), spaces, from: dayOf(from), until: dayOf(until - 1) },
})

const timeOf = (at: number | null): string | null => (at === null ? null : beijingTime(at))
export const listedRow = ({ from, until, ...one }: Omit<ListedPage['vehicles'][number], 'told'>): Row => ({
  ...one,
  ...{ from: timeOf(from), until: timeOf(until) },
})

export const productColumns: readonly Column[] = [
  columnOf('name', 'text', '名称', 'Name'),
  columnOf('monthFen', 'fen', '每月价格', 'A month'),
  columnOf('spaces', 'count', '车位', 'Spaces'),
  columnOf('windows', 'text', '时段', 'Times of day'),
  columnOf('state', 'text', '状态', 'State', {
    sold: { zh: '在售', en: 'sold' },
    ended: { zh: '已停', en: 'ended' },
  }),
]
export const productRow = ({ name, monthFen, spaces, windows, ended }: ProductView): Row => ({
  ...{ name, monthFen, spaces, state: ended ? 'ended' : 'sold' },
  windows: windows === null ? null : windows.map(({ from, to }) => `${from}-${to}`).join(', '),
})
