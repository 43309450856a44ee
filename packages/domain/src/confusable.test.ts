import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isConfusable, oneError, plateDistance } from './confusable.ts'
import { provinces } from './plate.ts'

// lot-devices.md 9.4, first column against every one of the second.
for (const [character, others] of [
  ['0', 'ODQCG'],
  ['1', 'ILT7'],
  ['2', 'Z'],
  ['5', 'S'],
  ['8', 'B'],
  ['6', 'G'],
  ['4', 'A'],
  ['U', 'V'],
  ['M', 'NHW'],
  ['K', 'X'],
  ['E', 'F'],
  ['P', 'R'],
  ['3', '9'],
  ['豫', '鲁京'],
  ['苏', '赣鄂'],
  ['皖', '陕'],
  ['川', '云'],
  ['津', '冀'],
  ['贵', '青'],
  ['晋', '吉'],
] as const) {
  test(`${character} is mistaken for ${[...others].join(' ')}`, () => {
    for (const other of others) {
      assert.ok(isConfusable(character, other) && isConfusable(other, character), other)
      assert.equal(plateDistance(`粤B${character}2345`, `粤B${other}2345`), 2)
    }
  })
}
test('what shares no group is not mistaken, and nothing is mistaken for itself', () => {
  for (const [a, b] of ['BC', '6O', '京鲁', 'EP', '12', '粤桂', '8S'].map((pair) => [...pair]))
    assert.ok(!isConfusable(a!, b!), `${a} ${b}`)
  for (const character of `0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ${provinces}`)
    assert.ok(!isConfusable(character, character), character)
})

for (const [one, other, distance, why] of [
  ['粤B12345', '粤B12345', 0, 'the same'],
  ['粤B8S0D1', '粤BBS0D1', 2, 'one character taken for another'],
  ['粤B12345', '粤BI2345', 2, 'no plate has an I: it was a 1'],
  ['鲁NQ061C', '豫NQ061C', 2, 'a province that is mistaken'],
  ['粤B12345', '京B12345', 3, 'a province that is not known to be mistaken'],
  ['粤B12345', 'B12345', 3, 'the province lost'],
  ['WJ粤1234X', 'WJ1234X', 3, 'the province lost, where it stands third'],
  ['粤BD12345', '粤BD1234', 3, 'the last character of a new-energy plate lost'],
  ['粤BD12345', '粤B12345', 3, 'its energy letter lost'],
  ['粤BD12345', 'BD12345', 3, 'its province lost'],
  ['粤B8S0D1', '粤BBSOD1', 4, 'two characters taken for others'],
  ['粤B88123', '京BB8123', 5, 'province and character'],
  ['粤BD12345', '粤BD7234', 5, 'one lost, one taken for another'],
  ['粤B12345', '粤C12345', 6, 'B is not mistaken for C'],
  ['京X0001应急', '京X0001应', 6, 'only new-energy plates are read short'],
  ['粤B12345', '粤B54321', 24, 'four digits differ'],
  ['粤B12345', '', 39, 'nothing was read'],
] as const) {
  test(`${one} and ${other || '(nothing)'} are ${distance} apart: ${why}`, () => {
    assert.equal(plateDistance(one, other), distance)
    assert.equal(plateDistance(other, one), distance)
  })
}

const serial = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const anyText = fc.string({ unit: fc.constantFrom(...`${serial}${provinces}挂学警使`), maxLength: 9 })
const anyPlate = fc
  .tuple(fc.constantFrom(...provinces), fc.string({ unit: fc.constantFrom(...serial), minLength: 6, maxLength: 7 }))
  .map((parts) => parts.join(''))

test('a distance is the same in both directions, never negative, and 0 exactly between equals', () => {
  const anyPair = fc.oneof(
    fc.tuple(anyText, anyText),
    fc.tuple(anyPlate, anyPlate),
    anyText.map((text) => [text, text]),
  )
  fc.assert(
    fc.property(anyPair, ([one, other]) => {
      const distance = plateDistance(one!, other!)
      assert.equal(distance, plateDistance(other!, one!))
      assert.ok(distance >= 0)
      assert.equal(distance === 0, one === other)
    }),
  )
})

test('one error is at most `oneError`, and a second one elsewhere goes beyond it', () => {
  const taken = (plate: string, at: number, seed: number): string | null => {
    const others = [...`${serial}IO${provinces}`].filter((other) => isConfusable(plate[at]!, other))
    return others.length === 0 ? null : plate.slice(0, at) + others[seed % others.length] + plate.slice(at + 1)
  }
  fc.assert(
    fc.property(anyPlate, fc.nat(7), fc.nat(7), fc.nat(), (plate, first, second, seed) => {
      fc.pre(first !== second && first < plate.length && second < plate.length)
      const once = taken(plate, first, seed)
      fc.pre(once !== null)
      assert.ok(plateDistance(plate, once!) <= oneError)
      const twice = taken(once!, second, seed)
      fc.pre(twice !== null)
      assert.ok(plateDistance(plate, twice!) > oneError, `${plate} ${twice}`)
    }),
  )
})
