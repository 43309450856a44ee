import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { CloudEnd, CloudEndHandlers } from '@lanepay/lot-link/cloud-end.ts'
import type { DeviceKey } from '@lanepay/lot-link/topics.ts'
import type { Alarms } from '../alarm/alarm.ts'
import type { Polls } from '../bolink/polls.ts'
import type { Dispatch } from '../command/dispatch.ts'
import type { AgentWatch } from '../device/agents.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import { selectLog } from '../session/store.ts'
import type { TakeIn } from '../session/take-in.ts'
import { keepAreas } from '../tariff/store.ts'

/** Lots that said something within this time are there. Agents beat every 10 s. */
const silentAfterMs = 35_000
const driftAlarmMs = 60_000

export type Presence = { isOnline(lot: LotKey): boolean; count(): number; seen(lot: LotKey): void }

/** Which lots are there, as this process hears it. Real time, not the lots' clocks: it is about the line. */
export function presence(): Presence {
  const seenAt = new Map<number, number>()
  return {
    seen: (lot) => void seenAt.set(lot.lotId, performance.now()),
    isOnline: (lot) => performance.now() - (seenAt.get(lot.lotId) ?? Number.NEGATIVE_INFINITY) < silentAfterMs,
    count: () => {
      let there = 0
      for (const [lot, at] of seenAt) {
        if (performance.now() - at < silentAfterMs) there += 1
        else seenAt.delete(lot)
      }
      return there
    },
  }
}

/** What the cloud does with what lots say. Each promise is kept by the log's numbers; a failure here is repeated by the lot. */
export function linkHandlers(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly alarms: Alarms
  readonly presence: Presence
  readonly polls: Pick<Polls, 'heard'>
  readonly takeIn: TakeIn
  readonly dispatch: Dispatch
  readonly payCodes: () => PayCodes
  readonly end: () => CloudEnd
  /** Writes down who is there; null where another process does. */
  readonly agents: AgentWatch | null
}): CloudEndHandlers {
  const { database, clock, log, alarms, presence, takeIn, dispatch, payCodes, end, agents } = options
  const guard = (what: string, from: DeviceKey, act: Promise<unknown>) =>
    void act.catch((error: Error) => log('error', what, { lot: from.lotId, message: error.message }))
  // A thousand lots that are back at once share a round: one that is asked for while one is under way comes after it.
  let round: Promise<void> | null = null
  let next: Promise<void> | null = null
  const roundOfTheOutbox = (): Promise<void> => {
    if (round) {
      next ??= round
        .catch(() => {})
        .then(() => {
          next = null
          return roundOfTheOutbox()
        })
      return next
    }
    round = dispatch.round().finally(() => {
      round = null
    })
    return round
  }
  const drift = (from: DeviceKey, theirs: number) => {
    const driftMs = theirs - clock.now()
    return Math.abs(driftMs) > driftAlarmMs
      ? alarms.raise(from, { kind: 'clock-drift', because: `${from.device}: its clock differs by over a minute` })
      : Promise.resolve()
  }
  return {
    hello: (from, hello) => {
      presence.seen(from)
      guard(
        'hello-failed',
        from,
        (async () => {
          // An agent of before does not say. Without a welcome it says all of this again.
          if (hello.areas) await database.of(from.bucket).query(keepAreas, [from.bucket, from.lotId, hello.areas])
          const [row] = await database
            .of(from.bucket)
            .query<{ committed_seq: string }>(selectLog, [from.bucket, from.lotId, from.device, hello.epoch])
          end().ack(from, 'welcome', { epoch: hello.epoch, seq: Number(row?.committed_seq ?? 0), clock: clock.now() })
          await dispatch.lotIsBack(from)
          await roundOfTheOutbox()
          await drift(from, hello.clock)
          await agents?.heard(from, { clock: hello.clock, version: hello.version })
        })(),
      )
    },
    heartbeat: (from, heartbeat) => {
      presence.seen(from)
      guard(
        'heartbeat-failed',
        from,
        (async () => {
          await drift(from, heartbeat.clock)
          await agents?.heard(from, { clock: heartbeat.clock })
        })(),
      )
    },
    events: (from, piece) => {
      presence.seen(from)
      guard(
        'events-failed',
        from,
        (async () => {
          const seq = await takeIn(from, piece)
          end().ack(from, 'ack', { epoch: piece.epoch, seq, clock: clock.now() })
          await agents?.heard(from, { clock: null })
        })(),
      )
    },
    result: (from, result) => {
      presence.seen(from)
      guard('result-failed', from, dispatch.result(from, result))
    },
    ask: (from, ask) => {
      presence.seen(from)
      guard(
        'ask-failed', // not answered, so the lot says it again
        from,
        (async () => end().reply(from, await payCodes().scan(from, ask)))(),
      )
    },
    among: (said) => options.polls.heard(said),
  }
}
