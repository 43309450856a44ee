import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { isJpeg } from '@lanepay/domain/jpeg.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { LotError, LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import { insertPicture } from '../keeping-store.ts'
import type { Orders } from '../orders.ts'
import type { Parks } from '../park.ts'
import type { VendorCalls } from './vendor.ts'

const dayMs = 24 * 3_600_000
/** Of the lot system's pictures (lot-system.ts). */
const pictureAtMost = 256 * 1024

/**
 * Pictures of stays that a vendor's cloud has (bolink-protocol.md 8.2, `get_inpark_image`): asked for when a person looks, and kept as those
 * that software which polls sends by itself.
 */
export function vendorPictures(options: {
  readonly database: Database
  readonly clock: Clock
  readonly orders: Orders
  readonly parks: Parks
  readonly vendor: Pick<VendorCalls, 'image'>
}): Required<Pick<LotSystem, 'stayPicture'>> {
  const { database, clock, orders, parks, vendor } = options
  const refused = (because: string): Result<never, LotError> => err({ kind: 'refused', because })
  return {
    async stayPicture(lot: LotKey, { session, part }) {
      const park = await parks.ofLot(lot)
      if (!park?.callUrl) return refused('unsupported')
      const order = await orders.ofSession(lot, session)
      // What is owed from before, and a card, are no stays of their own.
      if (!order || order.debt_of !== null) return refused('no-session')
      const bytes = await vendor.image(park, order.order_id, part)
      if (bytes === null) return err({ kind: 'offline' })
      if (!isJpeg(bytes) || bytes.length > pictureAtMost) return refused('no-picture')
      const now = clock.now()
      await database
        .of(lot.bucket)
        .query(insertPicture, [
          ...[lot.bucket, lot.lotId, 'order', order.order_id, part, bytes],
          ...[instantOut(now), instantOut(now + park.settings.pictureDays * dayMs)],
        ])
      return ok(bytes)
    },
  }
}
