import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { beijingTime, type Column, type Row } from '../report/column.ts'
import type { Pages } from '../report/table-file.ts'
import type { ListedPage } from './api.ts'
import { dayOf } from './decide.ts'
import { headings } from './import.ts'
import { listedHeadings } from './import-listed.ts'
import type { Headings } from './import-table.ts'
import { type CardRow, type ProductRow, selectCards, selectProducts } from './store.ts'

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
]

export async function* cardsOfLot(database: Database, lot: LotKey): Pages {
  const db = database.of(lot.bucket)
  const key = [lot.bucket, lot.lotId]
  const rows = await db.query<CardRow>(selectCards, key)
  const products = new Map((await db.query<ProductRow>(selectProducts, key)).map(({ id, name }) => [id, name]))
  yield rows.filter(({ stopped_at }) => stopped_at === null).map((row) => rowOf(row, products))
}

const rowOf = (row: CardRow, products: ReadonlyMap<string, string>): Row => ({
  ...{ card: row.card, product: products.get(row.product_id) ?? '', plates: row.plates.join(' '), spaces: row.spaces },
  ...{ from: dayOf(row.from_at), until: dayOf(row.until_at - 1) },
})

const timeOf = (at: number | null): string | null => (at === null ? null : beijingTime(at))
export const listedRow = ({ from, until, ...one }: Omit<ListedPage['vehicles'][number], 'told'>): Row => ({
  ...one,
  ...{ from: timeOf(from), until: timeOf(until) },
})
