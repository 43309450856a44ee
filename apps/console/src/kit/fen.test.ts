import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fenOf, typedYuan } from './fen.ts'

describe('an amount as a person types it', () => {
  const table: [typed: string, fen: number | null][] = [
    ['12', 1200],
    ['12.5', 1250],
    ['12.50', 1250],
    ['0.01', 1],
    ['1,234.50', 123_450],
    ['¥ 3', 300],
    ['１２．５', 1250],
    ['', null],
    ['.5', null],
    ['12.', null],
    ['12.505', null],
    ['-1', null],
    ['1e3', null],
    ['123456789', null],
  ]
  for (const [typed, fen] of table) test(`"${typed}" is ${fen ?? 'no amount'}`, () => assert.equal(fenOf(typed), fen))
  test('that was written for it reads back the same', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_999 }), (fen) => assert.equal(fenOf(typedYuan(fen)), fen)),
    ))
})
