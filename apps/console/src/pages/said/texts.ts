import type { ProblemTexts } from '../../kit/problem-texts.ts'

export const problems: ProblemTexts = {
  'wish-ended': {
    zh: '这张发票已经有人处理，结果不同：请刷新后再看。',
    en: 'Somebody has said something else of this invoice before: reload and look.',
  },
}

export const texts = {
  zh: {
    title: '车场软件的数据',
    lead: '自带收费软件的车场：软件最后一次告知的名单和记录。以软件为准，这里只供查看；开票申请的结果在这里登记。',
    kind: '看什么',
    kindOf: (title: string, count: number) => `${title}（${count}）`,
    find: '编号、车牌或文字',
    order: '顺序',
    orders: { newest: '最近告知的在前', key: '按编号' },
    none: '软件还没有告知过',
    noneHow: '只有自带收费软件（泊链协议）的车场会告知这些。',
    noneFound: '没有符合的记录',
    noneFoundHow: '换个编号、车牌或文字再找。姓名和电话不能查找。',
    total: (count: number) => `共 ${count} 条`,
    state: '状态',
    allStates: '全部',
    states: { waiting: '待处理', issued: '已开票', refused: '不开' },
    act: '操作',
    picture: '图片',
    end: { issued: '登记已开票', refused: '不开票' },
    endTitle: {
      issued: (number: string) => `登记已开票：${number}`,
      refused: (number: string) => `不开票：${number}`,
    },
    endWhat: {
      issued: '发票由贵方的开票软件开出。登记后厂商云端查询时得到“已开票”，不能更改。',
      refused: '厂商云端查询时得到这个原因，不能更改。',
    },
    endAsked: {
      issued: '发票号码或下载地址（会留在操作记录里）',
      refused: '原因（厂商云端会看到，也会留在操作记录里）',
    },
    ended: { issued: '已登记开票', refused: '已登记不开票' },
  },
  en: {
    title: "What the lot's software says",
    lead: 'Of a lot with charging software of its own: its lists and doings as it last told them. The software decides; here they are shown, and what became of invoices that are wanted is said.',
    kind: 'What',
    kindOf: (title: string, count: number) => `${title} (${count})`,
    find: 'Number, plate or text',
    order: 'Order',
    orders: { newest: 'Last told first', key: 'By number' },
    none: 'The software has told nothing yet',
    noneHow: 'Only lots with charging software of their own (Bolink protocol) tell of these.',
    noneFound: 'Nothing fits',
    noneFoundHow: 'Try another number, plate or text. Names and telephone numbers are not searched.',
    total: (count: number) => (count === 1 ? '1 row' : `${count} rows`),
    state: 'State',
    allStates: 'All',
    states: { waiting: 'waiting', issued: 'made', refused: 'not made' },
    act: 'Act',
    picture: 'Picture',
    end: { issued: 'It is made', refused: 'None is made' },
    endTitle: {
      issued: (number: string) => `Invoice made: ${number}`,
      refused: (number: string) => `No invoice: ${number}`,
    },
    endWhat: {
      issued:
        "The invoice is made by your own tax software. The vendor's cloud hears that it is made when it asks; this cannot be changed.",
      refused: "The vendor's cloud hears this reason when it asks; it cannot be changed.",
    },
    endAsked: {
      issued: "The invoice's number, or where it lies (it stays in the trail)",
      refused: "Reason (the vendor's cloud hears it, and it stays in the trail)",
    },
    ended: { issued: 'Noted as made', refused: 'Noted as not made' },
  },
}
