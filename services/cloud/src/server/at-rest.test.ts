import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { openAtRest, sealAtRest } from './at-rest.ts'

const key = Buffer.from('a-house-key-of-thirty-two-letters')

describe('what is sealed at rest', () => {
  test('any text reads back, and is nowhere in what is kept', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'grapheme' }), fc.string(), (text, about) => {
        const sealed = sealAtRest(key, 'a purpose', about, text)
        assert.equal(openAtRest(key, 'a purpose', about, sealed), text)
        assert.equal(Buffer.from(sealed, 'base64').includes(text), false)
      }),
    ))
  const sealed = sealAtRest(key, 'a purpose', 'row 7', '13800138000')
  const broken: [string, () => unknown][] = [
    [
      'with another key',
      () => openAtRest(Buffer.from('another-key-of-thirty-two-letters'), 'a purpose', 'row 7', sealed),
    ],
    ['for another purpose', () => openAtRest(key, 'another', 'row 7', sealed)],
    ['for another row', () => openAtRest(key, 'a purpose', 'row 8', sealed)],
  ]
  for (const [what, open] of broken) test(`is not opened ${what}`, () => void assert.throws(open, /authenticate data/))
})
