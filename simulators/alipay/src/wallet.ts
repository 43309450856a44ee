import { takeMoney, type Works } from './money.ts'
import type { Trade } from './trade.ts'

/* What happens on the driver's phone, behind the sheet. */

/** `result` is the `resultCode` the page gets (alipay.md 6); `reason` is for whoever reads along. */
export type WalletAnswer = { readonly result: string; readonly reason?: string; readonly message?: string }

export type Sheet = {
  readonly tradeNo: string
  readonly amountFen: number
  readonly subject: string
  readonly seller: string
  /** ms since 1970. */
  readonly expiresAt: number
  readonly state: 'open' | 'paid' | 'closed'
}

const stateShown = { open: 'open', paid: 'paid', returned: 'paid', dead: 'closed' } as const

export const sellerName = (sellerId: string): string => `停车场商户 ${sellerId.slice(-4)}`

/** What the sheet shows, or null when there is no such trade. */
export function sheetOf(works: Works, tradeNo: string): Sheet | null {
  const trade = works.book.byTradeNo(tradeNo, works.clock.now())
  if (!trade) return null
  return {
    tradeNo,
    amountFen: trade.totalFen,
    subject: trade.subject,
    seller: sellerName(trade.sellerId),
    expiresAt: trade.expiresAt,
    state: stateShown[trade.state],
  }
}

/** What the driver pays with. The frozen card always fails: that is how a driver at the sheet chooses to fail. */
export const purses = ['balance', 'frozen-card'] as const
export type Purse = (typeof purses)[number]

/** The driver presses the button: takes the money when the trade is theirs, open and in time. */
export function payInWallet(works: Works, ask: { tradeNo: string; user: string; from: Purse }): WalletAnswer {
  const trade = works.book.byTradeNo(ask.tradeNo, works.clock.now())
  if (!trade) return { result: '4000', reason: 'no-such-trade', message: '交易不存在' }
  if (trade.buyer !== ask.user) return { result: '4000', reason: 'not-the-buyer', message: '您不是该笔交易的付款人' }
  if (trade.state !== 'open') return tooLate(trade)
  if (ask.from === 'frozen-card') return { result: '4000', reason: 'card-frozen', message: '银行卡已冻结，付款失败' }
  takeMoney(works, trade)
  if (works.faults.take('error-after-pay')) return { result: '6004', reason: 'fault' }
  return { result: '9000' }
}

function tooLate(trade: Trade): WalletAnswer {
  if (trade.state !== 'dead') return { result: '5000', reason: 'already-paid', message: '该笔交易已付款' }
  if (trade.closedBy === 'timeout') return { result: '4000', reason: 'expired', message: '交易已超时关闭' }
  return { result: '4000', reason: 'closed', message: '交易已关闭' }
}
