import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Malformed } from './malformed.ts'
import { identityIn, jsonIn, meaningIn, numberIn } from './values.ts'

const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const fault = (text: string) => {
  try {
    return jsonIn(Buffer.from(text))
  } catch (error) {
    assert.ok(error instanceof Malformed)
    return error.fault.rule
  }
}

test('JSON is nested at most 64 deep, whatever is in its text', () => {
  assert.ok(Array.isArray(fault(lists(64))))
  assert.equal(fault(lists(65)), 'is nested at most 64 deep')
  assert.equal(fault('['.repeat(1_000_000)), 'is nested at most 64 deep')
  assert.equal(fault('{"a":1,"b":'.repeat(100_000)), 'is nested at most 64 deep')
  assert.deepEqual(fault(`["${'['.repeat(200)}\\"${'{'.repeat(200)}"]`), [`${'['.repeat(200)}"${'{'.repeat(200)}`])
  assert.equal((fault(`[${'{},'.repeat(200)}1]`) as unknown[]).length, 201)
  assert.equal(fault('{"a":'), 'is JSON in UTF-8')
})

test('a number is one, or decimal text of one', () => {
  const read: readonly (readonly [value: unknown, number: number | null])[] = [
    [7, 7],
    ['7', 7],
    [-7, -7],
    ['', null],
    ['-7', null],
    ['1e3', null],
    [1.5, null],
    [Number.NaN, null],
    [2 ** 53, null],
    [[7], null],
    [null, null],
    [undefined, null],
    [true, null],
  ]
  for (const [value, number] of read) assert.equal(numberIn(value), number, String(value))
})

test('a table has its own words only', () => {
  assert.equal(meaningIn({ blue: 1 }, 'blue'), 1)
  for (const word of ['constructor', '__proto__', 'toString', 'red'])
    assert.equal(meaningIn({ blue: 1 }, word), undefined)
})

test('a name is 1 to 64 visible characters', () => {
  for (const name of ['a', '08:cc:81:77:93:8a', 'x'.repeat(64)]) assert.equal(identityIn(name, 'name'), name)
  for (const none of ['', ' ', 'a b', 'a\n', '粤', 'x'.repeat(65)])
    assert.throws(() => identityIn(none, 'name'), Malformed)
})
