import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { zip } from '@lanepay/simulator-alipay/zip.ts'
import { gbk } from '@lanepay/simulator-wire/gbk.ts'
import fc from 'fast-check'
import { accountLayout } from './bill-account.ts'
import { type BillRows, readBill, readBillArchive } from './bill-file.ts'
import type { Fault } from './bill-reader.ts'
import { tradeLayout } from './bill-trade.ts'
import { cellsOf } from './csv.ts'
import { filesIn, inMemory } from './zip.ts'

/* Bills as they are downloaded, and every way in which one is not to be believed. */

const account = '2088000000000001'
const wanted = { account, day: '2026-01-01' }
const ours = '10010000007000000000000000123456'

type Line = {
  readonly trade?: string
  readonly out?: string
  readonly type?: string
  readonly amount?: string
  readonly received?: string
  readonly request?: string
  readonly fee?: string
  readonly title?: string
}
const aRow = (told: Line = {}): string =>
  [
    `${told.trade ?? '2026010122001400000000000001'}\t`,
    `${told.out ?? ours}\t`,
    told.type ?? '交易',
    told.title ?? '停车费',
    '2026-01-01 12:00:01',
    '2026-01-01 12:00:09',
    ...['', '', '', '', '*明(138****0000)'],
    told.amount ?? '8.00',
    told.received ?? told.amount ?? '8.00',
    ...['0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00'],
    told.request ?? '',
    told.fee ?? '-0.05',
    '0.00',
    '',
  ].join(',')

const header =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,' +
  '支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,' +
  '退款批次号/请求号,服务费（元）,分润（元）,备注'

const aBill = (told: { rows?: readonly string[]; header?: string; totals?: readonly string[] } = {}): string[] => [
  '#支付宝业务明细查询',
  `#账号：[${account}0156]`,
  '#起始日期：[2026年01月01日 00:00:00]   终止日期：[2026年01月01日 23:59:59]',
  '#-----------业务明细列表-----------',
  told.header ?? header,
  ...(told.rows ?? [aRow(), aRow({ type: '退款', amount: '-2.50', request: 'RF-1\t', fee: '0.02' })]),
  '#-----------业务明细列表结束-----------',
  ...(told.totals ?? [
    '#交易合计：1笔，商家实收共8.00元，商家优惠共0.00元',
    '#退款合计：1笔，商家实收退款共-2.50元，商家优惠退款共0.00元',
  ]),
  '#导出时间：[2026年01月02日 09:30:00]',
]
const textOf = (lines: readonly string[]): Buffer => gbk(lines.map((line) => `${line}\r\n`).join(''))

async function all<Row>(reading: BillRows<Row>): Promise<{ rows: Row[]; fault: Fault | null }> {
  const rows: Row[] = []
  for (;;) {
    const next = await reading.next()
    if (next.done) return { rows, fault: next.value }
    rows.push(next.value)
  }
}
async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer, null> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
  return null
}
const reading = (lines: readonly string[], length = 4096) =>
  all(readBill(tradeLayout, wanted, inPieces(textOf(lines), length)))
const named = (bytes: Buffer, name = `${account}0156_20260101_业务明细.csv`) => ({ name, bytes })
const summary = named(Buffer.from('x'), `${account}0156_20260101_业务明细(汇总).csv`)

test('a bill is its rows, with money as it moved', async () => {
  const { rows, fault } = await reading(aBill())
  assert.equal(fault, null)
  assert.deepEqual(
    rows.map(({ kind, tradeNumber, refundNumber, amountFen, feeFen }) => [
      kind,
      tradeNumber,
      refundNumber,
      amountFen,
      feeFen,
    ]),
    [
      ['payment', ours, '', 800, -5],
      ['refund', ours, 'RF-1', -250, 2],
    ],
  )
  assert.equal(rows[0]?.doneAt, Date.parse('2026-01-01T12:00:09+08:00'))
})

const noTotals = ['#交易合计：0笔，商家实收共0.00元，商家优惠共0.00元', '#退款合计：0笔，商家实收退款共0.00元']
test('a day without a payment is a bill without rows', async () =>
  assert.deepEqual(await reading(aBill({ rows: [], totals: noTotals })), { rows: [], fault: null }))

test('columns are told by their names: in another order, and with those of institutions', async () => {
  const order = header
    .split(',')
    .map((name, index) => ({ name, index }))
    .toReversed()
  const turned = (row: string) => order.map(({ index }) => row.split(',')[index]).join(',')
  const lines = aBill().map((line, index) => (index > 4 && !line.startsWith('#') ? `${turned(line)},7.95` : line))
  const read = await reading(lines.with(4, `${order.map(({ name }) => name).join(',')},实收净额（元）`))
  assert.deepEqual(read, await reading(aBill()))
})

