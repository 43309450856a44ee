import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { answerSignature, askSignature, isSame } from './sign.ts'

test('the signatures in the documents are those of the code', () => {
  const text = readFileSync(new URL('../../../../docs/installers.md', import.meta.url), 'utf8')
  const secret = /With the secret `([^`]+)`/.exec(text)?.[1] ?? ''
  const body = /^\{"kind":"insert".*\}$/m.exec(text)?.[0] ?? ''
  const [, ofAsk = '', ofAnswer = '', answer = ''] = /^([0-9a-f]{64})\n([0-9a-f]{64}) (\{.*\})$/m.exec(text) ?? []
  assert.equal(ofAsk, askSignature(secret, 9, body))
  assert.equal(ofAnswer, answerSignature(secret, ofAsk, answer))
})

test('a signature is of one kiosk, one message and one secret; an answer’s of one message', () => {
  const all = [
    askSignature('one', 9, 'a'),
    askSignature('one', 8, 'a'),
    askSignature('one', 9, 'b'),
    askSignature('two', 9, 'a'),
    answerSignature('one', askSignature('one', 9, 'a'), 'a'),
    answerSignature('one', askSignature('one', 9, 'b'), 'a'),
  ]
  assert.equal(new Set(all).size, all.length)
  assert.deepEqual([isSame(all[0]!, all[0]!), isSame(all[0]!, all[1]!), isSame(all[0]!, '')], [true, false, false])
})
