import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parsePlate } from '@lanepay/domain/plate.ts'
import fc from 'fast-check'
import { assertRefused, json, type OpenPayment, paysInTheEnd, plate, startOpenPayment } from './driver.testing.ts'
import { untouched } from './untouched.ts'

/* Plates that are none, plates in odd spellings, and plates that are guessed. */
let road: OpenPayment['road']
let payer: OpenPayment['payer']
let other: OpenPayment['other']
let refused: OpenPayment['refused']
before(async () => {
  ;({ road, payer, other, refused } = await startOpenPayment())
})
after(() => road.close())

describe('a plate', () => {
  const ask = (typed: string) =>
    refused(`/api/driver/codes/${road.code('prepay')}/quote`, { as: other, ...json({ plate: typed }) })
  const none = [
    '',
    ' ',
    '粤B',
    '粤B1234',
    '粤BI2345',
    '粤B1234O',
    'ABC',
    '12345',
    '粤B12345港',
    '🚗🚗🚗',
    '粤B12345\u0000',
    '使12345',
    '农用1234',
    "'; drop table q; --",
    '\u202e粤B12345',
  ]
  for (const typed of none)
    test(`${JSON.stringify(typed)} is none`, () =>
      untouched(road, async () =>
        assertRefused(await ask(typed), { code: 'plate-malformed', field: 'body/plate', rule: /plate/ }),
      ))
  test('any text is a plate in one spelling, or refused as none', () =>
    untouched(road, () =>
      fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 20 }),
            fc.string({ unit: fc.constantFrom(...'粤京使港澳学警WJAB01289IO·- ａ１'), maxLength: 12 }),
            fc.stringMatching(/^[A-Z]{1,2}[0-9]{1,4}$/),
            fc.stringMatching(/^[京粤沪][A-HJ-NP-Z][0-9A-HJ-NP-Z]{5}$/),
          ),
          async (typed) => {
            fc.pre(typed.length <= 20)
            road.pass(6_000) // nobody is slowed down for asking ten times a minute; and no clock of a lot is seen a minute off
            const plateMeant = parsePlate(typed, { overseas: true })
            const seen = await ask(typed)
            if (plateMeant.ok) assertRefused(seen, { code: 'no-session' })
            else assertRefused(seen, { code: 'plate-malformed', field: 'body/plate' })
          },
        ),
        { numRuns: 400 },
      ),
    ))
  test('in any of its spellings it is the same plate', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('', ' ', '·', '-', '.', '　'), { minLength: 8, maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        async (between, small, wide) => {
          const spelled = [...(small ? plate.toLowerCase() : plate)]
            .map((c) => (wide && c < '\u007f' ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c))
            .map((c, index) => between[index] + c)
            .join('')
          const seen = await payer.quote(road.code('prepay'), spelled)
          assert.equal(seen.status, 200, `${spelled}: ${JSON.stringify(seen.body)}`)
          assert.equal(seen.body.plate, plate)
        },
      ),
      { numRuns: 20 },
    ))
  test('one who tries plate after plate is slowed down, and only he', async () => {
    await untouched(road, async () => {
      const guesser = road.phone('guesser')
      assert.equal((await guesser.scan(`${road.publicUrl}/p/${road.code('prepay')}`)).status, 200)
      const seen: (string | undefined)[] = []
      for (let n = 0; n < 14; n++)
        seen.push((await guesser.quote(road.code('prepay'), `粤B8000${n % 10}`)).body.error?.code)
      assert.deepEqual(seen.slice(0, 12), Array(12).fill('no-session'))
      assert.deepEqual(seen.slice(12), ['too-many', 'too-many'])
      assert.equal((await payer.quote(road.code('prepay'), 'nonsense')).body.error?.code, 'plate-malformed')
    })
  })
})

paysInTheEnd(() => ({ road, payer }))
