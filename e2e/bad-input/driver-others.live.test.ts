import { after, before, describe, test } from 'node:test'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Phone } from '../kit/phone.ts'
import {
  assertRefused,
  changed,
  type Expected,
  json,
  type OpenPayment,
  paysInTheEnd,
  startOpenPayment,
  tokenOf,
} from './driver.testing.ts'
import { untouched } from './untouched.ts'

/* Quotes, passes and payments of somebody else, or of nobody. */
let road: OpenPayment['road']
let payer: OpenPayment['payer']
let other: OpenPayment['other']
let ali: OpenPayment['ali']
let quote: OpenPayment['quote']
let payment: OpenPayment['payment']
let refused: OpenPayment['refused']
before(async () => {
  ;({ road, payer, other, ali, quote, payment, refused } = await startOpenPayment())
})
after(() => road.close())

describe("what is another's", () => {
  const pay = (as: Phone, code: string) => refused(`/api/driver/codes/${code}/pay`, { as, ...json({ quote }) })
  test("another driver's quote", () =>
    untouched(road, async () => assertRefused(await pay(other, road.code('exit')), { code: 'quote-unknown' })))
  test("another driver's quote, with another wallet", () =>
    untouched(road, async () => assertRefused(await pay(ali, road.code('exit')), { code: 'quote-unknown' })))
  test("one's own quote under another lot's code", () =>
    untouched(road, async () => assertRefused(await pay(payer, tokenOf({ lotId: 43 })), { code: 'quote-unknown' })))
  test('a lot whose agent is away is asked in vain, and nothing is kept of it', () =>
    untouched(road, async () =>
      assertRefused(await refused(`/api/driver/codes/${tokenOf({ lotId: 43 })}/quote`, { as: other, ...json({}) }), {
        code: 'lot-absent',
      }),
    ))
  test("a stranger's pass is not asked for by typing it", () =>
    untouched(road, async () =>
      assertRefused(
        await refused(`/api/driver/codes/${road.code('prepay')}/quote`, { as: other, ...json({ plate: '无A12345' }) }),
        { code: 'no-session' },
      ),
    ))

  const numbers: [string, () => string][] = [
    ['that is none', () => 'hello'],
    ['with a wrong digit', () => changed(payment, 20)],
    ['of another kind', () => numberOf('refund', { bucket: 7, lotId: 42 }, '1' as Id)],
    ['of a bucket that cannot be', () => checked(`1999${payment.slice(4, 30)}`)],
    ['over 63 bits', () => checked(`${payment.slice(0, 11)}9999999999999999999`)],
    ['that nobody paid', () => numberOf('trade', { bucket: 7, lotId: 42 }, '1' as Id)],
    [
      'of another lot',
      () => numberOf('trade', { bucket: 7, lotId: 43 }, payment.slice(11, 30).replace(/^0+/, '') as Id),
    ],
    ['of another driver', () => payment],
  ]
  for (const [what, number] of numbers)
    test(`a payment number ${what}`, () =>
      untouched(road, async () => {
        const expected: Expected = { code: 'payment-unknown', field: 'number' }
        for (const as of [other, ali]) {
          assertRefused(await refused(`/api/driver/payments/${number()}`, { as }), expected)
          assertRefused(await refused(`/api/driver/payments/${number()}?ask=1`, { as }), expected)
          assertRefused(await refused(`/api/driver/payments/${number()}/help`, { as, ...json({}) }), expected)
        }
      }))
  test('a payment number of 65 characters', () =>
    untouched(road, async () =>
      assertRefused(await refused(`/api/driver/payments/${'1'.repeat(65)}`, { as: other }), {
        code: 'bad-request',
        field: 'params/number',
        rule: /64/,
      }),
    ))
  test('asked twice in one address', () =>
    untouched(road, async () =>
      assertRefused(await refused(`/api/driver/payments/${payment}?ask=1&ask=2`, { as: payer }), {
        code: 'bad-request',
        field: 'querystring/ask',
        rule: /string/,
      }),
    ))
})

/** With the check digits that make any thirty digits a number (ISO 7064 MOD 97-10). */
const checked = (body: string) => body + String(98n - ((BigInt(body) * 100n) % 97n)).padStart(2, '0')

paysInTheEnd(() => ({ road, payer }))
