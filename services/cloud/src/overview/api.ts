import { Type } from 'typebox'
import type { SuspendedView } from '../lot/api.ts'

/*
 * What an operator's morning page asks of the cloud. Money is whole fen, instants are ms since 1970 UTC, hours and days are Beijing's.
 *
 *   GET :base/overview        OverviewQuery -> OverviewView
 *   GET :base/overview/live   OverviewQuery -> a stream of server-sent events, for as long as the sign-in lasts
 *
 * `:base` is `/api/operator`, or `/api/platform/operators/:operator`. Events of the stream:
 *   `overview`  OverviewView, at once and whenever it has changed     `replaced`  {}, the same person watches elsewhere: this one is over
 *   `over`      {}, sign in again, or ask again: the stream has ended
 * A line that begins with `:` is sent when nothing has changed for a while; who hears nothing for 30 seconds is cut off, and asks again.
 */

export const OverviewQuery = Type.Object(
  { lot: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,6}$' })) },
  { additionalProperties: false },
)

/** What came in and who drove in within an hour, by when it was posted. */
export type HourView = { readonly fen: number; readonly payments: number; readonly entries: number }
export type ChannelView = {
  readonly channel: string
  readonly fen: number
  readonly payments: number
  /** The same weekday a week before, until the same time of day. */
  readonly beforeFen: number
}
export type IllView = {
  readonly lot: number
  readonly device: string
  readonly state: string
  readonly because: string
  readonly since: number
}
export type AlarmView = {
  readonly lot: number
  readonly kind: string
  readonly lane: number | null
  readonly because: string
  readonly raisedAt: number
}
export type SuspendedLotView = SuspendedView & { readonly lot: number; readonly name: string }
export type OverviewView = {
  readonly now: number
  readonly day: string
  /** How many lots it is of. */
  readonly lots: number
  /** Those of them that the platform has suspended, the longest first: they take no payments by phone. */
  readonly suspended: readonly SuspendedLotView[]
  /** Paid through channels and in cash, before refunds. `before`: the same weekday a week before, until the same time of day. */
  readonly today: HourView
  readonly before: HourView
  /** The 24 hours of today, and of that day. */
  readonly hours: readonly HourView[]
  readonly hoursBefore: readonly HourView[]
  readonly channels: readonly ChannelView[]
  readonly refundedFen: number
  readonly exits: number
  /** In the lots now. */
  readonly inside: number
  /** Today: by nobody's order, and by persons with a reason. */
  readonly openedUnordered: number
  readonly openedByPerson: number
  readonly illCount: number
  /** The longest first, twenty at most. */
  readonly ill: readonly IllView[]
  readonly alarmsToday: number
  /** The newest five that have not ended. */
  readonly alarms: readonly AlarmView[]
  readonly discrepancies: number
}
