import { billHash } from './bill.ts'
import type { BillTold } from './bill-read.ts'

/* Bills as WeChat Pay writes them, for tests: everything has a default, so whatever a test sets is what it is about. */

export const titles =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
export const sumTitles = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'
export type Cells = Readonly<Record<string, string>>

/** A paid order of ¥15.00, direct mode. */
export const paidRow = (told: Cells = {}): Cells => ({
  交易时间: '2026-06-01 10:32:12',
  公众账号ID: 'wx1111111111111111',
  商户号: '1900000001',
  特约商户号: '0',
  微信订单号: '4200002345202606011234567891',
  商户订单号: '10010000007000000000000000123456',
  用户标识: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  交易类型: 'JSAPI',
  交易状态: 'SUCCESS',
  付款银行: 'OTHERS',
  货币种类: 'CNY',
  应结订单金额: '15.00',
  代金券金额: '0.00',
  微信退款单号: '0',
  商户退款单号: '0',
  退款金额: '0.00',
  充值券退款金额: '0.00',
  商品名称: '停车费 阳光花园,东门 粤B·1**45',
  手续费: '0.09000',
  费率: '0.60%',
  订单金额: '15.00',
  申请退款金额: '0.00',
  ...told,
})

/** ¥4.00 of it given back. */
export const refundRow = (told: Cells = {}): Cells =>
  paidRow({
    交易状态: 'REFUND',
    应结订单金额: '0.00',
    订单金额: '0.00',
    微信退款单号: '50000000382019052709732678859',
    商户退款单号: '20010000007000000000000000123457',
    退款金额: '4.00',
    退款类型: 'ORIGINAL',
    退款状态: 'SUCCESS',
    手续费: '-0.02400',
    申请退款金额: '4.00',
    ...told,
  })

const ticked = (cells: readonly string[]) => cells.map((cell) => `\`${cell}`).join(',')
const yuan = (thousandths: number, decimals: number) => (thousandths / 100_000).toFixed(decimals)
const sum = (rows: readonly Cells[], name: string) =>
  rows.reduce((total, row) => total + Math.round(Number(row[name] ?? 0) * 100_000), 0)

/** The file of these rows, with the sums that they make unless `sums` says others. */
export function tradeFile(
  rows: readonly Cells[],
  told: {
    readonly header?: string
    readonly sums?: readonly string[]
    readonly end?: string
    readonly bom?: boolean
  } = {},
): string {
  const { header = titles, end = '\r\n', bom = true } = told
  const sums = told.sums ?? [
    String(rows.length),
    yuan(sum(rows, '应结订单金额'), 2),
    yuan(sum(rows, '退款金额'), 2),
    yuan(sum(rows, '充值券退款金额'), 2),
    yuan(sum(rows, '手续费'), 5),
    yuan(sum(rows, '订单金额'), 2),
    yuan(sum(rows, '申请退款金额'), 2),
  ]
  const lines = [header, ...rows.map((row) => ticked(header.split(',').map((name) => row[name] ?? ''))), sumTitles]
  return `${bom ? '\uFEFF' : ''}${[...lines, ticked(sums)].join(end)}${end}`
}

/** What was asked for, and the hash of the very file. */
export const toldOf = (file: string | Uint8Array, told: Partial<BillTold> = {}): BillTold => ({
  kind: 'trade',
  mode: 'direct',
  mchid: '1900000001',
  day: '2026-06-01',
  alsoKnown: [],
  sha1: billHash(Buffer.from(file as string)),
  ...told,
})

/** The bytes of a file in pieces of this size, as a download brings them. */
export async function* piecesOf(file: string | Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(file as string)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export const flowTitles =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号'
const flowSums = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额'

export const flowRow = (told: Cells = {}): Cells => ({
  记账时间: '2026-06-01 10:32:12',
  微信支付业务单号: '4200002345202606011234567891',
  资金流水单号: '4200002345202606011234567892',
  业务名称: '交易',
  业务类型: '交易',
  收支类型: '收入',
  '收支金额（元）': '15.00',
  '账户结余（元）': '115.00',
  资金变更提交申请人: 'system',
  备注: '结算总金额 15.00 元;含手续费 0.09 元',
  业务凭证号: '4200002345202606011234567891',
  ...told,
})

export function flowFile(rows: readonly Cells[], sums?: readonly string[]): string {
  const of = (way: string) => rows.filter((row) => row.收支类型 === way)
  const made = [
    String(rows.length),
    ...['收入', '支出'].flatMap((way) => [String(of(way).length), yuan(sum(of(way), '收支金额（元）'), 2)]),
  ]
  const lines = [
    flowTitles,
    ...rows.map((row) => ticked(flowTitles.split(',').map((name) => row[name] ?? ''))),
    flowSums,
  ]
  return `${[...lines, ticked(sums ?? made)].join('\n')}\n`
}
