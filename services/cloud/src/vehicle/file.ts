import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { FastifyReply } from 'fastify'
import type { Column, Language, Row } from '../report/column.ts'
import { csvBook } from '../report/csv.ts'
import { mediaTypes } from '../report/deliver.ts'
import type { Streams } from '../report/streams.ts'
import { xlsxBook } from '../report/xlsx.ts'
import { dayOf } from './decide.ts'
import { headings } from './import.ts'
import { type CardRow, type ProductRow, selectCards, selectProducts } from './store.ts'

/*
 * The cards of a lot as a file that can be imported again: the same columns, and nothing of it changes anything then. Whose a card is does
 * not go out of the house, and stays as it is where a file does not say.
 */

const kinds = { card: 'text', product: 'text', plates: 'text', spaces: 'count', from: 'day', until: 'day' } as const
const columns: readonly Column[] = Object.entries(kinds).map(([key, kind]) => {
  const [zh, en] = headings[key as keyof typeof kinds]
  return { key, kind, title: { zh, en } }
})

export async function deliverCards(
  reply: FastifyReply,
  streams: Streams,
  database: Database,
  lot: LotKey,
  { as, language, now }: { readonly as: 'xlsx' | 'csv'; readonly language: Language; readonly now: number },
): Promise<FastifyReply> {
  const db = database.of(lot.bucket)
  const key = [lot.bucket, lot.lotId]
  const rows = await db.query<CardRow>(selectCards, key)
  const products = new Map((await db.query<ProductRow>(selectProducts, key)).map(({ id, name }) => [id, name]))
  const told = rows.filter(({ stopped_at }) => stopped_at === null).map((row) => rowOf(row, products))
  return streams.send(
    reply,
    { mediaType: mediaTypes[as], fileName: `cards-${lot.lotId}-${dayOf(now)}.${as}` },
    async (sink) => {
      const book = as === 'xlsx' ? xlsxBook(sink, { language, at: now }) : csvBook(sink, { language, at: now })
      const table = await book.table('cards', columns)
      await table.rows(told)
      await table.end()
      await book.end()
    },
  )
}

const rowOf = (row: CardRow, products: ReadonlyMap<string, string>): Row => ({
  ...{ card: row.card, product: products.get(row.product_id) ?? '', plates: row.plates.join(' '), spaces: row.spaces },
  ...{ from: dayOf(row.from_at), until: dayOf(row.until_at - 1) },
})
