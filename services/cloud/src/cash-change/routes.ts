import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { walletOf } from '@lanepay/domain/wallet.ts'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { DriverCookies } from '../driver/identity.ts'
import type { DriverPage } from '../driver/routes.ts'
import { type LotRow, selectLot } from '../lot/store.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Channels } from '../payment/settle.ts'
import { missLimit } from '../server/limit.ts'
import { packed } from '../server/packed.ts'
import { problem } from '../server/problem.ts'
import { type CashChangeErrorCode, type ChangeTake, type ChangeView, cashChangeErrorCodes } from './api.ts'
import type { CashChanges, ChangeToTake } from './cash-change.ts'
import { shownTo } from './decide.ts'

const Params = Type.Object({ token: Type.String({ maxLength: 200 }) })
const Back = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 512 })),
  state: Type.Optional(Type.String({ maxLength: 128 })),
})
/** Whatever was typed in place of a token may stand in an address. */
const pathOf = (token: string): string => `/g/${encodeURIComponent(token)}`
const messages: Readonly<Record<CashChangeErrorCode, string>> = {
  'change-unknown': 'this link is not one of ours',
  'change-over': 'nobody can take this change any more',
  'change-anothers': 'another driver has begun to take this change',
  'change-not-possible': 'this account cannot give change now',
}
const refuse = (reply: FastifyReply, code: CashChangeErrorCode): FastifyReply =>
  reply.code(cashChangeErrorCodes[code]).send({ error: { code, message: messages[code] } })

/** The page on which a driver takes cash change, who he is, and what that page asks. The contract is `api.ts`. */
export function changeRoutes(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly publicUrl: string
  readonly cookies: DriverCookies
  readonly channels: Channels
  readonly accounts: Accounts
  readonly changes: Pick<CashChanges, 'ofLink' | 'take'>
  readonly page: DriverPage
}): FastifyPluginAsync {
  const { database, clock, log, publicUrl, cookies, channels, accounts, changes, page } = options
  const takes = missLimit({ allowed: 20, perMs: 60_000 })

  const lotOf = async ({ lot }: ChangeToTake): Promise<LotRow> => {
    const [row] = await database.of(lot.bucket).query<LotRow>(selectLot, [lot.bucket, lot.lotId])
    return row!
  }
  /** Who asks, as the wallet that gives this change knows him; null: nobody has said. */
  const payeeOf = (request: FastifyRequest, { row }: ChangeToTake): string | null => {
    const driver = cookies.driverOf(request.headers.cookie)
    const isItsWallet = walletOf(request.headers['user-agent'] ?? '') === row.channel
    return isItsWallet && driver?.channel === row.channel ? driver.payer : null
  }
  const viewOf = async (which: ChangeToTake, payee: string | null): Promise<ChangeView> => {
    const { row } = which
    const { name, help_phone } = await lotOf(which)
    const now = clock.now() as Instant
    const change = { state: row.state, payee: row.payee, expiresAt: row.expires_at }
    return {
      ...{
        now,
        lot: { name },
        amountFen: fen(row.amount_fen),
        until: row.expires_at as Instant,
        helpPhone: help_phone,
      },
      state: shownTo(change, payee, now),
    }
  }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.addHook('onSend', async (_, reply) => {
      reply.header('cache-control', 'no-store')
    })
    const asPage = (reply: FastifyReply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('x-frame-options', 'DENY')
    const send = packed(Buffer.from(page.change ?? page.html))

    const Query = Type.Object({ anonymous: Type.Optional(Type.String()) })
    server.get('/g/:token', { schema: { params: Params, querystring: Query } }, async (request, reply) => {
      const which = await changes.ofLink(request.params.token)
      // The page says itself what is wrong with a link.
      if (which === null) return send(request, asPage(reply.code(404)))
      const url = `${publicUrl}/g/${request.params.token}`
      if (walletOf(request.headers['user-agent'] ?? '') !== which.row.channel)
        return asPage(reply).send(page.otherBrowser({ lotName: (await lotOf(which)).name, url, takes: 'change' }))
      if (payeeOf(request, which) === null && request.query.anonymous === undefined)
        return reply.redirect(`${pathOf(request.params.token)}/who`)
      return send(request, asPage(reply))
    })
    server.get('/g/:token/who', { schema: { params: Params } }, async (request, reply) => {
      const which = await changes.ofLink(request.params.token)
      if (which === null) return reply.redirect(pathOf(request.params.token))
      const account = await accounts.byId(which.row.account_id)
      const channel = channels[which.row.channel]
      if (!account || !channel) return reply.redirect(`${pathOf(request.params.token)}?anonymous=1`)
      const { state, cookie } = cookies.startIdentifying(request.params.token, clock.now())
      const url = channel.identityUrl(account.merchant, { redirectUri: `${publicUrl}/g/back`, state })
      return reply.header('set-cookie', cookie).redirect(url)
    })
    server.get('/g/back', { schema: { querystring: Back } }, async (request, reply) => {
      const token = cookies.endIdentifying(request.headers.cookie, request.query.state, clock.now())
      const which = token === null ? null : await changes.ofLink(token)
      if (token === null || which === null)
        return problem(reply, 'not-identified', 'this browser did not start this; scan the code again', {
          field: 'state',
        })
      const account = await accounts.byId(which.row.account_id)
      const channel = channels[which.row.channel]
      const payer =
        account && channel && request.query.code ? await channel.identify(account.merchant, request.query.code) : null
      if (!payer?.ok) {
        log('warn', 'driver-not-identified', { channel: which.row.channel, error: payer?.error.kind ?? 'no-code' })
        return reply.header('set-cookie', cookies.forgetState).redirect(`${pathOf(token)}?anonymous=1`)
      }
      const driver = { channel: which.row.channel, payer: payer.value }
      return reply.header('set-cookie', [cookies.setDriver(driver), cookies.forgetState]).redirect(pathOf(token))
    })

    server.get('/api/driver/change/:token', { schema: { params: Params } }, async (request, reply) => {
      const which = await changes.ofLink(request.params.token)
      return which === null ? refuse(reply, 'change-unknown') : viewOf(which, payeeOf(request, which))
    })
    server.post(
      '/api/driver/change/:token',
      { schema: { params: Params, body: Type.Object({}) } },
      async (request, reply) => {
        const which = await changes.ofLink(request.params.token)
        if (which === null) return refuse(reply, 'change-unknown')
        const payee = payeeOf(request, which)
        if (payee === null) return problem(reply, 'not-identified', 'go through /who first')
        if (takes.isOver(payee, clock.now())) return problem(reply, 'too-many', 'wait a minute')
        takes.miss(payee, clock.now())
        const taking = await changes.take(which, payee)
        if (!taking.ok) return refuse(reply, `change-${taking.error}`)
        const { row, sheet } = taking.value
        const answer: ChangeTake = { view: await viewOf({ lot: which.lot, row }, payee), sheet }
        return answer
      },
    )
  }
}
