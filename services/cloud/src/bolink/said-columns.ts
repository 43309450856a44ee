import { type Cell, type Column, columnOf as column, type Row, type Words } from '../report/column.ts'
import type { SaidKind } from './api.ts'

/* What is shown of each kind of thing that a lot's software says, by the words that it is kept under (lists.ts). */

const word = (zh: string, en: string): Words => ({ zh, en })
const plate = column('plate', 'plate', '车牌', 'Plate')
const plates = column('plates', 'text', '车牌', 'Plates')
const person = column('person', 'number', '人员', 'Person')
const record = column('record', 'number', '停车记录', 'Parking record')
const at = column('at', 'instant', '时间', 'Time')
const from = column('from', 'instant', '开始', 'From')
const until = column('until', 'instant', '到期', 'Until')
const because = column('because', 'text', '原因', 'Reason')
const vehicleClass = column('vehicleClass', 'text', '车型', 'Vehicle class')
const paidFen = column('paidFen', 'fen', '实收', 'Paid')
const owedFen = column('owedFen', 'fen', '应收', 'Owed')
const by = column('by', 'text', '经办', 'By')
/** Of persons: masked on screens, in no file. */
const name = column('name', 'text', '姓名', 'Name')
const phone = column('phone', 'text', '电话', 'Telephone')

