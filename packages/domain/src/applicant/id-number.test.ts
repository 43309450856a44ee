import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { provinceDigits } from './cities.ts'
import { idCheckCharacter, isDay, parseIdNumber } from './id-number.ts'

const today = '2026-11-29'

describe('the number of an identity card (GB 11643)', () => {
  const table: [string, string, string][] = [
    ['11010519491231002X', '1949-12-31', 'the example of the standard'],
    ['11010519491231002x', '1949-12-31', 'a small x is an X'],
    [' 440524 18800101 0014', 'birth-date', 'nobody alive was born in 1880'],
    ['110105 19491231 002X', '1949-12-31', 'typed in groups'],
    ['４４０３０３１９９００３０７１２３３', '1990-03-07', 'typed with wide digits'],
    ['440303200002290018', '2000-02-29', 'a leap day'],
    ['440303199003071234', 'check-character', 'the last digit is another'],
    ['440303199002301233', 'birth-date', 'there is no 30 February'],
    ['440303202611301233', 'birth-date', 'born tomorrow'],
    ['990303199003071233', 'region', 'no province begins with 99'],
    ['440303900307123', 'not-18', 'the 15 digits of before 1999'],
    ['44030319900307123', 'not-18', 'one too few'],
    ['4403031990O307123X', 'not-18', 'a letter for a nought'],
    ['X40303199003071233', 'not-18', 'an X in front'],
    ['', 'not-18', 'nothing'],
  ]
  for (const [typed, expected, because] of table)
    test(`${typed} is ${expected}: ${because}`, () => {
      const read = parseIdNumber(typed, today)
      assert.equal(read.ok ? read.value.birthDate : read.error, expected)
    })
})

const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date(`${today}T00:00:00Z`), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10))
const number = fc
  .tuple(fc.constantFrom(...provinceDigits), fc.integer({ min: 0, max: 9999 }), day, fc.integer({ min: 0, max: 999 }))
  .map(([province, region, born, order]) => {
    const first = `${province}${String(region).padStart(4, '0')}${born.replaceAll('-', '')}${String(order).padStart(3, '0')}`
    return first + idCheckCharacter(first)
  })

describe('laws of the identity card', () => {
  test('a number made by the rule reads back with its birth date', () =>
    fc.assert(
      fc.property(number, (made) => {
        const read = parseIdNumber(made, today)
        assert.ok(read.ok)
        assert.equal(read.value.number, made)
        assert.equal(read.value.birthDate.replaceAll('-', ''), made.slice(6, 14))
      }),
    ))
  test('one wrong digit, or two neighbours the other way round, is always found', () =>
    fc.assert(
      fc.property(number, fc.nat(16), fc.integer({ min: 1, max: 9 }), (made, at, by) => {
        const wrong = made.slice(0, at) + ((Number(made[at]) + by) % 10) + made.slice(at + 1)
        assert.equal(parseIdNumber(wrong, today).ok, false)
        const swapped = made.slice(0, at) + made[at + 1]! + made[at]! + made.slice(at + 2)
        if (swapped !== made) assert.equal(parseIdNumber(swapped, today).ok, false)
      }),
    ))
  test('a day is in the calendar exactly when the calendar has it', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.nat(99), fc.nat(99), (year, month, date) => {
        const written = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
        const known = (() => {
          try {
            return Temporal.PlainDate.from(written, { overflow: 'reject' }) !== undefined
          } catch {
            return false
          }
        })()
        assert.equal(isDay(written), known, written)
      }),
    ))
})
