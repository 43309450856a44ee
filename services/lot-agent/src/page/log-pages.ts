import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import type { Store } from '../disk/store.ts'

type Log = Pick<Store, 'eventsAfter' | 'lastSeq'>

/** So many at a time: between two pieces the lanes are heard. */
const piece = 500

/**
 * The log from before `before` backwards, until `wanted` says that it is enough. Numbers of the log follow one another, so a
 * piece is found by counting back from its end.
 */
export async function walkBack(
  log: Log,
  before: number,
  wanted: (event: LotEvent) => 'more' | 'enough',
): Promise<{ readonly reachedSeq: number; readonly ended: boolean }> {
  for (let end = Math.min(before - 1, log.lastSeq()); end > 0; end -= piece) {
    const from = Math.max(0, end - piece)
    const events = log.eventsAfter(from, end - from).filter(({ seq }) => seq <= end)
    for (const event of events.toReversed())
      if (wanted(event) === 'enough') return { reachedSeq: event.seq, ended: false }
    if (events.length < end - from) break // older ones are forgotten
    await new Promise(setImmediate)
  }
  return { reachedSeq: 0, ended: true }
}

/** A page of the log, newest first; `next` is where the page after it begins, null after the oldest there is. */
export async function logPage(
  log: Log,
  ask: { readonly kind: string | null; readonly before: number; readonly atMost: number },
): Promise<{ readonly events: LotEvent[]; readonly next: number | null }> {
  const events: LotEvent[] = []
  const { reachedSeq, ended } = await walkBack(log, ask.before, (event) => {
    if (ask.kind !== null && event.kind !== ask.kind) return 'more'
    events.push(event)
    return events.length > ask.atMost ? 'enough' : 'more'
  })
  if (ended) return { events, next: null }
  events.pop() // it only tells that there is more
  return { events, next: reachedSeq + 1 }
}

/** What the log says of one stay and of the lanes it stood in, from its entry on. */
export async function storyOf(log: Log, session: string, enteredAt: number): Promise<LotEvent[]> {
  const since: LotEvent[] = []
  await walkBack(log, Number.MAX_SAFE_INTEGER, (event) => {
    since.push(event)
    if (event.kind === 'entered' && event.session === session) return 'enough'
    // Its entry may be forgotten, or a person may have set it to another time; a day before it nothing can be about it.
    return event.at < enteredAt - 86_400_000 ? 'enough' : 'more'
  })
  since.reverse()
  const names = (event: LotEvent) => 'session' in event && event.session === session
  // That a lane was left again is told of the occupancy, not of the session.
  const occupancies = new Set(since.flatMap((event) => (names(event) && 'occupancy' in event ? [event.occupancy] : [])))
  return since.filter(
    (event) =>
      names(event) ||
      (event.kind === 'entered' && event.supersedes === session) ||
      ('occupancy' in event && occupancies.has(event.occupancy) && !namesAnother(event, session)),
  )
}

const namesAnother = (event: LotEvent, session: string): boolean =>
  'session' in event && event.session !== null && event.session !== session
