import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isContentKey, openContent, sealContent } from './content.ts'

const key = 'aa4BtZ4tspm2wnXLb1ThQA=='
describe('content between us and Alipay (alipay.md 2.8)', () => {
  test('is what their own client makes of it', () => {
    assert.equal(sealContent(key, 'test1234567'), 'ILpoMowjIQjfYMR847rnFQ==')
    assert.equal(openContent(key, 'ILpoMowjIQjfYMR847rnFQ=='), 'test1234567')
  })
  test('comes back whole, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        assert.equal(openContent(key, sealContent(key, text)), text),
      ),
    )
  })
  for (const [what, sealed] of [
    ['cut', 'ILpoMowjIQjfYMR847rn'],
    ['of another key', sealContent('aYA0GP8JEW+D7/UFaskCWA==', '{"code":"10000"}')],
    ['nothing', ''],
    ['no base64', '{"code":"10000"}'],
  ] as const)
    test(`that is ${what} is opened by nobody`, () => assert.equal(openContent(key, sealed), null))
  test('has a key of 16 bytes', () => {
    assert.ok(isContentKey(key))
    for (const wrong of [
      '',
      'aa4BtZ4tspm2wnXLb1ThQA',
      'YWJj',
      `${key}\n`,
      'aa4BtZ4tspm2wnXLb1ThQAAAAAAAAAAAAAAAAAA=',
      '一',
    ])
      assert.equal(isContentKey(wrong), false, wrong)
  })
})
