import { type Column, columnOf, type Language, type Row, yuanOf } from '../report/column.ts'
import { channelWords } from '../report/words.ts'
import type { PartyView, RuleView } from './api.ts'

/* Rules of shares as a table: a line for each party, and one for a rule by which nothing is shared. */

const carries = {
  operator: { zh: '归运营方', en: "the operator's" },
  person: { zh: '由人决定', en: 'a person decides' },
}
export const ruleColumns: readonly Column[] = [
  columnOf('lot', 'number', '车场编号', 'Number of the lot'),
  columnOf('name', 'text', '车场', 'Lot'),
  columnOf('channel', 'text', '渠道', 'Channel', channelWords),
  columnOf('fromAt', 'instant', '从', 'From'),
  columnOf('when', 'text', '状态', 'State', {
    'to come': { zh: '将生效', en: 'to come' },
    'holds now': { zh: '正在使用', en: 'holds now' },
    over: { zh: '已被代替', en: 'over' },
  }),
  columnOf('waitMinutes', 'count', '订单结束后几分钟', 'Minutes after the order'),
  columnOf('limit', 'text', '渠道最多允许', 'At most, by the channel'),
  columnOf('order', 'count', '顺序', 'Order'),
  columnOf('party', 'text', '分润方', 'Party'),
  columnOf('takes', 'text', '分得', 'Takes'),
  columnOf('receiver', 'text', '收款账户种类', 'Kind of receiver', {
    merchant: { zh: '商户', en: 'merchant' },
    person: { zh: '个人', en: 'person' },
  }),
  columnOf('account', 'text', '收款账户', 'Receiver'),
  columnOf('onRefund', 'text', '退款时', 'On a refund', {
    'taken-back': { zh: '按比例收回', en: 'taken back in proportion' },
    operator: { zh: '由运营方承担', en: 'carried by the operator' },
  }),
  columnOf('ifNotPaid', 'text', '付不出时', 'Not paid', carries),
  columnOf('ifNotReturned', 'text', '退款时收不回来', 'Not taken back', carries),
]

/** Who a party is: the platform, or a partner by its number. */
export const partyText = (party: string, language: Language): string =>
  party !== '0' ? party : language === 'zh' ? '平台' : 'the platform'
/** What a party takes of a payment. */
export function takesText(takes: PartyView['takes'], language: Language): string {
  if (takes === 'platform-fee') return language === 'zh' ? '平台服务费' : 'the platform’s fee'
  return 'fixedFen' in takes ? `¥${yuanOf(takes.fixedFen)}` : percent(takes.basisPoints)
}
const percent = (basisPoints: number): string => `${basisPoints / 100} %`

/** The lines of a rule of the lot that is called so; receivers are masked as on the screen. */
export function ruleRows(rule: RuleView, name: string, language: Language): readonly Row[] {
  const { lot, channel, fromAt, when, waitMinutes, limitBasisPoints, parties } = rule
  const head = { lot: String(lot), name, channel, fromAt, when }
  if (parties.length === 0) return [{ ...head, takes: language === 'zh' ? '不再分润' : 'nothing is shared' }]
  return parties
    .toSorted((a, b) => a.order - b.order)
    .map(({ order, party, takes, receiver, onRefund, ifNotPaid, ifNotReturned }) => ({
      ...{ ...head, waitMinutes, limit: percent(limitBasisPoints), order, onRefund, ifNotPaid, ifNotReturned },
      ...{ party: partyText(party, language), takes: takesText(takes, language) },
      ...{ receiver: receiver.kind, account: receiver.account },
    }))
}
