import QRCode from 'qrcode'
import type { Phone, WalletName } from './phone/phone.ts'
import type { PayCodeView } from './view.ts'

/**
 * A fresh pay code (付款码) of this phone's wallet, as its screen shows it: digits, the picture of them, and for how long they are
 * good. Each call is another code; those before stay good for their time.
 * @throws Error when the wallet gives none.
 */
export async function payCodeOf(
  phone: Phone,
  wallets: Readonly<Partial<Record<WalletName, string>>>,
): Promise<PayCodeView> {
  const url = `${wallets[phone.wallet]?.replace(/\/+$/, '')}/wallet/pay-code`
  const answer = await fetch(url, { headers: { 'x-wallet-user': phone.driver }, signal: AbortSignal.timeout(5_000) })
  if (!answer.ok) throw new Error(`${phone.wallet} shows no pay code: ${answer.status}`)
  const { code, goodForMs } = (await answer.json()) as { code: string; goodForMs: number }
  const picture = await QRCode.toString(code, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 })
  return { code, goodForMs, picture }
}
