import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pageBehind, type SortValue, sorted, sortOf, wordAfter } from '../src/kit/sorted.ts'

const sortedValues = (values: readonly SortValue[], down = false, language = 'zh-CN') =>
  sorted(values, (value) => value, down, language)

const table: readonly (readonly [
  what: string,
  given: readonly SortValue[],
  up: readonly SortValue[],
  down: readonly SortValue[],
])[] = [
  ['numbers', [10, 9, 2], [2, 9, 10], [10, 9, 2]],
  ['numbers within texts', ['lane 10', 'lane 9'], ['lane 9', 'lane 10'], ['lane 10', 'lane 9']],
  ['Chinese by its sound', ['阳光', '北门', '花园'], ['北门', '花园', '阳光'], ['阳光', '花园', '北门']],
  ['what is not known comes last, both ways', [null, 3, '', 1], [1, 3, null, ''], [3, 1, null, '']],
  ['no before yes', [true, false], [false, true], [true, false]],
]
for (const [what, given, up, down] of table)
  test(what, () => assert.deepEqual([sortedValues(given), sortedValues(given, true)], [up, down]))

test('a heading goes up, down and back; an address that names no such column orders nothing', () => {
  const keys = ['name', 'price']
  assert.equal(wordAfter(sortOf(undefined, keys), 'price'), 'price')
  assert.equal(wordAfter(sortOf('price', keys), 'price'), '-price')
  assert.equal(wordAfter(sortOf('-price', keys), 'price'), undefined)
  assert.equal(wordAfter(sortOf('-price', keys), 'name'), 'name')
  for (const word of ['', '-', 'other', '-other', '--price', 'constructor']) assert.equal(sortOf(word, keys), null)
})

test('sorted again it is the same, no row is lost, and rows that are alike stay as they stood', () => {
  const row = fc.record({ by: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(null)), at: fc.nat() })
  fc.assert(
    fc.property(fc.array(row), fc.boolean(), (given, down) => {
      const rows = given.map((one, at) => ({ ...one, at }))
      const once = sorted(rows, ({ by }) => by, down, 'en')
      assert.deepEqual(
        sorted(once, ({ by }) => by, down, 'en'),
        once,
      )
      assert.deepEqual(
        once.map(({ at }) => at).sort((a, b) => a - b),
        rows.map(({ at }) => at),
      )
      for (const [n, one] of once.entries())
        if (n > 0 && once[n - 1]!.by === one.by) assert.ok(once[n - 1]!.at < one.at)
    }),
  )
})

test('a page begins behind the row of its key, and says behind which the next one does', () => {
  const rows = Array.from({ length: 120 }, (_, n) => ({ key: `row ${n}` }))
  const shown: string[] = []
  let behind: string | undefined
  const lengths: number[] = []
  for (;;) {
    const { page, next } = pageBehind(rows, ({ key }) => key, behind)
    shown.push(...page.map(({ key }) => key))
    lengths.push(page.length)
    if (next === null) break
    behind = next
  }
  assert.deepEqual(lengths, [50, 50, 20])
  assert.deepEqual(
    shown,
    rows.map(({ key }) => key),
  )
  assert.equal(pageBehind(rows.slice(0, 50), ({ key }) => key, undefined).next, null, 'a whole page is the last one')
  assert.equal(pageBehind(rows, ({ key }) => key, 'gone').page[0]!.key, 'row 0', 'a row that is gone: the first page')
})
