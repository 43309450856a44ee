import type { Database } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import type { Entered, Left, Opened } from '@lanepay/lot-systems/own/api.ts'
import { lotLogs } from '../bolink/log.ts'
import type { Orders } from '../bolink/orders.ts'
import { plateOfRecord } from '../bolink/words.ts'
import type { TakeIn } from '../session/take-in.ts'
import { selectLanes } from './store.ts'

export type LaneRow = { readonly lane: number; readonly name: string; readonly direction: 'entry' | 'exit' | 'both' }

const device = 'own'

/** What a lot's software says happened, in the words of a lot's log. The stay's session makes a repeat the same thing. */
export function happenings(options: {
  readonly database: Database
  readonly newId: () => Id
  readonly now: () => number
  readonly takeIn: TakeIn
  readonly orders: Orders
}) {
  const { database, orders, takeIn } = options
  const write = lotLogs({ ...options, device })
  const lanes = (lot: LotKey): Promise<LaneRow[]> =>
    database.of(lot.bucket).query<LaneRow>(selectLanes, [lot.bucket, lot.lotId])
  const inLane = async (lot: LotKey, lane: number, act: () => Promise<void>): Promise<Result<null, 'lane-unknown'>> => {
    if (!(await lanes(lot)).some((one) => one.lane === lane)) return err('lane-unknown')
    await act()
    return ok(null)
  }
  /** Opens the record's session, and ends one that the same plate left open: it is not there twice. */
  const open = async (
    lot: LotKey,
    { stay, plate: read, colour = 'unknown', enteredAt, lane }: Entered,
  ): Promise<string> => {
    const { session_id: session } = await orders.claim(lot, stay, device)
    const plate = plateOfRecord(read, stay)
    const standing = (await orders.allOfPlate(lot, plate)).find(({ session_id }) => session_id !== session)
    await write(lot, (seq, at) => ({
      ...{ seq, at, kind: 'entered', session, plate, pass: isPass(plate), colour, lane, enteredAt },
      ...(standing && Number(standing.entered_at) <= enteredAt ? { supersedes: standing.session_id } : {}),
    }))
    return session
  }
  return {
    lanes,
    entered: (lot: LotKey, said: Entered) => inLane(lot, said.lane, async () => void (await open(lot, said))),
    /** An exit without an entry is the whole record. */
    left: (lot: LotKey, said: Left) =>
      inLane(lot, said.lane, async () => {
        const session = (await orders.one(lot, said.stay))?.session_id ?? (await open(lot, said))
        const { lane, leftAt, how = 'left', owedFen = 0 } = said
        await write(lot, (seq, at) => ({ seq, at, kind: 'left', session, lane, leftAt, owedFen, how }))
      }),
    /** `epoch` is a log of its own, the same whenever the same opening is told. */
    opened: (lot: LotKey, { lane, at, stay, by, reason }: Opened, epoch: string) =>
      inLane(lot, lane, async () => {
        const session = stay === undefined ? null : ((await orders.one(lot, stay))?.session_id ?? null)
        const event: LotEvent =
          by === undefined || reason === undefined
            ? { seq: 1, at, kind: 'unordered-opening', lane }
            : {
                ...{ seq: 1, at, kind: 'gate-opened', lane, occupancy: null, session },
                cause: { kind: 'attendant', by, reason },
              }
        await takeIn({ ...lot, device }, { epoch, events: [event] })
      }),
  }
}
export type Happened = ReturnType<typeof happenings>
