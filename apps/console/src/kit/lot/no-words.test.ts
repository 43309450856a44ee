import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lotsNo, noWords } from './no-words.ts'

describe('why a lot says no, in words', () => {
  for (const [word, [zh, en]] of Object.entries(noWords))
    test(`${word} is said in both languages`, () => {
      assert.match(zh, /[一-龥]/)
      assert.match(en, /^[\x20-\x7e]+$/)
    })
  // What called systems answer instead of a list (lot-system.ts), and lots instead of taking a coupon.
  for (const word of ['busy', 'invalid', 'unauthorised', 'logged-out', 'unreadable', 'unsupported', 'another-coupon'])
    test(`${word} has words`, () => assert.notEqual(lotsNo(word, 'zh'), word))
  test('with the number that the software gave', () =>
    assert.equal(lotsNo('invalid 2001', 'zh'), '车场软件不接受这样的请求：请联系平台 (2001)'))
  test('words of two', () => assert.equal(lotsNo('too late', 'en'), 'too late'))
  test('the lot’s own words as they came', () => assert.equal(lotsNo('优惠券无效', 'en'), '优惠券无效'))
})
