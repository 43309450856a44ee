import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { oneError, plateDistance } from './confusable.ts'
import { matchMisread, type OpenStay, similarPlates } from './matching.ts'
import { provinces } from './plate.ts'
import { type PlateColour, plateColours } from './types.ts'
import { isPass, makePass } from './unplated.ts'

/** `粤B12345`, with `/blue` where its colour is known and `!` while it is being paid. */
const stay = (told: string): OpenStay => {
  const [, plate = '', colour = 'unknown', paying] = /^([^/!]+)(?:\/([a-z-]+))?(!)?$/.exec(told) ?? []
  return { plate, colour: colour as PlateColour, beingPaid: paying === '!' }
}
const textOf = ({ plate, colour, beingPaid }: OpenStay): string =>
  `${plate}${colour === 'unknown' ? '' : `/${colour}`}${beingPaid ? '!' : ''}`

for (const [why, read, inside, expected] of [
  // 9.5.1
  ['the very plate', '粤B12345', '粤B12345 粤B54321', 'exact 粤B12345'],
  ['however the camera writes it', '粤b·12345', '粤B12345', 'exact 粤B12345'],
  ['the very plate, with others that would fit a misread', '粤B12345', '粤B72345 粤B12345', 'exact 粤B12345'],
  ['the very plate, even while it is being paid', '粤B12345', '粤B12345!', 'exact 粤B12345!'],
  ['a colour that one camera did not see', '粤B12345/blue', '粤B12345', 'exact 粤B12345'],
  ['two colours are two vehicles', '粤B12345/blue', '粤B12345/yellow', 'none'],
  [
    'two vehicles of one plate, and no colour to tell',
    '粤B12345',
    '粤B12345/blue 粤B12345/yellow',
    'several 粤B12345/blue 粤B12345/yellow',
  ],
  [
    'two vehicles of one plate, told by colour',
    '粤B12345/yellow',
    '粤B12345/blue 粤B12345/yellow',
    'exact 粤B12345/yellow',
  ],
  // 9.5.2
  ['the province lost', 'B12345', '粤B12345 粤B54321', 'offer 粤B12345'],
  ['the province mistaken', '豫NQ061C', '鲁NQ061C', 'offer 鲁NQ061C'],
  ['any other province', '京B12345', '粤B12345', 'offer 粤B12345'],
  ['the province lost, and two have that number', 'B12345', '粤B12345 京B12345', 'several 粤B12345 京B12345'],
  // 9.5.3
  ['one character of a known group', '粤BBS0D1', '粤B8S0D1', 'offer 粤B8S0D1'],
  ['a character that no plate has', '粤BI2345', '粤B12345', 'offer 粤B12345'],
  ['two characters', '粤BBSOD1', '粤B8S0D1', 'none'],
  ['a character of no group', '粤C12345', '粤B12345', 'none'],
  ['digits in another order', '粤B54321', '粤B12345', 'none'],
  ['the same colour', '粤BBS0D1/blue', '粤B8S0D1/blue', 'offer 粤B8S0D1/blue'],
  ['another colour', '粤BBS0D1/blue', '粤B8S0D1/yellow', 'none'],
  ['a colour that decides between two', '粤BB2345/blue', '粤B82345/blue 粤BBZ345/yellow', 'offer 粤B82345/blue'],
  ['two at once', '粤BB2345', '粤B82345 粤BBZ345', 'several 粤B82345 粤BBZ345'],
  ['the nearest of two rules first', '豫B12345', '粤B12345 鲁B12345', 'several 鲁B12345 粤B12345'],
  [
    'at most three to choose from',
    'B12345',
    '粤B12345 京B12345 沪B12345 苏B12345',
    'several 粤B12345 京B12345 沪B12345',
  ],
  // 9.5.4
  ['the last character of a new-energy plate lost', '粤BD1234/green', '粤BD12345/green', 'offer 粤BD12345/green'],
  ['lost at the entry, whole at the exit', '粤BD12345/green', '粤BD1234/green', 'offer 粤BD1234/green'],
  ['seven characters of unknown colour', '粤BD1234', '粤BD12345/green', 'offer 粤BD12345/green'],
  ['seven characters on blue are a whole plate', '粤BD1234/blue', '粤BD12345', 'none'],
  ['two new-energy plates', '粤BD1234', '粤BD12345 粤BD12346', 'several 粤BD12345 粤BD12346'],
  // never a stay that is being paid
  ['the only one that fits is being paid', '粤BBS0D1', '粤B8S0D1!', 'none'],
  ['one of two that fit is being paid', '粤BB2345', '粤B82345! 粤BBZ345', 'several 粤BBZ345'],
  // what is no plate
  ['an unplated pass is never read', '3ACDEFG', '3ACDEFG', 'none'],
  ['nothing was read', '', '粤B12345', 'none'],
  ['nobody is inside', '粤B12345', '', 'none'],
] as const) {
  test(`${read || '(nothing)'} among ${inside || '(nobody)'} is ${expected}: ${why}`, () => {
    const { plate, colour } = read === '' ? { plate: '', colour: 'unknown' as const } : stay(read)
    const match = matchMisread({ plate, colour }, inside === '' ? [] : inside.split(' ').map(stay))
    const told = 'stay' in match ? [match.stay] : 'nearest' in match ? match.nearest : []
    assert.equal([match.kind, ...told.map(textOf)].join(' '), expected)
  })
}

