import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { checkNumber, type Numbered, parseCheckNumber } from './check-number.ts'
import { codeKinds } from './token.ts'

const anyCode: fc.Arbitrary<Numbered> = fc.record(
  {
    kind: fc.constantFrom(...codeKinds),
    lotId: fc.integer({ min: 1, max: 9_999_999 }),
    laneId: fc.nat(999),
    serial: fc.nat(4095),
  },
  { noNullPrototype: true },
)

test('what is printed reads back, however it is typed', () => {
  assert.equal(checkNumber({ lotId: 4001, kind: 'exit', laneId: 2, serial: 0 }), '4001-3002-1-24')
  fc.assert(
    fc.property(anyCode, fc.constantFrom('-', ' ', '.', ' — ', '*'), (code, between) => {
      const typed = checkNumber(code).replaceAll('-', between)
      assert.deepEqual(parseCheckNumber(` ${typed} `), { ok: true, value: code })
      const wide = typed.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
      assert.deepEqual(parseCheckNumber(wide), { ok: true, value: code })
    }),
  )
})

test('a wrong digit is found, and so are two that changed places', () => {
  fc.assert(
    fc.property(anyCode, fc.nat(20), fc.integer({ min: 1, max: 9 }), (code, at, by) => {
      const right = checkNumber(code)
      const digit = right[at]
      fc.pre(digit !== undefined && digit !== '-')
      const wrong = right.slice(0, at) + ((Number(digit) + by) % 10) + right.slice(at + 1)
      assert.notDeepEqual(parseCheckNumber(wrong), { ok: true, value: code })
      assert.equal(parseCheckNumber(wrong).ok, false)
      const next = right[at + 1]
      if (next === undefined || next === '-' || next === digit) return
      assert.equal(parseCheckNumber(right.slice(0, at) + next + digit + right.slice(at + 2)).ok, false)
    }),
  )
})

for (const bad of ['', '4001', '4001-3002-1', '4001-4002-1-24', '4001-3002-0-24', '12345678-3002-1-24', 'four'])
  test(`not a check number: ${JSON.stringify(bad)}`, () => assert.equal(parseCheckNumber(bad).ok, false))