type Shown = {
  readonly title: Words
  /** What the software calls it. */
  readonly key: Words
  readonly columns: readonly Column[]
  readonly personal?: readonly Column[]
  /** What a row says where nobody has said otherwise. */
  readonly unsaid?: Readonly<Record<string, string>>
}
export const shownOf: Readonly<Record<SaidKind, Shown>> = {
  'month-product': {
    ...{ title: word('月卡产品', 'Month products'), key: word('产品编号', 'Product') },
    columns: [
      column('name', 'text', '名称', 'Name'),
      column('priceFen', 'fen', '价格', 'Price'),
      column('period', 'text', '周期', 'Period'),
      vehicleClass,
      column('text', 'text', '说明', 'Description'),
    ],
  },
  'month-card': {
    ...{ title: word('月卡', 'Month cards'), key: word('卡号', 'Card') },
    columns: [
      ...[plates, from, until, column('product', 'number', '产品', 'Product'), paidFen, owedFen],
      column('space', 'text', '车位', 'Space'),
      column('lanes', 'text', '可走车道', 'Lanes'),
    ],
    personal: [name, phone],
  },
  'month-payment': {
    ...{ title: word('月卡缴费', 'Month card payments'), key: word('流水号', 'Number') },
    columns: [
      ...[
        column('card', 'number', '卡号', 'Card'),
        plates,
        column('paidAt', 'instant', '缴费时间', 'Paid at'),
        paidFen,
      ],
      ...[
        owedFen,
        column('how', 'text', '方式', 'How'),
        by,
        column('periods', 'count', '期数', 'Periods'),
        from,
        until,
      ],
    ],
  },
  blocked: {
    ...{ title: word('黑名单', 'Blocked'), key: word('编号', 'Number') },
    columns: [plate, because, by, column('since', 'instant', '加入时间', 'Since')],
  },
  'coupon-used': {
    ...{ title: word('优惠券核销', 'Coupons used'), key: word('券号', 'Coupon') },
    columns: [
      ...[plate, column('shop', 'text', '商户', 'Shop'), at, column('reducedFen', 'fen', '减免', 'Taken off'), record],
    ],
  },
  price: {
    ...{ title: word('公示价格', 'Prices as posted'), key: word('编号', 'Number') },
    columns: [
      ...[vehicleClass, column('text', 'text', '公示内容', 'As posted')],
      column('changedAt', 'instant', '修改时间', 'Changed'),
    ],
  },
  'vehicle-class': {
    ...{ title: word('车型', 'Vehicle classes'), key: word('编号', 'Number') },
    columns: [column('name', 'text', '名称', 'Name'), column('order', 'count', '排序', 'Order')],
  },
  lane: {
    ...{ title: word('车道', 'Lanes'), key: word('车道编号', 'Lane') },
    columns: [
      column('name', 'text', '名称', 'Name'),
      column('direction', 'text', '方向', 'Direction', {
        entry: word('入口', 'in'),
        exit: word('出口', 'out'),
        both: word('出入口', 'both'),
        unknown: word('未知', 'unknown'),
      }),
      column('device', 'number', '设备', 'Device'),
    ],
  },
  gate: {
    ...{ title: word('抬落杆记录', 'Gate log'), key: word('编号', 'Number') },
    columns: [
      column('lane', 'number', '车道编号', 'Lane'),
      column('moved', 'text', '动作', 'Moved', { up: word('抬杆', 'raised'), down: word('落杆', 'lowered') }),
      ...[at, person, because, plate, record],
    ],
  },
  staff: {
    ...{ title: word('收费员', 'Staff'), key: word('工号', 'Person') },
    columns: [column('since', 'instant', '建立时间', 'Since'), column('changedAt', 'instant', '修改时间', 'Changed')],
    personal: [name],
  },
  shift: {
    ...{ title: word('班次', 'Shifts'), key: word('编号', 'Number') },
    columns: [
      ...[person, column('booth', 'number', '岗亭', 'Booth'), column('startedAt', 'instant', '上班', 'Began')],
      column('endedAt', 'instant', '下班', 'Ended'),
    ],
  },
  log: {
    ...{ title: word('操作日志', 'Log'), key: word('编号', 'Number') },
    columns: [at, person, column('text', 'text', '内容', 'What'), column('remark', 'text', '备注', 'Remark')],
  },
  charging: {
    ...{ title: word('充电时长', 'Charging'), key: word('充电流水', 'Number') },
    columns: [plate, record, until],
  },
  invoice: {
    ...{ title: word('待开发票', 'To be invoiced'), key: word('停车记录', 'Parking record') },
    columns: [plate, paidFen, column('paidAt', 'instant', '缴费时间', 'Paid at')],
  },
  'invoice-wish': {
    ...{ title: word('开票申请', 'Invoices wanted'), key: word('开票单号', 'Number') },
    columns: [
      ...[column('amountFen', 'fen', '金额', 'Amount'), record],
      column('state', 'text', '状态', 'State', {
        waiting: word('待处理', 'waiting'),
        issued: word('已开票', 'made'),
        refused: word('不开', 'not made'),
      }),
      column('because', 'text', '发票号或原因', 'Invoice, or why not'),
    ],
    personal: [column('name', 'text', '购买方', 'Buyer')],
    unsaid: { state: 'waiting' },
  },
  match: {
    ...{ title: word('人工匹配', 'Matched by hand'), key: word('编号', 'Number') },
    columns: [plate, column('lane', 'number', '车道编号', 'Lane'), at],
  },
  other: {
    ...{ title: word('其他上报', 'Other uploads'), key: word('编号', 'Number') },
    columns: [column('service', 'text', '消息名', 'Message')],
  },
}

/** The columns of a kind as a screen has them, with whose it is; or as a file has them, without. */
export const columnsOf = (kind: SaidKind, { persons }: { readonly persons: boolean }): readonly Column[] => {
  const { key, columns, personal = [] } = shownOf[kind]
  return [
    { key: 'key', kind: 'number', title: key },
    ...(persons ? personal : []),
    ...columns,
    column('saidAt', 'instant', '软件告知', 'Last said'),
    column('deletedAt', 'instant', '软件已删除', 'Deleted there'),
  ]
}

/** One thing as a row of these columns: lists as text, and what was not said, or is of another form than its column, as nothing. */
export function rowOf(columns: readonly Column[], said: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(columns.map(({ key, kind }) => [key, cellOf(kind, said[key])]))
}

function cellOf(kind: Column['kind'], value: unknown): Cell {
  if (Array.isArray(value)) return value.join(' ')
  const isAmount = kind === 'fen' || kind === 'count' || kind === 'instant'
  if (isAmount) return Number.isSafeInteger(value) && Math.abs(value as number) < 8.64e15 ? (value as number) : null
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}
