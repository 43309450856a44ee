import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import { WholeFileQuery } from '../report/file-ask.ts'
import { everyPage, rowsWith, sendTable } from '../report/table-file.ts'
import { type Acting, acting, may } from '../staff/route.ts'
import { accountForm, tidyAccount } from '../staff/sign-in.ts'
import { makeToken } from '../staff/token.ts'
import { noteLine } from '../staff/trail.ts'
import {
  BecauseAsk,
  CouponsFileQuery,
  CouponsQuery,
  type LinkView,
  SettlementFileQuery,
  SettlementQuery,
  ShopAsk,
  ShopChangeAsk,
  ShopParams,
} from './api.ts'
import { refuseCoupon } from './errors.ts'
import { couponColumns, couponRow, settlementColumns, shopColumns, shopRow, usedInMonth } from './file.ts'
import { linkHash, linkLastsMs, linkUrl } from './link.ts'
import { changeShop, endShop, endShopSignIns, insertShop, offerShopLink } from './store.ts'
import { couponViews } from './views.ts'

export type CouponDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly publicUrl: string
}

/** Shops, the coupons they gave, and what of them was used, for the lot's own people. The contract is `api.ts`. */
export function couponRoutes(deps: CouponDeps): FastifyPluginAsync {
  const { database, clock, newId, houseKey, publicUrl } = deps
  const { shopsOf, couponsOf, settlementOf } = couponViews(deps)

  /** Changes something of a shop with a line in the trail; false: there is no such shop here. */
  const changing = (
    { lot, operatorId, who }: Acting['lot'],
    line: { readonly about: string; readonly after: string; readonly reason?: string },
    act: (tx: Tx, now: Instant) => Promise<boolean>,
  ): Promise<boolean> =>
    database.of(lot.bucket).transaction(async (tx) => {
      const now = clock.now()
      if (!(await act(tx, now))) return false
      await noteLine(tx, { houseKey, newId, now }, lot, who, { act: 'coupons.change', operatorId, ...line })
      return true
    })
  /** Before the first byte of a file: who took what away. */
  const noteTaken = ({ lot, operatorId, who }: Acting['lot'], about: string) =>
    database
      .of(lot.bucket)
      .transaction((tx) =>
        noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, { act: 'export', operatorId, about }),
      )
  const offered = (shop: string, now: Instant): { readonly view: LinkView; readonly hash: string } => {
    const link = makeToken()
    return {
      view: { shop, link: linkUrl(publicUrl, link), expiresAt: now + linkLastsMs },
      hash: linkHash(houseKey, link),
    }
  }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const) {
      const read = may('coupons.read', 'lot')
      server.get(`${side}/lots/:lot/shops`, read, async (request) => shopsOf(acting(request, 'lot').lot))
      server.get(
        `${side}/lots/:lot/shops-file`,
        { ...may('export', 'lot'), schema: { querystring: WholeFileQuery } },
        async (request, reply) => {
          const { lot } = acting(request, 'lot')
          const { query } = request
          await noteTaken(acting(request, 'lot'), 'shops')
          const all = (await shopsOf(lot)).shops.map(shopRow(query.lang ?? 'zh'))
          const name = query.lang === 'en' ? 'Shops' : '商户'
          const table = { file: `shops-${lot.lotId}`, name, columns: shopColumns }
          return sendTable(reply, table, [rowsWith(shopColumns, all, query)], query, clock.now())
        },
      )
      server.get(`${side}/lots/:lot/coupons`, { ...read, schema: { querystring: CouponsQuery } }, async (request) =>
        couponsOf(acting(request, 'lot').lot, request.query),
      )
      server.get(
        `${side}/lots/:lot/settlement`,
        { ...read, schema: { querystring: SettlementQuery } },
        async (request) => settlementOf(acting(request, 'lot').lot, request.query.month),
      )
      server.get(
        `${side}/lots/:lot/settlement-file`,
        { ...may('export', 'lot'), schema: { querystring: SettlementFileQuery } },
        async (request, reply) => {
          const { lot } = acting(request, 'lot')
          const { month, ...form } = request.query
          await noteTaken(acting(request, 'lot'), `coupons ${month}`)
          const table = { file: `coupons-${lot.lotId}-${month}`, name: month, columns: settlementColumns }
          return sendTable(reply, table, usedInMonth(database, lot, month), form, clock.now())
        },
      )
      server.get(
        `${side}/lots/:lot/coupons-file`,
        { ...may('export', 'lot'), schema: { querystring: CouponsFileQuery } },
        async (request, reply) => {
          const { lot } = acting(request, 'lot')
          const { as, lang, ...asked } = request.query
          await noteTaken(acting(request, 'lot'), 'coupons')
          const pages = everyPage(
            (after) => couponsOf(lot, { ...asked, limit: '200', ...after }),
            ({ coupons }) => coupons.map(couponRow),
          )
          const table = { file: `coupons-${lot.lotId}`, name: 'coupons', columns: couponColumns }
          return sendTable(reply, table, pages, { as, lang }, clock.now())
        },
      )
    }
    const base = '/api/operator/lots/:lot'
    const changes = may('coupons.change', 'lot')
    server.post(`${base}/shops`, { ...changes, schema: { body: ShopAsk } }, async (request, reply) => {
      const by = acting(request, 'lot')
      const { kinds, name, perDay, perMonth, hours } = request.body
      const account = tidyAccount(request.body.account)
      if (!accountForm.test(account)) return refuseCoupon(reply, 'account-malformed')
      if (!areApart(kinds)) return refuseCoupon(reply, 'kind-twice')
      const shop = newId()
      const { view, hash } = offered(shop, clock.now())
      try {
        await changing(
          by,
          { about: `shop ${shop}`, after: `${perDay} a day, ${perMonth} a month` },
          async (tx, now) => {
            await tx.query(insertShop, [
              ...[shop, by.lot.bucket, by.lot.lotId, name, account, JSON.stringify(kinds), perDay, perMonth, hours],
              ...[instantOut(now), hash, instantOut(view.expiresAt as Instant)],
            ])
            return true
          },
        )
      } catch (error) {
        if ((error as { code?: string }).code === '23505') return refuseCoupon(reply, 'account-taken')
        throw error
      }
      return view
    })
    server.post(
      `${base}/shops/:shop/change`,
      { ...changes, schema: { params: ShopParams, body: ShopChangeAsk } },
      async (request, reply) => {
        const by = acting(request, 'lot')
        const { shop } = request.params
        const { kinds, name, perDay, perMonth, hours, reason } = request.body
        if (!areApart(kinds)) return refuseCoupon(reply, 'kind-twice')
        const line = { about: `shop ${shop}`, after: `${perDay} a day, ${perMonth} a month`, reason }
        const done = await changing(by, line, async (tx) => {
          const key = [shop, by.lot.bucket, by.lot.lotId]
          return (await tx.query(changeShop, [...key, name, JSON.stringify(kinds), perDay, perMonth, hours])).length > 0
        })
        return done ? {} : refuseCoupon(reply, 'shop-unknown')
      },
    )
    const because = { ...changes, schema: { params: ShopParams, body: BecauseAsk } }
    server.post(`${base}/shops/:shop/link`, because, async (request, reply) => {
      const by = acting(request, 'lot')
      const { shop } = request.params
      const { view, hash } = offered(shop, clock.now())
      const line = { about: `shop ${shop}`, after: 'another link', reason: request.body.reason }
      const done = await changing(by, line, async (tx, now) => {
        const key = [shop, by.lot.bucket, by.lot.lotId]
        if ((await tx.query(offerShopLink, [...key, hash, instantOut(view.expiresAt as Instant)])).length === 0)
          return false
        await tx.query(endShopSignIns, [shop, instantOut(now)])
        return true
      })
      return done ? view : refuseCoupon(reply, 'shop-unknown')
    })
    server.post(`${base}/shops/:shop/end`, because, async (request, reply) => {
      const by = acting(request, 'lot')
      const { shop } = request.params
      const line = { about: `shop ${shop}`, after: 'ended', reason: request.body.reason }
      const done = await changing(by, line, async (tx, now) => {
        if ((await tx.query(endShop, [shop, by.lot.bucket, by.lot.lotId, instantOut(now)])).length === 0) return false
        await tx.query(endShopSignIns, [shop, instantOut(now)])
        return true
      })
      return done ? {} : refuseCoupon(reply, 'shop-unknown')
    })
  }
}

const areApart = (kinds: readonly { readonly name: string }[]): boolean =>
  new Set(kinds.map(({ name }) => name)).size === kinds.length
