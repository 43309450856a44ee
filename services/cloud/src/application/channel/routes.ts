import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { twiceIfUnknown } from '../../command/dispatch.ts'
import { acting, may } from '../../staff/route.ts'
import { noteLine, placeOf } from '../../staff/trail.ts'
import { refuseApplication } from '../errors.ts'
import type { ForChannels } from '../for-channel.ts'
import { keyValues } from '../parts.ts'
import { keyOf } from '../place.ts'
import { openAccount } from './account.ts'
import { ErrandParams, type ErrandsView, HandAsk, HandParams, Nothing } from './api.ts'
import { type Errands, numberAtChannel } from './errand.ts'
import { claimErrand, type ErrandView as ErrandRow, selectErrands, setErrand } from './store.ts'

/** What persons of the platform see and do about an application at its channels. */
export function errandRoutes(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly applications: ForChannels
  readonly errands: Errands
}): FastifyPluginAsync {
  const { database, clock, newId, houseKey, applications, errands } = deps
  const viewOf = async (id: string): Promise<ErrandsView> => {
    const key = keyOf(id)
    const rows = await database.of(key.bucket).query<ErrandRow>(selectErrands, keyValues(key))
    return {
      errands: rows.map((row) => ({
        channel: row.channel,
        numberThere: numberAtChannel(id, row.serial),
        channelNo: row.channel_no,
        askAt: row.ask_at,
        attempts: row.attempts,
        trouble: row.trouble,
        opened: row.merchant?.subMchid ?? row.merchant?.smid ?? row.merchant?.sellerId ?? null,
      })),
    }
  }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    const one = { ...may('reviews.do', 'platform'), schema: { params: ErrandParams } }

    server.get('/api/platform/applications/:application/channels', one, (request) => viewOf(request.params.application))

    server.post(
      '/api/platform/applications/:application/channels/ask',
      { ...one, schema: { ...one.schema, body: Nothing } },
      async (request) => {
        await errands.hasten(keyOf(request.params.application))
        return viewOf(request.params.application)
      },
    )

    server.post(
      '/api/platform/applications/:application/channels/:channel/by-hand',
      { ...may('lots.open', 'platform'), schema: { params: HandParams, body: HandAsk } },
      async (request, reply): Promise<ErrandsView | FastifyReply> => {
        const { who } = acting(request, 'platform')
        const { application: id, channel } = request.params
        const { merchant, reason } = request.body
        const key = keyOf(id)
        const found = await applications.open(key, channel)
        if (!found) return refuseApplication(reply, 'application-unknown')
        if (found.state === 'live' || found.state === 'returned') return refuseApplication(reply, 'not-in-this-state')
        const { operatorId } = found
        const now = clock.now()
        const own = [...keyValues(key), channel]
        if (found.lot !== null) await openAccount(database, { operatorId, channel, merchant })
        await twiceIfUnknown(() =>
          database.of(key.bucket).transaction(async (tx) => {
            await tx.query(claimErrand, [...own, instantOut(now), instantOut(now)])
            await tx.query(setErrand, [...own, 1, instantOut(now), 0, null, null, merchant])
          }),
        )
        const place = placeOf(operatorId)
        await twiceIfUnknown(() =>
          database.of(place.bucket).transaction((tx) =>
            noteLine(tx, { houseKey, newId, now }, place, who, {
              ...{ act: 'lots.open', operatorId, about: `application ${id}`, reason },
              after: `${channel} ${merchant.subMchid ?? merchant.sellerId ?? ''}`,
            }),
          ),
        )
        await applications.tell(key, channel, { state: 'live' })
        return viewOf(id)
      },
    )
  }
}
