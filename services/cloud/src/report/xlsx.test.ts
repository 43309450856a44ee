import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { keeping, sheetsOf } from './book.testing.ts'
import type { Column, Row } from './column.ts'
import { xlsxBook } from './xlsx.ts'

const at = Date.UTC(2026, 10, 1)
const columns: readonly Column[] = [
  { key: 'number', kind: 'number', title: { zh: '订单号', en: 'Trade number' } },
  { key: 'plate', kind: 'plate', title: { zh: '车牌', en: 'Plate' } },
  { key: 'amount', kind: 'fen', title: { zh: '金额', en: 'Amount' }, total: true },
  { key: 'count', kind: 'count', title: { zh: '笔数', en: 'Count' }, total: true },
  { key: 'at', kind: 'instant', title: { zh: '时间', en: 'Time' } },
  { key: 'day', kind: 'day', title: { zh: '日期', en: 'Day' } },
]
/** What an independent reader finds of these tables. */
async function written(tables: Readonly<Record<string, readonly Row[]>>): Promise<Record<string, unknown[][]>> {
  const { sink, bytes } = keeping()
  const book = xlsxBook(sink, { language: 'en', at })
  for (const [name, rows] of Object.entries(tables)) {
    const table = await book.table(name, columns)
    await table.rows(rows)
    await table.end()
  }
  await book.end()
  return sheetsOf(bytes())
}
const row = (over: Partial<Row>): Row => ({
  ...{ number: '1', plate: '粤B12345', amount: 1, count: 1, at, day: '2026-11-01' },
  ...(over as Row),
})

/** What XML can say: its Char (XML 1.0, 2.2). */
const isOfXml = (character: string): boolean => {
  const code = character.codePointAt(0)!
  return code === 9 || code === 10 || code === 13 || (code >= 32 && code !== 0xfffe && code !== 0xffff)
}

describe('a workbook, read by somebody else', () => {
  test('has every table with its head, its rows and what they add up to', async () => {
    const number = '12345678901234567890123456789012'
    const rows = [
      row({ number, amount: 1999, count: 2, at: at + 1000 }),
      row({ number: '007', amount: -5, plate: null }),
    ]
    const midnight = 46327 // 1 November 2026, in Excel's days; Beijing is eight hours on
    assert.deepEqual(await written({ Payments: rows, 'a/b:[c]?': [] }), {
      Payments: [
        ['Trade number', 'Plate', 'Amount', 'Count', 'Time', 'Day'],
        [number, '粤B12345', 19.99, 2, Number((midnight + 8 / 24 + 1 / 86_400).toFixed(8)), midnight],
        ['007', null, -0.05, 1, Number((midnight + 8 / 24).toFixed(8)), midnight],
        ['Total', null, 19.94, 3, null, null],
      ],
      'a b  c  ': [
        ['Trade number', 'Plate', 'Amount', 'Count', 'Time', 'Day'],
        ['Total', null, 0, 0, null, null],
      ],
    })
  })

  test('two tables of one name are refused', () => assert.rejects(written({ 'a/': [], 'a?': [] }), RangeError))

  test('text is text: no formula, no escape, and nothing lost but what XML cannot say and which line break it was', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('_x0041_=1+1&<"\r\n')),
        async (text) => {
          const [, [read] = []] = Object.values(await written({ t: [row({ number: `t${text}` })] }))[0]!
          assert.equal(read, `t${[...text.toWellFormed().replace(/\r\n?/g, '\n')].filter(isOfXml).join('')}`)
        },
      ),
      { numRuns: 50 },
    ))
})

test('a sink that takes no more stops the writing', async () => {
  const gone = new Error('the client is gone')
  let taken = 0
  const book = xlsxBook(
    async () => {
      if (++taken > 3) throw gone
    },
    { language: 'zh', at },
  )
  await assert.rejects(async () => {
    for (let n = 0; n < 10; n++) await (await book.table(`t${n}`, columns)).end()
  }, gone)
})
