import { readFileSync } from 'node:fs'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { instantOut } from '@lanepay/database/database.ts'
import { maskPlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import QRCode from 'qrcode'
import { seal, unseal } from '../driver/sealed.ts'
import { type LotRow, selectLot } from '../lot/store.ts'
import { cookieOf, forgetCookie, setCookie } from '../staff/cookie.ts'
import { always, isOwnPage } from '../staff/own-page.ts'
import { checkPassword, hashPassword, isPassword } from '../staff/password.ts'
import { accountForm, tidyAccount } from '../staff/sign-in.ts'
import { isToken, makeToken, tokenHash } from '../staff/token.ts'
import { networkOf, rightTry, type TryKey, takeTries } from '../staff/tries.ts'
import {
  CodeAsk,
  CodeOnly,
  GiveAsk,
  type OfferView,
  ShopCouponsQuery,
  ShopLinkAsk,
  type ShopSelf,
  ShopSignInAsk,
  TakeAsk,
} from './api.ts'
import { refuseCoupon } from './errors.ts'
import { givingCoupons } from './give.ts'
import { linkHash } from './link.ts'
import type { CouponDeps } from './routes.ts'
import {
  endShopSignIn,
  endShopSignIns,
  insertShopSignIn,
  type ShopRow,
  selectShop,
  selectShopOfLink,
  selectShopSignedIn,
  selectShopToSignIn,
  useShopLink,
} from './store.ts'
import { couponViews } from './views.ts'

const signInLastsMs = 30 * 24 * 3_600_000
/** A code on the shop's screen is one coupon, and nobody's for long. */
const codeLastsMs = 10 * 60_000
const askPurpose = 'shop-ask'
const codePurpose = 'shop-code'

const kinds = { html: 'text/html', css: 'text/css', js: 'text/javascript' } as const
const fileOf = (name: string, ending: keyof typeof kinds) => ({
  type: `${kinds[ending]}; charset=utf-8`,
  text: readFileSync(new URL(`page/${name}.${ending}`, import.meta.url), 'utf8'),
})
/** The shop's page, and what a driver sees who has scanned a code of it: they need nothing but their own files. */
const pages = Object.entries({
  '/shop/': fileOf('shop', 'html'),
  '/shop/shop.js': fileOf('shop', 'js'),
  '/shop/coupon': fileOf('coupon', 'html'),
  '/shop/coupon.js': fileOf('coupon', 'js'),
  '/shop/words.js': fileOf('words', 'js'),
  '/shop/page.css': fileOf('page', 'css'),
})

/**
 * The doors of shops: a sign-in of their own, which opens nothing but giving coupons within their limits; and that of a driver who has
 * scanned a code. The contract is `api.ts`.
 */
export function shopRoutes(deps: CouponDeps): FastifyPluginAsync {
  const { database, clock, log, newId, publicUrl } = deps
  const houseKey = Buffer.from(deps.houseKey)
  const secure = publicUrl.startsWith('https:')
  const cookie = secure ? '__Host-lp_shop' : 'lp_shop'
  const give = givingCoupons(deps)
  const { couponsOf, givenOf } = couponViews(deps)
  const nobodys = hashPassword(makeToken())

  const signedIn = async (request: FastifyRequest): Promise<ShopRow | null> => {
    const token = cookieOf(request.headers.cookie, cookie)
    if (!isToken(token)) return null
    const [shop] = await database.reference.query<ShopRow>(selectShopSignedIn, [
      ...[tokenHash(token), instantOut(clock.now())],
    ])
    return shop ?? null
  }
  const tooMany = (reply: FastifyReply, until: Instant) => {
    reply.header('retry-after', String(Math.max(1, Math.ceil((until - clock.now()) / 1000))))
    return refuseCoupon(reply, 'too-many')
  }
  const lotNameOf = async ({ bucket, lot_id }: ShopRow): Promise<string> =>
    (await database.of(bucket).query<LotRow>(selectLot, [bucket, lot_id]))[0]?.name ?? ''
  const begin = async (reply: FastifyReply, shop: string): Promise<void> => {
    const token = makeToken()
    const now = clock.now()
    await database.reference.query(insertShopSignIn, [
      ...[tokenHash(token), shop, instantOut(now), instantOut((now + signInLastsMs) as Instant)],
    ])
    reply.header('set-cookie', setCookie(cookie, token, secure, signInLastsMs / 1000))
  }

  /** What a code says, where it is one of ours and not too old. */
  const offerOf = async (code: string) => {
    const said = unseal(codePurpose, code, houseKey) as { i: Id; s: string; k: string; u: number } | null
    if (said === null) return 'code-unknown'
    if (clock.now() > said.u) return 'code-expired'
    const [shop] = await database.reference.query<ShopRow>(selectShop, [said.s])
    return shop ? { id: said.i, shop, kind: said.k } : 'code-unknown'
  }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.addHook('onRequest', async (request, reply) => {
      reply.headers(always)
      if (request.method !== 'GET' && request.method !== 'HEAD' && !isOwnPage(request.headers, publicUrl))
        return refuseCoupon(reply, 'foreign-page')
    })
    for (const [path, { type, text }] of pages) server.get(path, async (_, reply) => reply.type(type).send(text))
    server.get('/shop', async (_, reply) => reply.redirect('/shop/'))

    server.post('/api/shop/sign-in', { schema: { body: ShopSignInAsk } }, async (request, reply) => {
      const account = tidyAccount(request.body.account)
      const network = networkOf(request.ip)
      const keys: TryKey[] = [
        { kind: 'pair', of: `shop ${account} ${network}` },
        { kind: 'address', of: network },
        { kind: 'account', of: `shop ${account}` },
      ]
      const until = await takeTries(deps, keys, clock.now())
      if (until !== null) return tooMany(reply, until)
      const [shop] = accountForm.test(account)
        ? await database.reference.query<ShopRow>(selectShopToSignIn, [account])
        : []
      // One that is not there costs the same work and gets the same answer.
      const isRight = await isPassword(shop?.password ?? (await nobodys), request.body.password)
      if (!shop || shop.password === null || !isRight) {
        log('warn', 'shop-sign-in-refused', { client: request.ip })
        return refuseCoupon(reply, 'sign-in-wrong')
      }
      await rightTry(deps, keys, clock.now())
      await begin(reply, shop.shop_id)
      return {}
    })
    server.post('/api/shop/link', { schema: { body: ShopLinkAsk } }, async (request, reply) => {
      const keys: TryKey[] = [{ kind: 'address', of: networkOf(request.ip) }]
      const until = await takeTries(deps, keys, clock.now())
      if (until !== null) return tooMany(reply, until)
      const { link, password } = request.body
      const hash = linkHash(houseKey, link)
      const [shop] = isToken(link)
        ? await database.reference.query<ShopRow & { link_until: number }>(selectShopOfLink, [hash])
        : []
      if (!shop) return refuseCoupon(reply, 'link-unknown')
      if (clock.now() > shop.link_until) return refuseCoupon(reply, 'link-expired')
      const checked = checkPassword(password, { account: shop.account, name: shop.name, phone: '' })
      if (!checked.ok) return refuseCoupon(reply, checked.error)
      const used = await database.reference.query(useShopLink, [hash, await hashPassword(checked.value)])
      if (used.length === 0) return refuseCoupon(reply, 'link-unknown')
      await database.reference.query(endShopSignIns, [shop.shop_id, instantOut(clock.now())])
      await rightTry(deps, keys, clock.now())
      await begin(reply, shop.shop_id)
      return { account: shop.account }
    })
    server.post('/api/shop/sign-out', async (request, reply) => {
      const token = cookieOf(request.headers.cookie, cookie)
      if (isToken(token)) await database.reference.query(endShopSignIn, [tokenHash(token), instantOut(clock.now())])
      reply.header('set-cookie', forgetCookie(cookie, secure))
      return {}
    })

    server.get('/api/shop/self', async (request, reply) => {
      const shop = await signedIn(request)
      if (!shop) return refuseCoupon(reply, 'not-signed-in')
      const given = (await givenOf({ bucket: shop.bucket, lotId: shop.lot_id })).get(shop.shop_id)
      return {
        ...{ now: clock.now(), name: shop.name, lotName: await lotNameOf(shop), kinds: shop.kinds, hours: shop.hours },
        leftToday: Math.max(0, Math.min(shop.per_day - (given?.today ?? 0), shop.per_month - (given?.month ?? 0))),
        leftThisMonth: Math.max(0, shop.per_month - (given?.month ?? 0)),
      } satisfies ShopSelf
    })
    server.post('/api/shop/asks', async (request, reply) => {
      const shop = await signedIn(request)
      if (!shop) return refuseCoupon(reply, 'not-signed-in')
      return { ask: seal(askPurpose, { i: newId(), s: shop.shop_id }, houseKey) }
    })
    server.post('/api/shop/coupons', { schema: { body: GiveAsk } }, async (request, reply) => {
      const shop = await signedIn(request)
      if (!shop) return refuseCoupon(reply, 'not-signed-in')
      const { ask, plate, kind } = request.body
      const made = unseal(askPurpose, ask, houseKey) as { i: Id; s: string } | null
      if (made === null || made.s !== shop.shop_id) return refuseCoupon(reply, 'ask-unknown')
      const done = await give(shop, { id: made.i, plate, kind, takenBy: 'shop' })
      return done.ok ? done.value : refuseCoupon(reply, done.error)
    })
    server.post('/api/shop/codes', { schema: { body: CodeAsk } }, async (request, reply) => {
      const shop = await signedIn(request)
      if (!shop) return refuseCoupon(reply, 'not-signed-in')
      const { kind } = request.body
      if (!shop.kinds.some(({ name }) => name === kind)) return refuseCoupon(reply, 'kind-unknown')
      const until = clock.now() + codeLastsMs
      const code = seal(codePurpose, { i: newId(), s: shop.shop_id, k: kind, u: until }, houseKey)
      const url = `${publicUrl}/shop/coupon#${code}`
      const svg = await QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'L' })
      return { svg, url, until }
    })
    server.get('/api/shop/coupons', { schema: { querystring: ShopCouponsQuery } }, async (request, reply) => {
      const shop = await signedIn(request)
      if (!shop) return refuseCoupon(reply, 'not-signed-in')
      const page = await couponsOf(
        { bucket: shop.bucket, lotId: shop.lot_id },
        { shop: shop.shop_id, limit: '20', ...request.query },
      )
      return {
        ...page,
        coupons: page.coupons.map(({ coupon, plate, kind, worth, givenAt, validUntil, state }) => ({
          ...{ coupon, kind, worth, givenAt, validUntil, state, plate: maskPlate(plate as Plate) },
        })),
      }
    })

    server.post('/api/coupon/look', { schema: { body: CodeOnly } }, async (request, reply) => {
      const offer = await offerOf(request.body.code)
      if (typeof offer === 'string') return refuseCoupon(reply, offer)
      const { shop } = offer
      const kind = shop.kinds.find(({ name }) => name === offer.kind)
      if (!kind || shop.ended_at !== null) return refuseCoupon(reply, 'shop-ended')
      const view: OfferView = {
        shopName: shop.name,
        lotName: await lotNameOf(shop),
        kind: kind.name,
        worth: kind.worth,
      }
      return view
    })
    server.post('/api/coupon/take', { schema: { body: TakeAsk } }, async (request, reply) => {
      const offer = await offerOf(request.body.code)
      if (typeof offer === 'string') return refuseCoupon(reply, offer)
      const done = await give(offer.shop, {
        ...{ id: offer.id, plate: request.body.plate, kind: offer.kind, takenBy: 'driver' },
      })
      return done.ok ? done.value : refuseCoupon(reply, done.error)
    })
  }
}
