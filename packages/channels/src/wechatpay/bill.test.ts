import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { BillFault, BillLine } from '../bills.ts'
import { BrokenDownload } from '../download.ts'
import { billHash, readBill } from './bill.ts'
import { dayOf, readMilliFen } from './bill-cells.ts'
import {
  type Cells,
  flowFile,
  flowRow,
  paidRow,
  piecesOf,
  refundRow,
  sumTitles,
  titles,
  toldOf,
  tradeFile,
} from './bill-fixtures.ts'
import { type BillTold, readBillStream } from './bill-read.ts'
import { at } from './fixtures.ts'

async function reading(file: string | Uint8Array, told: Partial<BillTold> = {}, size?: number) {
  const lines: BillLine[] = []
  const read = await readBillStream(toldOf(file, told), piecesOf(file, size), (some) => void lines.push(...some))
  return { read, lines }
}
const faultIn = async (...given: Parameters<typeof reading>) => {
  const { read } = await reading(...given)
  return read.ok ? 'none' : `${read.error.fault}${read.error.line === null ? '' : ` at ${read.error.line}`}`
}

describe('a trade bill that holds', () => {
  const common = {
    tradeNumber: '10010000007000000000000000123456',
    channelTradeNo: '4200002345202606011234567891',
    accountKey: '1900000001',
    at: at('2026-06-01T10:32:12+08:00'),
    product: '停车费 阳光花园,东门 粤B·1**45',
    note: '',
  }
  const refund = {
    kind: 'refund',
    ...common,
    refundNumber: '20010000007000000000000000123457',
    channelRefundNo: '50000000382019052709732678859',
    amountFen: 400,
    settledFen: 400,
    feeMilliFen: -2400,
    state: 'done',
  }
  const old = (row: Cells): Cells => ({
    ...row,
    子商户号: row.特约商户号 ?? '',
    总金额: row.应结订单金额 ?? '',
    代金券或立减优惠金额: row.代金券金额 ?? '',
  })
  const oldTitles = titles
    .replace('特约商户号', '子商户号')
    .replace('应结订单金额', '总金额')
    .replace('代金券金额', '代金券或立减优惠金额')
    .replace(',订单金额,申请退款金额,费率备注', '')
  const payment = { kind: 'payment', ...common, amountFen: 1500, settledFen: 1500, feeMilliFen: 9000 }
  const couponed = paidRow({ 应结订单金额: '12.00', 代金券金额: '3.00', 手续费: '0.07200' })
  const rows: [what: string, row: Cells, line: object, header?: string][] = [
    ['an order', paidRow(), payment],
    ['a coupon that is not money', couponed, { ...payment, settledFen: 1200, feeMilliFen: 7200 }],
    ['a note of ours', paidRow({ 商户数据包: 'lot=7`x' }), { ...payment, note: 'lot=7`x' }],
    ['a refund', refundRow(), refund],
    ['a refund in progress', refundRow({ 退款状态: 'PROCESSING' }), { ...refund, state: 'pending' }],
    ['a refund that failed', refundRow({ 退款状态: 'FAIL' }), { ...refund, state: 'failed' }],
    ['a refund in a state of next year', refundRow({ 退款状态: 'NEW' }), { ...refund, state: 'pending' }],
    ['a refund still without number', refundRow({ 微信退款单号: '0' }), { ...refund, channelRefundNo: null }],
    ['a reversed code payment', paidRow({ 交易状态: 'REVOKED' }), { ...payment, kind: 'reversed' }],
    ['the older names of columns', old(paidRow()), payment, oldTitles],
    ['the older names, a refund', old(refundRow()), refund, oldTitles],
  ]
  for (const [what, row, line, header] of rows)
    test(what, async () => {
      const file = tradeFile([row], header ? { header } : {})
      // Older bills have an older summary, too.
      const told = header ? file.replace(',订单总金额,申请退款总金额', '').replace(/(,`[^`]*){2}\r\n$/, '\r\n') : file
      const { read, lines } = await reading(told)
      assert.deepEqual(read, {
        ok: true,
        value: { lines: 1, payments: row.交易状态 === 'SUCCESS' ? 1 : 0, refunds: row.交易状态 === 'REFUND' ? 1 : 0 },
      })
      assert.deepEqual(lines, [line])
    })

  test('a day without a payment', async () => {
    assert.deepEqual((await reading(tradeFile([]))).read, { ok: true, value: { lines: 0, payments: 0, refunds: 0 } })
  })

  const partner = { mode: 'partner', subMchid: '1900000109' } as const
  const ofSub = (sub: string) => tradeFile([paidRow({ 特约商户号: sub })])
  test('a partner reads one operator, or all of them at once', async () => {
    const { lines } = await reading(ofSub('1900000109'), partner)
    assert.equal(lines[0]?.kind === 'payment' && lines[0].accountKey, '1900000001/1900000109')
    const all = await reading(ofSub('1900000110'), { mode: 'partner' })
    assert.equal(all.lines[0]?.kind === 'payment' && all.lines[0].accountKey, '1900000001/1900000110')
  })

  test('counts read 1 or 1.0, sums 15.00 or 15.0, fees may be rounded to the fen', async () => {
    const row = paidRow({ 手续费: '0.09400' })
    for (const fee of ['0.09400', '0.09', '0.094'])
      assert.equal(
        await faultIn(tradeFile([row], { sums: ['1.0', '15.0', '0.0', '0', fee, '15', '0.00'] })),
        'none',
        fee,
      )
  })
})

