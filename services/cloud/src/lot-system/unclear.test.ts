import assert from 'node:assert/strict'
import { test } from 'node:test'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { loggedIn, loggedOut } from '@lanepay/lot-systems/logged-in.ts'
import type { LotError } from '@lanepay/lot-systems/lot-system.ts'
import { unclearAlarms } from './unclear.ts'

const lot = { bucket: 1, lotId: 7 }
function watching() {
  let now = Date.parse('2026-06-01T10:00:00+08:00')
  const raised: string[] = []
  const alarming = unclearAlarms({
    clock: { now: () => now as Instant },
    alarms: { raise: async (_, { because }) => void raised.push(because) },
  })
  return {
    raised,
    after: (ms: number): void => {
      now += ms
    },
    says: (error: LotError) => alarming(lot, err(error)),
    alarming,
  }
}
/** As a call of an account ends whose new token is refused. */
async function refusedToken(): Promise<LotError> {
  const held = { id: '1', token: 'T', isFresh: true }
  const read = await loggedIn(
    { last: async () => held, renew: async () => ok(true), pause: async () => {} },
    async () => ok('T'),
    async () => err(loggedOut),
  )
  assert.ok(!read.ok)
  return read.error
}

test('an answer that is of no use is one alarm a day', async () => {
  const { raised, after, says } = watching()
  const wrongKey = { kind: 'refused', because: 'unauthorised', detail: '1401 粤B12345' } as const
  for (const hours of [1, 1, 24]) {
    await says(wrongKey)
    after(hours * 3_600_000)
  }
  assert.deepEqual(raised, ['2026-06-01 unauthorised 1401'])
  await says(wrongKey)
  assert.deepEqual(raised.slice(1), ['2026-06-02 unauthorised 1401'])
})

test('so is an account whose tokens are never taken; another login that ended one is none', async () => {
  const { raised, after, says, alarming } = watching()
  const refused = await refusedToken()
  await says(refused)
  after(10_000)
  await says(refused)
  assert.deepEqual(raised, [], 'it is left in peace first')
  after(20_001)
  await says({ kind: 'offline' })
  await says(refused)
  assert.deepEqual(raised, ['2026-06-01 busy token-refused'])
  await alarming(lot, ok('a price'))
  after(24 * 3_600_000)
  await says(refused)
  assert.equal(raised.length, 1, 'one that was taken meanwhile')
})
