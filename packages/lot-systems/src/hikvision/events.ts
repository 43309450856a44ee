import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, PlateColour } from '@lanepay/domain/types.ts'
import type { CalledEvent, HttpPost, PostAnswer, PostRead } from '../called.ts'
import { parseObject } from '../raw.ts'
import { isSameSign } from '../same-sign.ts'
import { fenOfYuan, instantOf, type Members, objectOf, textOf, wholeOf } from '../values.ts'
import type { HikvisionSettings } from './wire.ts'

/** One thing that happened at a lane, in the platform's words (lot-devices.md 5.6, `eventType`). */
export type Happened = {
  readonly kind: 'at-entry' | 'entered' | 'at-exit' | 'left' | 'blocked'
  readonly id: string
  readonly plate: string
  readonly colour: PlateColour
  readonly lane: string
  readonly at: number
  readonly released: boolean
  readonly isEntry: boolean
  /** What is told of it this time (`eventCmd`): of one passage, its picture and its plate that was put right come as more events. */
  readonly command: number | null
  readonly reason: number | null
  readonly result: number | null
  /** What the lot took itself. */
  readonly costFen: Fen | null
}

const kinds = {
  771760130: 'at-entry',
  771760131: 'entered',
  771760133: 'at-exit',
  771760134: 'left',
  771756034: 'blocked',
} as const
const colours: Readonly<Record<number, PlateColour>> = { 0: 'blue', 1: 'yellow', 2: 'white', 3: 'black', 4: 'green' }
/** From here on a vehicle was refused (380: it is on a list; 360: unpaid). Who was let in by hand though the lot was full (204, 223) is inside. */
const refusedFrom = 300
const listed = 380
/** Of permit holders, of visitors, of groups, of households with several vehicles. */
const full: readonly (number | null)[] = [303, 323, 351, 384]
/** `eventCmd`: a person has put the plate right. */
const putRight = 5

/** Null: about something else, or without what names a vehicle, a lane and an instant. */
export function hikvisionEvent(event: Members): Happened | null {
  const kind = kinds[wholeOf(event.eventType) as keyof typeof kinds]
  const data = objectOf(event.data)
  if (kind === undefined || data === null) return null
  const [id, plate, lane] = [textOf(event.eventId), textOf(data.plateNo), textOf(data.roadwayIndex)]
  const at = instantOf(data.time) ?? instantOf(event.happenTime)
  if (id === null || plate === null || lane === null || at === null) return null
  const outcome = objectOf(data.inResult) ?? objectOf(data.outResult) ?? {}
  const release = objectOf(outcome.rlsResult) ?? {}
  const reason = wholeOf(release.releaseReason)
  return {
    ...{ kind, id, plate, lane, at, reason, colour: colours[wholeOf(data.plateColor) ?? -1] ?? 'unknown' },
    ...{ released: reason === null || reason < refusedFrom, isEntry: wholeOf(data.inoutType) === 0 },
    command: wholeOf(data.eventCmd),
    result: wholeOf(release.releaseResult),
    costFen: fenOfYuan(outcome.realCost),
  }
}

/**
 * A stay, by what the platform's bills and its events both say: its events do not name the record. The entry is to the second.
 */
export const stayOf = (plate: string, enteredAt: number): string => `${plate}@${Math.floor(enteredAt / 1000)}`

const answer = (status: number, code: string, msg: string): PostAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify({ code, msg }),
})

/** What the platform tells us (`OnEventNotify`). It signs nothing; the address it was given has a key in its query. */
export function hikvisionEvents(
  { path, body }: HttpPost,
  { settings }: { readonly settings: HikvisionSettings },
): Result<PostRead, PostAnswer> {
  const key = new URLSearchParams(path.split('?')[1] ?? '').get('key')
  if (!isSameSign(settings.eventKey, key)) return err(answer(401, '1', 'wrong key'))
  const object = parseObject(body)
  const events = object.ok ? objectOf(object.value.params)?.events : null
  if (!Array.isArray(events)) return err(answer(400, '1', 'no events'))
  const read = events
    .map((one: unknown) => objectOf(one) ?? {})
    .filter((one) => isOf(settings.parkSyscode, one))
    .flatMap((one) => inOurWords(hikvisionEvent(one)) ?? [])
  return ok({ events: read, answer: answer(200, '0', 'success') })
}

/** One platform has several lots and one subscription tells of all of them: another's are no stays of this one. Some events name none. */
function isOf(park: string, event: Members): boolean {
  const named = textOf(objectOf(event.data)?.parkIndex)
  return named === null || named === park
}

function inOurWords(happened: Happened | null): CalledEvent | null {
  if (happened === null) return null
  const { kind, plate, colour, lane, at, released, isEntry, command } = happened
  // It is told as the event of the line that the vehicle stood on.
  if (command === putRight && isEntry) return { kind: 'corrected', stay: stayOf(plate, at), plate, lane, enteredAt: at }
  // Who was refused is not inside, and has not left.
  if (!released && kind !== 'at-exit') {
    const because = kind === 'left' || !isEntry ? null : refusalOf(happened)
    return because && { kind: 'refused', plate, lane, at, because }
  }
  switch (kind) {
    case 'entered':
      return { kind, stay: stayOf(plate, at), plate, colour, lane, enteredAt: at }
    case 'left':
      return { kind, stay: null, plate, enteredAt: null, lane, leftAt: at }
    case 'at-exit':
      return { kind: 'at-lane', stay: null, plate, lane, at }
    case 'at-entry':
    case 'blocked':
      return null // whether it comes in is told by what follows
  }
}
const refusalOf = ({ kind, reason }: Happened): 'blocked' | 'full' | null =>
  kind === 'blocked' || reason === listed ? 'blocked' : full.includes(reason) ? 'full' : null
