import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { codeToken } from '@lanepay/cloud/code/token.ts'
import { driverErrorCodes, type LotView } from '@lanepay/cloud/driver/api.ts'
import fc from 'fast-check'
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

/* A code that is none of ours, or not for what is asked with it. */
let road: OpenPayment['road']
let payer: OpenPayment['payer']
let other: OpenPayment['other']
let quote: OpenPayment['quote']
let refused: OpenPayment['refused']
before(async () => {
  ;({ road, payer, other, quote, refused } = await startOpenPayment())
})
after(() => road.close())

describe('a code', () => {
  const cases: [string, () => string, Expected][] = [
    ['that is no code', () => 'hello', { code: 'code-malformed', field: 'code' }],
    ['with a changed character', () => changed(road.code('exit'), 3), { code: 'code-malformed', field: 'code' }],
    ['with another check at its end', () => changed(road.code('exit'), 21), { code: 'code-malformed', field: 'code' }],
    ['with a character too few', () => road.code('exit').slice(1), { code: 'code-malformed', field: 'code' }],
    ['with a character too many', () => `${road.code('exit')}0`, { code: 'code-malformed', field: 'code' }],
    [
      'sealed by another house',
      () => codeToken({ bucket: 7, lotId: 42, kind: 'exit', laneId: 2, serial: 0 }, Buffer.from('another house')),
      { code: 'code-malformed', field: 'code' },
    ],
    ['with a zero byte in it', () => `${road.code('exit').slice(0, 21)}%00`, { code: 'code-malformed', field: 'code' }],
    ['of 65 characters', () => 'A'.repeat(65), { code: 'bad-request', field: 'params/code', rule: /64/ }],
    ['of a lot that is not open', () => tokenOf({ lotId: 41 }), { code: 'lot-unknown' }],
    ['of the lot in another bucket', () => tokenOf({ bucket: 8 }), { code: 'lot-unknown' }],
    [
      'of the largest numbers there are',
      () => tokenOf({ bucket: 255, lotId: 2 ** 24 - 1, laneId: 1023, serial: 4095 }),
      { code: 'lot-unknown' },
    ],
    ['of a lane that the lot does not have', () => tokenOf({ laneId: 9 }), { code: 'lot-unknown' }],
    ['to enter at the exit lane', () => tokenOf({ kind: 'entry' }), { code: 'lane-wrong-direction' }],
    ['to leave at the entry lane', () => tokenOf({ laneId: 1 }), { code: 'lane-wrong-direction' }],
  ]
  for (const [what, token, expected] of cases)
    test(what, () =>
      untouched(road, async () => {
        const of = `/api/driver/codes/${token()}`
        if (expected.code === 'code-malformed' || expected.code === 'bad-request')
          assertRefused(await refused(`${of}/lot`, { as: other }), expected)
        assertRefused(await refused(of, { as: other }), expected)
        assertRefused(await refused(`${of}/quote`, { as: other, ...json({}) }), expected)
        assertRefused(await refused(`${of}/pay`, { as: other, ...json({ quote }) }), expected)
        assertRefused(await refused(`${of}/enter`, { as: other, ...json({}) }), expected)
        for (const page of [`/p/${token()}`, `/p/${token()}/who`]) {
          const scanned = await refused(page, { as: other })
          assert.equal(scanned.status, driverErrorCodes[expected.code])
          assert.match(scanned.type, /^text\/html/)
        }
      }),
    )
  test('of a lot that is not open: whether it is reached is asked of nobody, and it is not', () =>
    untouched(road, async () => {
      const seen = await other.ask<LotView>(`/api/driver/codes/${tokenOf({ lotId: 41 })}/lot`)
      assert.deepEqual([seen.status, seen.body.lotOnline], [200, false])
    }))
  test('any text in place of a code is refused, and never with an error of ours', () =>
    untouched(road, () =>
      fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }), async (text) => {
          fc.pre(text.isWellFormed())
          const seen = await refused(`/api/driver/codes/${encodeURIComponent(text).replaceAll('.', '%2E')}`, {
            as: other,
          })
          assert.ok([400, 404].includes(seen.status) && seen.error, JSON.stringify(seen))
        }),
        { numRuns: 150 },
      ),
    ))
})

describe('the wrong kind of code', () => {
  const cases: [string, 'entry' | 'prepay' | 'exit', string, unknown][] = [
    ['a fee asked with an entry code', 'entry', 'quote', {}],
    ['a payment with an entry code', 'entry', 'pay', { quote: '1' }],
    ['to enter with an exit code', 'exit', 'enter', {}],
    ['to enter with the code inside the lot', 'prepay', 'enter', {}],
  ]
  for (const [what, kind, act, body] of cases)
    test(what, () =>
      untouched(road, async () =>
        assertRefused(await refused(`/api/driver/codes/${road.code(kind)}/${act}`, { as: other, ...json(body) }), {
          code: 'wrong-kind',
        }),
      ),
    )
})

paysInTheEnd(() => ({ road, payer }))
