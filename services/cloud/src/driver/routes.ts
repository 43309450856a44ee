import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import { parsePlate } from '@lanepay/domain/plate.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { type ChannelName, channelNames, type Instant } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import { walletOf } from '@lanepay/domain/wallet.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Alarms } from '../alarm/alarm.ts'
import { type Scanned, type ScanRefusal, scanning } from '../code/scan.ts'
import { type Code, codeToken } from '../code/token.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Pay } from '../payment/pay.ts'
import type { Channels, Settle } from '../payment/settle.ts'
import { type PaymentRow, selectPayment } from '../payment/store.ts'
import { viewOf } from '../payment/view.ts'
import type { AskQuote } from '../quote/quote.ts'
import type { SimilarInside } from '../quote/similar.ts'
import type { Renewals } from '../renewal/renewal.ts'
import { hangRenewalRoutes } from '../renewal/routes.ts'
import { missLimit } from '../server/limit.ts'
import type { Metrics } from '../server/metrics.ts'
import { forGood, packed } from '../server/packed.ts'
import { problem } from '../server/problem.ts'
import { type Admit, passOf } from './admission.ts'
import { type CodeView, type LotView, PayAsk, QuoteAsk } from './api.ts'
import { type Driver, type DriverCookies, driverKey, guesserOf } from './identity.ts'

/** The page as it was built, and what a browser outside the wallets gets. */
export type DriverPage = {
  readonly html: string
  /** The page on which month cards are made longer; left out: the page of fees stands for it. */
  readonly cards?: string
  /** The page on which cash change is taken; left out: the page of fees stands for it. */
  readonly change?: string
  readonly assets: readonly { readonly path: string; readonly contentType: string; readonly body: Buffer }[]
  /** `takes`: the code is no car park's but of cash change. */
  readonly otherBrowser: (about: { lotName: string; url: string; takes?: 'change' }) => string
}

const CodeParams = Type.Object({ code: Type.String({ maxLength: 64 }) })
const PaymentParams = Type.Object({ number: Type.String({ maxLength: 64 }) })
/** The body of an ask that says everything in its path. */
const Nothing = Type.Object({})
const noStore = 'no-store'
/** So long a scan of a screen's code may be gone on with: to be identified, to read the fee and to pay. */
const openedLastsMs = 15 * 60_000

