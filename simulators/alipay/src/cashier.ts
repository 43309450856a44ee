import { randomBytes } from 'node:crypto'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Account } from './account.ts'
import { beijing } from './beijing.ts'
import type { CashierVisit } from './book.ts'
import { literal, sheetScript } from './bridge.ts'
import type { Caller } from './check.ts'
import type { Biz } from './fields.ts'
import type { Checked } from './gateway.ts'
import type { Keyring } from './keyring.ts'
import { settle, type Works } from './money.ts'
import { checkWap, orderOfWap } from './orders.ts'
import { Refused } from './refusal.ts'
import type { Params } from './request.ts'
import { rsa2, signedText } from './signing.ts'
import type { Trade } from './trade.ts'
import { type Purse, payInWallet, sellerName, type WalletAnswer } from './wallet.ts'

/* The cashier of `alipay.trade.wap.pay`: a page, and no trade before the driver confirms (alipay.md 7.1, 7.7). */

type Stored = { readonly caller: Caller; readonly biz: Biz; readonly params: Params }
const stored = (visit: CashierVisit): Stored => JSON.parse(visit.params.stored ?? '') as Stored
const askedOf = (works: Works, { caller, biz, params }: Stored) => ({
  caller,
  biz,
  notifyUrl: params.notify_url || null,
  now: works.clock.now(),
})

/** Opens the cashier on a checked page request. Throws `Refused`. */
export function openCashier(
  works: Works,
  checked: Checked,
  params: Params,
  user: string,
): { html: string; said: object } {
  const kept: Stored = { ...checked, params: { ...params } }
  const bill = checkWap(askedOf(works, kept))
  const id = randomBytes(16).toString('hex')
  works.book.visits.put(id, { id, params: { stored: JSON.stringify(kept) }, at: works.clock.now() })
  const seller = sellerName(typeof checked.biz.seller_id === 'string' ? checked.biz.seller_id : checked.caller.pid)
  const shown = { amountFen: bill.totalFen, subject: bill.subject, seller }
  const script = `${sheetScript}
    const pay = (from) => fetch('cashier/pay', { method: 'POST', body: JSON.stringify({ ...${literal({ visit: id, user })}, from }) })
    let back = ${literal(bill.quitUrl)}
    openAlipaySheet({
      load: async () => (${literal(shown)}),
      pay: async (from) => { const said = await (await pay(from)).json(); back = said.returnTo ?? back; return said },
      cancel: async () => ({ result: '6001' }),
      finish: () => location.assign(back),
    })`
  return {
    html: page('支付宝', '', script),
    said: { out_trade_no: bill.outTradeNo, total_amount: toYuan(bill.totalFen) },
  }
}

/** The driver logs in and looks: the trade is made, unpaid. `result` is empty unless something is wrong. */
export function enterCashier(works: Works, ask: { visit: string; user: string }): WalletAnswer & { tradeNo?: string } {
  const visit = works.book.visits.get(ask.visit)
  if (!visit) return { result: '4000', reason: 'no-such-visit', message: '页面已失效' }
  try {
    return { result: '', tradeNo: enter(works, visit, ask.user).tradeNo }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { sub_code: reason, sub_msg: message } = error.refusal
    return { result: '4000', reason, message }
  }
}

/** The driver confirms: the trade is made if it was not yet, and paid. */
export async function payInCashier(
  works: Works,
  account: Account,
  keys: Keyring,
  ask: { visit: string; user: string; from: Purse },
): Promise<WalletAnswer & { readonly returnTo?: string }> {
  const { tradeNo, ...wrong } = enterCashier(works, ask)
  const trade = works.book.byTradeNo(tradeNo ?? '', works.clock.now())
  const visit = works.book.visits.get(ask.visit)
  if (!trade || !visit) return wrong
  const said = payInWallet(works, { ...ask, tradeNo: trade.tradeNo })
  const { return_url: returnUrl } = stored(visit).params
  if (said.result !== '9000' || !returnUrl) return said
  return { ...said, returnTo: await returnTo(works, account, keys, trade, returnUrl) }
}

/** The trade of a visit, made if need be. Throws `Refused`. */
export function enter(works: Works, visit: CashierVisit, user: string): Trade {
  const trade = orderOfWap(works.book, askedOf(works, stored(visit)), user)
  if (!works.book.byTradeNo(trade.tradeNo, works.clock.now())) settle(works, trade, 'silent')
  return trade
}

/** The last visit to the cashier for this order, if any. */
export const visitFor = (works: Works, outTradeNo: string): CashierVisit | undefined =>
  [...works.book.visits.values()].filter((visit) => stored(visit).biz.out_trade_no === outTradeNo).at(-1)

/** `return_url` with its signed parameters: no status among them, on purpose (alipay.md 7.7). */
async function returnTo(works: Works, account: Account, keys: Keyring, trade: Trade, url: string): Promise<string> {
  const params: Record<string, string> = {
    charset: 'utf-8',
    out_trade_no: trade.outTradeNo,
    method: 'alipay.trade.wap.pay.return',
    total_amount: toYuan(trade.totalFen),
    trade_no: trade.tradeNo,
    auth_app_id: trade.authAppId,
    version: '1.0',
    app_id: account.appId,
    seller_id: trade.sellerId,
    timestamp: beijing(works.clock.now()),
  }
  const sign = await rsa2(signedText(params, []), keys.signing)
  const back = new URL(url)
  for (const [name, value] of Object.entries({ ...params, sign_type: 'RSA2', sign })) back.searchParams.set(name, value)
  return back.href
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const page = (title: string, text: string, script = ''): string =>
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
  `<title>${escaped(title)}</title><body><p>${escaped(text)}</p>${script ? `<script>${script}</script>` : ''}</body></html>`

/** What a driver sees when a page request is wrong. */
export const errorPage = (text: string): string => page('支付宝 错误', text)
