import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import type { TakeIn } from '../session/take-in.ts'
import { lotLogs } from './log.ts'
import type { Orders } from './orders.ts'
import { plateColourOf, plateOfRecord } from './words.ts'

type Entry = {
  readonly order_id: string
  readonly car_number: string
  readonly in_time: number
  readonly license_color?: string
  /** Null: it names no lane of ours. */
  readonly lane: number | null
}
/** Whose software says so, and which of its computers. */
type From = LotKey & { readonly localId: string }
const inLane = ({ lane }: Pick<Entry, 'lane'>): { lane?: number } => (lane === null ? {} : { lane })
type Exit = Entry & { readonly out_time: number; readonly pay_type: string; readonly total: number }

/**
 * What a connected lot says happened, told in the words of a lot's log, so that sessions of all lots are kept in one way. The
 * record's session makes a repeat the same thing, whichever process hears it.
 */
export function happenings(options: {
  readonly clock: Clock
  readonly newId: () => Id
  readonly takeIn: TakeIn
  readonly orders: Orders
}) {
  const { clock, newId, takeIn, orders } = options
  const write = lotLogs({ newId, now: () => clock.now(), takeIn, device: 'bolink' })
  /** Opens the record's session; an entry ends one that the same plate left open: it is not there twice. */
  const open = async (from: From, entry: Entry, isEntry = false): Promise<Id> => {
    const { session_id: session } = await orders.claim(from, entry.order_id, from.localId)
    const plate = plateOfRecord(entry.car_number, entry.order_id)
    const enteredAt = entry.in_time * 1000
    // Of two that came in one second the later told is the later: an entry that is told again ends no stay after it.
    const isBefore = (one: { readonly session_id: string; readonly entered_at: number }) =>
      one.entered_at < enteredAt || (one.entered_at === enteredAt && BigInt(one.session_id) < BigInt(session))
    const standing = isEntry ? (await orders.allOfPlate(from, plate)).find(isBefore) : undefined
    await write(from, (seq, at) => ({
      ...{ seq, at, kind: 'entered', session, plate, pass: isPass(plate), colour: plateColourOf(entry.license_color) },
      ...{ ...inLane(entry), enteredAt },
      ...(standing ? { supersedes: standing.session_id } : {}),
    }))
    return session as Id
  }
  return {
    entered: async (from: From, entry: Entry): Promise<void> => {
      await open(from, entry, true)
    },
    /** Its session, whichever way we hear of the record first. */
    known: async (from: From, entry: Entry): Promise<void> => {
      if (!(await orders.one(from, entry.order_id))) await open(from, { ...entry, lane: null })
    },
    /**
     * A person moved a gate of the lot, with a reason; without one it is a movement that nobody ordered. `epoch` is a log of its
     * own, made once for this movement: the same one told again changes nothing.
     */
    gate: async (
      from: From,
      moved: { epoch: string; lane: number; at: number; by: string; reason: string; session: string | null },
    ): Promise<void> => {
      const { lane, at, by, reason, session } = moved
      const event: LotEvent =
        by === '' || reason === ''
          ? { seq: 1, at, kind: 'unordered-opening', lane }
          : {
              ...{ seq: 1, at, kind: 'gate-opened', lane, occupancy: null, session },
              cause: { kind: 'attendant', by: by.slice(0, 60), reason: reason.slice(0, 200) },
            }
      await takeIn(
        { bucket: from.bucket, lotId: from.lotId, device: 'bolink' },
        { epoch: moved.epoch, events: [event] },
      )
    },
    /** A vehicle at an entry was not let in. `epoch`: as of a gate's movement; nobody's log has a number for who stood there. */
    refused: async (
      from: LotKey,
      { epoch, ...told }: { epoch: Id; lane: number; at: number; plate: string; because: string },
    ): Promise<void> => {
      const event: LotEvent = { seq: 1, kind: 'refused', occupancy: epoch, ...told }
      await takeIn({ bucket: from.bucket, lotId: from.lotId, device: 'bolink' }, { epoch, events: [event] })
    },
    /** Its software says another plate of a record than it did before: a person there (`by`, whose software it is) has put it right. */
    corrected: (from: LotKey, { session, plate, by }: { session: Id; plate: string; by: string }): Promise<void> =>
      write(from, (seq, at) => ({ seq, at, kind: 'corrected', session, plate, by, reason: '车场系统更正车牌' })),
    /** An exit without an entry is the whole record. */
    left: async (from: From, exit: Exit): Promise<void> => {
      const known = await orders.one(from, exit.order_id)
      const session = known?.session_id ?? (await open(from, { ...exit, lane: null }))
      const escaped = exit.pay_type === 'escape'
      await write(from, (seq, at) => ({
        ...{ seq, at, kind: 'left', session, ...inLane(exit), leftAt: exit.out_time * 1000 },
        ...{ owedFen: escaped ? exit.total : 0, how: escaped ? 'escaped' : 'left' },
      }))
    },
  }
}
export type Happened = ReturnType<typeof happenings>
