import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { FastifyReply } from 'fastify'
import type { Column, Language } from '../report/column.ts'
import { csvBook } from '../report/csv.ts'
import { mediaTypes } from '../report/deliver.ts'
import type { Streams } from '../report/streams.ts'
import { xlsxBook } from '../report/xlsx.ts'
import { monthOf } from './month.ts'
import { type CouponRow, type ShopRow, selectShopsOfLot, selectUsedInMonth } from './store.ts'

const columns: readonly Column[] = [
  { key: 'shop', title: { zh: '商户', en: 'Shop' }, kind: 'text' },
  { key: 'usedAt', title: { zh: '使用时间', en: 'Used' }, kind: 'instant' },
  { key: 'givenAt', title: { zh: '发放时间', en: 'Given' }, kind: 'instant' },
  { key: 'kind', title: { zh: '优惠', en: 'Coupon' }, kind: 'text' },
  { key: 'plate', title: { zh: '车牌', en: 'Plate' }, kind: 'plate' },
  { key: 'loweredFen', title: { zh: '抵扣金额', en: 'Lowered by' }, kind: 'fen', total: true },
]

/** What was used of a lot's coupons in a month, coupon by coupon, with what it comes to. */
export async function deliverSettlement(
  reply: FastifyReply,
  streams: Streams,
  database: Database,
  lot: LotKey,
  asked: { readonly month: string; readonly as: 'xlsx' | 'csv'; readonly language: Language; readonly now: number },
): Promise<FastifyReply> {
  const { month, as, language, now } = asked
  const { from, until } = monthOf(month)
  const key = [lot.bucket, lot.lotId]
  const rows = await database
    .of(lot.bucket)
    .query<CouponRow>(selectUsedInMonth, [...key, instantOut(from), instantOut(until)])
  const shops = await database.reference.query<ShopRow>(selectShopsOfLot, key)
  const names = new Map(shops.map(({ shop_id, name }) => [shop_id, name]))
  return streams.send(
    reply,
    { mediaType: mediaTypes[as], fileName: `coupons-${lot.lotId}-${month}.${as}` },
    async (sink) => {
      const book = as === 'xlsx' ? xlsxBook(sink, { language, at: now }) : csvBook(sink, { language, at: now })
      const table = await book.table(month, columns)
      await table.rows(
        rows.map((row) => ({
          ...{ shop: names.get(row.shop_id) ?? '', usedAt: row.used_at, givenAt: row.given_at, kind: row.kind },
          ...{ plate: row.plate, loweredFen: row.lowered_fen },
        })),
      )
      await table.end()
      await book.end()
    },
  )
}
