import type { Channel } from '@lanepay/channels/channel.ts'
import { zldpayChannel } from '@lanepay/channels/zldpay/channel.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { FastifyPluginAsync } from 'fastify'
import { walletCalls } from './calls.ts'
import { freshCalls } from './fresh.ts'
import type { LotsOfWallets } from './lots.ts'
import { tellingWallets } from './notices.ts'
import { walletPayments } from './payments.ts'
import { walletRoutes } from './routes.ts'
import { type Payers, payersOf } from './senseless.ts'
import { walletsOf } from './wallets.ts'

type Parts = Omit<Parameters<typeof walletPayments>[0], 'walletOf'> &
  Parameters<typeof tellingWallets>[0] &
  Pick<Parameters<typeof walletCalls>[0], 'onPayer' | 'pageOf'> & { readonly lots: LotsOfWallets }

/** The channel of all partners' wallets there are (docs/partner-wallets.md). */
export const walletChannel = (database: Database, houseKey: Uint8Array): Channel =>
  zldpayChannel({ walletOf: walletsOf(database, houseKey) })

/** Partners whose wallets drivers pay from: what they call, what they have paid or are charged with, and what they are told. */
export function partnerWallets(parts: Parts): {
  readonly routes: FastifyPluginAsync
  readonly payers: Payers
  round(): Promise<void>
} {
  const walletOf = walletsOf(parts.database, parts.houseKey)
  const payments = walletPayments({ ...parts, walletOf })
  const notices = tellingWallets(parts)
  const fresh = freshCalls(parts)
  return {
    payers: payersOf({ ...parts, walletOf, payments }),
    routes: walletRoutes({ walletOf, fresh, calls: walletCalls({ ...parts, onAsked: payments.goOn }) }),
    round: async () => {
      await payments.round()
      await notices.round()
      await fresh.round()
    },
  }
}
