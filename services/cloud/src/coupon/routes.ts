import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import { streaming } from '../report/streams.ts'
import { type Acting, acting, may } from '../staff/route.ts'
import { accountForm, tidyAccount } from '../staff/sign-in.ts'
import { makeToken } from '../staff/token.ts'
import { noteLine } from '../staff/trail.ts'
import {
  BecauseAsk,
  CouponsQuery,
  type LinkView,
  SettlementFileQuery,
  SettlementQuery,
  ShopAsk,
  ShopChangeAsk,
  ShopParams,
} from './api.ts'
import { refuseCoupon } from './errors.ts'
import { deliverSettlement } from './file.ts'
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
  const offered = (shop: string, now: Instant): { readonly view: LinkView; readonly hash: string } => {
    const link = makeToken()
    return {
      view: { shop, link: linkUrl(publicUrl, link), expiresAt: now + linkLastsMs },
      hash: linkHash(houseKey, link),
    }
  }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    const streams = streaming(deps.log)
    server.addHook('preClose', async () => streams.endAll())
    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const) {
      const read = may('coupons.read', 'lot')
      server.get(`${side}/lots/:lot/shops`, read, async (request) => shopsOf(acting(request, 'lot').lot))
      server.get(`${side}/lots/:lot/coupons`, { ...read, schema: { querystring: CouponsQuery } }, async (request) =>
        couponsOf(acting(request, 'lot').lot, request.query),
      )
      server.get(
        `${side}/lots/:lot/settlement`,
        { ...read, schema: { querystring: SettlementQuery } },
        async (request) => settlementOf(acting(request, 'lot').lot, request.query.month),
      )
    }
    const base = '/api/operator/lots/:lot'
    server.get(
      `${base}/settlement-file`,
      { ...may('export', 'lot'), schema: { querystring: SettlementFileQuery } },
      async (request, reply) => {
        const { lot, operatorId, who } = acting(request, 'lot')
        const { month, as = 'xlsx', lang = 'zh' } = request.query
        if (streams.isBusy())
          return reply
            .header('retry-after', '10')
            .code(429)
            .send({ error: { code: 'busy', message: 'other files are being made: ask again in a few seconds' } })
        const now = clock.now()
        await database.of(lot.bucket).transaction((tx) =>
          noteLine(tx, { houseKey, newId, now }, lot, who, {
            ...{ act: 'export', operatorId, about: `coupons ${month}` },
          }),
        )
        return deliverSettlement(reply, streams, database, lot, { month, as, language: lang, now })
      },
    )
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
