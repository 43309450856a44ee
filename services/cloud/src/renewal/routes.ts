import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Clock } from '@lanepay/domain/clock.ts'
import { parsePlate } from '@lanepay/domain/plate.ts'
import type { LotKey, Plate } from '@lanepay/domain/types.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Scanned } from '../code/scan.ts'
import { missLimit } from '../server/limit.ts'
import { problem } from '../server/problem.ts'
import { CardQuoteAsk, CardsAsk } from './api.ts'
import { isRenewalError, refuseRenewal } from './errors.ts'
import type { CardRefusal, Renewals } from './renewal.ts'

const CodeParams = Type.Object({ code: Type.String({ maxLength: 64 }) })

/**
 * What a driver asks of month cards (`api.ts`), at a code inside the lot or at an exit. Whoever says plates that no card is on, or a telephone
 * that is not the holder's, is slowed: ends of telephones also by plate, whoever tries them.
 */
export function hangRenewalRoutes(
  untyped: FastifyInstance,
  options: {
    readonly clock: Clock
    readonly renewals: Pick<Renewals, 'cards' | 'quote'>
    /** Null: the refusal is answered. */
    readonly placeOf: (token: string, reply: FastifyReply) => Promise<Scanned | null>
    /** Who asks, as quotes name him, and whose guesses are counted with his; null: nobody has said. */
    readonly driverOf: (request: FastifyRequest) => { readonly name: string; readonly guesser: string } | null
  },
): void {
  const { clock, renewals, placeOf, driverOf } = options
  const misses = missLimit({ allowed: 12, perMs: 60_000 })
  const triesOfPlate = missLimit({ allowed: 10, perMs: 3_600_000 })

  type Asked = { readonly plate: string; readonly phoneEnd?: string | undefined }
  type About = {
    readonly lot: LotKey
    readonly plate: Plate
    readonly driver: string
    readonly guesser: string
    readonly tries: string
  }
  /** Null: the refusal is answered. */
  const about = async (
    token: string,
    asked: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<About | null> => {
    const refuse = (...why: Parameters<typeof problem> extends [unknown, ...infer Rest] ? Rest : never): null => {
      problem(reply, ...why)
      return null
    }
    const place = await placeOf(token, reply)
    if (!place) return null
    if (place.code.kind === 'entry') return refuse('wrong-kind', 'an entry code makes no card longer')
    const driver = driverOf(request)
    if (driver === null) return refuse('not-identified', 'go through identifyUrl first')
    const plate = parsePlate(asked.plate, { overseas: true })
    if (!plate.ok) return refuse('plate-malformed', 'this is not a plate', { field: 'body/plate', rule: 'a plate' })
    const lot = { bucket: place.code.bucket, lotId: place.code.lotId }
    const tries = `${lot.lotId} ${plate.value}`
    const isSlow = asked.phoneEnd !== undefined && triesOfPlate.isOver(tries, clock.now())
    if (isSlow || misses.isOver(driver.guesser, clock.now()))
      return refuse('too-many', 'too many cards that are not there; wait')
    return { lot, plate: plate.value, driver: driver.name, guesser: driver.guesser, tries }
  }
  const missed = ({ guesser, tries }: About, { phoneEnd }: Asked): void => {
    misses.miss(guesser, clock.now())
    if (phoneEnd !== undefined) triesOfPlate.miss(tries, clock.now())
  }

  const refused = (reply: FastifyReply, { code, detail }: CardRefusal): FastifyReply =>
    isRenewalError(code) ? refuseRenewal(reply, code, detail) : problem(reply, code, detail ?? code)

  const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
  server.post(
    '/api/driver/codes/:code/cards',
    { schema: { params: CodeParams, body: CardsAsk } },
    async (request, reply) => {
      const { body } = request
      const asked = await about(request.params.code, body, request, reply)
      if (!asked) return reply
      const found = await renewals.cards(asked.lot, { plate: asked.plate, phoneEnd: body.phoneEnd })
      if (!found.ok) return refused(reply, found.error)
      const view = found.value
      const isMiss = view.cards.length === 0 && (body.phoneEnd !== undefined || !view.phoneNeeded)
      if (isMiss || (body.phoneEnd !== undefined && view.phoneNeeded)) missed(asked, body)
      return view
    },
  )
  server.post(
    '/api/driver/codes/:code/card-quote',
    { schema: { params: CodeParams, body: CardQuoteAsk } },
    async (request, reply) => {
      const { body } = request
      const asked = await about(request.params.code, body, request, reply)
      if (!asked) return reply
      const { plate, driver } = asked
      const quote = await renewals.quote(asked.lot, { ...body, plate, driver })
      if (quote.ok) return quote.value
      const { code } = quote.error
      if (code === 'card-unknown' || code === 'card-not-proven') missed(asked, body)
      return refused(reply, quote.error)
    },
  )
}
