import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { maskPlate, type PlateKind, parsePlate, plateEnergy, plateKind, usualColours } from './plate.ts'
import type { Plate } from './types.ts'

const rows = (file: string): string[][] =>
  readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))

for (const [written, canonical, kind] of rows('plates.valid.txt')) {
  test(`"${written}" is the ${kind} plate ${canonical}`, () => {
    const parsed = parsePlate(written!)
    assert.deepEqual(parsed, { ok: true, value: canonical })
    assert.equal(parsed.ok && plateKind(parsed.value), kind)
  })
}

for (const [written, why] of rows('plates.invalid.txt')) {
  test(`"${written}" is not a plate: ${why}`, () => {
    assert.deepEqual(parsePlate(written!), { ok: false, error: 'not-a-plate' })
  })
}

// A kind that is left out here does not compile, and one without a line in the file fails.
const everyKind = {
  ...{ ordinary: true, special: true, 'new-energy-small': true, 'new-energy-large': true, virtual: true },
  ...{ police: true, trainer: true, trailer: true, emergency: true, 'civil-aviation': true },
  ...{ 'hong-kong': true, macau: true, consulate: true, embassy: true, 'armed-police': true, military: true },
} satisfies Record<Exclude<PlateKind, 'overseas' | 'unplated'>, true>
test('plates.valid.txt has every kind', () => {
  assert.deepEqual(
    [...new Set(rows('plates.valid.txt').map(([, , kind]) => kind))].sort(),
    Object.keys(everyKind).sort(),
  )
})

const provinces = [...'京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新']
const serial = [...'0123456789ABCDEFGHJKLMNPQRSTUVWXYZ']
const anyOrdinary = fc
  .tuple(
    fc.constantFrom(...provinces),
    fc.constantFrom(...serial.slice(10)),
    fc.array(fc.constantFrom(...serial), { minLength: 5, maxLength: 5 }),
  )
  .map(([province, authority, rest]) => `${province}${authority}${rest.join('')}`)

test('there are 31 provinces, and each has plates', () => {
  assert.equal(new Set(provinces).size, 31)
  for (const province of provinces) assert.ok(parsePlate(`${province}A12345`).ok, province)
})

test('a plate reads back the same however it is separated, widened or lowered', () => {
  const wide = (c: string) => (c >= '!' && c <= '~' ? String.fromCodePoint(c.codePointAt(0)! + 0xfee0) : c)
  const anyTouch = fc.constantFrom(
    (c: string) => c,
    wide,
    (c: string) => c.toLowerCase(),
  )
  const anyGap = fc.constantFrom('', ' ', '·', '-', '•', '\u3000')
  fc.assert(
    fc.property(anyOrdinary, fc.array(fc.tuple(anyTouch, anyGap), { minLength: 7, maxLength: 7 }), (plate, touches) => {
      const written = [...plate].map((c, i) => touches[i]![0](c) + touches[i]![1]).join('')
      assert.deepEqual(parsePlate(written), { ok: true, value: plate })
    }),
  )
})

test('any text at all gets an answer, and an accepted one is its own canonical spelling', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      const once = parsePlate(text)
      if (once.ok) assert.deepEqual(parsePlate(once.value), once)
    }),
  )
})

test('Hong Kong and Macau plates count only where a lot asks for them', () => {
  for (const plate of ['AB1234', 'A1', 'MA1234']) {
    assert.equal(parsePlate(plate).ok, false)
    const taken = parsePlate(plate, { overseas: true })
    assert.equal(taken.ok && plateKind(taken.value), 'overseas')
  }
})

test('the energy letter says what drives the car', () => {
  const of = (plate: string) => plateEnergy(plate as Plate)
  for (const letter of 'ABCDE') assert.equal(of(`粤B${letter}12345`), 'pure-electric')
  for (const letter of 'FGHJK') assert.equal(of(`粤B12345${letter}`), 'other')
  assert.equal(of('粤B12345'), null)
})

test('colours: green is a small new-energy plate, yellow-green a large one, and a virtual plate has none', () => {
  assert.deepEqual(usualColours('new-energy-small'), ['green'])
  assert.deepEqual(usualColours('new-energy-large'), ['yellow-green'])
  assert.deepEqual(usualColours('virtual'), [])
})

for (const [plate, masked] of [
  ['粤B12345', '粤B1**45'],
  ['粤BD12345', '粤BD***45'],
  ['WJ12345', 'WJ1**45'],
  ['A1', 'A*'],
] as const) {
  test(`${plate} is shown as ${masked}`, () => assert.equal(maskPlate(plate as Plate), masked))
}
