import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Whose } from '../report/whose.ts'
import type { OverviewView } from './api.ts'
import { overviewOf, type Remembered } from './read.ts'

/*
 * Morning pages that lie open. However many watch the same lots, each round reads them once; a round begins when the one before has ended, so
 * a slow database is asked less often, not more. What is sent is always the whole page, so whoever comes again needs nothing of before.
 */

/** After this long the door judges anew who may watch what. */
export const lastsMs = 5 * 60_000
/** A line that says nothing, so that both ends know the other is there. */
const beatMs = 15_000
/** More than this in one process, and it has other things to do. */
const watchersAtMost = 2_000

export type Watcher = {
  readonly signInId: Id
  readonly staffId: Id
  readonly lookId: Id | null
  readonly whose: Whose
  /** Sends one event, or (null) a beat; false: whoever listens has not taken what was sent before. */
  send(event: string | null, data?: string): boolean
  end(): void
}
type Watching = Watcher & { readonly since: number; sent: string; beatAt: number }

const selectOpenSignIns: Statement = {
  name: 'select-sign-ins-still-open',
  text: `select s.sign_in_id from staff_sign_in s join staff p on p.staff_id = s.staff_id
          where s.sign_in_id = any ($1::int8[]) and s.ended_at is null and s.ends_at > $2 and p.ended_at is null`,
}
const selectOpenLooks: Statement = {
  name: 'select-looks-still-open',
  text: 'select look_id from staff_look where look_id = any ($1::int8[]) and ended_at is null and ends_at > $2',
}

export type Overviews = ReturnType<typeof overviews>

/** The pages of one process; `round` is turned by whoever turns the others. */
export function overviews({
  database,
  clock,
  log,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}) {
  const watching = new Map<Id, Watching>()
  const remembered = new Map<string, Remembered>()
  const keyOf = ({ operatorId, lots, whole }: Whose) => `${operatorId} ${whole} ${lots.map(({ lotId }) => lotId)}`

  const read = async (whose: Whose): Promise<OverviewView> => {
    const key = keyOf(whose)
    const { view, known } = await overviewOf(database, whose, clock.now(), remembered.get(key) ?? null)
    // The oldest are forgotten: what is remembered saves reading, and is never needed.
    remembered.delete(key)
    remembered.set(key, known)
    if (remembered.size > 500) remembered.delete(remembered.keys().next().value!)
    return view
  }
  const leave = (watcher: Watching, event: 'over' | 'replaced') => {
    if (watching.get(watcher.staffId) === watcher) watching.delete(watcher.staffId)
    watcher.send(event, '{}')
    watcher.end()
  }
  /** Sends what has changed since the last time; the instant alone is no news. */
  const show = (watcher: Watching, { now, ...rest }: OverviewView, at: number) => {
    const content = JSON.stringify(rest)
    if (content === watcher.sent) {
      if (at - watcher.beatAt < beatMs) return
      watcher.beatAt = at
      watcher.send(null)
    } else if (watcher.send('overview', JSON.stringify({ now, ...rest }))) {
      watcher.sent = content
      watcher.beatAt = at
    }
  }
  const stillOpen = async (all: readonly Watching[]): Promise<ReadonlySet<string>> => {
    const now = instantOut(clock.now())
    const signIns = await database.reference.query<{ sign_in_id: string }>(selectOpenSignIns, [
      ...[all.map(({ signInId }) => signInId), now],
    ])
    const lookIds = all.flatMap(({ lookId }) => lookId ?? [])
    const looks =
      lookIds.length === 0 ? [] : await database.reference.query<{ look_id: string }>(selectOpenLooks, [lookIds, now])
    return new Set([...signIns.map(({ sign_in_id }) => sign_in_id), ...looks.map(({ look_id }) => look_id)])
  }

  return {
    read,
    isFull: (): boolean => watching.size >= watchersAtMost,
    watchers: (): number => watching.size,

    /** Watches from now on; the same person's earlier stream is over. Answers how to stop. */
    watch(watcher: Watcher): () => void {
      const before = watching.get(watcher.staffId)
      if (before) leave(before, 'replaced')
      const one: Watching = { ...watcher, since: performance.now(), sent: '', beatAt: performance.now() }
      watching.set(watcher.staffId, one)
      return () => {
        if (watching.get(watcher.staffId) === one) watching.delete(watcher.staffId)
      }
    },

    /** Reads once for each set of lots that is watched, and tells whoever watches it. */
    async round(): Promise<void> {
      const all = [...watching.values()]
      if (all.length === 0) return
      const open = await stillOpen(all)
      const at = performance.now()
      const staying = all.filter((one) => {
        const stays =
          open.has(one.signInId) && (one.lookId === null || open.has(one.lookId)) && at - one.since < lastsMs
        if (!stays) leave(one, 'over')
        return stays
      })
      for (const [key, some] of Map.groupBy(staying, ({ whose }) => keyOf(whose)))
        await read(some[0]!.whose).then(
          (view) => {
            for (const one of some) show(one, view, at)
          },
          (error: Error) => log('error', 'overview-failed', { of: key, message: error.message }),
        )
    },

    endAll(): void {
      for (const one of [...watching.values()]) leave(one, 'over')
    },
  }
}