/** Everything a driver's phone talks to. The contract is `api.ts`. */
export function driverRoutes(options: {
  readonly database: Database
  readonly clock: Clock
  readonly codeKey: Buffer
  readonly publicUrl: string
  readonly cookies: DriverCookies
  readonly channels: Channels
  readonly accounts: Accounts
  readonly lots: LotSystem
  readonly askQuote: AskQuote
  readonly similarInside: SimilarInside
  readonly pay: Pay
  readonly admit: Admit
  readonly renewals: Pick<Renewals, 'cards' | 'quote'>
  readonly settle: Settle
  readonly alarms: Alarms
  readonly metrics: Metrics
  readonly log: Log
  readonly page: DriverPage
}): FastifyPluginAsync {
  const { database, clock, codeKey, publicUrl, cookies, channels, accounts, lots, alarms, metrics, log, page } = options
  const plateMisses = missLimit({ allowed: 12, perMs: 60_000 })
  const queriesAsked = missLimit({ allowed: 3, perMs: 3_000 })

  const codes = scanning({ database, clock, codeKey })
  /** The value, or null once the refusal is answered. */
  const orRefuse = <T>(read: Result<T, ScanRefusal>, reply: FastifyReply): T | null => {
    if (read.ok) return read.value
    const { code, message, ...about } = read.error
    problem(reply, code, message, about)
    return null
  }
  const codeOf = (token: string, reply: FastifyReply): Code | null => orRefuse(codes.read(token), reply)
  const placeOf = async (token: string, reply: FastifyReply): Promise<Scanned | null> =>
    orRefuse(await codes.place(token), reply)
  const lotKey = ({ code }: Scanned) => ({ bucket: code.bucket, lotId: code.lotId })

  /** Who is asking: only the wallet that identified this phone may speak for it. */
  const driverOf = (request: FastifyRequest): Driver | null => {
    const driver = cookies.driverOf(request.headers.cookie)
    return driver && driver.channel === walletOf(request.headers['user-agent'] ?? '') ? driver : null
  }
  const channelOf = (request: FastifyRequest): ChannelName | null => {
    const wallet = walletOf(request.headers['user-agent'] ?? '')
    const name = channelNames.find((known) => known === wallet)
    return name && channels[name] ? name : null
  }
  const identifyPath = (token: string) => `/p/${token}/who`

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.addHook('onSend', async (request, reply) => {
      if (!request.url.startsWith('/driver/')) reply.header('cache-control', noStore)
    })
    // A person scanned this: the page asks the API what is wrong with the code, and has a text for every answer.
    server.addHook('onSend', async (request, reply, payload) => {
      if (!request.url.startsWith('/p/') || reply.statusCode < 400) return payload
      asPage(reply)
      return page.html
    })

    for (const asset of page.assets) {
      const send = packed(asset.body)
      server.get(asset.path, (request, reply) => send(request, reply.headers(forGood).type(asset.contentType)))
    }
    const asPage = (reply: FastifyReply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('x-frame-options', 'DENY')
    const sendApp = packed(Buffer.from(page.html))
    const sendCards = packed(Buffer.from(page.cards ?? page.html))

    // ---- the page, and who is asking
    server.get(
      '/p/:code',
      { schema: { params: CodeParams, querystring: Type.Object({ anonymous: Type.Optional(Type.String()) }) } },
      async (request, reply) => {
        const place = await placeOf(request.params.code, reply)
        if (!place) return reply
        const { code } = place
        // A screen's code was scanned in time: this driver goes on with a token of its own, which no photograph shows.
        if (code.shown?.opened === false) {
          const until = (clock.now() + openedLastsMs) as Instant
          return reply.redirect(`/p/${codeToken({ ...code, shown: { until, opened: true } }, codeKey)}`)
        }
        if (!channelOf(request))
          return asPage(reply).send(
            page.otherBrowser({ lotName: place.lot.name, url: `${publicUrl}/p/${request.params.code}` }),
          )
        if (!driverOf(request) && request.query.anonymous === undefined)
          return reply.redirect(identifyPath(request.params.code))
        return sendApp(request, asPage(reply))
      },
    )
    server.get('/p/:code/card', { schema: { params: CodeParams } }, async (request, reply) => {
      const place = await placeOf(request.params.code, reply)
      if (!place) return reply
      // Who scans it is identified, or told what to do instead, by the page of fees.
      if (!channelOf(request) || !driverOf(request)) return reply.redirect(`/p/${request.params.code}`)
      return sendCards(request, asPage(reply))
    })
    server.get('/p/:code/who', { schema: { params: CodeParams } }, async (request, reply) => {
      const place = await placeOf(request.params.code, reply)
      if (!place) return reply
      const name = channelOf(request)
      const account = name ? await accounts.ofOperator(place.lot.operator_id, name) : null
      if (!name || !account) return reply.redirect(`/p/${request.params.code}?anonymous=1`)
      const { state, cookie } = cookies.startIdentifying(request.params.code, clock.now())
      const url = channels[name]!.identityUrl(account.merchant, { redirectUri: `${publicUrl}/p/back/${name}`, state })
      return reply.header('set-cookie', cookie).redirect(url)
    })
    const Back = Type.Object({
      code: Type.Optional(Type.String({ maxLength: 512 })),
      auth_code: Type.Optional(Type.String({ maxLength: 512 })),
      state: Type.Optional(Type.String({ maxLength: 128 })),
    })
    server.get(
      '/p/back/:channel',
      { schema: { params: Type.Object({ channel: Type.String() }), querystring: Back } },
      async (request, reply) => {
        const name = channelNames.find((known) => known === request.params.channel)
        const channel = name && channels[name]
        const token = cookies.endIdentifying(request.headers.cookie, request.query.state, clock.now())
        if (!channel || token === null)
          return problem(reply, 'not-identified', 'this browser did not start this; scan the code again', {
            field: 'state',
          })
        const place = await placeOf(token, reply)
        if (!place) return reply
        const anonymous = () => reply.header('set-cookie', cookies.forgetState).redirect(`/p/${token}?anonymous=1`)
        const account = await accounts.ofOperator(place.lot.operator_id, name)
        const given = request.query.code ?? request.query.auth_code
        if (!account || !given) return anonymous()
        const payer = await channel.identify(account.merchant, given)
        if (!payer.ok) {
          log('warn', 'driver-not-identified', { channel: name, error: payer.error.kind })
          return anonymous()
        }
        return reply
          .header('set-cookie', [cookies.setDriver({ channel: name, payer: payer.value }), cookies.forgetState])
          .redirect(`/p/${token}`)
      },
    )

    // ---- what the page asks
    server.get('/api/driver/codes/:code', { schema: { params: CodeParams } }, async (request, reply) => {
      const place = await placeOf(request.params.code, reply)
      if (!place) return reply
      const driver = driverOf(request)
      const view: CodeView = {
        now: clock.now(),
        kind: place.code.kind,
        lot: { number: place.lot.lot_id, name: place.lot.name },
        ...(place.lane ? { lane: { id: place.lane.lane_id, name: place.lane.name } } : {}),
        wallet: walletOf(request.headers['user-agent'] ?? ''),
        identified: driver !== null,
        ...(driver === null && channelOf(request) ? { identifyUrl: identifyPath(request.params.code) } : {}),
        pass: driver ? await passOf(options, lotKey(place), driverKey(driver)) : null,
        lotOnline: lots.isOnline(lotKey(place)),
        // In a lane the fee is asked for at once, and the answer says so.
        problem: place.code.kind === 'prepay' && place.lot.suspended ? 'lot-suspended' : null,
        helpPhone: place.lot.help_phone,
      }
      return view
    })

    // Asked every few seconds by every page that lies open, so it asks nobody: what is sealed into the code is enough.
    server.get('/api/driver/codes/:code/lot', { schema: { params: CodeParams } }, async (request, reply) => {
      const code = codeOf(request.params.code, reply)
      if (!code) return reply
      const view: LotView = { now: clock.now(), lotOnline: lots.isOnline({ bucket: code.bucket, lotId: code.lotId }) }
      return view
    })

    server.post(
      '/api/driver/codes/:code/quote',
      { schema: { params: CodeParams, body: QuoteAsk } },
      async (request, reply) => {
        const place = await placeOf(request.params.code, reply)
        if (!place) return reply
        const { kind } = place.code
        if (kind === 'entry') return problem(reply, 'wrong-kind', 'an entry code asks for no fee')
        const driver = driverOf(request)
        if (!driver) return problem(reply, 'not-identified', 'go through identifyUrl first')
        const who = driverKey(driver)
        const guesser = guesserOf(driver, request.ip)
        const pass = await passOf(options, lotKey(place), who)
        let plate: string | null = null
        const typed = request.body.plate
        if (typed === undefined && kind === 'prepay')
          return problem(reply, 'bad-request', 'body/plate is missing', { field: 'body/plate', rule: 'required' })
        if (typed !== undefined) {
          if (isPass(typed)) {
            // A pass is its driver's alone: nobody asks for a stranger's by typing it.
            if (typed !== pass) return problem(reply, 'no-session', 'no stay under this pass for this driver')
            plate = typed
          } else {
            const parsed = parsePlate(typed, { overseas: true })
            if (!parsed.ok)
              return problem(reply, 'plate-malformed', 'this is not a plate', { field: 'body/plate', rule: 'a plate' })
            plate = parsed.value
          }
          if (plateMisses.isOver(guesser, clock.now()))
            return problem(reply, 'too-many', 'too many plates that are not inside; wait a minute')
        }
        const quote = await options.askQuote({
          lot: lotKey(place),
          lane: kind === 'exit' ? place.lane!.lane_id : null,
          plate,
          pass,
          driver: who,
        })
        metrics.quotes.inc({ kind, outcome: quote.ok ? quote.value.state : quote.error.code })
        if (quote.ok) return quote.value
        const { code, message, ...about } = quote.error
        if (code !== 'no-session' || plate === null) return problem(reply, code, message, about)
        const similar = isPass(plate) ? [] : await options.similarInside(lotKey(place), plate)
        // A plate that is offered is one plate more that was looked for.
        for (const _ of [plate, ...similar]) plateMisses.miss(guesser, clock.now())
        return problem(reply, code, message, { ...about, ...(similar.length > 0 ? { similar } : {}) })
      },
    )

    server.post(
      '/api/driver/codes/:code/pay',
      { schema: { params: CodeParams, body: PayAsk } },
      async (request, reply) => {
        const code = codeOf(request.params.code, reply)
        if (!code) return reply
        const driver = driverOf(request)
        const { quote } = request.body
        const isQuote = /^\d{1,19}$/.test(quote) && BigInt(quote) < 1n << 63n
        // A quote of the lot shows that the lot is there, so a tap at a prepay code that is in order asks for nothing more.
        if (code.kind !== 'prepay' || !driver || !isQuote) {
          const place = await placeOf(request.params.code, reply)
          if (!place) return reply
          if (code.kind === 'entry') return problem(reply, 'wrong-kind', 'an entry code takes no payment')
          if (!driver) return problem(reply, 'not-identified', 'go through identifyUrl first')
          if (!isQuote)
            return problem(reply, 'bad-request', 'body/quote is not a quote', {
              field: 'body/quote',
              rule: '1 to 19 digits, below 2 to the 63rd',
            })
        }
        const paid = await options.pay({
          lot: { bucket: code.bucket, lotId: code.lotId },
          quote,
          ...driver,
          clientIp: request.ip,
          returnUrl: `${publicUrl}/p/${request.params.code}`,
        })
        if (!paid.ok && paid.error.code === 'quote-unknown' && !(await placeOf(request.params.code, reply)))
          return reply
        metrics.payments.inc({ channel: driver.channel, outcome: paid.ok ? 'sheet' : paid.error.code })
        return paid.ok ? paid.value : problem(reply, paid.error.code, paid.error.message)
      },
    )

    server.post(
      '/api/driver/codes/:code/enter',
      { schema: { params: CodeParams, body: Nothing } },
      async (request, reply) => {
        const place = await placeOf(request.params.code, reply)
        if (!place) return reply
        if (place.code.kind !== 'entry') return problem(reply, 'wrong-kind', 'only an entry code lets a car in')
        const driver = driverOf(request)
        if (!driver) return problem(reply, 'not-identified', 'go through identifyUrl first')
        const admitted = await options.admit(lotKey(place), place.lane!.lane_id, driverKey(driver))
        if (admitted.ok) return admitted.value
        const { code, message, ...about } = admitted.error
        return problem(reply, code, message, about)
      },
    )

    hangRenewalRoutes(server, {
      ...{ clock, renewals: options.renewals, placeOf },
      driverOf: (request) => {
        const driver = driverOf(request)
        return driver && { name: driverKey(driver), guesser: guesserOf(driver, request.ip) }
      },
    })

    /** The payment, for the driver who made it and nobody else. */
    const paymentOf = async (
      unchecked: string,
      request: FastifyRequest,
      reply: FastifyReply,
    ): Promise<PaymentRow | null> => {
      const number = parseNumber('trade', unchecked)
      const driver = driverOf(request)
      if (!driver) {
        problem(reply, 'not-identified', 'go through identifyUrl first')
        return null
      }
      if (number.ok) {
        const { bucket, lotId, id } = number.value
        const [row] = await database.of(bucket).query<PaymentRow>(selectPayment, [bucket, lotId, id])
        if (row && row.driver === driverKey(driver)) return row
      }
      problem(reply, 'payment-unknown', 'no such payment of this driver', { field: 'number' })
      return null
    }
    server.get(
      '/api/driver/payments/:number',
      { schema: { params: PaymentParams, querystring: Type.Object({ ask: Type.Optional(Type.String()) }) } },
      async (request, reply) => {
        let row = await paymentOf(request.params.number, request, reply)
        if (!row) return reply
        const open = row.state === 'created' || row.state === 'pending'
        if (open && request.query.ask !== undefined && !queriesAsked.isOver(row.id, clock.now())) {
          queriesAsked.miss(row.id, clock.now())
          await options.settle.ask(row, clock.now())
          row = (await paymentOf(request.params.number, request, reply)) ?? row
        }
        return viewOf(row, request.params.number, lots.isOnline({ bucket: row.bucket, lotId: row.lot_id }), clock.now())
      },
    )
    server.post(
      '/api/driver/payments/:number/help',
      { schema: { params: PaymentParams, body: Nothing } },
      async (request, reply) => {
        const row = await paymentOf(request.params.number, request, reply)
        if (!row) return reply
        await alarms.raise(
          { bucket: row.bucket, lotId: row.lot_id },
          {
            kind: 'help-asked',
            payment: row.id,
            ...(row.lane_id === null ? {} : { lane: row.lane_id }),
            ...(row.occupancy === null ? {} : { occupancy: row.occupancy }),
            because: 'the driver asks for help at the gate',
          },
        )
        return { ok: true }
      },
    )
  }
}