describe('a bill that is not believed', () => {
  const two = [paidRow(), refundRow()]
  const whole = tradeFile(two)
  const withCell = (name: string, cell: string) => tradeFile([paidRow(), { ...refundRow(), [name]: cell }])
  const sums = (change: readonly string[]) => tradeFile(two, { sums: change })
  const right = ['2', '15.00', '4.00', '0.00', '0.06600', '15.00', '4.00']
  const but = (index: number, said: string) => sums(right.with(index, said))
  const rows: [what: string, file: string | Uint8Array, fault: string, told?: Partial<BillTold>][] = [
    ['nothing is wrong', whole, 'none'],
    ['the sums as they are', sums(right), 'none'],
    ['an empty file', '', 'cut at 0'],
    ['cut after the header', `${titles}\r\n`, 'cut at 1'],
    ['cut inside a row', whole.slice(0, whole.indexOf('REFUND') + 30), 'cut at 3'],
    ['cut before the summary', whole.slice(0, whole.indexOf(sumTitles)), 'cut at 3'],
    ['cut before the summary line', whole.slice(0, whole.indexOf(sumTitles) + sumTitles.length + 2), 'cut at 4'],
    ['cut inside the summary line', whole.slice(0, -10), 'cut at 5'],
    ['cut inside a character', Buffer.from(whole).subarray(0, 10), 'cut'],
    ['cut inside the packed file', gzipSync(whole).subarray(0, -40), 'cut'],
    ['packed and damaged', gzipSync(whole).fill(0x55, 30, 60), 'not-unpacked'],
    ['another hash', whole, 'wrong-hash', { sha1: billHash(Buffer.from('another file')) }],
    ['a cell too many in the middle', whole.replace('`OTHERS', '`OTHERS,`x'), 'bad-row at 2'],
    ['a line after the summary', `${whole}\`1\r\n`, 'bad-row at 6'],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from(whole.slice(0, 400)), Buffer.from([0xff, 0x41])]),
      'bad-row',
    ],
    ['a line without end', `${whole}${'x'.repeat(70_000)}`, 'bad-row'],
    ['a column is missing', tradeFile(two, { header: titles.replace('商户订单号,', '') }), 'unknown-columns at 1'],
    ['a column nobody knows', tradeFile(two, { header: `${titles},新优惠金额` }), 'unknown-columns at 1'],
    [
      'a column that somebody looked at',
      tradeFile(two, { header: `${titles},新备注` }),
      'none',
      { alsoKnown: ['新备注'] },
    ],
    ['a column twice', tradeFile(two, { header: `${titles},手续费` }), 'unknown-columns at 1'],
    ['a column under both its names', tradeFile(two, { header: `${titles},总金额` }), 'unknown-columns at 1'],
    ['a page instead of a bill', '<html>\n<body>busy</body>\n', 'unknown-columns at 1'],
    ['our number as a power of ten', withCell('商户订单号', '1.0010000007E+31'), 'mangled-number at 3'],
    ['our number rounded', withCell('商户订单号', '10010000007000000000000000000000'), 'mangled-number at 3'],
    ["WeChat's number rounded", withCell('微信订单号', '4200002345202600000000000000'), 'mangled-number at 3'],
    ["the refund's number rounded", withCell('商户退款单号', '2.001E+31'), 'mangled-number at 3'],
    ['the day before', withCell('交易时间', '2026-05-31 23:59:59'), 'other-day at 3'],
    ['the day after', withCell('交易时间', '2026-06-02 00:00:00'), 'other-day at 3'],
    ['the first second of the day', withCell('交易时间', '2026-06-01 00:00:00'), 'none'],
    ['the last second of the day', withCell('交易时间', '2026-06-01 23:59:59'), 'none'],
    ['a time that a spreadsheet wrote', withCell('交易时间', '2026/6/1 10:32'), 'bad-row at 3'],
    ['another merchant', withCell('商户号', '1900000002'), 'other-account at 3'],
    ['an operator, in direct mode', withCell('特约商户号', '1900000109'), 'other-account at 3'],
    ['no operator, in partner mode', whole, 'other-account at 2', { mode: 'partner' }],
    ['another currency', withCell('货币种类', 'USD'), 'bad-row at 3'],
    ['a state nobody knows', withCell('交易状态', 'NEW'), 'bad-row at 3'],
    ['an amount in floating point', withCell('申请退款金额', '4.0000001'), 'bad-row at 3'],
    ['an amount below nothing', withCell('申请退款金额', '-4.00'), 'bad-row at 3'],
    ['no fee', withCell('手续费', ''), 'bad-row at 3'],
    ['a refund without our number', withCell('商户退款单号', '0'), 'bad-row at 3'],
    ['an order without our number', withCell('商户订单号', ''), 'bad-row at 3'],
    ['one row more in the count', but(0, '3'), 'wrong-summary'],
    ['a fen more settled', but(1, '15.01'), 'wrong-summary'],
    ['a fen less refunded', but(2, '3.99'), 'wrong-summary'],
    ['a fee of another day', but(4, '0.09000'), 'wrong-summary'],
    ['a fee off by a rounded fen', but(4, '0.08'), 'wrong-summary'],
    ['a fen more ordered', but(5, '15.01'), 'wrong-summary'],
    ['a fen more asked for', but(6, '4.01'), 'wrong-summary'],
    ['a sum that is no number', but(1, 'x'), 'wrong-summary'],
    ['a sum that is missing', whole.replace('手续费总金额', '手续费总计'), 'unknown-columns'],
  ]
  for (const [what, file, fault, told] of rows)
    test(`${what}: ${fault}`, async () => {
      // The hash is that of the unpacked bytes; a file that cannot be unpacked has none of its own.
      const sha1 = billHash(Buffer.from(file as string))
      assert.equal(await faultIn(file, { sha1, ...told }), fault)
    })

  test('a download that ends in the middle is cut', async () => {
    async function* broken() {
      yield Buffer.from(whole.slice(0, 300))
      throw new BrokenDownload('other side closed')
    }
    const read = await readBillStream(toldOf(whole), broken(), () => {})
    assert.equal(!read.ok && read.error.fault, 'cut' satisfies BillFault)
  })

  test('what the taker throws is thrown, and not called damage', async () => {
    const fault = new Error('the database is down')
    const packed = gzipSync(whole)
    for (const file of [whole, packed])
      await assert.rejects(
        readBillStream(toldOf(whole), piecesOf(file), () => {
          throw fault
        }),
        fault,
      )
  })
})

