import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Code, codeKinds, codeToken, parseCodeToken } from './token.ts'

const key = Buffer.from('a key of a test, long enough')
const plain = { noNullPrototype: true } as const
const anyCode = fc.record(
  {
    kind: fc.constantFrom(...codeKinds),
    bucket: fc.nat(255),
    lotId: fc.integer({ min: 1, max: 9_999_999 }),
    laneId: fc.nat(999),
    serial: fc.nat(4095),
    shown: fc.record({ until: fc.nat(4e9).map((seconds) => seconds * 1000), opened: fc.boolean() }, plain),
  },
  { ...plain, requiredKeys: ['kind', 'bucket', 'lotId', 'laneId', 'serial'] },
) as fc.Arbitrary<Code>

test('a token reads back to the code it was made of', () => {
  fc.assert(
    fc.property(anyCode, (code) => {
      const token = codeToken(code, key)
      assert.match(token, code.shown ? /^[0-9A-HJKMNP-TV-Z]{30}$/ : /^[0-9A-HJKMNP-TV-Z]{22}$/)
      assert.deepEqual(parseCodeToken(token, key), { ok: true, value: code })
      assert.deepEqual(parseCodeToken(token.toLowerCase(), key), { ok: true, value: code })
    }),
  )
})

test('a wrong character anywhere is found, and so is a token of another house', () => {
  fc.assert(
    fc.property(anyCode, fc.nat(29), fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), (code, at, wrong) => {
      const token = codeToken(code, key)
      fc.pre(at < token.length && token[at] !== wrong)
      assert.deepEqual(parseCodeToken(token.slice(0, at) + wrong + token.slice(at + 1), key), {
        ok: false,
        error: 'code-malformed',
      })
      assert.deepEqual(parseCodeToken(token, Buffer.from('another key')), { ok: false, error: 'code-malformed' })
    }),
  )
})

test('a token that hangs on walls since before screens showed codes reads as ever', () => {
  const code: Code = { kind: 'exit', bucket: 7, lotId: 42, laneId: 2, serial: 0 }
  assert.equal(codeToken(code, key), '30E000580800DP1D5X5K97')
})

for (const bad of ['', 'x', '0'.repeat(22), `${'0'.repeat(21)}U`, '../../etc/passwd', '1'.repeat(23), '1'.repeat(30)]) {
  test(`not a token: ${JSON.stringify(bad)}`, () => assert.equal(parseCodeToken(bad, key).ok, false))
}
