import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accountKinds, causes } from '@lanepay/ledger/post.ts'
import { discrepancyClasses } from '../reconciliation/decide.ts'
import { listNames } from './list.ts'
import { listOf, lists } from './lists.ts'
import { summaryColumns } from './summaries.ts'
import { accountWords, causeWords, discrepancyClassWords } from './words.ts'

describe('both languages', () => {
  test('have a word for every account and every cause of the ledger', () => {
    assert.deepEqual(
      accountKinds.filter((kind) => !accountWords[kind]),
      [],
    )
    assert.deepEqual(
      causes.filter((cause) => !causeWords[cause]),
      [],
    )
  })

  test('have a word for every class of discrepancy', () =>
    assert.deepEqual(Object.keys(discrepancyClassWords).sort(), [...discrepancyClasses].sort()))

  test('name every column of every list and summary, each once', () => {
    for (const columns of [...lists.map((list) => list.columns), summaryColumns('day', 'lane')])
      for (const language of ['zh', 'en'] as const) {
        const titles = columns.map(({ title }) => title[language])
        assert.ok(titles.every((title) => title !== ''))
        assert.equal(new Set(titles).size, titles.length, titles.join())
      }
  })
})

test('every list has a name of its own, and its columns and filters have keys of their own', () => {
  assert.deepEqual(
    lists.map(({ name }) => name),
    listNames.map((name) => listOf(name).name),
  )
  for (const { name, columns, filters } of lists)
    for (const some of [columns, filters]) assert.equal(new Set(some.map(({ key }) => key)).size, some.length, name)
})

test('a filter is never called like what is asked beside the filters', () => {
  const own = ['from', 'until', 'order', 'sort', 'limit', 'after', 'lot', 'as', 'lang', 'month']
  assert.deepEqual(
    lists.flatMap(({ name, filters }) =>
      filters.filter(({ key }) => own.includes(key)).map(({ key }) => `${name} ${key}`),
    ),
    [],
  )
})

test('what is money is added up, but for balances', () => {
  const left = lists.flatMap(({ name, columns }) =>
    columns.filter(({ kind, total }) => kind === 'fen' && !total).map(({ key }) => `${name} ${key}`),
  )
  assert.deepEqual(left, ['statement balanceFen'])
})