describe('a fund-flow bill', () => {
  const out = flowRow({ 收支类型: '支出', '收支金额（元）': '4.00', '账户结余（元）': '111.00', 业务名称: '退款' })
  const kind = 'fund-flow' as const
  test('hands over every movement, in and out', async () => {
    const { read, lines } = await reading(flowFile([flowRow(), out]), { kind })
    assert.deepEqual(read, { ok: true, value: { lines: 2, payments: 0, refunds: 0 } })
    assert.deepEqual(lines[1], {
      kind: 'flow',
      flowNo: '4200002345202606011234567892',
      channelNo: '4200002345202606011234567891',
      ourNumber: '4200002345202606011234567891',
      way: 'out',
      amountFen: 400,
      balanceFen: 11_100,
      at: at('2026-06-01T10:32:12+08:00'),
      business: '退款',
      note: '结算总金额 15.00 元;含手续费 0.09 元',
    })
  })
  const two = (cell: Cells) => flowFile([flowRow(), { ...out, ...cell }])
  const rows: [what: string, file: string, fault: string][] = [
    ['another day', two({ 记账时间: '2026-06-02 00:00:00' }), 'other-day at 3'],
    ['neither in nor out', two({ 收支类型: '冻结' }), 'bad-row at 3'],
    ['a rounded number', two({ 业务凭证号: '4.2E+27' }), 'mangled-number at 3'],
    ['no number of its own', two({ 资金流水单号: '' }), 'bad-row at 3'],
    ['a balance that is none', two({ '账户结余（元）': '-' }), 'bad-row at 3'],
    ['one movement too few', flowFile([flowRow(), out], ['3', '1', '15.00', '2', '4.00']), 'wrong-summary'],
    ['a fen less came in', flowFile([flowRow(), out], ['2', '1', '14.99', '1', '4.00']), 'wrong-summary'],
    ['a fen more went out', flowFile([flowRow(), out], ['2', '1', '15.00', '1', '4.01']), 'wrong-summary'],
    ['a trade bill', tradeFile([paidRow()]), 'unknown-columns at 1'],
  ]
  for (const [what, file, fault] of rows)
    test(`${what}: ${fault}`, async () => assert.equal(await faultIn(file, { kind }), fault))
})

