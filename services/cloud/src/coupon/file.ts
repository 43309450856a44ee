import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { type Column, columnOf, type Language, type Row, yuanOf } from '../report/column.ts'
import type { Pages } from '../report/table-file.ts'
import type { CouponView, ShopView, Worth } from './api.ts'
import { notInside } from './give.ts'
import { monthOf } from './month.ts'
import { type CouponRow, type ShopRow, selectShopsOfLot, selectUsedInMonth } from './store.ts'

const shop: Column = { key: 'shop', title: { zh: '商户', en: 'Shop' }, kind: 'text' }
const usedAt: Column = { key: 'usedAt', title: { zh: '使用时间', en: 'Used' }, kind: 'instant' }
const givenAt: Column = { key: 'givenAt', title: { zh: '发放时间', en: 'Given' }, kind: 'instant' }
const kind: Column = { key: 'kind', title: { zh: '优惠', en: 'Coupon' }, kind: 'text' }
const plate: Column = { key: 'plate', title: { zh: '车牌', en: 'Plate' }, kind: 'plate' }
const lowered: Column = { key: 'loweredFen', title: { zh: '抵扣金额', en: 'Lowered by' }, kind: 'fen', total: true }

export const settlementColumns: readonly Column[] = [shop, usedAt, givenAt, kind, plate, lowered]
export const couponColumns: readonly Column[] = [
  ...[givenAt, shop, kind, plate],
  {
    ...{ key: 'takenBy', title: { zh: '方式', en: 'How' }, kind: 'text' },
    words: { shop: { zh: '商户发放', en: 'by the shop' }, driver: { zh: '司机扫码', en: 'by the driver' } },
  },
  { key: 'validUntil', title: { zh: '有效期至', en: 'Good until' }, kind: 'instant' },
  {
    ...{ key: 'state', title: { zh: '状态', en: 'State' }, kind: 'text' },
    words: {
      ...{ open: { zh: '未使用', en: 'not used yet' }, used: { zh: '已使用', en: 'used' } },
      ...{ refused: { zh: '车场未接受', en: 'refused by the lot' }, over: { zh: '已过期', en: 'over' } },
    },
  },
  {
    ...{ key: 'because', title: { zh: '原因', en: 'Because' }, kind: 'text' },
    words: { [notInside]: { zh: '告知时车辆不在场', en: 'its vehicle was not inside' } },
  },
  ...[usedAt, lowered],
]

/** What was used of a lot's coupons in a month, coupon by coupon. */
export async function* usedInMonth(database: Database, { bucket, lotId }: LotKey, month: string): Pages {
  const { from, until } = monthOf(month)
  const rows = await database
    .of(bucket)
    .query<CouponRow>(selectUsedInMonth, [bucket, lotId, instantOut(from), instantOut(until)])
  const shops = await database.reference.query<ShopRow>(selectShopsOfLot, [bucket, lotId])
  const names = new Map(shops.map(({ shop_id, name }) => [shop_id, name]))
  yield rows.map((row) => ({
    ...{ shop: names.get(row.shop_id) ?? '', usedAt: row.used_at, givenAt: row.given_at, kind: row.kind },
    ...{ plate: row.plate, loweredFen: row.lowered_fen },
  }))
}

export const couponRow = ({ shopName, worth: _, waits, ...coupon }: CouponView) => ({
  ...{ ...coupon, because: waits ? notInside : coupon.because, shop: shopName },
})

export const shopColumns: readonly Column[] = [
  columnOf('name', 'text', '店名', 'Shop'),
  columnOf('account', 'text', '登录账号', 'Account'),
  columnOf('kinds', 'text', '可发的优惠', 'May give'),
  columnOf('givenToday', 'count', '今天已发', 'Given today'),
  columnOf('perDay', 'count', '每天最多', 'At most a day'),
  columnOf('givenThisMonth', 'count', '本月已发', 'Given this month'),
  columnOf('perMonth', 'count', '每月最多', 'At most a month'),
  columnOf('hours', 'count', '有效小时', 'Hours a coupon is good'),
  columnOf('state', 'text', '状态', 'State', {
    ready: { zh: '已启用', en: 'ready' },
    waits: { zh: '等店主设密码', en: 'has set no password yet' },
    ended: { zh: '已停', en: 'ended' },
  }),
]
export const shopRow =
  (language: Language) =>
  ({ name, account, kinds, givenToday, perDay, givenThisMonth, perMonth, hours, isReady, ended }: ShopView): Row => ({
    ...{ name, account, givenToday, perDay, givenThisMonth, perMonth, hours },
    kinds: kinds.map(({ name: kind, worth }) => `${kind}: ${worthText(worth, language)}`).join(', '),
    state: ended ? 'ended' : isReady ? 'ready' : 'waits',
  })
function worthText(worth: Worth, language: Language): string {
  const isChinese = language === 'zh'
  switch (worth.kind) {
    case 'amount':
      return `¥${yuanOf(worth.fen)}`
    case 'minutes':
      return isChinese ? `${worth.minutes} 分钟` : `${worth.minutes} min`
    case 'percent':
      return isChinese ? `只付 ${worth.pay} %` : `${worth.pay} % is paid`
    case 'whole':
      return isChinese ? '全免' : 'all of it'
  }
}
