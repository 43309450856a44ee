import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Session } from '../disk/store.ts'
import type { SessionStory, SessionsView } from './api.ts'
import { storyOf } from './log-pages.ts'
import type { PageLot } from './page-lot.ts'
import { owedView, sessionView } from './views.ts'

const cursorOf = ({ enteredAt, id }: Session): string => `${enteredAt}.${id}`

const lastFirst = (a: Session, b: Session): number =>
  b.enteredAt - a.enteredAt || (BigInt(b.id) < BigInt(a.id) ? -1 : 1)

/** Who is inside with this in the plate, whoever came last first; `after` is the `next` of the page before. */
export function sessionsPage(
  { lot }: PageLot,
  ask: { readonly plate: string; readonly after: string | null; readonly atMost: number },
  now: Instant,
): SessionsView {
  const part = tidyPlate(ask.plate)
  const matching = lot.store
    .allOpen()
    .filter(({ plate }) => plate.includes(part))
    .sort(lastFirst)
  const [afterAt = 0, afterId = ''] = ask.after?.split('.') ?? []
  const rest =
    ask.after === null
      ? matching
      : matching.filter(
          ({ enteredAt, id }) =>
            enteredAt < Number(afterAt) || (enteredAt === Number(afterAt) && BigInt(id) < BigInt(afterId)),
        )
  const sessions = rest.slice(0, ask.atMost)
  return {
    now,
    sessions: sessions.map((session) => sessionView(lot, session)),
    matching: matching.length,
    next: rest.length > sessions.length ? cursorOf(sessions.at(-1)!) : null,
  }
}

/** One stay with all that the log still says of it; null where there is none of this id. */
export async function sessionStory({ lot, pictures, clock }: PageLot, id: string): Promise<SessionStory | null> {
  const session = lot.store.session(id as Id)
  if (!session) return null
  const story = await storyOf(lot.store, session.id, session.enteredAt)
  const found: { at: Instant; lane: number; picture: string }[] = []
  for (const event of story) {
    if (event.kind !== 'occupied') continue
    const at = event.at as Instant
    const picture = await pictures.find(event.lane, at)
    if (picture !== null) found.push({ at, lane: event.lane, picture })
  }
  const now = clock.now()
  const open = lot.store.isOpen(session.id)
  return {
    now,
    session: sessionView(lot, session),
    open,
    owed: open ? owedView(lot, session, now) : null,
    story,
    pictures: found,
  }
}