test('a day is a day in Beijing, and a text that is none is a bug', () => {
  assert.deepEqual(dayOf('2026-06-01'), { from: at('2026-05-31T16:00:00Z'), until: at('2026-06-01T16:00:00Z') })
  for (const text of ['2026-02-30', '20260601', '2026-6-1', '']) assert.throws(() => dayOf(text), RangeError)
})

describe('laws', () => {
  const anyYuan = fc.integer({ min: 0, max: 10_000_000 }).map((fen) => (fen / 100).toFixed(2))
  const anyFee = fc.integer({ min: 0, max: 10_000_000 }).map((milli) => (milli / 100_000).toFixed(5))
  const anyRow = fc.oneof(
    fc
      .record({ 应结订单金额: anyYuan, 订单金额: anyYuan, 手续费: anyFee, 商品名称: fc.string({ maxLength: 30 }) })
      .map((row) =>
        paidRow({ ...row, 商品名称: (row.商品名称 ?? '').replace(/[`\r\n\uFEFF]/g, '').replace(/,$/, '') }),
      ),
    fc
      .record({ 退款金额: anyYuan, 申请退款金额: anyYuan, 手续费: anyFee.map((fee) => `-${fee}`) })
      .map((row) => refundRow(row)),
  )
  const anyRows = fc.array(anyRow, { maxLength: 12 })

  test('however a good bill is cut into pieces, packed or not, it reads the same', () =>
    fc.assert(
      fc.asyncProperty(anyRows, fc.integer({ min: 1, max: 97 }), fc.boolean(), async (rows, size, bom) => {
        const file = tradeFile(rows, { bom })
        const plain = await reading(file, {}, size)
        assert.equal(plain.read.ok, true, JSON.stringify(plain.read))
        assert.deepEqual(await reading(gzipSync(file), { sha1: billHash(Buffer.from(file)) }, size), plain)
        const whole = readBill(Buffer.from(file))
        assert.equal(whole.ok && whole.value.rows.length, plain.lines.length)
      }),
      { numRuns: 60 },
    ))

  test('a bill that was cut anywhere, or of which one digit was changed, is never believed', () =>
    fc.assert(
      fc.asyncProperty(anyRows, fc.nat(), async (rows, where) => {
        const file = tradeFile(rows, { end: '\n', bom: false })
        const sha1 = billHash(Buffer.from(file))
        assert.notEqual(await faultIn(file.slice(0, where % file.length), { sha1 }), 'none')
        // Even under the hash of the cut file: the sums at its end must give it away, as far as they are not whole.
        assert.notEqual(await faultIn(file.slice(0, where % file.lastIndexOf(',`'))), 'none')
        const digits = [...file.matchAll(/\d/g)]
        const digit = digits[where % Math.max(1, digits.length)]
        if (!digit) return
        const changed = `${file.slice(0, digit.index)}${(Number(digit[0]) + 1) % 10}${file.slice(digit.index + 1)}`
        assert.notEqual(await faultIn(changed, { sha1 }), 'none')
      }),
      { numRuns: 200 },
    ))

  test('fees are read to the last of their five decimals', () =>
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (milli) => {
        const text = `${milli < 0 ? '-' : ''}${Math.floor(Math.abs(milli) / 100_000)}.${String(Math.abs(milli) % 100_000).padStart(5, '0')}`
        assert.equal(readMilliFen(text), milli === 0 ? 0 : milli)
      }),
    ))
})
