import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { Park } from './park.ts'
import type { Polls } from './polls.ts'
import { selectComputers } from './store.ts'
import { servesLane } from './token.ts'

/** Which of a lot's computers a message is for (bolink-protocol.md 2.5). Null: whichever comes; undefined: none. */
export function computersOf({ database, polls }: { readonly database: Database; readonly polls: Polls }) {
  const ofLane = async (lot: LotKey, channel: string, park: Park): Promise<string | null | undefined> => {
    if (park.callUrl !== null) return null // its vendor's cloud knows which
    const computers = await database
      .of(lot.bucket)
      .query<{ local_id: string; is_recent: boolean }>(selectComputers, [lot.bucket, lot.lotId])
    const serving = computers.filter(({ local_id }) => servesLane(local_id, channel))
    // Its name changes with its version: the one that polls is meant.
    const there = serving.find(({ local_id }) => polls.isThere(lot, local_id)) ?? serving[0]
    // One that was replaced, or goes by another name now, is none any more.
    const recent = computers.filter(({ is_recent }) => is_recent)
    const only = park.settings.onlyComputerServesAll && recent.length === 1 ? recent[0] : undefined
    return (there ?? only)?.local_id
  }
  /** The one that told us of a record, while it polls; else whichever comes. */
  const keeperOf = (lot: LotKey, order: { readonly local_id: string } | null): string | null =>
    order && polls.isThere(lot, order.local_id) ? order.local_id : null
  return {
    ofLane,
    keeperOf,
    /** The one that had an exit charged, while it polls; else the one of its lane: its gate waits there, and no other opens it. */
    async ofExit(
      lot: LotKey,
      park: Park,
      exit: { readonly localId?: unknown; readonly out_channel_id?: unknown },
    ): Promise<string | null> {
      const { localId, out_channel_id: channel } = exit
      const uploader = typeof localId === 'string' && localId !== '' ? keeperOf(lot, { local_id: localId }) : null
      return uploader ?? (typeof channel === 'string' ? ((await ofLane(lot, channel, park)) ?? null) : null)
    },
  }
}
export type Computers = ReturnType<typeof computersOf>
