import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { lotOfToken, makeToken, servesLane } from './token.ts'

test('a token says where its lot is, in 32 lower-case hex digits', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 9_999_999 }), (bucket, lotId) => {
      const token = makeToken({ bucket, lotId })
      assert.match(token, /^[0-9a-f]{32}$/)
      assert.deepEqual(lotOfToken(token), { ok: true, value: { bucket, lotId } })
      assert.notEqual(makeToken({ bucket, lotId }), token)
    }),
  ))

describe('which computer serves a lane, by its own name', () => {
  const names: readonly (readonly [localId: string, channel: string, serves: boolean])[] = [
    ['c48e8f711519_2.1.0.0_liu_channels_A11_A12', 'A12', true],
    ['c48e8f711519_2.1.0.0_liu_channels_A11_A12', 'A1', false],
    ['1_2.2_liu_channels_东A13_2054', '东A13', true],
    ['box_channels_GKAQ112A-1', 'GKAQ112A-1', true],
    ['box_channels_A_1', 'A_1', true],
    ['0071cc97102b_1001_qh321_quanhao-atest1', '1001', false],
    ['', 'A1', false],
  ]
  for (const [localId, channel, serves] of names)
    test(`${localId || 'no name'} and ${channel}: ${serves}`, () => assert.equal(servesLane(localId, channel), serves))
})
