import type { LotKey } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { SoftwareCards } from '../renewal/software.ts'
import { isBlocked } from '../vehicle/store.ts'
import { calling } from './call.ts'
import { chargingAtExits } from './charge.ts'
import { untoldExits } from './ended.ts'
import { takingIn } from './happened.ts'
import { calledPermits } from './permits.ts'
import { pricing } from './prices.ts'
import { calledRoutes } from './routes.ts'
import { calledLots } from './settings.ts'
import { telling } from './tell.ts'

type Parts = Omit<Parameters<typeof telling>[0], 'calling' | 'prices' | 'calledOf' | 'exits' | 'permits'> &
  Parameters<typeof takingIn>[0] &
  Parameters<typeof chargingAtExits>[0] & { readonly houseKey: Uint8Array }

/** Lots whose charging software we call over HTTP, whichever vendor's it is (docs/lot-systems.md). */
export function calledSoftware(parts: Parts): {
  readonly lots: ReturnType<typeof telling>['lots']
  readonly routes: FastifyPluginAsync
  /** Month cards that these systems keep themselves. */
  readonly cards: SoftwareCards
  due(lot: LotKey): Promise<void>
  round(): Promise<void>
} {
  const calledOf = calledLots(parts.database, parts.houseKey)
  const calls = calling(parts)
  const prices = pricing({ ...parts, calling: calls })
  const keep = takingIn(parts)
  const standsAtExit = chargingAtExits(parts)
  const exits = untoldExits({ orders: parts.orders, keep })
  const permits = calledPermits({ ...parts, calling: calls, calledOf })
  const { lots, due, round } = telling({ ...parts, calling: calls, prices, calledOf, exits, permits })
  const routes = calledRoutes({
    ...{ calledOf, now: () => parts.clock.now(), onHeard: calls.hear },
    takeIn: (called, event) => {
      prices.forget(called, event)
      return event.kind === 'at-lane' ? standsAtExit(called, event) : keep(called, event)
    },
    isBlocked: (lot, plate) => isBlocked(parts.database.of(lot.bucket), lot, plate, parts.clock.now()),
  })
  return { lots, routes, cards: permits.cards, due, round }
}
