import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changed } from './decide.ts'
import { listedRow } from './file.ts'
import { importListed, listedHeadings } from './import-listed.ts'
import { instantIn } from './import-table.ts'
import type { Kept, Listed } from './lists.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)
const listed = (list: Listed['list'], plate: string, over: Partial<Listed> = {}): Listed => ({
  ...{ list, plate, from: null, until: null, note: '', ...over },
})
const kept: Kept = {
  ...{ capacity: null, products: [], cards: [] },
  listed: [
    listed('guests', '粤B00001', { until: at('2026-12-01T18:00:00') + 250, note: '来访' }),
    listed('blocked', '粤B99999'),
  ],
}
const head = ['车牌', '开始时间', '结束时间', '备注']

describe('an instant as people and spreadsheets write it', () => {
  for (const [cell, begin, end] of [
    ['2026-12-31', '2026-12-31T00:00:00', '2027-01-01T00:00:00'],
    ['2026/12/31 8:05', '2026-12-31T08:05:00', '2026-12-31T08:05:00'],
    ['2026-12-31 00:00:00', '2026-12-31T00:00:00', '2026-12-31T00:00:00'],
    ['2026年1月2日', '2026-01-02T00:00:00', '2026-01-03T00:00:00'],
    ['46387', '2026-12-31T00:00:00', '2027-01-01T00:00:00'],
    ['46387.75', '2026-12-31T18:00:00', '2026-12-31T18:00:00'],
    ['2026-12-31 25:00', null, null],
    ['2026-12-31 下午', null, null],
    ['2026-02-30', null, null],
    ['明天', null, null],
  ] as const)
    test(`${cell} begins at ${begin} and ends at ${end}`, () =>
      assert.deepEqual([instantIn(cell, 'begin'), instantIn(cell, 'end')], [begin && at(begin), end && at(end)]))
})

describe('vehicles from a file', () => {
  const sheet = [
    head,
    ['粤b·00001', '', '2026-12-01 18:00:00', '来访'],
    ['粤B00002', '2026-12-01', '2026-12-02', '供应商'],
    [],
    ['粤B0000', '', '', ''],
    ['粤B00003', '2026-12-02', '2026-12-01', ''],
    ['粤B00004', '下周', '', ''],
    ['粤B00002', '', '', ''],
    ['粤B00005', '', '', '长'.repeat(61)],
  ]
  const does = ({ lines }: ReturnType<typeof importListed>) => lines.map((one) => [one.line, one.does])

  test('each line says what it does, or why it cannot, in both languages', () => {
    const imported = importListed(kept, 'guests', sheet, null)
    assert.deepEqual(does(imported), [
      ...[
        [2, 'nothing'],
        [3, 'puts'],
      ],
      ...[5, 6, 7, 8, 9].map((line) => [line, 'wrong']),
    ])
    const why = imported.lines.flatMap((line) => (line.why ? [line.why] : []))
    for (const [n, word] of [/"粤B0000" is no plate/, /after it begins/, /2026-01-31/, /before it/, /60/].entries())
      assert.match(why[n]!.en, word)
    assert.ok(why.every(({ zh }) => /[一-龥]/.test(zh)))
    assert.deepEqual(imported.change.put, [
      listed('guests', '粤B00002', {
        ...{ from: at('2026-12-01T00:00:00'), until: at('2026-12-03T00:00:00'), note: '供应商' },
      }),
    ])
  })
  test('the same file again does nothing, and only chosen lines are taken', () => {
    const after = changed(kept, importListed(kept, 'guests', sheet, null).change)
    assert.deepEqual(importListed(after, 'guests', sheet, null).change.put, [])
    assert.deepEqual(importListed(kept, 'guests', sheet, new Set([2])).change.put, [])
  })
  test('nobody is both free and blocked', () => {
    const { lines } = importListed(kept, 'free', [head, ['粤B99999']], null)
    assert.deepEqual([lines[0]!.does, /blocked/.test(lines[0]!.why!.en)], ['wrong', true])
  })
  test('a list takes no more than a lot does', () => {
    const full = Array.from({ length: 20_000 }, (_, n) => listed('free', `粤C${10_000 + n}`))
    const { lines } = importListed(
      { ...kept, listed: full },
      'free',
      [head, ['粤B1A111'], ['粤C10000', '', '', '新']],
      null,
    )
    assert.deepEqual(
      lines.map((one) => one.does),
      ['wrong', 'changes'],
    )
  })
  test('what is exported changes nothing when it is imported again', () => {
    const rows = kept.listed
      .filter(({ list }) => list === 'guests')
      .map((one) => listedRow({ ...one, account: 'a', putAt: 0, source: 'here', there: null }))
      .map((row) => Object.keys(listedHeadings).map((key) => String(row[key] ?? '')))
    assert.deepEqual(does(importListed(kept, 'guests', [head, ...rows], null)), [[2, 'nothing']])
  })
  test('a table that names no plate says so', () =>
    assert.match(importListed(kept, 'free', [['备注']], null).fault!.zh, /车牌/))
})
