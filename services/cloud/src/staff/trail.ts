import { createHmac } from 'node:crypto'
import { instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import type { Who } from './route.ts'
import { insertLine, nextLine, sealTrail } from './trail-store.ts'

/*
 * The trail: who did what, about what, from where, when. Lines are only added. Each is sealed with the one before under the house key, so
 * one that was changed or taken away by whoever may do anything in the database is found (`lanepay staff check`).
 */

export type Line = {
  readonly act: string
  readonly operatorId: string | null
  /** What it was done to, by number, like `refund 1385...` or `staff 3858...`: never a name, a telephone or a card. */
  readonly about: string
  /** In short, without personal data. */
  readonly before?: string
  readonly after?: string
  readonly reason?: string
}

/** Lines about no lot of an operator, or of the platform (null), stand here. They are never moved, so it is simply reckoned. */
export const placeOf = (operatorId: string | null): LotKey => ({
  bucket: Number(BigInt(operatorId ?? '0') % 256n),
  lotId: 0,
})

/** Writes one line, in the transaction of the act itself: no act without its line, no line without its act. */
export async function noteLine(
  tx: Tx,
  deps: { readonly houseKey: Uint8Array; readonly newId: () => Id; readonly now: Instant },
  place: LotKey,
  who: Who,
  line: Line,
): Promise<void> {
  const key = [place.bucket, place.lotId]
  const [trail] = await tx.query<{ lines: string; seal: string }>(nextLine, key)
  const fields = [
    ...[...key, trail!.lines, deps.newId(), instantOut(deps.now), line.act, who.staffId, who.account, who.role],
    ...[line.operatorId, line.about, line.before ?? '', line.after ?? '', line.reason ?? '', who.lookId, who.address],
    // As the database keeps it: half a character would come back as another, and the seal would not fit.
  ].map((field) => (typeof field === 'string' ? field.toWellFormed() : field))
  const seal = sealOf(deps.houseKey, trail!.seal, fields)
  await tx.query(insertLine, [...fields, seal])
  await tx.query(sealTrail, [...key, seal])
}

/** The seal of a line: of its fields in the order of the table, and the seal before it. */
export const sealOf = (houseKey: Uint8Array, before: string, fields: readonly unknown[]): string =>
  createHmac('sha256', houseKey)
    .update(`staff-line ${JSON.stringify([before, ...fields])}`)
    .digest('base64url')
