import type { Column, Row } from '../report/column.ts'
import { channelWords, discrepancyClassWords, discrepancyWords, ownerWords } from '../report/words.ts'
import type { BillView, DiscrepancyView } from './api.ts'

/* What is open at everybody's, and the bills of days, as files: the columns of the desk. */

const column = (key: string, kind: Column['kind'], zh: string, en: string, words?: Column['words']): Column => ({
  ...{ key, kind, title: { zh, en } },
  ...(words ? { words } : {}),
})
export const openColumns: readonly Column[] = [
  column('day', 'day', '日期', 'Day'),
  column('class', 'text', '类别', 'Class', discrepancyClassWords),
  column('number', 'number', '单号', 'Number'),
  column('item', 'text', '项目', 'Item'),
  column('lot', 'number', '车场', 'Lot'),
  column('account', 'number', '渠道账户', 'Channel account'),
  column('oursFen', 'fen', '我方', 'Ours'),
  column('theirsFen', 'fen', '渠道', 'Theirs'),
  column('state', 'text', '状态', 'State', discrepancyWords),
  column('owner', 'text', '负责', 'Owner', ownerWords),
  column('about', 'text', '说明', 'About'),
  column('foundAt', 'instant', '发现时间', 'Found at'),
]
const named = (number: number): string | null => (number === 0 ? null : String(number))
export const openRow = ({ lot, account, ...one }: DiscrepancyView): Row => ({
  ...{ ...one, lot: named(lot), account: named(account) },
})

export const billColumns: readonly Column[] = [
  column('day', 'day', '日期', 'Day'),
  column('channel', 'text', '渠道', 'Channel', channelWords),
  column('account', 'number', '渠道账户', 'Channel account'),
  column('operators', 'text', '运营方', 'Operators'),
  column('kind', 'text', '账单', 'Bill', {
    trade: { zh: '交易账单', en: 'trade' },
    'fund-flow': { zh: '资金账单', en: 'fund flow' },
  }),
  column('state', 'text', '状态', 'State', {
    due: { zh: '待取得', en: 'to be fetched' },
    kept: { zh: '已取得，核对中', en: 'there, being compared' },
    closed: { zh: '已关账', en: 'closed' },
    refused: { zh: '渠道不给', en: 'the channel refuses it' },
  }),
  column('lines', 'count', '行数', 'Lines'),
  column('open', 'count', '待处理', 'Open'),
  column('keptAt', 'instant', '取得时间', 'Came at'),
  column('closedAt', 'instant', '关账时间', 'Closed at'),
  column('because', 'text', '说明', 'Because'),
]
export const billRow = ({ account, operators, dueAt: _, ...bill }: BillView): Row => ({
  ...{ ...bill, account: String(account), operators: operators.join(', ') },
})
