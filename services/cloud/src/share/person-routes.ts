import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { PaymentParams } from '../refund/api.ts'
import { refuseStaff } from '../staff/errors.ts'
import { acting, may } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import { BecauseAsk, type DecidedView } from './api.ts'
import { leaveToOperator, type PersonDeps, type PersonRefusal, shareAgain } from './person.ts'

const refusals: Readonly<Record<PersonRefusal['kind'], string>> = {
  'nothing-waits': 'no part of this payment waits for a person',
  'refund-under-way': 'some of it is going back: what is left to share is known when that is over',
}

/** What a person says of parts that a channel did not pay. The contract is `api.ts`; what decides is what the command asks too. */
export function sharePersonRoutes(deps: PersonDeps & { readonly houseKey: Uint8Array }): FastifyPluginAsync {
  const { clock, newId, houseKey } = deps
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator'])
      for (const [what, act] of [
        ['again', shareAgain],
        ['left', leaveToOperator],
      ] as const)
        server.post(
          `${side}/payments/:payment/shares-${what}`,
          { ...may('shares.change', 'operator'), schema: { params: PaymentParams, body: BecauseAsk } },
          async (request, reply): Promise<DecidedView | FastifyReply> => {
            const { lots, operatorId, who } = acting(request, 'operator')
            const { payment } = request.params
            const number = parseNumber('trade', payment)
            const lot = number.ok && lots.find(({ lotId }) => lotId === number.value.lotId)
            if (!lot || lot.bucket !== number.value.bucket) return refuseStaff(reply, 'not-found')
            const { reason } = request.body
            const done = await act(
              {
                ...deps,
                decided: (tx, { amountFen }) =>
                  noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
                    ...{ act: 'shares.change', operatorId, about: `payment ${payment}`, reason },
                    after: what === 'again' ? `${amountFen} fen tried again` : `${amountFen} fen left to the operator`,
                  }),
              },
              lot,
              number.value.id,
            )
            if (done.ok) return done.value
            const { kind } = done.error
            return reply.code(409).send({ error: { code: kind, message: refusals[kind] } })
          },
        )
  }
}
