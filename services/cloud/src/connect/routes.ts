import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { lotLinkAsyncApi } from '@lanepay/lot-link/asyncapi.ts'
import {
  type Answer,
  basePath,
  type ConnectErrorCode,
  connectErrors,
  type Entered,
  type ErrorView,
  type Left,
  type LotView,
  type Next,
  type Opened,
  type OperationName,
  operations,
  type Scan,
  type ScanView,
} from '@lanepay/lot-systems/own/api.ts'
import { connectOpenApi } from '@lanepay/lot-systems/own/openapi.ts'
import { headersOf, idempotencyRule, readSigned, type SignedCall } from '@lanepay/lot-systems/own/sign.ts'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Outbox } from '../bolink/outbox.ts'
import type { Polls } from '../bolink/polls.ts'
import { type LotRow, selectLot } from '../lot/store.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import type { Happened } from './happened.ts'
import type { Callers } from './keys.ts'
import type { telling } from './tell.ts'

/** Software whose last poll ended less than this ago is there. */
const awayAfterMs = 45_000
/** Held so long where the software does not say. */
const holdSeconds = 25

type Caller = { readonly lot: LotKey; readonly call: SignedCall }
type Handle = (caller: Caller, body: unknown, reply: FastifyReply) => Promise<unknown>

/** The calls of our own protocol, and its documents. What is called by nobody with a key is not looked at. */
export function connectRoutes(options: {
  readonly database: Database
  readonly clock: Clock
  readonly callers: Callers
  readonly happened: Happened
  readonly told: ReturnType<typeof telling>
  readonly outbox: Outbox
  readonly polls: Polls
  readonly payCodes: () => PayCodes
}): FastifyPluginAsync {
  const { database, clock, callers, happened, told, outbox, polls } = options
  const say = (reply: FastifyReply, code: ConnectErrorCode, about: Partial<ErrorView['error']> = {}) =>
    reply.code(connectErrors[code]).send({ error: { code, message: texts[code], ...about } } satisfies ErrorView)
  const done = { ok: true } as const
  const answered = (reply: FastifyReply, result: Result<null, ConnectErrorCode>) =>
    result.ok ? done : say(reply, result.error)
  /** Does what was called under its idempotency key, once. */
  const once =
    <Body>(act: (lot: LotKey, body: Body, id: Id) => Promise<Result<null, ConnectErrorCode>>): Handle =>
    async ({ lot, call }, body, reply) => {
      if (call.idempotency === '')
        return say(reply, 'bad-request', { field: headersOf.idempotency, rule: idempotencyRule.source })
      return answered(reply, await callers.once(lot, call, (id) => act(lot, body as Body, id)))
    }

  const handles: Record<OperationName, Handle> = {
    lot: async ({ lot }) => {
      const [row] = await database.of(lot.bucket).query<LotRow>(selectLot, [lot.bucket, lot.lotId])
      return { now: clock.now(), lot: lot.lotId, name: row!.name, lanes: await happened.lanes(lot) } satisfies LotView
    },
    entered: once<Entered>((lot, said) => happened.entered(lot, said)),
    left: once<Left>((lot, said) => happened.left(lot, said)),
    opened: once<Opened>((lot, said, id) => happened.opened(lot, said, id)),
    scan: async ({ lot }, body) => {
      const { scan: id, plate, lane, by, code } = body as Scan
      const given = { ...(lane === undefined ? {} : { lane }), ...(code === undefined ? {} : { code }) }
      const { id: _, ...said } = await options.payCodes().scan(lot, { id, kind: 'pay-code', plate, by, ...given })
      return said satisfies ScanView
    },
    next: async ({ lot }, body, reply) => {
      const holdMs = ((body as Next).holdSeconds ?? holdSeconds) * 1000
      const onGone = (end: () => void) => reply.raw.once('close', end)
      const message = await polls.hold(lot, 'own', { holdMs, awayAfterMs, onGone }, () => outbox.next(lot, 'own'))
      return { message: message === null ? null : JSON.parse(message.body) }
    },
    answer: async ({ lot }, body, reply) => answered(reply, await told.answered(lot, body as Answer)),
  }

  return async (server) => {
    const bodies = new WeakMap<FastifyRequest, string>()
    const calls = new WeakMap<FastifyRequest, Caller>()
    // The signature is over the body as it came.
    const asJson = server.getDefaultJsonParser('error', 'error')
    server.removeContentTypeParser('application/json')
    server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, parsed) => {
      bodies.set(request, String(body))
      asJson(request, String(body), parsed)
    })
    server.get(`${basePath}/openapi.json`, async () => connectOpenApi())
    server.get(`${basePath}/asyncapi.json`, async () => lotLinkAsyncApi())

    for (const [name, { method, body }] of Object.entries(operations))
      server.route({
        method,
        url: `${basePath}/${name}`,
        ...(body === null ? {} : { schema: { body } }),
        // Before its body is judged: a stranger hears of nothing else.
        preValidation: async (request, reply) => {
          const called = { method: request.method, path: request.url, body: bodies.get(request) ?? '' }
          const signed = readSigned(request.headers, called)
          if (!signed.ok) return say(reply, 'not-signed', signed.error)
          const lot = await callers.who(signed.value)
          if (!lot.ok) return say(reply, lot.error, lot.error === 'time-off' ? { now: clock.now() } : {})
          calls.set(request, { lot: lot.value, call: signed.value })
        },
        // Whoever asked hears of an answer that is none, too: else it would be waited for, and asked for again.
        ...(name === 'answer' ? { attachValidation: true } : {}),
        handler: async (request, reply) => {
          const { validationError } = request
          if (validationError === undefined)
            return handles[name as OperationName](calls.get(request)!, request.body, reply)
          await told.unreadable(calls.get(request)!.lot, request.body)
          throw validationError
        },
      })
  }
}

/** For whoever reads a log of the software. */
const texts: Readonly<Record<ConnectErrorCode, string>> = {
  'bad-request': 'a field breaks a rule',
  'not-signed': 'a header of the signature is missing or malformed',
  'unknown-key': 'no lot has this key',
  'wrong-signature': 'the signature is not that of this call under this key',
  'time-off': 'signed more than five minutes from our clock',
  replayed: 'this nonce came before',
  'lane-unknown': 'the lot has no such lane',
  'message-unknown': 'this is no message to this lot',
  'key-used': 'this idempotency key came with another content',
  'body-too-large': 'the body is over the limit',
  internal: 'something went wrong on our side; nothing was half done',
}
