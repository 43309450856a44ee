import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeCharacters, codeHash, type EnrolCode, grouped, makeCode, parseCode } from './code.ts'

const anyCode = fc
  .array(fc.nat(codeCharacters.length - 1), { minLength: 12, maxLength: 12 })
  .map((picks) => makeCode(() => picks.shift()!))

test('no two characters of a code are mistaken for one another', () => {
  assert.equal(new Set(codeCharacters).size, 24)
  for (const alike of ['0OQD8B', '1IL7J', '2Z', '5S', '8B', '6G'].map((group) => [...group]))
    assert.ok(alike.filter((character) => '0OQ1IL2Z5S8B'.includes(character)).every((c) => !codeCharacters.includes(c)))
})

test('a code is 12 characters, read out in fours', () => {
  let at = 0
  const code = makeCode(() => at++)
  assert.equal(code, codeCharacters.slice(0, 12))
  assert.equal(grouped(code), '3467-9ACD-EFGH')
})

test('a code is made of every character there is', () => {
  for (const [pick, character] of [...codeCharacters].entries())
    assert.equal(
      makeCode((below) => {
        assert.equal(below, 24)
        return pick
      }),
      character.repeat(12),
    )
})

test('however it is typed, it is the same code', () => {
  const anyGap = fc.constantFrom('', '-', ' ', '–', ' - ')
  fc.assert(
    fc.property(anyCode, fc.array(anyGap, { minLength: 12, maxLength: 12 }), fc.boolean(), (code, gaps, small) => {
      const typed = [...code].map((character, index) => character + gaps[index]).join('')
      assert.deepEqual(parseCode(small ? typed.toLowerCase() : typed), { ok: true, value: code })
      assert.deepEqual(parseCode(grouped(code)), { ok: true, value: code })
    }),
  )
})

for (const [typed, why] of [
  ['', 'nothing'],
  ['3467-9ACD-EFG', 'a character too few'],
  ['3467-9ACD-EFGHJ', 'a character too many'],
  ['3467-9ACD-EFG0', '0 is in no code'],
  ['3467-9ACD-EFG\u0000', 'no character at all'],
  ['3467_9ACD_EFGH', 'underscores are not dashes'],
] as const)
  test(`${JSON.stringify(typed)} is no code: ${why}`, () =>
    assert.deepEqual(parseCode(typed), { ok: false, error: 'not-a-code' }))

test('what is kept of a code does not tell it, and depends on the house', () => {
  const [one, other] = ['one house', 'another house'].map((key) => Buffer.from(key))
  fc.assert(
    fc.property(anyCode, anyCode, (code, another) => {
      const kept = codeHash(code, one!)
      assert.match(kept, /^[0-9a-f]{64}$/)
      assert.ok(!kept.toUpperCase().includes(code))
      assert.equal(kept, codeHash(code, one!))
      assert.notEqual(kept, codeHash(code, other!))
      assert.equal(kept === codeHash(another, one!), code === another)
    }),
  )
  assert.notEqual(codeHash('34679ACDEFGH' as EnrolCode, one!), codeHash('34679ACDEFGJ' as EnrolCode, one!))
})
