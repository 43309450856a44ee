import type { Log } from '@lanepay/domain/log.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { StaffDeps } from '../staff/sign-in.ts'
import { applyRoutes } from './apply-routes.ts'
import { applying as makeApplying } from './applying.ts'
import { desk as makeDesk } from './desk.ts'
import { deskRoutes } from './desk-routes.ts'
import { type HolidayYear, knownHolidays } from './holidays.ts'
import { opening as makeOpening } from './opening.ts'
import { calendarOf } from './working-days.ts'

/** Applications, from an empty form to an open lot: what is served, and the round that opens what is approved. */
export function applications(
  options: StaffDeps & {
    readonly log: Log
    readonly publicUrl: string
    readonly channelsHere: readonly ChannelName[]
    /** Years of public holidays beside those we know. */
    readonly holidays?: readonly HolidayYear[]
  },
): { readonly routes: readonly FastifyPluginAsync[]; round(): Promise<void> } {
  const deps = { ...options, calendar: calendarOf([...knownHolidays, ...(options.holidays ?? [])]) }
  const applying = makeApplying(deps)
  const opening = makeOpening(deps)
  const desk = makeDesk({ ...deps, applying, opening })
  return {
    routes: [
      applyRoutes({ ...deps, applying, opening }),
      deskRoutes({ applying, desk, publicUrl: options.publicUrl, now: () => options.clock.now() }),
    ],
    round: () => opening.round(),
  }
}
