import { randomUUID } from 'node:crypto'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Channel, ChannelError, Merchant } from '../channel.ts'
import { readCallback, replyTo } from './notification.ts'
import { payUrl } from './pay-url.ts'
import type { FindWallet } from './wallet.ts'

/** Made here: nobody can name another one's, or choose his own. */
const browser = /^browser-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const refused = (code: string, message: string): ChannelError => ({ kind: 'refused', code, message, alarm: true })

/**
 * Partners' wallets as a channel (third-party-wallets.md A.4): the browser is sent to the wallet, the wallet calls back. The protocol has
 * nothing else: an order cannot be asked about, so it stays pending until the wallet speaks or its time is over; it cannot be closed at
 * the wallet, so what is paid later still is unapplied; and money goes back outside of it.
 * @throws RangeError by `accountKey` when the merchant names no wallet.
 */
export function zldpayChannel({ walletOf }: { readonly walletOf: FindWallet }): Channel {
  const unionIdOf = ({ walletUnionId }: Merchant): string => {
    if (walletUnionId !== undefined) return walletUnionId
    throw new RangeError('merchant.walletUnionId: the number of the partner whose wallet receives the money')
  }
  return {
    name: 'zldpay',
    accountKey: unionIdOf,
    create: async (merchant, order) => {
      const wallet = await walletOf(unionIdOf(merchant))
      if (!wallet) return err(refused('WALLET_UNKNOWN', 'no such partner'))
      return ok({ kind: 'redirect', url: payUrl(wallet, order) })
    },
    query: async () => ok({ state: 'pending' }),
    close: async () => ok('closed'),
    refund: async () => err(refused('NO_REFUND_CALL', 'a wallet takes no refunds over its protocol')),
    queryRefund: async () => err(refused('NO_REFUND_CALL', 'a wallet takes no refunds over its protocol')),
    readNotification: (raw) => readCallback(raw, walletOf),
    replyTo,
    // The wallet asks its own user for the password: to us a browser is anybody, and the same for as long as it keeps its cookie.
    identityUrl: (_merchant, { redirectUri, state }) =>
      `${redirectUri}?${new URLSearchParams({ code: `browser-${randomUUID()}`, state })}`,
    identify: async (_merchant, code) => (browser.test(code) ? ok(code) : err({ kind: 'stale-code' })),
    refreshKeys: async () => {},
  }
}
