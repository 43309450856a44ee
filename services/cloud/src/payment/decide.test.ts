import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import fc from 'fast-check'
import { feesOf, mayPay, nextQueryAt, type QuoteFacts } from './decide.ts'

const feeCases: [string, number, number, number, number, number, number][] = [
  // what, amount, channel bp, platform bp -> channel, platform, operator
  ['ten yuan at 0.6 % and 1 %', 1000, 60, 100, 6, 9, 985],
  ['the channel rounds to the nearest fen', 575, 60, 0, 3, 0, 572],
  ['one fen bears no fee', 1, 60, 100, 0, 0, 1],
  ['no fees', 1234, 0, 0, 0, 0, 1234],
]
for (const [name, amount, channel, platform, ...expected] of feeCases) {
  test(name, () => {
    const { channelFeeFen, platformFeeFen, operatorFen } = feesOf(fen(amount), {
      channelFeeBasisPoints: channel,
      platformFeeBasisPoints: platform,
    })
    assert.deepEqual([channelFeeFen, platformFeeFen, operatorFen], expected)
  })
}
test('the parts add up to the whole, fen for fen, and nobody pays to be paid', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000_000 }),
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 0, max: 3000 }),
      (amount, c, p) => {
        const parts = feesOf(fen(amount), { channelFeeBasisPoints: c, platformFeeBasisPoints: p })
        assert.equal(parts.channelFeeFen + parts.platformFeeFen + parts.operatorFen, amount)
        assert.ok(parts.channelFeeFen >= 0 && parts.platformFeeFen >= 0 && parts.operatorFen >= 0)
      },
    ),
  )
})

test('asks from 3 s on, rising to a minute', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6, 99].map((asked) => nextQueryAt(0, asked) / 1000),
    [3, 6, 10, 20, 30, 60, 60, 60],
  )
})

const open: QuoteFacts = {
  driver: 'wechatpay:a',
  expiresAt: 60,
  paidBeforeFen: 0,
  occupancy: '7',
  sessionState: 'leaving',
  sessionPaidFen: 0,
  standing: '7',
  payment: null,
  lotSuspended: false,
}
const tap: [string, Partial<QuoteFacts>, number, string][] = [
  ['the vehicle still stands there', {}, 10, 'open'],
  ['the lot was suspended after the price was seen', { lotSuspended: true }, 10, 'lot-suspended'],
  [
    'an order that was open by then is gone on with',
    { lotSuspended: true, payment: { state: 'pending', expiresAt: 90 } },
    10,
    'same-order',
  ],
  ['the quote is used to its last instant', {}, 60, 'open'],
  ['too late: ask again', {}, 61, 'quote-expired'],
  ['somebody else asked for this quote', { driver: 'alipay:b' }, 10, 'quote-unknown'],
  ['another vehicle stands there', { standing: '8' }, 10, 'vehicle-changed'],
  ['nobody stands there any more', { standing: null }, 10, 'vehicle-changed'],
  ['the lot never said who stands there', { standing: undefined }, 10, 'open'],
  ['asked inside the lot: no lane to compare', { occupancy: null, standing: undefined }, 10, 'open'],
  ['another phone paid between', { sessionPaidFen: 500 }, 10, 'already-paid'],
  ['the car has left', { sessionState: 'left' }, 10, 'no-session'],
  ['tapped twice: the same order comes up', { payment: { state: 'pending', expiresAt: 300 } }, 100, 'same-order'],
  ['the order is over', { payment: { state: 'pending', expiresAt: 300 } }, 300, 'quote-expired'],
  ['the order was closed', { payment: { state: 'closed', expiresAt: 300 } }, 10, 'quote-used'],
  ['the order is paid', { payment: { state: 'paid', expiresAt: 300 }, sessionPaidFen: 500 }, 10, 'already-paid'],
]
for (const [name, change, now, expected] of tap) {
  test(name, () => assert.equal(mayPay({ ...open, ...change }, 'wechatpay:a', now), expected))
}
