import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { type HouseNumber, parseNumber } from '@lanepay/domain/numbers.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { OutlookQuery, type OutlookView, PaymentParams } from '../refund/api.ts'
import { refundOutlook } from '../refund/outlook.ts'
import { screenLimitFen } from '../refund/routes.ts'
import { ruleReader } from '../share/rule-of.ts'
import { reaches } from '../staff/acts.ts'
import { refuseStaff } from '../staff/errors.ts'
import { type Acting, acting, may } from '../staff/route.ts'
import type { PaymentStory } from './api.ts'
import type { Channels } from './settle.ts'
import { storyOfPayment } from './story.ts'

/** One payment as persons see it, and what giving some of it back would be. The contracts are `api.ts` here and of refunds. */
export function paymentRoutes(options: {
  readonly database: Database
  readonly clock: Clock
  readonly channels: Channels
}): FastifyPluginAsync {
  const { database, clock, channels } = options
  const ruleOf = ruleReader(database)

  /** Its number says of which lot it is; null: of none that this person may see. */
  const ofLots = ({ lots }: Acting['operator'], payment: string): HouseNumber | null => {
    const number = parseNumber('trade', payment)
    if (!number.ok) return null
    const { bucket, lotId } = number.value
    return lots.some((lot) => lot.lotId === lotId && lot.bucket === bucket) ? number.value : null
  }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator'])
      server.get(
        `${side}/payments/:payment`,
        { ...may('reports.read', 'operator'), schema: { params: PaymentParams } },
        async (request, reply): Promise<PaymentStory | FastifyReply> => {
          const whom = acting(request, 'operator')
          const number = ofLots(whom, request.params.payment)
          const { operatorId, person } = whom
          const told = { operatorId, plates: reaches(person.role, 'traffic.read', 'operator'), now: clock.now() }
          const story = number && (await storyOfPayment(database, number, told))
          return story ?? refuseStaff(reply, 'not-found')
        },
      )
    server.get(
      '/api/operator/payments/:payment/refund-outlook',
      { ...may('refunds.ask', 'operator'), schema: { params: PaymentParams, querystring: OutlookQuery } },
      async (request, reply): Promise<OutlookView | FastifyReply> => {
        const whom = acting(request, 'operator')
        const { payment } = request.params
        const number = ofLots(whom, payment)
        const { amountFen } = request.query
        const asked = amountFen === undefined ? 'all' : Number(amountFen)
        const deps = { database, clock, channels, ruleOf, limitFen: screenLimitFen }
        const outlook = number && (await refundOutlook(deps, whom, number, payment, asked))
        return outlook ?? refuseStaff(reply, 'not-found')
      },
    )
  }
}