// Few plates, close to one another: most draws have something that fits.
const anyPlate = fc.constantFrom(
  ...['粤B12345', '京B12345', '豫B12345', '粤BI2345', '粤B72345', '粤B1Z345', 'B12345', '粤BD12345', '粤BD1234'],
  ...['粤BD1Z345', '粤B12345D', '粤C99999', '3ACDEFG', 'WJ粤1234X', 'WJ1234X'],
)
const anyColour = fc.constantFrom(...plateColours)
const anyRead = fc.record({ plate: anyPlate, colour: anyColour })
const anyInside = fc.array(fc.record({ plate: anyPlate, colour: anyColour, beingPaid: fc.boolean() }), { maxLength: 6 })
const agree = (a: PlateColour, b: PlateColour) => a === b || a === 'unknown' || b === 'unknown'

test('exact is exactly one equal plate whose colour does not speak against it', () => {
  fc.assert(
    fc.property(anyRead, anyInside, (read, inside) => {
      const equal = inside.filter(
        ({ plate, colour }) => plate === read.plate && agree(colour, read.colour) && !isPass(plate),
      )
      const match = matchMisread(read, inside)
      assert.equal(match.kind === 'exact', equal.length === 1)
      if (match.kind === 'exact') assert.equal(match.stay, equal[0])
    }),
    { numRuns: 2_000 },
  )
})

test('an offer is the only stay within one error, of no other colour, and nobody is paying it', () => {
  let offers = 0
  fc.assert(
    fc.property(anyRead, anyInside, (read, inside) => {
      const match = matchMisread(read, inside)
      if (match.kind !== 'offer') return
      offers += 1
      const { stay } = match
      assert.ok(inside.includes(stay) && !stay.beingPaid && agree(stay.colour, read.colour))
      const distance = plateDistance(read.plate, stay.plate)
      assert.ok(distance > 0 && distance <= oneError)
      // A second copy of it inside, and there is nothing to offer any more.
      assert.equal(matchMisread(read, [...inside, { ...stay }]).kind, 'several')
      // While it is being paid, neither.
      const paying = inside.map((one) => (one === stay ? { ...one, beingPaid: true } : one))
      assert.equal(matchMisread(read, paying).kind, 'none')
    }),
    { numRuns: 2_000 },
  )
  assert.ok(offers > 20, `${offers} draws had an offer`)
})

test('who stands first in the list makes no difference to what is answered', () => {
  fc.assert(
    fc.property(anyRead, anyInside, (read, inside) => {
      assert.equal(matchMisread(read, inside).kind, matchMisread(read, inside.toReversed()).kind)
    }),
  )
})

test('nobody who is far away is put forward, whatever is read', () => {
  const serial = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'
  const anyOther = fc
    .tuple(fc.constantFrom(...provinces), fc.string({ unit: fc.constantFrom(...serial), minLength: 6, maxLength: 6 }))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(anyOther, fc.array(anyOther, { maxLength: 5 }), (plate, others) => {
      const far = others.filter((other) => plateDistance(plate, other) > oneError)
      const inside = far.map((other) => ({ plate: other, colour: 'unknown' as const, beingPaid: false }))
      assert.deepEqual(matchMisread({ plate, colour: 'unknown' }, inside), { kind: 'none' })
    }),
  )
})

test('no pass that can be made is ever put forward', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), anyRead, (numbers, read) => {
      const pass = makePass(() => numbers.next().value!)
      const inside = [{ plate: pass, colour: 'unknown' as const, beingPaid: false }]
      for (const plate of [read.plate, pass, pass.slice(1)])
        assert.deepEqual(matchMisread({ ...read, plate }, inside), { kind: 'none' })
    }),
  )
})

for (const [why, typed, inside, expected] of [
  ['a misread', '粤B8S0D1', '粤BBS0D1 粤B54321', '粤BBS0D1'],
  ['a province misread', '鲁NQ061C', '豫NQ061C', '豫NQ061C'],
  ['a last character that the camera lost', '粤BD12345', '粤BD1234/green', '粤BD1234'],
  ['seven characters on blue, from which none was lost', '粤BD12345', '粤BD1234/blue', ''],
  ['a character that no camera takes for it: who mistyped sees what he typed', '粤B12345', '粤C12345', ''],
  ['two misreads', '粤BBSOD1', '粤B8S0D1', ''],
  ['nobody like it', '粤B12345', '京C99999', ''],
  [
    'the nearest first, and at most three',
    '豫B12345',
    '粤B12345 京A00000 沪B12345 鲁B12345 苏B12345',
    '鲁B12345 粤B12345 沪B12345',
  ],
  ['one plate is offered once', '粤B8S0D1', '粤BBS0D1 粤BBS0D1', '粤BBS0D1'],
  ['the plate itself, which its lot says is not inside', '粤B12345', '粤B12345', ''],
  ['one that somebody is paying for', '粤B8S0D1', '粤BBS0D1!', ''],
  ['beside one that somebody is paying for', '粤B8S0D1', '粤BBS0D1! 粤B850D1', '粤B850D1'],
] as const)
  test(`offered to who typed ${typed}: ${why}`, () =>
    assert.equal(similarPlates(typed, inside.split(' ').map(stay)).join(' '), expected))

test('no pass of a vehicle without a plate is ever offered', () =>
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (numbers) => {
      const pass = makePass(() => numbers.next().value!)
      assert.deepEqual(
        similarPlates(`${pass.slice(0, -1)}0`, [{ plate: pass, colour: 'unknown', beingPaid: false }]),
        [],
      )
    }),
  ))
