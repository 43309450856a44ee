import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parsePlate } from '@lanepay/domain/plate.ts'
import { isPass, makePass } from '@lanepay/domain/unplated.ts'
import fc from 'fast-check'
import {
  type Draft,
  draftOf,
  fromText,
  isBeginning,
  isNewEnergy,
  isWhole,
  keyboardAt,
  longestPlate,
  mayFollow,
  press,
  rubOut,
} from './plate-keys.ts'

const samples = readFileSync(fileURLToPath(import.meta.resolve('@lanepay/domain/plates.valid.txt')), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t') as [written: string, plate: string, kind: string])

/** Presses keys as a driver would: only those that live, turning the page when the key is on the other one. */
function typeOut(plate: string): Draft {
  let draft = draftOf('')
  while (draft.typed !== plate) {
    const rest = plate.slice(draft.typed.length)
    const keys = [false, true].flatMap((turned) => {
      const { rows } = keyboardAt(draft, turned)
      return [...rows.digits, ...rows.main, ...rows.more].filter(({ may }) => may).map(({ key }) => key)
    })
    const key = keys.find((one) => rest.startsWith(one))
    assert.ok(key, `after ${draft.typed} no key leads on to ${plate}`)
    draft = [...key].reduce(press, draft)
  }
  return draft
}

for (const [, plate, kind] of samples)
  test(`${plate} (${kind}) can be typed with the keyboard`, () => {
    assert.equal(typeOut(plate).typed, plate)
    assert.equal(isWhole(plate), true)
  })

test('cars of Hong Kong and Macau without a mainland plate can be typed', () => {
  for (const plate of ['A1', 'AB1234', 'MR1234', 'K88']) assert.equal(typeOut(plate).typed, plate)
})

test('what the keyboard takes for whole, at every key, and what it lets through to its end are plates and passes', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: longestPlate, maxLength: longestPlate }), (choices) => {
      let typed = ''
      for (const choice of choices) {
        const next = [...mayFollow(typed)].sort()
        if (next.length === 0) break
        typed += next[choice % next.length]
        assert.equal(isWhole(typed), parsePlate(typed, { overseas: true }).ok || isPass(typed), typed)
      }
      assert.equal(mayFollow(typed).size, 0, `${typed} is not the end`)
      assert.ok(parsePlate(typed, { overseas: true }).ok || isPass(typed), typed)
    }),
    { numRuns: 2_000 },
  ))

test('every pass can be typed', () =>
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (numbers) => {
      const pass = makePass(() => numbers.next().value as number)
      assert.equal(fromText(pass).typed, pass)
      assert.equal(isWhole(pass), true)
    }),
  ))

const written: [text: string, typed: string][] = [
  ['粤B·12345', '粤B12345'],
  ['粤b 12345', '粤B12345'],
  ['粤Ｂ１２３４５', '粤B12345'],
  ['车牌：粤BD12345', '粤BD12345'],
  ['粤BI2345', '粤B'],
  ['粤B12345粤B12345', '粤B12345'],
  ['😀', ''],
]
for (const [text, typed] of written)
  test(`"${text}" from the clipboard becomes "${typed}"`, () => assert.equal(fromText(text).typed, typed))

const places: [typed: string, lives: string, dead: string][] = [
  ['', '京粤琼使民无临WV3A', 'IO警'],
  ['粤', 'ABZO', 'I1京'],
  ['粤B', 'A1D', 'IO粤'],
  ['粤B1234', '5D警学挂领应', 'IO港澳'],
  ['粤Z1234', '5D警学挂领应港澳', 'IO'],
  ['粤B12345', 'ADFK', '1LIO警'],
  ['粤BD1234', '5', 'AD警'],
  ['粤BL123', '4A警', 'IO'],
  ['使01457', '8', 'A'],
  ['22400', '1', 'A使'],
  ['224001', '使', 'A1'],
  ['WJ', '京1', 'A'],
  ['WJ粤1234', '1TX', 'AC'],
  ['民', '航', '京A1'],
]
for (const [typed, lives, dead] of places)
  test(`after "${typed}" come ${lives} and never ${dead}`, () => {
    const may = mayFollow(typed)
    for (const key of lives) assert.ok(may.has(key), `${key} should live`)
    for (const key of dead) assert.ok(!may.has(key), `${key} should be dead`)
  })

test('neither page shows an I, and O only where an old special issue may have it', () => {
  for (const typed of ['', '粤', '粤B', '粤B1234'])
    for (const turned of [false, true]) {
      const { rows } = keyboardAt(draftOf(typed), turned)
      const keys = [...rows.digits, ...rows.main, ...rows.more].map(({ key }) => key)
      assert.ok(!keys.includes('I'))
      assert.equal(keys.includes('O'), typed === '粤')
    }
})

test('new-energy plates are known by their form', () => {
  for (const plate of ['粤BD12345', '粤B12345D', '京AK12345']) assert.equal(isNewEnergy(plate), true, plate)
  for (const plate of ['粤B12345', '京X0001应急', 'WJ粤1234X', '粤BD1234'])
    assert.equal(isNewEnergy(plate), false, plate)
})

test('a place in the middle is corrected without losing what stands behind it', () =>
  assert.deepEqual(press({ typed: '粤B12345', at: 3 }, '9'), { typed: '粤B19345', at: 4 }))
test('a correction that cannot stand before the rest drops the rest', () =>
  assert.deepEqual(press({ typed: '粤B12345', at: 0 }, '使'), { typed: '使', at: 1 }))
test('a key that cannot be is not taken', () => assert.deepEqual(press(draftOf('粤B'), 'I'), draftOf('粤B')))
test('rubbing out goes back place by place and ends at nothing', () => {
  assert.deepEqual(rubOut(draftOf('粤B1')), draftOf('粤B'))
  assert.deepEqual(rubOut({ typed: '粤B12345', at: 3 }), draftOf('粤B'))
  assert.deepEqual(rubOut(draftOf('')), draftOf(''))
})

test('no sequence of keys and corrections ever leaves something that is no beginning of a plate', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...'京粤B1D使警WJ3应急'), fc.nat(9))), (presses) => {
      let draft = draftOf('')
      for (const [key, place] of presses) {
        draft = press({ typed: draft.typed, at: Math.min(place, draft.typed.length) }, key)
        assert.ok(isBeginning(draft.typed), draft.typed)
      }
    }),
  ))
