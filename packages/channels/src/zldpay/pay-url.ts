import { toYuan } from '@lanepay/domain/money.ts'
import type { Order } from '../channel.ts'
import { sortedSign } from './sign.ts'
import type { PartnerWallet } from './wallet.ts'

/**
 * Where the driver's browser is sent to pay at a wallet (third-party-wallets.md A.4, 4). Signed is what the members say; the plate is
 * encoded twice on its way, as printed. The same order is the same address: `rand` is its own number, so that a second tap is no second order.
 */
export function payUrl(wallet: PartnerWallet, order: Order): string {
  const trade_no = order.tradeNumber
  const about = (address: string) => `${address}?trade_no=${trade_no}`
  const said = {
    trade_no,
    money: toYuan(order.amountFen),
    plate_number: order.plate ?? '',
    callback_url: about(order.notifyUrl),
    cancel_url: about(order.returnUrl ?? order.notifyUrl),
    rand: trade_no.slice(-18),
  }
  const sent = { ...said, plate_number: encodeURIComponent(said.plate_number), sign: sortedSign(said, wallet.key) }
  return `${wallet.payUrl}?${Object.entries(sent)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`
}
