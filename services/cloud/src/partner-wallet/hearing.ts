import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { isKnownEvent } from '@lanepay/lot-link/messages.ts'
import { seconds } from '../bolink/words.ts'
import type { TakeIn } from '../session/take-in.ts'
import { orderIdOf, payTypeOf } from './decide.ts'
import type { LotsOfWallets } from './lots.ts'
import { type NewNotice, putNotice } from './notices.ts'
import {
  insertWalletPayment,
  type LotOfWalletRow,
  type PlateRow,
  type StayRow,
  selectEntryTold,
  selectPaidOfStay,
  selectPlate,
  selectStay,
} from './store.ts'

/** The number under which wallets know us as the software of lots. */
export const ourUnionId = '1'

/**
 * Takes in as `takeIn` does, and before the lot hears that its events are kept, writes down what wallets are to be told of the plates that
 * they have named, and which cars at an exit are charged without being asked. Heard twice it is written once.
 */
export function hearingForWallets(
  takeIn: TakeIn,
  options: {
    readonly database: Database
    readonly clock: Clock
    readonly newId: () => Id
    readonly lots: LotsOfWallets
  },
): TakeIn {
  const { database, clock, newId, lots } = options
  const ownerOf = async (plate: string, wallet: string): Promise<PlateRow | null> =>
    (await database.reference.query<PlateRow>(selectPlate, [plate, wallet]))[0] ?? null
  const stayOf = async ({ bucket, lotId }: LotKey, session: string): Promise<StayRow | null> =>
    (await database.of(bucket).query<StayRow>(selectStay, [bucket, lotId, session]))[0] ?? null

  const about = (lot: LotOfWalletRow, stay: StayRow) => ({
    ...{
      address: lot.address ?? lot.name,
      com_id: lot.lot_id,
      park_id: String(lot.lot_id),
      park_name: lot.name,
      park_union_id: ourUnionId,
    },
    ...{ order_id: orderIdOf({ bucket: lot.bucket, lotId: lot.lot_id }, stay.id), plate_number: stay.plate },
  })
  const put = (lot: LotOfWalletRow, notice: Pick<NewNotice, 'kind' | 'subject' | 'said'>, dueAt: number | null) =>
    putNotice(
      database.of(lot.bucket),
      { bucket: lot.bucket, lotId: lot.lot_id },
      { ...notice, unionId: lot.wallet!, id: newId() },
      dueAt,
    )

  const entered = async (lot: LotOfWalletRow, stay: StayRow): Promise<void> => {
    const owner = await ownerOf(stay.plate, lot.wallet!)
    if (!owner) return
    // Whose plate it is now is kept for its exit; this message does not say it.
    const said = { ...about(lot, stay), start_time: seconds(stay.entered_at), user_id: owner.user_id }
    await put(lot, { kind: 'in-notice', subject: stay.id, said }, clock.now())
  }
  /**
   * To whom its entry was told its exit is told, whoever has the plate now. Told as a repeated entry it is told once more when its exit is
   * heard of after all.
   */
  const ended = async (lot: LotOfWalletRow, stay: StayRow, superseded: boolean): Promise<void> => {
    const db = database.of(lot.bucket)
    const key = [lot.bucket, lot.lot_id, lot.wallet, stay.id]
    const [told] = await db.query<{ user_id: string | null }>(selectEntryTold, key)
    const userId = told?.user_id ?? (await ownerOf(stay.plate, lot.wallet!))?.user_id
    if (!told && userId === undefined) return
    const [paid] = await db.query<{ id: Id; channel: string; payer: string | null }>(selectPaidOfStay, [
      ...[lot.bucket, lot.lot_id, stay.id],
    ])
    const payType = payTypeOf({ superseded, paidByChannel: paid !== undefined })
    const said = {
      ...about(lot, stay),
      ...{ end_time: seconds(stay.left_at ?? clock.now()), pay_type: payType },
      ...{ money: superseded ? '0.0' : (stay.paid_fen / 100).toFixed(2), user_id: userId },
      trade_no: payType === 1 ? numberOf('trade', { bucket: lot.bucket, lotId: lot.lot_id }, paid!.id) : '',
      ...(paid?.channel === 'zldpay' ? { pay_union_id: Number(lot.wallet) } : {}),
    }
    // Never before the entry got through; of a stay whose entry was not told it is only recorded (A.5).
    await put(lot, { kind: 'out-notice', subject: stay.id, said }, told ? clock.now() : null)
  }
  const atExit = async (lot: LotOfWalletRow, lane: number, occupancy: string, stay: StayRow): Promise<void> => {
    const owner = await ownerOf(stay.plate, lot.wallet!)
    if (!owner?.senseless) return
    const now = instantOut(clock.now())
    await database
      .of(lot.bucket)
      .query(insertWalletPayment, [
        ...[lot.bucket, lot.lot_id, lot.wallet, 'senseless', occupancy, newId(), stay.id, stay.plate, lane],
        ...[null, owner.user_id, null, now, now, null],
      ])
  }

  return async (from, piece) => {
    const seq = await takeIn(from, piece)
    // Where nobody has a wallet it costs nothing.
    const lot = (await lots.areAny()) ? await lots.of(from) : null
    if (lot?.wallet == null) return seq
    for (const event of piece.events) {
      if (!isKnownEvent(event)) continue
      if (event.kind === 'entered') {
        const old = event.supersedes === undefined ? null : await stayOf(from, event.supersedes)
        if (old) await ended(lot, old, old.left_at === null)
        const stay = await stayOf(from, event.session)
        if (stay) await entered(lot, stay)
      }
      if (event.kind === 'left') {
        const stay = await stayOf(from, event.session)
        if (stay) await ended(lot, stay, false)
      }
      // Of what stood there in an outage nobody knows whether it still does: its price, asked of the lot, says so.
      if (event.kind === 'occupied' && event.leaving && event.session !== null) {
        const stay = await stayOf(from, event.session)
        if (stay) await atExit(lot, event.lane, event.occupancy, stay)
      }
    }
    return seq
  }
}
