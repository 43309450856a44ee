import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { tellDevice } from './tell.ts'

/*
 * Whether the agents of lots are there, as a device of each lot. Heartbeats stay in memory; only a change is written (scale.md 5.4). What one
 * process writes and another writes again is the same row.
 */

/** What the agent is called among its lot's devices. */
export const agentDevice = 'agent'
/** As `Presence` has it (link/link.ts): agents beat every 10 s. */
const silentAfterMs = 35_000
const driftIllMs = 60_000

type Known = { readonly lot: LotKey; heardAt: number; heardWall: number; told: string; version: string | null }
type Row = { bucket: number; lot_id: number; state: string; because: string; version: string | null }
const selectAgents: Statement = {
  name: 'select-agents-that-are-there',
  text: `select bucket, lot_id, state, because, version from device_state
          where bucket = any ($1::int4[]) and device = '${agentDevice}' and until_at is null and state <> 'lost'`,
}

export type AgentWatch = {
  /** It said something; `version` where it said hello. */
  heard(lot: LotKey, said: { readonly clock: number | null; readonly version?: string }): Promise<void>
  /** Looks who has not said anything: nobody, while this process cannot hear. */
  round(): Promise<void>
}

export function agentWatch({
  database,
  clock,
  elapsedMs,
  canHear,
}: {
  readonly database: Database
  readonly clock: Clock
  /** Runs forward only: it is about the line, not about anybody's clock. */
  readonly elapsedMs: () => number
  readonly canHear: () => boolean
}): AgentWatch {
  const agents = new Map<number, Known>()
  let hearsSince: number | null = null
  let loading: Promise<void> | null = null

  /**
   * Those that were there when this process began: they have as long to be heard as any, and what is as it was is not written again, however
   * many of them are heard at once.
   */
  const loaded = (): Promise<void> => {
    loading ??= load().catch((error: unknown) => {
      loading = null
      throw error
    })
    return loading
  }
  const load = async () => {
    for (const { db, buckets } of database.nodes)
      for (const row of await db.query<Row>(selectAgents, [buckets])) {
        if (agents.has(row.lot_id)) continue
        const lot = { bucket: row.bucket, lotId: row.lot_id }
        const told = `${row.state} ${row.because}`
        agents.set(row.lot_id, { lot, heardAt: elapsedMs(), heardWall: clock.now(), told, version: row.version })
      }
  }
  return {
    async heard(lot, { clock: theirs, version }) {
      await loaded()
      const now = clock.now()
      const one = agents.get(lot.lotId) ?? { lot, heardAt: 0, heardWall: now, told: '', version: null }
      agents.set(lot.lotId, one)
      one.heardAt = elapsedMs()
      one.heardWall = now
      const driftMs = theirs === null ? 0 : theirs - now
      const isIll = Math.abs(driftMs) > driftIllMs
      // Between hellos and heartbeats it tells its log, which has no clock: then nothing is known that was not before.
      if (theirs === null && one.told !== '' && !one.told.startsWith('lost')) return
      const [state, because] = isIll
        ? (['ill', 'its clock differs by over a minute'] as const)
        : (['well', ''] as const)
      const told = `${state} ${because}`
      if (told === one.told && (version === undefined || version === one.version)) return
      await tellDevice(database, lot, {
        ...{ device: agentDevice, at: now, state, because },
        ...(theirs === null ? {} : { driftMs: Math.round(driftMs) }),
        ...(version === undefined ? {} : { version }),
      })
      one.told = told
      one.version = version ?? one.version
    },
    async round() {
      const at = elapsedMs()
      if (!canHear()) {
        hearsSince = null
        return
      }
      hearsSince ??= at
      await loaded()
      if (at - hearsSince < silentAfterMs) return
      for (const one of agents.values()) {
        if (one.told.startsWith('lost') || at - Math.max(one.heardAt, hearsSince) < silentAfterMs) continue
        const because = 'not heard over the line'
        await tellDevice(database, one.lot, { device: agentDevice, at: one.heardWall + 1, state: 'lost', because })
        one.told = `lost ${because}`
      }
    },
  }
}
