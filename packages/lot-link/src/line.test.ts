import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reader } from './line.ts'
import { upKinds } from './messages.ts'

const read = reader(upKinds, () => {})
const cases: [string, string, boolean][] = [
  ['a heartbeat', '{"epoch":"1","lastSeq":0,"clock":1}', true],
  ['no JSON', '{"epoch":', false],
  ['nested so deep that the parser would die of it', '{"a":'.repeat(60_000), false],
  ['lists nested as deep', '['.repeat(100_000), false],
  ['brackets in a text are no nesting', `{"epoch":"1","lastSeq":0,"clock":1,"note":"${'[{'.repeat(500)}"}`, true],
]
for (const [what, text, fits] of cases)
  test(`a message: ${what}`, () => assert.equal(read('heartbeat', 'a topic', Buffer.from(text)).fits, fits))
