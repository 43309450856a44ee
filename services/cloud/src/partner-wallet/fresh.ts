import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { deleteWalletCall, dropOldWalletCalls, insertWalletCall } from './store.ts'

/** What one wallet has signed. */
type CallKey = { readonly unionId: string; readonly sign: string }

/** A call that says it is new (`rand`, third-party-wallets.md A.1) is taken once within so long, as in platform mode. */
const onceWithinMs = 24 * 3_600_000
const hourMs = 3_600_000

/** Tells calls of wallets that come again, whichever process takes them. */
export function freshCalls({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
  let forgetAt = 0
  return {
    /** False: this very call came before. Of several at once one is taken. */
    async take({ unionId, sign }: CallKey): Promise<boolean> {
      const now = clock.now()
      const key = [unionId, sign, instantOut(now), instantOut(now - onceWithinMs)]
      return (await database.reference.query(insertWalletCall, key)).length > 0
    },
    /** It was not carried out after all. */
    letGo: async ({ unionId, sign }: CallKey): Promise<void> =>
      void (await database.reference.query(deleteWalletCall, [unionId, sign])),
    /** One round: forgets what is too old to be a replay. */
    async round(): Promise<void> {
      const now = clock.now()
      if (now < forgetAt) return
      forgetAt = now + hourMs
      await database.reference.query(dropOldWalletCalls, [instantOut(now - onceWithinMs)])
    },
  }
}
export type FreshCalls = ReturnType<typeof freshCalls>
