import type { RenewalErrorCode } from '@lanepay/cloud/renewal/api.ts'
import type { Language } from '../texts/texts.ts'

/** What only the page of month cards says; the rest it says as the page of fees does. */
export type CardTexts = {
  readonly title: string
  readonly back: string
  readonly plate: string
  readonly find: string
  readonly none: string
  readonly noneTodo: string
  readonly phone: string
  readonly phoneWhy: string
  readonly phoneWrong: string
  readonly show: string
  readonly card: string
  readonly until: string
  readonly perMonth: (yuan: string) => string
  readonly lotSays: string
  readonly howMany: string
  readonly months: (n: number) => string
  readonly periods: (n: number, period: string) => string
  readonly less: string
  readonly more: string
  readonly price: string
  readonly asking: string
  readonly change: string
  readonly waits: string
  readonly waitsTodo: string
  readonly renewed: string
  readonly renewedTodo: string
  readonly refundingTodo: string
  readonly another: string
  readonly errors: Readonly<Record<RenewalErrorCode, string>>
}

const zhCn: CardTexts = {
  title: '月卡续费',
  back: '返回停车缴费',
  plate: '月卡上的车牌号',
  find: '查询月卡',
  none: '没有可以续费的月卡',
  noneTodo: '请核对车牌。月卡已停用、不再出售或由车场单独办理的，请联系车场。',
  phone: '办卡手机号后四位',
  phoneWhy: '这个车牌的月卡登记了手机号，请填写后四位，确认是持卡人本人。',
  phoneWrong: '后四位不对，请核对办卡时登记的手机号。',
  show: '查看月卡',
  card: '月卡',
  until: '有效期至',
  perMonth: (yuan) => `¥${yuan} / 月`,
  lotSays: '价格由车场给出',
  howMany: '续费时长',
  months: (n) => `${n} 个月`,
  periods: (n, period) => `${n} 期（${period}）`,
  less: '减少',
  more: '增加',
  price: '查看价格',
  asking: '正在查询价格…',
  change: '更改时长',
  waits: '已付款，正在为月卡延期',
  waitsTodo: '请不要再付一次。车场确认后，这里会显示续费成功。',
  renewed: '续费成功',
  renewedTodo: '月卡已经延期。',
  refundingTodo: '车场没有接受这次续费，或已有人续过。款项会自动原路退回。',
  another: '续另一张月卡',
  errors: {
    'card-unknown': '这张月卡现在不能续费，请联系车场。',
    'card-not-proven': '后四位不对，请核对办卡时登记的手机号。',
    'card-busy': '这张月卡有一笔付款正在处理，请稍后再试，不要重复付款。',
    'card-too-far': '这张月卡已经付到很久以后，请减少时长。',
    'card-ended': '这张月卡已经过期，车场不能在这里续费，请联系车场重新办理。',
    'card-refused': '车场没有给出价格，请联系车场。',
  },
}
const en: CardTexts = {
  title: 'Month card',
  back: 'Back to the parking fee',
  plate: 'Plate on the card',
  find: 'Find my card',
  none: 'No card that can be renewed here',
  noneTodo: 'Check the plate. A card that was stopped or is sold no more is a matter for the car park.',
  phone: 'Last 4 digits of the phone',
  phoneWhy: 'A phone is noted with the card of this plate. Its last four digits show that the card is yours.',
  phoneWrong: 'These are not its last four digits. Check the phone that was noted with the card.',
  show: 'Show my card',
  card: 'Card',
  until: 'Good until',
  perMonth: (yuan) => `¥${yuan} a month`,
  lotSays: 'The car park says what it costs',
  howMany: 'For how long',
  months: (n) => `${n} month${n === 1 ? '' : 's'}`,
  periods: (n, period) => `${n} × ${period}`,
  less: 'Less',
  more: 'More',
  price: 'Show the price',
  asking: 'Asking for the price…',
  change: 'Change how long',
  waits: 'Paid. The card is being renewed',
  waitsTodo: 'Do not pay again. This page says so when the car park has taken it.',
  renewed: 'Renewed',
  renewedTodo: 'The card is longer now.',
  refundingTodo: 'The car park did not take it, or somebody was faster. The money goes back by itself.',
  another: 'Another card',
  errors: {
    'card-unknown': 'This card cannot be renewed now. Please call the car park.',
    'card-not-proven': 'These are not its last four digits. Check the phone that was noted with the card.',
    'card-busy': 'A payment for this card is still being worked on. Try later; do not pay twice.',
    'card-too-far': 'This card is paid far ahead already. Choose less.',
    'card-ended': 'This card is over and cannot be renewed here. Please ask the car park for a new one.',
    'card-refused': 'The car park gave no price. Please call it.',
  },
}
export const cardTexts: Readonly<Record<Language, CardTexts>> = { 'zh-CN': zhCn, en }
