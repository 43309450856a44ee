import type { CashChangeSheet, ChangeTake, ChangeView } from '@lanepay/cloud/cash-change/api.ts'
import type { CodeView, EnterView, PaymentView, PayView, QuoteView } from '@lanepay/cloud/driver/api.ts'
import type { CardQuoteView, CardsView } from '@lanepay/cloud/renewal/api.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'

/*
 * Answers of the API with everything a test does not care about. The server's time is one afternoon in a lot's time
 * zone, far from any clock of this machine, so that a page which read the phone's clock would be found out.
 */
export const at = (wall: string): number => Date.parse(`2026-03-14T${wall}:00+08:00`)
export const now = at('15:09')
export const payment = '10000000000000000000000000000123'

export const aCode = (told: Partial<CodeView> = {}): CodeView => ({
  now,
  kind: 'exit',
  lot: { number: 1001, name: '阳光花园地下停车场' },
  ...(told.kind === 'prepay' ? {} : { lane: { id: 2, name: '东门出口' } }),
  wallet: 'wechatpay',
  identified: true,
  pass: null,
  lotOnline: true,
  problem: null,
  helpPhone: '0755-8612 3456',
  ...told,
})
export const aQuote = (told: Partial<QuoteView> = {}): QuoteView => ({
  now,
  state: 'owed',
  quote: '7001',
  plate: '粤B12345',
  pass: false,
  enteredAt: at('11:57'),
  quotedAt: now,
  expiresAt: now + 10 * 60_000,
  priceFen: 1550,
  paidFen: 0,
  owedFen: 1550,
  lines: [
    {
      kind: 'free',
      text: { 'zh-CN': '免费时段', en: 'Free time' },
      from: at('11:57'),
      to: at('12:12'),
      amountFen: 0,
    },
    {
      kind: 'unit',
      text: { 'zh-CN': '首小时 ¥5.00', en: 'First hour ¥5.00' },
      from: at('12:12'),
      to: at('13:12'),
      amountFen: 500,
    },
    {
      kind: 'unit',
      text: { 'zh-CN': '之后每小时 ¥5.25 × 2', en: 'Each further hour ¥5.25 × 2' },
      from: at('13:12'),
      to: at('15:12'),
      amountFen: 1050,
    },
  ],
  leaveBy: null,
  leaveMinutes: 15,
  lotOnline: true,
  ...told,
})
const { quote: _, ...free } = aQuote({ state: 'nothing-owed', owedFen: 0, priceFen: 0, lines: [] })
export const nothingOwed = (told: Partial<QuoteView> = {}): QuoteView => ({ ...free, ...told })

export const anOrder = (told: Partial<PayView> = {}): PayView => ({
  now,
  payment,
  amountFen: 1550,
  expiresAt: now + 5 * 60_000,
  lotOnline: true,
  sheet: {
    kind: 'wechatpay-jsapi',
    params: {
      appId: 'wx8888888888888888',
      timeStamp: '1773472140',
      nonceStr: '593BEC0C930BF1AF',
      package: 'prepay_id=wx14150900',
      signType: 'RSA',
      paySign: 'c2lnbmVk',
    },
  },
  ...told,
})
export const aPayment = (told: Partial<PaymentView> = {}): PaymentView => ({
  now,
  payment,
  state: 'pending',
  amountFen: 1550,
  plate: '粤B12345',
  paidAt: null,
  leaveBy: null,
  gate: null,
  lotOnline: true,
  lotTold: false,
  ...told,
})
export const paid = (told: Partial<PaymentView> = {}): PaymentView =>
  aPayment({ state: 'paid', paidAt: now, leaveBy: now + 15 * 60_000, lotTold: true, ...told })

export const anEntry = (told: Partial<EnterView> = {}): EnterView => ({
  now,
  state: 'admitted',
  pass: '3KM7W9X',
  gate: 'opened',
  ...told,
})

export const someCards = (told: Partial<CardsView> = {}): CardsView => ({
  now,
  plate: '粤B12345',
  cards: [
    { card: 'here:77', product: '业主月卡', until: at('00:00') + 18 * 86_400_000, monthFen: 30_000, period: '月' },
    { card: 'lot:C1', product: '月租车（季付）', until: null, monthFen: null, period: '季' },
  ],
  phoneNeeded: false,
  mostMonths: 12,
  ...told,
})
export const aCardQuote = (told: Partial<CardQuoteView> = {}): CardQuoteView =>
  aQuote({
    ...{ quote: '7100', enteredAt: now, priceFen: 30_000, owedFen: 30_000, leaveMinutes: 0 },
    lines: [
      {
        ...{ kind: 'month-card', amountFen: 30_000 },
        text: { 'zh-CN': '月卡续费 1 个月（业主月卡）', en: 'Month card, 1 month (业主月卡)' },
        ...{ from: at('00:00') + 18 * 86_400_000, to: at('00:00') + 48 * 86_400_000 },
      },
    ],
    ...told,
  })

export const someChange = (told: Partial<ChangeView> = {}): ChangeView => ({
  now: now as Instant,
  lot: { name: '阳光花园地下停车场' },
  amountFen: 1350 as Fen,
  until: (now + 3600_000) as Instant,
  helpPhone: '0755-8612 3456',
  state: 'open',
  ...told,
})
export const transferSheet: CashChangeSheet = {
  kind: 'wechatpay-transfer',
  params: { mchId: '1900000109', appId: 'wx8888888888888888', package: 'affffddafdfafddffda==' },
}
export const begun = (told: Partial<ChangeTake> = {}): ChangeTake => ({
  view: someChange({ state: 'waiting' }),
  sheet: transferSheet,
  ...told,
})
