import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runAll, tell } from './run.ts'

/** Interfaces of the vectors that are not built. Taking one off this list is what building it means. */
const notBuilt = ['Alipay REST v3', 'UnionPay', 'UnionPay QRA', 'UnionPay appUpIdentifier']

const outcomes = await runAll([fileURLToPath(new URL('../vectors', import.meta.url))])

test("of the project's own vectors everything passes but what is not built", () => {
  const wrong = outcomes.filter(({ verdict }) => !('notBuilt' in verdict))
  assert.deepEqual(
    wrong.map(tell).filter((line) => line !== null),
    [],
  )
})

test('what is not built is exactly what is listed here', () => {
  const names = new Set(outcomes.flatMap(({ verdict }) => ('notBuilt' in verdict ? [verdict.notBuilt] : [])))
  assert.deepEqual([...names].sort(), notBuilt.toSorted())
})

test('no vector of the five families has gone missing', () => {
  const counts: Record<string, number> = {}
  for (const { label } of outcomes) {
    const file = label.split(' ')[0] ?? ''
    counts[file] = (counts[file] ?? 0) + 1
  }
  assert.deepEqual(counts, {
    'alipay.json': 62,
    'bolink.json': 104,
    'index.json': 64,
    'tariffs.json': 349,
    'wechat-pay.json': 31,
  })
})
