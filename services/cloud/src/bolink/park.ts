import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import { type BolinkSettings, type Settled, settledBy } from './settings.ts'
import {
  type ParkRow,
  sealPark,
  selectCalledParks,
  selectOpenParks,
  selectPark,
  selectParkOfLot,
  selectParksOfVendor,
} from './store.ts'

/** A connected lot as its vendor knows it, and how it is dealt with. */
export type Park = LotKey & {
  readonly unionId: string
  readonly parkId: string
  /** Signs everything in both directions. */
  readonly key: string
  readonly settings: Settled
  /** Platform mode: where the vendor's cloud takes our calls. Null: the lot polls. */
  readonly callUrl: string | null
}

const ownerOf = (unionId: string, parkId: string) => `${unionId}/${parkId}`

/** A vendor's key as it is kept. */
export const sealedKey = (houseKey: Uint8Array, unionId: string, parkId: string, key: string): string =>
  sealAtRest(houseKey, 'bolink-key', ownerOf(unionId, parkId), key)

/** The connected lots, their keys opened. */
export function parksOf({ database, houseKey }: { readonly database: Database; readonly houseKey: Uint8Array }) {
  const { reference } = database
  const opened = (row: ParkRow): Park => ({
    bucket: row.bucket,
    lotId: row.lot_id,
    unionId: row.union_id,
    parkId: row.park_id,
    key:
      row.sealed_key === null
        ? row.ukey!
        : openAtRest(houseKey, 'bolink-key', ownerOf(row.union_id, row.park_id), row.sealed_key),
    settings: settledBy(row.settings as BolinkSettings | null),
    callUrl: row.call_url,
  })
  return {
    byVendor: async (unionId: string, parkId: string): Promise<Park | null> => {
      const [row] = await reference.query<ParkRow>(selectPark, [unionId, parkId])
      return row ? opened(row) : null
    },
    /** The lots of a vendor, this many at most. */
    ofVendor: async (unionId: string, atMost: number): Promise<Park[]> =>
      (await reference.query<ParkRow>(selectParksOfVendor, [unionId, atMost])).map(opened),
    /** The lots whose vendor's cloud is called. */
    called: (): Promise<{ bucket: number; lot_id: number }[]> => reference.query(selectCalledParks, []),
    ofLot: async (lot: LotKey): Promise<Park | null> => {
      const [row] = await reference.query<ParkRow>(selectParkOfLot, [lot.bucket, lot.lotId])
      return row ? opened(row) : null
    },
    /** Seals the keys that lie open from before keys were sealed. */
    async sealOpen(): Promise<void> {
      for (const { union_id, park_id, ukey } of await reference.query<ParkRow>(selectOpenParks, []))
        await reference.query(sealPark, [union_id, park_id, sealedKey(houseKey, union_id, park_id, ukey!), ukey])
    },
  }
}
export type Parks = ReturnType<typeof parksOf>
