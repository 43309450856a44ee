import type { Log } from '@lanepay/domain/log.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Channels } from '../payment/settle.ts'
import type { StaffDeps } from '../staff/sign-in.ts'
import { applyRoutes } from './apply-routes.ts'
import { applying as makeApplying } from './applying.ts'
import { errands as makeErrands } from './channel/errand.ts'
import { errandRoutes } from './channel/routes.ts'
import { desk as makeDesk } from './desk.ts'
import { deskRoutes } from './desk-routes.ts'
import { forChannels } from './for-channel.ts'
import { forgettingDrafts } from './forgetting.ts'
import { holidayRoutes } from './holiday-routes.ts'
import { keptCalendar } from './kept-holidays.ts'
import { lotStandings as makeLotStandings } from './lot-standing.ts'
import { opening as makeOpening } from './opening.ts'

/** Applications, from an empty form to an open lot: what is served, and the round that opens what is approved and drops forgotten drafts. */
export function applications(
  options: StaffDeps & {
    readonly log: Log
    readonly publicUrl: string
    readonly channelsHere: readonly ChannelName[]
    /** By whose interface they are sent on. */
    readonly channels?: Channels
  },
): {
  readonly routes: readonly FastifyPluginAsync[]
  round(): Promise<void>
  /** What waits for a channel is sent, or asked after. */
  channelRound(): Promise<void>
  /** A channel has told by itself that something became of this number. */
  heardOf(applicationNumber: string): Promise<void>
} {
  const deps = { ...options, calendar: () => keptCalendar(options.database) }
  const applying = makeApplying(deps)
  const opening = makeOpening(deps)
  const forget = forgettingDrafts(deps)
  const lotStandings = makeLotStandings(deps)
  const desk = makeDesk({ ...deps, applying, opening, lotStandings })
  const atChannels = forChannels(deps)
  const errands = makeErrands({ ...deps, channels: options.channels ?? {}, applications: atChannels })
  return {
    routes: [
      applyRoutes({ ...deps, applying, opening }),
      deskRoutes({ applying, desk, publicUrl: options.publicUrl, now: () => options.clock.now() }),
      holidayRoutes(deps),
      errandRoutes({ ...deps, applications: atChannels, errands }),
    ],
    round: async () => {
      await opening.round()
      await lotStandings.round()
      await forget()
    },
    channelRound: errands.round,
    heardOf: errands.heardOf,
  }
}
