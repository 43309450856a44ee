import { Events, LaterEvent } from '@lanepay/lot-link/messages.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

const Place = Type.Object({ epoch: Events.properties.epoch, seq: LaterEvent.properties.seq })
export type Place = Static<typeof Place>
const isPlace = Compile(Place)

/**
 * Which event of a former log of its device this one is: a log that was found damaged goes on as another one, and what had not
 * been acknowledged is told again there (architecture.md 7). Null where it is told for the first time, or says it in no way that
 * can be understood.
 */
export function formerPlace(event: object, epoch: string): Place | null {
  const { was } = event as { was?: unknown }
  return isPlace.Check(was) && was.epoch !== epoch && Number.isSafeInteger(was.seq) ? was : null
}
