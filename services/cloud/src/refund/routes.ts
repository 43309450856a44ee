import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { decideSecondFactor } from '../staff/decide.ts'
import { refuseStaff } from '../staff/errors.ts'
import { acting, may } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import { askRefund } from './ask.ts'
import { refundRefusals, refuseRefund } from './errors.ts'
import { intentions } from './intention.ts'

/** Above this, for one payment, a person on a screen shows the second factor; a file of rights has limits of its own. */
export const screenLimitFen = fen(20_000)

/*
 * Refunds that persons ask for on screens:
 *   POST /api/operator/lots/:lot/refund-asks {}   -> {ask}   one intention of a person, made before it is sent
 *   POST /api/operator/lots/:lot/refunds RefundAsk -> {refund, amountFen, dueAt}
 * The same `ask` sent again, after whatever became of the first answer, is the same refund.
 */
const RefundAsk = Type.Object(
  {
    ask: Type.String({ maxLength: 300 }),
    /** Of the payment, 32 digits. */
    payment: Type.String({ pattern: '^\\d{32}$' }),
    amountFen: Type.Union([Type.Integer({ minimum: 1, maximum: 2_000_000_000 }), Type.Literal('all')]),
    reason: Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,80}$' }),
  },
  { additionalProperties: false },
)

export function refundRoutes(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}): FastifyPluginAsync {
  const { database, clock, newId } = deps
  const houseKey = Buffer.from(deps.houseKey)
  const asks = intentions('refund-ask', houseKey)
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    server.post('/api/operator/lots/:lot/refund-asks', may('refunds.ask', 'lot'), async (request) => {
      const { lot, person } = acting(request, 'lot')
      return { ask: asks.make(newId(), { by: person.staffId, about: `lot ${lot.lotId}` }) }
    })
    server.post(
      '/api/operator/lots/:lot/refunds',
      { ...may('refunds.ask', 'lot'), schema: { body: RefundAsk } },
      async (request, reply) => {
        const { lot, operatorId, person, who } = acting(request, 'lot')
        const { ask, payment, amountFen, reason } = request.body
        const id = asks.read(ask, { by: person.staffId, about: `lot ${lot.lotId}` })
        // Another's, or of another lot: it would be a second intention under a number that is taken.
        if (id === null) return refuseStaff(reply, 'not-found')
        const number = parseNumber('trade', payment)
        if (!number.ok || number.value.lotId !== lot.lotId || number.value.bucket !== lot.bucket)
          return refuseRefund(reply, 'payment-not-found')
        const factor = decideSecondFactor(person, clock.now())
        const done = await askRefund(
          {
            ...{ database, clock, newId: () => id },
            rights: {
              ...{ limitFen: screenLimitFen, limitOfOperator: {} },
              people: [{ name: person.account, operators: [operatorId] }],
            },
            noted: (tx, refund) =>
              noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
                ...{ act: 'refunds.ask', operatorId, about: `payment ${payment}`, reason },
                after: `refund ${refund.id}, ${refund.amountFen} fen${factor === 'granted' ? ', second factor shown' : ''}`,
              }),
          },
          {
            ...{ lot, payment: number.value.id, amountFen, reason, by: person.account },
            secondFactor: factor === 'granted' ? 'shown' : null,
          },
        )
        if (done.ok)
          return { refund: done.value.refundNumber, amountFen: done.value.amountFen, dueAt: done.value.dueAt }
        const { kind } = done.error
        if (isOfRefund(kind)) return refuseRefund(reply, kind)
        // What is left is of rights: a payment of another operator from before the lot was handed over, or the factor.
        if (kind === 'no-right' || factor === 'granted') return refuseRefund(reply, 'payment-not-found')
        return refuseStaff(reply, factor)
      },
    )
  }
}

const isOfRefund = (kind: string): kind is keyof typeof refundRefusals => Object.hasOwn(refundRefusals, kind)
