import { type CodesDeps, lotCodes } from '../code/codes.ts'
import { printedOf } from '../code/decide.ts'
import type { CodePlace } from '../code/places.ts'
import { type CodeRow, keptOf, selectCodesOfPlace } from '../code/store.ts'
import { type LotRow, selectLot } from '../lot/store.ts'
import type { Computer } from './service.ts'

/** Asked again within this time it is the same asking: an answer may be lost, and the code that was made is the one that is printed. */
const sameAskMs = 60_000
/** A call has an id, an upload has none. */
const reasonOf = ({ callId }: Computer): string =>
  callId === undefined ? 'asked for by the charging software' : 'asked for by the vendor’s cloud'

/**
 * Replaces a printed code because the software of its lot, or its vendor's cloud, asks for another one (bolink-protocol.md 4.3, 8.1, `change`): the former leads nowhere
 * from now on, with a line in the trail. Answers whether one of its own hangs there now; one that a person has revoked is brought back by
 * persons alone.
 */
export function renewingCodes(deps: CodesDeps): (from: Computer, place: CodePlace) => Promise<boolean> {
  const { database, clock } = deps
  const codes = lotCodes(deps)
  return async (from, place) => {
    const { bucket, lotId, localId } = from
    const db = database.of(bucket)
    const rows = await db.query<CodeRow>(selectCodesOfPlace, [bucket, lotId, place.kind, place.laneId])
    const { serial, state } = printedOf(rows.map(keptOf))
    if (state !== 'live') return false
    const account = `bolink ${localId}`.trim().slice(0, 60)
    const current = rows.find((row) => row.serial === serial)
    const madeAt = current?.made_by === account ? current.made_at : null
    if (madeAt !== null && clock.now() - madeAt < sameAskMs) return true
    const [lot] = await db.query<LotRow>(selectLot, [bucket, lotId])
    const who = { staffId: null, account, role: 'server', address: '', lookId: null }
    const at = { lot: { bucket, lotId }, who, operatorId: lot!.operator_id }
    const done = await codes.replace(at, place, serial, reasonOf(from))
    return done.ok
  }
}
