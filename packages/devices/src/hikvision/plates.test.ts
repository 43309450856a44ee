import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import type { LaneRead } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { compareNames, platesAfter, type RememberedPlate, readPlates } from './plates.ts'
import { isAfter, nameBefore, Told } from './told.ts'

const entry = (picName: string, captureTime = '20260521T1610060000', plateNumber = '粤B12345') =>
  `<Plate><captureTime>${captureTime}</captureTime><plateNumber>${plateNumber}</plateNumber><picName>${picName}</picName></Plate>`
const read = (...entries: readonly string[]) =>
  readPlates(Buffer.from(`<Plates version="2.0">${entries.join('')}</Plates>`))

test('the order is that of the names as numbers, whatever their length and the order they come in', () => {
  const names = ['2026052116100600000000002', '202605211610060001', '2026052116100600000000001', '9']
  assert.deepEqual(
    read(...names.map((name) => entry(name))).map(({ picName }) => picName),
    ['9', '202605211610060001', '2026052116100600000000001', '2026052116100600000000002'],
  )
})

test('law: names are compared exactly, far beyond what a number holds', () =>
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.bigInt({ min: 0n, max: 3n }), (name, more) => {
      assert.equal(compareNames(String(name + more), String(name)), more > 0n ? 1 : 0)
      assert.equal(compareNames(String(name), String(name + more)), more > 0n ? -1 : 0)
    }),
  ))

test('its times have no zone and are Chinese', () =>
  assert.equal(read(entry('1'))[0]?.takenAt, Date.parse('2026-05-21T08:10:06Z')))

test('nothing remembered', () => assert.deepEqual(read(), []))

const malformed = [
  entry('x'),
  entry(''),
  entry('1', ''),
  entry('1', '20261321T1610060000'),
  entry('1', '20260431T1610060000'),
  '<Plate/>',
]
for (const xml of malformed) test(`refused: ${xml}`, () => assert.throws(() => read(xml), Malformed))

test('refused: another document', () => assert.throws(() => readPlates(Buffer.from('<Plate/>')), Malformed))

test('the question', () =>
  assert.equal(platesAfter('202004241616278800'), '<AfterTime><picTime>202004241616278800</picTime></AfterTime>'))

const asked: readonly (readonly [after: string | null, name: string])[] = [
  [null, '0'],
  ['202605211610068800', '202605211610059999'],
  ['2026052116100688001234567', '2026052116100599999999999'],
  ['2026052116100697300edbIawTk', '202605211610059999'],
  ['1747815006000/粤B12345', '0'],
  ['no-idea', '0'],
]
for (const [after, name] of asked)
  test(`to have all from the second of ${after} on, ask after ${name}`, () => assert.equal(nameBefore(after), name))

const remembered = (picName: string, second = 6): RememberedPlate => ({
  picName,
  plateText: '粤B12345',
  takenAt: Date.parse(`2026-05-21T16:10:0${second}+08:00`) as Instant,
  line: null,
  direction: null,
})
const later: readonly (readonly [plate: RememberedPlate, after: string | null, isLater: boolean])[] = [
  [remembered('202605211610060001'), null, true],
  [remembered('202605211610060002'), '202605211610060001', true],
  [remembered('202605211610060001'), '202605211610060001', false],
  [remembered('202605211610050009', 5), '2026052116100697300edb', false],
  [remembered('202605211610060001'), '2026052116100697300edb', true],
  [remembered('202605211610060001'), 'no-idea', true],
]
for (const [plate, after, isLater] of later)
  test(`${plate.picName} is ${isLater ? '' : 'not '}after ${after}`, () => assert.equal(isAfter(plate, after), isLater))

test('what was told keeps its id, in its order; what was not is called by its own name', () => {
  const told = new Told()
  const tell = (recordId: string, milliseconds: number) =>
    told.add({ plateText: '粤B12345', takenAt: remembered('').takenAt + milliseconds, recordId } as LaneRead)
  tell('uuid-1', 0)
  tell('uuid-1', 0)
  tell('uuid-2', 900)
  const names = ['202605211610060001', '202605211610060002', '202605211610060003']
  const plates = [...names.map((name) => remembered(name)), remembered('202605211610070001', 7)]
  assert.deepEqual(
    told.named(plates).map(({ recordId }) => recordId),
    ['uuid-1', 'uuid-2', '202605211610060003', '202605211610070001'],
  )
})
