import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { maskPlate } from '@lanepay/domain/plate.ts'
import type { Id, Plate } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type GivenUpRow, selectGivenUp, tellMessageAgain } from '../bolink/message-store.ts'
import { type AsideRow, selectNoticesAside, tellNoticeAgain } from '../partner-wallet/store.ts'
import { lockPayment } from '../refund/store.ts'
import { refuseStaff } from '../staff/errors.ts'
import { acting, may } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import { UntoldAsk, type UntoldRow, type UntoldView } from './api.ts'

/** What was told in vain, and is told again by a person. The contract is `api.ts`. */
export function untoldRoutes(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}): FastifyPluginAsync {
  const { database, clock, newId, houseKey } = deps
  const masked = (plate: string | null) => (plate === null ? null : maskPlate(plate as Plate))
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const)
      server.get(`${side}/lots/:lot/untold`, may('devices.read', 'lot'), async (request): Promise<UntoldView> => {
        const { lot } = acting(request, 'lot')
        const [db, key] = [database.of(lot.bucket), [lot.bucket, lot.lotId]]
        const messages = await db.query<GivenUpRow>(selectGivenUp, key)
        const notices = await db.query<AsideRow>(selectNoticesAside, key)
        return {
          rows: [
            ...messages.map(
              ({ id, about, plate, at }): UntoldRow => ({
                ...{ to: 'lot', id, what: about, wallet: null, plate: masked(plate), at },
              }),
            ),
            ...notices.map(
              ({ id, kind, union_id, plate, put_aside_at }): UntoldRow => ({
                ...{ to: 'wallet', id, what: kind, wallet: union_id, plate: masked(plate), at: put_aside_at },
              }),
            ),
          ],
        }
      })

    server.post(
      '/api/operator/lots/:lot/untold/again',
      { ...may('untold.tell', 'lot'), schema: { body: UntoldAsk } },
      async (request, reply) => {
        const { lot, operatorId, who } = acting(request, 'lot')
        const { to, id, reason } = request.body
        const isTold = await database.of(lot.bucket).transaction(async (tx) => {
          const now = clock.now()
          // Whoever asks for it back at this moment is waited for: then it is told no more.
          if (to === 'lot') await tx.query(lockPayment, [lot.bucket, lot.lotId, id])
          const again = to === 'lot' ? tellMessageAgain : tellNoticeAgain
          const found = await tx.query(again, [lot.bucket, lot.lotId, id, instantOut(now)])
          if (found.length === 0) return false
          await noteLine(tx, { houseKey, newId, now }, lot, who, {
            ...{
              act: 'untold.tell',
              operatorId,
              about: `${to === 'lot' ? 'message' : 'notice'} ${id}`,
              after: 'told again',
              reason,
            },
          })
          return true
        })
        return isTold ? {} : refuseStaff(reply, 'not-found')
      },
    )
  }
}
