import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { type LotOfWalletRow, selectAreWallets, selectBucketOfLot, selectLotOfWallet } from './store.ts'

const freshMs = 10_000

/** Lots as wallets know them: by their numbers, each with the wallet of its operator, looked at again every ten seconds. */
export function lotsOfWallets(database: Database) {
  const known = new Map<number, { readonly row: LotOfWalletRow | null; readonly readAt: number }>()
  const of = async ({ bucket, lotId }: LotKey): Promise<LotOfWalletRow | null> => {
    const last = known.get(lotId)
    if (last && performance.now() - last.readAt < freshMs) return last.row
    const [row = null] = await database.of(bucket).query<LotOfWalletRow>(selectLotOfWallet, [bucket, lotId])
    known.set(lotId, { row, readAt: performance.now() })
    return row
  }
  let any = { is: false, readAt: Number.NEGATIVE_INFINITY }
  return {
    of,
    /** Whether anybody has a wallet at all. */
    async areAny(): Promise<boolean> {
      if (performance.now() - any.readAt >= freshMs) {
        const [row] = await database.reference.query<{ is: boolean }>(selectAreWallets)
        any = { is: row!.is, readAt: performance.now() }
      }
      return any.is
    },
    /** Null: no lot has this number, or its operator has another wallet, or none. */
    async byNumber(number: string, unionId: string): Promise<LotOfWalletRow | null> {
      if (!/^[1-9]\d{0,6}$/.test(number)) return null
      const [home] = await database.reference.query<{ bucket: number }>(selectBucketOfLot, [Number(number)])
      const row = home ? await of({ bucket: home.bucket, lotId: Number(number) }) : null
      return row?.wallet === unionId ? row : null
    },
  }
}
export type LotsOfWallets = ReturnType<typeof lotsOfWallets>
