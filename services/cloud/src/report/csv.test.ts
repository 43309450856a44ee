import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { keeping } from './book.testing.ts'
import type { Column, Kind } from './column.ts'
import { csvBook, csvCell } from './csv.ts'

const column = (kind: Kind, over: Partial<Column> = {}): Column => ({
  ...{ key: 'a', kind, title: { zh: '一', en: 'a' } },
  ...over,
})

describe('a cell of CSV', () => {
  const cells: readonly (readonly [Kind, string | number | null, string, string])[] = [
    ['fen', 123456, '1234.56', 'money is yuan'],
    ['fen', -5, '-0.05', 'money below zero is a number, not a formula'],
    ['count', 7, '7', 'a count is a number'],
    ['instant', Date.UTC(2026, 9, 31, 16, 0, 1), '2026-11-01 00:00:01', 'an instant is of Beijing'],
    ['day', '2026-11-01', '2026-11-01', 'a day is a day'],
    ['text', null, '', 'nothing is nothing'],
    ['text', '出口, 东', '"出口, 东"', 'a comma is quoted'],
    ['text', 'he said "no"', '"he said ""no"""', 'quotes are doubled'],
    ['text', '=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`, 'a formula is text'],
    ['text', '+86 10', "'+86 10", 'so is one that begins with a plus'],
    ['text', '-1+cmd', "'-1+cmd", 'a minus'],
    ['text', '@sum', "'@sum", 'an at'],
    ['text', '\t=1', "'\t=1", 'or a tab before it'],
    ['number', '12345678901234567890123456789012', '12345678901234567890123456789012\t', '32 digits stay 32 digits'],
    ['number', '007', '007\t', 'zeros in front stay'],
    ['plate', '1E23456', '1E23456\t', 'a pass of a car without a plate is no power of ten'],
    ['text', '3-4', '3-4\t', 'nor a day'],
    ['plate', '粤B12345', '粤B12345', 'a plate is as it is'],
  ]
  for (const [kind, cell, written, why] of cells)
    test(`${kind} ${JSON.stringify(cell)}: ${why}`, () =>
      assert.equal(csvCell(column(kind), { a: cell }, 'zh'), written))
})

test('no text is ever taken for a formula, and none is lost', () =>
  fc.assert(
    fc.property(fc.string(), (text) => {
      const cell = csvCell(column('text'), { a: text }, 'zh')
      const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
      assert.doesNotMatch(read, /^[=+\-@\t\r]/)
      assert.ok(read.includes(text))
    }),
  ))

test('the mark of UTF-8, a head, rows, and a line of totals that is their sum', async () => {
  const columns: Column[] = [
    { key: 'state', kind: 'text', title: { zh: '状态', en: 'State' }, words: { paid: { zh: '已支付', en: 'paid' } } },
    { key: 'amount', kind: 'fen', title: { zh: '金额', en: 'Amount' }, total: true },
  ]
  const { sink, bytes } = keeping()
  const book = csvBook(sink, { language: 'zh', at: 0 })
  const table = await book.table('payments', columns)
  await table.rows([{ state: 'paid', amount: 100 }])
  await table.rows([{ state: 'odd', amount: '250' }])
  await table.end()
  await book.end()
  assert.equal(bytes().toString(), '\uFEFF状态,金额\r\n已支付,1.00\r\nodd,2.50\r\n合计,3.50\r\n')
  await assert.rejects(book.table('refunds', columns), RangeError)
})
