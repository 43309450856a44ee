import type { Database } from '@lanepay/database/database.ts'
import { microBatch } from '@lanepay/database/micro-batch.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import { type BolinkSettings, type Settled, settledBy, type VendorWord } from './settings.ts'
import {
  type ParkRow,
  sealPark,
  selectCalledParks,
  selectOpenParks,
  selectPark,
  selectParkOfLot,
  selectParksOfVendor,
  selectShown,
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

/** Whether whatever runs the lot has a word for this: software that polls has, a vendor's cloud where the plan says so. */
export const takes = ({ callUrl, settings }: Pick<Park, 'callUrl' | 'settings'>, word: VendorWord): boolean =>
  callUrl === null || settings.vendorTakes.includes(word)

/** A computer whose token was shown, and when that was last written down. */
export type Shown = { readonly park: Park; readonly localId: string; readonly seenAt: number }

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
    // Opened by whoever needs it: a poll signs nothing.
    get key() {
      return row.sealed_key === null
        ? row.ukey!
        : openAtRest(houseKey, 'bolink-key', ownerOf(row.union_id, row.park_id), row.sealed_key)
    },
    settings: settledBy(row.settings as BolinkSettings | null),
    callUrl: row.call_url,
  })
  // Computers ask all at once, after every message and when a process has gone; one server holds every bucket today.
  const ofToken = microBatch<LotKey & { hash: string }, Shown | null>({
    keyOf: ({ hash }) => hash,
    run: async (tokens) => {
      try {
        const rows = await database
          .of(tokens[0]!.bucket)
          .query<ParkRow & { token_hash: string; local_id: string; seen_at: number }>(selectShown, [
            tokens.map(({ bucket }) => bucket),
            tokens.map(({ lotId }) => lotId),
            tokens.map(({ hash }) => hash),
          ])
        const found = new Map(rows.map((row) => [row.token_hash, row]))
        return tokens.map(({ hash }) => {
          const row = found.get(hash)
          return row ? { park: opened(row), localId: row.local_id, seenAt: row.seen_at } : null
        })
      } catch (error) {
        // Of each alike: alone none of them fares better.
        return tokens.map(() => error as Error)
      }
    },
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
    /** The computer that has this token of the lot, by its hash; null: none. */
    ofToken: (lot: LotKey, hash: string): Promise<Shown | null> => ofToken({ ...lot, hash }),
    /** Seals the keys that lie open from before keys were sealed. */
    async sealOpen(): Promise<void> {
      for (const { union_id, park_id, ukey } of await reference.query<ParkRow>(selectOpenParks, []))
        await reference.query(sealPark, [union_id, park_id, sealedKey(houseKey, union_id, park_id, ukey!), ukey])
    },
  }
}
export type Parks = ReturnType<typeof parksOf>
