import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { takesApplications } from '../application/channel/errand.ts'
import type { Channels } from '../payment/settle.ts'
import { intentions } from '../refund/intention.ts'
import { problem } from '../server/problem.ts'
import { refuseStaff } from '../staff/errors.ts'
import { type Acting, acting, may } from '../staff/route.ts'
import { noteLine, placeOf } from '../staff/trail.ts'
import {
  AccountAsk,
  AccountParams,
  type AskedView,
  type BalancesView,
  CardAsk,
  CardEndAsk,
  WithdrawalAsk,
  WithdrawalParams,
} from './api.ts'
import { askWithdrawal } from './ask.ts'
import { changeCard } from './card.ts'
import { maskedCard, type PayoutCard, parseCardFile } from './card-file.ts'
import type { WithdrawalTerms } from './decide.ts'
import { balancesOf, cardOfAccount, withdrawalOf } from './desk.ts'
import { refuseWithdrawal } from './errors.ts'

/** An operator's money on its way to its bank, on screens. The contract is `api.ts`; what decides is what the commands ask too. */
export function withdrawalRoutes(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly terms: WithdrawalTerms
  /** Of them, those with an interface for it take other cards for the accounts whose cards they hold. */
  readonly channels: Channels
}): FastifyPluginAsync {
  const { database, clock, newId, terms } = options
  const changes = takesApplications(options.channels)
  const houseKey = Buffer.from(options.houseKey)
  const asks = intentions('withdrawal-ask', houseKey)
  const aboutOf = (bucket: number, account: number) => `account ${account} in bucket ${bucket}`

  /** What decides knows persons by name; the door has seen the second factor, and `isOwn` whose account it is. */
  const rightsOf = ({ person, operatorId }: Acting['operator']) => ({
    people: [{ name: person.account, operators: [operatorId] }],
  })
  const isOwn = async (operatorId: string, account: number): Promise<boolean> =>
    (await cardOfAccount({ database, clock, changes }, operatorId, account)) !== null

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator']) {
      const reads = may('reports.read', 'operator')
      server.get(`${side}/balances`, reads, async (request, reply): Promise<BalancesView | FastifyReply> => {
        const whom = acting(request, 'operator')
        if (!seesAll(whom)) return refuseStaff(reply, 'not-allowed')
        return {
          now: clock.now(),
          balances: await balancesOf({ database, clock, terms, changes }, whom.operatorId, whom.lots),
        }
      })
      server.get(
        `${side}/withdrawals/:withdrawal`,
        { ...reads, schema: { params: WithdrawalParams } },
        async (request, reply) => {
          const whom = acting(request, 'operator')
          if (!seesAll(whom)) return refuseStaff(reply, 'not-allowed')
          const found = await withdrawalOf({ database, clock }, whom.operatorId, request.params.withdrawal)
          return found ?? refuseStaff(reply, 'not-found')
        },
      )
      server.get(
        `${side}/accounts/:account/card`,
        { ...reads, schema: { params: AccountParams } },
        async (request, reply) => {
          const whom = acting(request, 'operator')
          if (!seesAll(whom)) return refuseStaff(reply, 'not-allowed')
          const found = await cardOfAccount(
            { database, clock, changes },
            whom.operatorId,
            Number(request.params.account),
          )
          return found ?? refuseStaff(reply, 'not-found')
        },
      )
    }

    server.post(
      '/api/operator/withdrawal-asks',
      { ...may('withdrawals.ask', 'operator'), schema: { body: AccountAsk } },
      async (request, reply) => {
        const whom = acting(request, 'operator')
        const { bucket, account } = request.body
        if (!seesAll(whom)) return refuseStaff(reply, 'not-allowed')
        return { ask: asks.make(newId(), { by: whom.person.staffId, about: aboutOf(bucket, account) }) }
      },
    )
    server.post(
      '/api/operator/withdrawals',
      { ...may('withdrawals.ask', 'operator'), schema: { body: WithdrawalAsk } },
      async (request, reply): Promise<AskedView | FastifyReply> => {
        const whom = acting(request, 'operator')
        const { operatorId, person, who } = whom
        const { ask, bucket, account: accountId, amountFen } = request.body
        if (!seesAll(whom)) return refuseStaff(reply, 'not-allowed')
        const id = asks.read(ask, { by: person.staffId, about: aboutOf(bucket, accountId) })
        // Another's account is like one that is nowhere, also to who has made up an ask for it.
        if (id === null || !(await isOwn(operatorId, accountId))) return refuseStaff(reply, 'not-found')
        const done = await askWithdrawal(
          {
            ...{ database, clock, terms, newId: () => id, rights: rightsOf(whom) },
            noted: (tx, { withdrawalNumber, amountFen, feeFen }) =>
              noteLine(tx, { houseKey, newId, now: clock.now() }, { bucket, lotId: 0 }, who, {
                ...{ act: 'withdrawals.ask', operatorId, about: `withdrawal ${withdrawalNumber}` },
                after: `account ${accountId}, ${amountFen} fen, of it ${feeFen} fee`,
              }),
          },
          { bucket, accountId, amountFen, by: person.account, secondFactor: 'shown' },
        )
        if (done.ok) {
          const { withdrawalNumber, amountFen, feeFen } = done.value
          return { withdrawal: withdrawalNumber, amountFen, feeFen }
        }
        return refuseWithdrawal(reply, done.error)
      },
    )

    const change = async (
      whom: Acting['operator'],
      reply: FastifyReply,
      asked: { account: string; seen: number; reason: string; card: PayoutCard | null },
    ): Promise<{ version: number } | FastifyReply> => {
      const { operatorId, person, who } = whom
      const { seen, reason, card } = asked
      const accountId = Number(asked.account)
      if (!seesAll(whom)) return refuseStaff(reply, 'not-allowed')
      if (!(await isOwn(operatorId, accountId))) return refuseStaff(reply, 'not-found')
      const place = placeOf(operatorId)
      const done = await changeCard(
        {
          ...{ database, clock, houseKey, changes, rights: rightsOf(whom) },
          noted: {
            bucket: place.bucket,
            write: (tx, version, at) =>
              noteLine(tx, { houseKey, newId, now: clock.now() }, place, who, {
                ...{ act: 'cards.change', operatorId, about: `account ${accountId}`, reason },
                after: `${at === 'channel' ? 'asked of the channel: ' : ''}card ${version}: ${card === null ? 'ended' : `${card.kind} ${maskedCard(card).ending}`}`,
              }),
          },
        },
        { accountId, card, by: person.account, reason, seen, secondFactor: 'shown' },
      )
      if (done.ok) return { version: done.value.version }
      return refuseWithdrawal(reply, done.error)
    }
    const mayChange = may('cards.change', 'operator')
    server.post(
      '/api/operator/accounts/:account/card',
      { ...mayChange, schema: { params: AccountParams, body: CardAsk } },
      async (request, reply) => {
        const card = parseCardFile(request.body.card)
        if (!card.ok) {
          const { field, rule } = card.error[0]!
          const at = `body/card${field === '/' ? '' : field}`
          return problem(reply, 'bad-request', `${at} ${rule}`, { field: at, rule })
        }
        return change(acting(request, 'operator'), reply, { ...request.params, ...request.body, card: card.value })
      },
    )
    server.post(
      '/api/operator/accounts/:account/card/end',
      { ...mayChange, schema: { params: AccountParams, body: CardEndAsk } },
      (request, reply) =>
        change(acting(request, 'operator'), reply, { ...request.params, ...request.body, card: null }),
    )
  }
}

/** What is the operator's as a whole is not for who may see some of its lots only. */
const seesAll = ({ person }: Acting['operator']): boolean => person.lots === 'all' || person.operatorId === null
