import type { QuoteView } from '@lanepay/cloud/driver/api.ts'
import type { Page } from 'playwright-core'
import { No, type Script } from './fake-cloud.ts'
import {
  aCardQuote,
  aCode,
  anEntry,
  anOrder,
  aPayment,
  aQuote,
  at,
  nothingOwed,
  now,
  paid,
  someCards,
} from './views.ts'

/** A state the page can be in: what the cloud says, what the driver does, and words by which it is known. */
export type PageState = {
  readonly name: string
  /** The page of month cards, or of cash change, not that of fees. */
  readonly page?: 'cards' | 'change'
  /** Behind the address of the page. */
  readonly query?: string
  readonly story: Partial<Script>
  readonly act?: (page: Page) => Promise<void>
  readonly shows: string
}

const exit = { code: () => aCode() }
const prepay = { code: () => aCode({ kind: 'prepay' as const }) }
const entry = { code: () => aCode({ kind: 'entry' as const }) }
/** Of the plate that is typed, and of nobody before. */
const blind = (view: QuoteView) => ({
  quote: ({ plate }: { plate?: string }) => (plate === undefined ? new No('plate-needed') : view),
})
const owed = { quote: () => aQuote() }
const paying = { ...exit, ...owed, pay: () => anOrder() }

export const payButton = (page: Page) => page.locator('.bar.reach button')
export const types = async (page: Page, plate: string) => {
  await page.locator('.field input').fill(plate)
  await page.locator('form button[type=submit]').click()
}
export const endSheet = async (page: Page, result: string) => {
  await page.waitForFunction(() => window.sheets.length > 0)
  await page.evaluate((how) => window.endSheet(how), result)
}
export const pays = (result: string) => async (page: Page) => {
  await payButton(page).click()
  await endSheet(page, result)
}

/** The page of month cards up to a price. */
const card = { ...prepay, cards: () => someCards(), 'card-quote': () => aCardQuote(), pay: () => anOrder() }
const toPrice = async (page: Page) => {
  await types(page, '粤B12345')
  await page.getByRole('button', { name: '查看价格' }).first().click()
}
const paysForCard = async (page: Page) => {
  await toPrice(page)
  await pays('ok')(page)
}
const ofCards: readonly PageState[] = [
  { name: 'which plate', story: card, shows: '月卡上的车牌号' },
  { name: 'its cards', story: card, act: (page) => types(page, '粤B12345'), shows: '2026-03-31' },
  {
    name: 'no card',
    story: { ...card, cards: () => someCards({ cards: [] }) },
    act: (page) => types(page, '粤B12345'),
    shows: '没有可以续费的月卡',
  },
  {
    name: 'whose card it is',
    story: { ...card, cards: () => someCards({ cards: [], phoneNeeded: true }) },
    act: (page) => types(page, '粤B12345'),
    shows: '办卡手机号后四位',
  },
  { name: 'what it costs', story: card, act: toPrice, shows: '应付' },
  {
    name: 'the lot gives no price',
    story: { ...card, 'card-quote': () => new No('card-refused') },
    act: toPrice,
    shows: '车场没有给出价格',
  },
  {
    name: 'a card that is over',
    story: { ...card, 'card-quote': () => new No('card-ended') },
    act: toPrice,
    shows: '这张月卡已经过期',
  },
  {
    name: 'paid, and not longer yet',
    story: { ...card, payment: () => paid({ leaveBy: null, card: { renewed: false, until: null } }) },
    act: paysForCard,
    shows: '已付款，正在为月卡延期',
  },
  {
    name: 'longer',
    story: {
      ...card,
      payment: () => paid({ leaveBy: null, card: { renewed: true, until: at('00:00') + 48 * 86_400_000 } }),
    },
    act: paysForCard,
    shows: '续费成功',
  },
  {
    name: 'given back',
    story: { ...card, payment: () => paid({ state: 'refunded', card: { renewed: false, until: null } }) },
    act: paysForCard,
    shows: '车场没有接受这次续费',
  },
]
const cardStates = ofCards.map((state) => ({ ...state, name: `month cards, ${state.name}`, page: 'cards' as const }))

