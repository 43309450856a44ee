import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePlate, plateKind, usualColours } from '@lanepay/domain/plate.ts'
import fc from 'fast-check'
import { anyPlate, typedPlate } from './plates.ts'

test('a random plate is a plate, in a colour that such plates have', () =>
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (numbers) => {
      const { plate, colour } = anyPlate(() => numbers.next().value as number)
      const parsed = parsePlate(plate)
      assert.ok(parsed.ok, plate)
      assert.equal(parsed.value, plate)
      assert.ok(usualColours(plateKind(parsed.value)).includes(colour), `${plate} ${colour}`)
    }),
  ))

test('what somebody typed: a plate in its one spelling and usual colour, else what is there', () => {
  const table: [string, string, string][] = [
    [' 粤b·12345 ', '粤B12345', 'blue'],
    ['粤BD12345', '粤BD12345', 'green'],
    ['粤B12345D', '粤B12345D', 'yellow-green'],
    ['京A1234警', '京A1234警', 'white'],
    ['粤B1234O', '粤B1234O', 'blue'],
    [' nonsense ', 'nonsense', 'blue'],
  ]
  for (const [typed, plate, colour] of table) assert.deepEqual(typedPlate(typed), { plate, colour }, typed)
})
