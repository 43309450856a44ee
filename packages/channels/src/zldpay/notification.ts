import { parseYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Heard, NotificationRefusal, NotificationReply, RawNotification } from '../channel.ts'
import { isSortedSigned } from './sign.ts'
import type { FindWallet } from './wallet.ts'

const secondsAt = /^[1-9]\d{8,9}$/
const refuse = (kind: NotificationRefusal['kind'], detail: string): Result<never, NotificationRefusal> =>
  err({ kind, detail })

/**
 * What a wallet posts to the callback address (third-party-wallets.md A.1, A.4): form pairs with the sign of the older book: `union_id`,
 * `trade_no`, `money` in yuan, `state` 1 paid, `pay_time` in seconds, `user_id`, `wallet_trade_no`, `rand`. The book's own page on it can not
 * be read; these members are what we ask of partners (docs/partner-wallets.md). Any other state leaves the payment as it is.
 */
export async function readCallback(
  raw: RawNotification,
  walletOf: FindWallet,
): Promise<Result<Heard, NotificationRefusal>> {
  const pairs = [...new URLSearchParams(Buffer.from(raw.body).toString('utf8'))]
  const said = Object.fromEntries(pairs) as Readonly<Record<string, string>>
  // Of two members of one name nobody knows which was signed.
  if (Object.keys(said).length !== pairs.length) return refuse('malformed', 'a member twice')
  const wallet = said.union_id === undefined ? null : await walletOf(said.union_id)
  if (!wallet) return refuse('unknown-key', 'union_id')
  if (!isSortedSigned(said, wallet.key)) return refuse('bad-signature', 'sign')
  const { trade_no: tradeNumber = '', wallet_trade_no: walletTradeNo = '', pay_time: payTime = '' } = said
  if (tradeNumber === '') return refuse('malformed', 'trade_no')
  const heard = { kind: 'payment', notificationId: `${wallet.unionId} ${tradeNumber}`, tradeNumber } as const
  if (said.state !== '1') return ok({ ...heard, state: { state: 'pending' } })
  const money = parseYuan(said.money ?? '')
  if (!money.ok) return refuse('malformed', 'money')
  if (!secondsAt.test(payTime)) return refuse('malformed', 'pay_time')
  if (walletTradeNo === '' || walletTradeNo.length > 64) return refuse('malformed', 'wallet_trade_no')
  const paid = {
    ...{ tradeNumber, accountKey: wallet.unionId, amountFen: money.value, currency: 'CNY' },
    ...{ channelTradeNo: walletTradeNo, paidAt: (Number(payTime) * 1000) as Instant, payer: said.user_id || null },
  }
  return ok({ ...heard, state: { state: 'paid', paid } })
}

/** The word that ends the wallet's repeats, or brings the next (A.5). */
export const replyTo = (outcome: 'accepted' | 'refused'): NotificationReply => ({
  ...{ status: 200, contentType: 'text/plain; charset=utf-8' },
  body: outcome === 'accepted' ? 'success' : 'fail',
})