export const states: readonly PageState[] = [
  ...cardStates,
  { name: 'the fee in the lane', story: { ...exit, ...owed }, shows: '应付' },
  {
    name: 'the fee of a car whose month card has ended',
    story: { ...exit, quote: () => aQuote({ renewable: true }) },
    shows: '要续月卡',
  },
  {
    name: 'the fee when the lot is offline, overdue, a new-energy plate',
    story: {
      code: () => aCode({ lotOnline: false }),
      quote: () =>
        aQuote({
          lotOnline: false,
          state: 'overdue',
          plate: '粤BD12345',
          leaveBy: at('14:30'),
          paidFen: 500,
          owedFen: 1050,
        }),
    },
    shows: '需补缴',
  },
  {
    name: 'a fee of many days and a long lot name',
    story: {
      code: () => aCode({ lot: { number: 1, name: '深圳前海深港现代服务业合作区国际会展中心东区地下二层停车场' } }),
      quote: () => aQuote({ enteredAt: now - 40 * 86_400_000, owedFen: 1_234_567, plate: '京X0001应急' }),
    },
    shows: '40 天',
  },
  { name: 'asking', story: { ...exit, quote: () => new No('lane-empty') }, shows: '车道上没有车' },
  {
    name: 'the fee inside, for an unplated pass',
    story: {
      code: () => aCode({ kind: 'prepay', pass: '3KM7W9X' }),
      quote: () => aQuote({ plate: '3KM7W9X', pass: true }),
    },
    act: (page) => page.getByRole('button', { name: '查询这辆车' }).click(),
    shows: '应付',
  },
  { name: 'typing a province', story: prepay, shows: '输入车牌号' },
  {
    name: 'typing the last place',
    story: prepay,
    act: (page) => page.locator('.field input').fill('粤Z1234'),
    shows: '澳',
  },
  { name: 'a pass to choose', story: { code: () => aCode({ kind: 'prepay', pass: '3KM7W9X' }) }, shows: '3KM7W9X' },
  {
    name: 'an unknown plate',
    story: { ...prepay, quote: () => new No('no-session') },
    act: (page) => types(page, '粤B12345'),
    shows: '最常见的三个原因',
  },
  {
    name: 'an unknown plate, and similar ones',
    story: { ...prepay, quote: () => new No('no-session', null, undefined, ['粤B1234S', '粤B72345', '粤BZ2345']) },
    act: (page) => types(page, '粤B12345'),
    shows: '车场里有相似的车牌',
  },
  {
    name: "a permit, in the lot's own words too",
    story: { ...exit, quote: () => new No('permit-holder', null, '月卡车辆<b>无需缴费</b>') },
    shows: '车场说： 月卡车辆<b>无需缴费</b>',
  },
  {
    name: 'asked too often',
    story: { ...prepay, quote: () => new No('too-many') },
    act: (page) => types(page, '粤B12345'),
    shows: '查询太频繁',
  },
  {
    name: 'nothing owed inside',
    story: { ...prepay, quote: () => nothingOwed() },
    act: (page) => types(page, '粤B12345'),
    shows: '目前没有产生费用',
  },
  {
    name: 'already paid inside',
    story: { ...prepay, quote: () => nothingOwed({ state: 'already-paid', leaveBy: now + 600_000, paidFen: 1550 }) },
    act: (page) => types(page, '粤B12345'),
    shows: '请在 15:19 前离场',
  },
  {
    name: 'nothing owed, gate open',
    story: { ...exit, quote: () => nothingOwed({ gate: 'opened' }) },
    shows: '道闸已打开',
  },
  {
    name: 'nothing owed, gate on its way',
    story: { ...exit, quote: () => nothingOwed({ gate: 'sent' }) },
    shows: '正在抬杆',
  },
  {
    name: 'nothing owed, gate silent',
    story: { ...exit, quote: () => nothingOwed({ gate: 'silent' }) },
    shows: '无需支付，但道闸没有应答',
  },
  {
    name: 'which plate, at an exit whose lot does not know who stands there',
    story: { ...exit, ...blind(aQuote()) },
    shows: '输入车牌号',
  },
  {
    name: 'nothing owed there',
    story: { ...exit, ...blind(nothingOwed()) },
    act: (page) => types(page, '粤B12345'),
    shows: '车场认出您的车后抬杆',
  },
  {
    name: 'paid there',
    story: { ...paying, ...blind(aQuote()), payment: () => paid() },
    act: async (page) => {
      await types(page, '粤B12345')
      await pays('ok')(page)
    },
    shows: '车场认出您的车后抬杆',
  },
  {
    name: 'the sheet is up',
    story: { ...paying, payment: () => aPayment() },
    act: (page) => payButton(page).click(),
    shows: '请在弹出的窗口中完成支付',
  },
  {
    name: 'the lot is cut off at the tap on pay',
    story: { ...paying, pay: () => anOrder({ lotOnline: false }), lot: () => ({ now, lotOnline: false }) },
    act: (page) => payButton(page).click(),
    shows: '没有扣款。车场网络暂时不通',
  },
  {
    name: 'the lot is cut off while the sheet is up',
    story: {
      ...paying,
      quote: () => aQuote({ lotOnline: false }),
      pay: () => anOrder({ lotOnline: false }),
      payment: () => aPayment({ lotOnline: false }),
    },
    act: (page) => payButton(page).click(),
    shows: '付款不会丢失',
  },
  { name: 'confirming', story: { ...paying, payment: () => aPayment() }, act: pays('ok'), shows: '正在确认支付结果' },
  { name: 'cancelled', story: { ...paying, payment: () => aPayment() }, act: pays('cancel'), shows: '您取消了支付' },
  { name: 'failed', story: { ...paying, payment: () => aPayment() }, act: pays('fail'), shows: '支付没有成功' },
  {
    name: 'closed unpaid',
    story: { ...paying, payment: () => aPayment({ state: 'closed' }) },
    act: pays('ok'),
    shows: '上一笔订单已关闭',
  },
  {
    name: 'taken up again after loading anew',
    story: { ...paying, payment: () => aPayment() },
    act: async (page) => {
      await payButton(page).click()
      await page.waitForFunction(() => window.sheets.length > 0)
      await page.reload()
    },
    shows: '您有一笔未完成的支付',
  },
  {
    name: 'an earlier payment in doubt',
    story: { ...exit, ...owed, pay: () => new No('payment-pending') },
    act: (page) => payButton(page).click(),
    shows: '正在核实上一笔支付',
  },
  {
    name: 'another vehicle stands there',
    story: {
      ...exit,
      quote: ({ nth }) => aQuote(nth === 1 ? {} : { plate: '京A88888', quote: '7002' }),
      pay: () => new No('vehicle-changed'),
    },
    act: (page) => payButton(page).click(),
    shows: '车道上换了一辆车',
  },
  {
    name: 'paid inside',
    story: { ...prepay, ...owed, pay: () => anOrder(), payment: () => paid() },
    act: async (page) => {
      await types(page, '粤B12345')
      await pays('ok')(page)
    },
    shows: '请在 15:24 前离场',
  },
  {
    name: 'paid inside, lot offline',
    story: { ...prepay, ...owed, pay: () => anOrder(), payment: () => paid({ lotOnline: false, lotTold: false }) },
    act: async (page) => {
      await types(page, '粤B12345')
      await pays('ok')(page)
    },
    shows: '还没有收到这笔付款',
  },
  {
    name: 'nothing owed, lot offline',
    story: { code: () => aCode({ kind: 'prepay', lotOnline: false }), quote: () => nothingOwed({ lotOnline: false }) },
    act: (page) => types(page, '粤B12345'),
    shows: '可能要请工作人员抬杆',
  },
  {
    name: 'paid, gate on its way',
    story: { ...paying, payment: () => paid({ gate: 'sent' }) },
    act: pays('ok'),
    shows: '正在抬杆',
  },
  {
    name: 'paid, gate open',
    story: { ...paying, payment: () => paid({ gate: 'opened' }) },
    act: pays('ok'),
    shows: '道闸已打开',
  },
  {
    name: 'paid, gate silent',
    story: { ...paying, payment: () => paid({ gate: 'silent' }) },
    act: pays('ok'),
    shows: '已付清，但道闸没有应答',
  },
  {
    name: 'paid, lot offline',
    story: { ...paying, payment: () => paid({ gate: 'offline' }) },
    act: pays('ok'),
    shows: '正在等车场恢复网络',
  },
  {
    name: 'paid, another vehicle there',
    story: { ...paying, payment: () => paid({ gate: 'vehicle-changed' }) },
    act: pays('ok'),
    shows: '车道上现在是另一辆车',
  },
  {
    name: 'paid too late or twice',
    story: { ...paying, payment: () => aPayment({ state: 'refunding' }) },
    act: pays('ok'),
    shows: '这笔钱正在退回',
  },
  {
    name: 'refunded',
    story: { ...paying, payment: () => aPayment({ state: 'refunded' }) },
    act: pays('ok'),
    shows: '已退回',
  },
  {
    name: 'a lot that is suspended',
    story: { ...exit, quote: () => new No('lot-suspended') },
    shows: '车场暂停线上缴费',
  },
  {
    name: 'a lot that is suspended, before the plate is typed',
    story: { code: () => aCode({ kind: 'prepay', problem: 'lot-suspended' }) },
    shows: '车场暂停线上缴费',
  },
  {
    name: 'suspended after the fee was seen',
    story: { ...exit, ...owed, pay: () => new No('lot-suspended') },
    act: (page) => payButton(page).click(),
    shows: '车场暂停线上缴费',
  },
  { name: 'let in without a plate', story: { ...entry, enter: () => anEntry() }, shows: '欢迎入场' },
  {
    name: 'let in, gate silent',
    story: { ...entry, enter: () => anEntry({ gate: 'silent' }) },
    shows: '已登记入场，但道闸没有应答',
  },
  { name: 'not let in', story: { ...entry, enter: () => new No('has-plate') }, shows: '已经认出您的车牌' },
  {
    name: 'let in or not: no answer',
    story: { ...entry, enter: () => new No('has-plate') },
    act: async (page) => {
      await page.getByText('已经认出您的车牌').first().waitFor()
      await page.route('**/enter', (route) => route.abort('internetdisconnected'))
      await page.getByRole('button', { name: '再试一次' }).click()
    },
    shows: '如果道闸已抬起，请直接入场',
  },
  {
    name: 'a code that was replaced',
    story: { code: () => new No('code-replaced', { lot: '阳光花园', lane: '南出口', helpPhone: '0755-1234567' }) },
    shows: '位置： 阳光花园 南出口',
  },
  {
    name: 'a code that was revoked',
    story: { code: () => new No('code-revoked', { lot: '阳光花园', lane: null, helpPhone: '0755-1234567' }) },
    shows: '0755-1234567',
  },
  {
    name: "a photograph of a screen's code",
    story: { code: () => new No('code-expired', { lot: '阳光花园', lane: '南出口', helpPhone: null }) },
    shows: '请重新扫描屏幕上的停车码',
  },
  { name: 'a code that is none', story: { code: () => new No('code-malformed') }, shows: '无法识别这个停车码' },
  {
    name: 'without a line',
    story: exit,
    act: async (page) => {
      await page.route('**/api/**', (route) => route.abort('internetdisconnected'))
      await page.reload()
    },
    shows: '网络不通',
  },
]