const replaced = (from: string | RegExp, to: string) => aBill().map((line) => line.replace(from, to))
const faults: readonly (readonly [what: string, lines: readonly string[], expected: string])[] = [
  ['of another kind', replaced('业务明细查询', '账务明细查询'), 'bad-row 1'],
  ['an error page', ['<html><body>502</body></html>'], 'bad-row 1'],
  ['of another account', replaced(account, '2088000000000002'), 'other-account 2'],
  ['of another day', aBill().map((line) => line.replaceAll('01月01日', '01月02日')), 'other-day 3'],
  ['of a month', replaced('01月01日 23:59:59', '01月31日 23:59:59'), 'other-day 3'],
  ['with a column nobody knows', aBill({ header: `${header},新列` }), 'unknown-columns 5'],
  ['without a column we need', replaced('服务费（元）', '花呗分期数'), 'unknown-columns 5'],
  ['with a column twice', replaced('分润（元）', '服务费（元）'), 'unknown-columns 5'],
  ['with a cell too many', aBill({ rows: [`${aRow()},1`] }), 'bad-row 6'],
  ['with a cell that does not end', aBill({ rows: [aRow({ title: '"停车费' })] }), 'bad-row 6'],
  ['with a kind of row nobody knows', aBill({ rows: [aRow({ type: '调账' })] }), 'bad-row 6'],
  ['with money that is none', aBill({ rows: [aRow({ amount: '8.005' })] }), 'bad-row 6'],
  ['with a payment that takes', aBill({ rows: [aRow({ amount: '-8.00' })] }), 'bad-row 6'],
  ['with a refund that gives', aBill({ rows: [aRow({ type: '退款', amount: '8.00' })] }), 'bad-row 6'],
  ['with our number as a spreadsheet writes it', aBill({ rows: [aRow({ out: '1.001E+31' })] }), 'mangled-number 6'],
  [
    'with our number as a spreadsheet keeps it',
    aBill({ rows: [aRow({ out: '10010000007000000000000000000000' })] }),
    'mangled-number 6',
  ],
  ["with Alipay's number mangled", aBill({ rows: [aRow({ trade: '2.0260101220014E+27' })] }), 'mangled-number 6'],
  ['with a row lost', aBill({ rows: [aRow()] }), 'wrong-summary 9'],
  [
    'with a fen lost',
    aBill({ rows: [aRow({ received: '7.99' })], totals: [] }).toSpliced(7, 0, '#交易合计：1笔，商家实收共8.00元'),
    'wrong-summary 8',
  ],
  ['without its totals', aBill({ totals: [] }), 'bad-row 9'],
  ['with something behind its end', [...aBill(), aRow()], 'bad-row 12'],
]
describe('not to be believed: a bill', () => {
  for (const [what, lines, expected] of faults)
    test(`${what}: ${expected}`, async () => {
      const { fault } = await reading(lines)
      assert.equal(`${fault?.fault} ${fault?.line}`, expected, fault?.detail ?? '')
    })
})

test('a bill that ends early is cut, wherever it ends', async () => {
  const bytes = textOf(aBill())
  const last = bytes.lastIndexOf('#')
  for (let length = 0; length <= last; length++) {
    const { fault } = await all(readBill(tradeLayout, wanted, inPieces(bytes.subarray(0, length), 512)))
    assert.ok(fault !== null, `${length} bytes`)
  }
})

test('bytes that are no GBK are damage, not text', async () => {
  const bytes = textOf(aBill())
  const { fault } = await all(readBill(tradeLayout, wanted, inPieces(Buffer.concat([bytes, Buffer.from([0xff])]), 64)))
  assert.equal(fault?.fault, 'not-unpacked')
})

const anyTitle = fc.string({ unit: fc.constantFrom('停', '车', '·', 'A', ',', '"', ' ', '费', '１'), maxLength: 12 })
const anyFen = fc.integer({ min: 1, max: 100_000 })
const yuan = (fen: number) => toYuan(fen as Fen)

