import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { creditCheckCharacter, organisationCheckCharacter, parseCreditCode } from './credit-code.ts'

describe('the unified social credit code (GB 32100)', () => {
  const table: [string, string, string][] = [
    ['91350100M000100Y43', 'ok', 'the example of the standard'],
    ['9144030071526726XG', 'ok', 'a company, its organisation code ends in X'],
    ['91330100799655058b', 'ok', 'typed small'],
    ['914403001922 038216', 'ok', 'typed with a space'],
    ['12100000400010275N', 'ok', 'an institution of the whole country: region 100000'],
    ['9144030071526726XH', 'check-character', 'the last character is another'],
    ['91440300715267269G', 'organisation-check', 'the organisation code does not hold'],
    ['91990300M000100Y43', 'region', 'no province begins with 99'],
    ['91A50100M000100Y43', 'region', 'a region has digits'],
    ['91350100M000100Y4', 'not-18', 'one too few'],
    ['91350100M0001O0Y43', 'not-18', 'an O is in no code'],
    ['', 'not-18', 'nothing'],
  ]
  for (const [typed, expected, because] of table)
    test(`${typed} is ${expected}: ${because}`, () => {
      const read = parseCreditCode(typed)
      assert.equal(read.ok ? 'ok' : read.error, expected)
    })
})

const character = fc.constantFrom(...'0123456789ABCDEFGHJKLMNPQRTUWXY')
const code = fc
  .tuple(
    fc.constantFrom('91', '92', '12', '51'),
    fc.constantFrom('110000', '350100', '440300'),
    fc.array(character, { minLength: 8, maxLength: 8 }),
  )
  .map(([who, region, organisation]) => {
    const first = who + region + organisation.join('') + organisationCheckCharacter(organisation.join(''))
    return first + creditCheckCharacter(first)
  })

test('laws of the credit code: made by the rule it reads back, and one wrong character is always found', () =>
  fc.assert(
    fc.property(code, fc.nat(17), character, (made, at, other) => {
      assert.deepEqual(parseCreditCode(made), { ok: true, value: made })
      if (other !== made[at]) assert.equal(parseCreditCode(made.slice(0, at) + other + made.slice(at + 1)).ok, false)
    }),
  ))