test('what is written reads back the same, in pieces of any length, with any text in its cells', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ fen: anyFen, refund: fc.boolean(), title: anyTitle }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 300 }),
      async (some, length) => {
        const rows = some.map(({ fen, refund, title }) =>
          aRow({
            title: `"${title.replaceAll('"', '""')}"`,
            ...(refund ? { type: '退款', amount: yuan(-fen), request: 'RF-1\t' } : { amount: yuan(fen) }),
          }),
        )
        const sum = (wantedRefund: boolean) => some.filter(({ refund }) => refund === wantedRefund)
        const total = (of: readonly { fen: number }[], sign: 1 | -1) =>
          `${of.length}笔，商家实收${sign < 0 ? '退款' : ''}共${yuan(sign * of.reduce((all, { fen }) => all + fen, 0))}元`
        const totals = [`#交易合计：${total(sum(false), 1)}`, `#退款合计：${total(sum(true), -1)}`]
        const read = await reading(aBill({ rows, totals }), length)
        assert.equal(read.fault, null)
        assert.deepEqual(
          read.rows.map(({ amountFen }) => amountFen),
          some.map(({ fen, refund }) => (refund ? -fen : fen)),
        )
      },
    ),
    { numRuns: 60 },
  ))

test('cells survive quotes, commas and the tab behind a number', () =>
  fc.assert(
    fc.property(fc.array(anyTitle, { minLength: 1 }), (cells) => {
      const line = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')
      assert.deepEqual(
        cellsOf(line),
        cells.map((cell) => cell.trim()),
      )
    }),
  ))

describe('an archive', () => {
  const open = (archive: Buffer) => all(readBillArchive(tradeLayout, wanted, inMemory(archive)))
  const archive = zip([named(textOf(aBill())), summary])

  test('holds the bill beside its summary', async () => assert.deepEqual(await open(archive), await reading(aBill())))

  test('cut anywhere is refused', async () => {
    for (let length = 0; length < archive.length; length += 3) {
      const { fault } = await open(archive.subarray(0, length))
      assert.equal(fault?.fault, 'cut', `${length} bytes`)
    }
  })

  test('with any byte changed is refused, or read as it was', async () => {
    const original = await reading(aBill())
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(archive)
        changed[at] = (changed[at] ?? 0) ^ change
        const read = await open(changed)
        if (read.fault === null) assert.deepEqual(read, original)
      }),
      { numRuns: 1_000 },
    )
  })

  test('without a bill, or with two, is none of ours', async () => {
    assert.equal((await open(zip([summary]))).fault?.fault, 'bad-row')
    assert.equal((await open(zip([named(textOf(aBill())), named(textOf(aBill()))]))).fault?.fault, 'bad-row')
  })

  test('that leads out of a folder leads nowhere', async () => {
    const names = ['../x_业务明细.csv', '/x_业务明细.csv', 'C:x_业务明细.csv', 'a\\x_业务明细.csv', 'good.csv']
    const files = await filesIn(inMemory(zip(names.map((name) => named(Buffer.from('x'), name)))))
    assert.deepEqual(files.ok && files.value.map(({ name }) => name), ['good.csv'])
  })
})

describe("an account's bill", () => {
  const columns =
    '账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注'
  const lines = (expense: string, total: string) => [
    '#支付宝账务明细查询',
    ...aBill().slice(1, 3),
    '#-----账务明细列表-----',
    `${columns},业务描述`,
    `1\t,2026010122001400000000000001\t,${ours}\t,停车费,2026-01-01 12:00:09,x,8.00,0.00,8.00,支付宝,在线支付,,`,
    `2\t,2026010122001400000000000001\t,${ours}\t,停车费,2026-01-01 12:00:09,x,,${expense},7.95,支付宝,收费,,`,
    '#-----账务明细列表结束-----',
    `#支出合计：1笔，共${total}元`,
    '#收入合计：1笔，共8.00元',
    '#导出时间：[2026年01月02日 09:30:00]',
  ]
  const open = (some: readonly string[]) => all(readBill(accountLayout, wanted, inPieces(textOf(some), 100)))

  for (const [expense, total] of [
    ['-0.05', '-0.05'],
    ['0.05', '0.05'],
  ] as const)
    test(`money out is money out, written ${expense}`, async () => {
      const { rows, fault } = await open(lines(expense, total))
      assert.equal(fault, null)
      assert.deepEqual(
        rows.map(({ kind, amountFen, balanceFen }) => [kind, amountFen, balanceFen]),
        [
          ['在线支付', 800, 800],
          ['收费', -5, 795],
        ],
      )
    })

  test('has totals of its own', async () => {
    assert.equal((await open(lines('-0.05', '-0.06'))).fault?.fault, 'wrong-summary')
    assert.equal((await open(lines('-0.05', '-0.05').toSpliced(6, 1))).fault?.fault, 'wrong-summary')
  })
})
