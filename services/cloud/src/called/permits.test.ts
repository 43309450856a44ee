import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { CommandResult } from '@lanepay/lot-link/messages.ts'
import type { LotError } from '@lanepay/lot-systems/lot-system.ts'
import type { Settled } from '../bolink/settings.ts'
import { calledPermits, type RenewalOwed } from './permits.ts'

const [end, longer] = [1_000_000, 2_000_000]
const owed = {
  ...{ kind: 'renewal', command: 'C' },
  renewed: { permit: 'K', plate: '粤B12345', payment: 'P', until: end, from: end, to: longer },
} as unknown as RenewalOwed
const refused = err({ kind: 'refused', because: 'card-refused' } as const)

/** A system whose renewals have no number answers so, one call after another. */
async function told(answers: readonly (number | Result<null, LotError>)[]) {
  const left = [...answers]
  const results: CommandResult[] = []
  const find = {}
  const { send } = calledPermits({
    ...{ clock: new SimulatedClock(), newId: () => '1' },
    database: { of: () => ({ query: async () => [] }) },
    calling: {
      call: async (_: unknown, operation: object) => {
        const answer = left.shift()!
        assert.equal(operation === find, typeof answer === 'number' || (!answer.ok && answer.error.kind === 'offline'))
        return typeof answer === 'number' ? ok([{ permit: 'K', until: answer }]) : answer
      },
    },
    onResult: async (_: unknown, result: CommandResult) => void results.push(result),
  } as never)
  const system = { permits: { find, renew: {}, unnumbered: true } }
  await send({ bucket: 1, lotId: 2, system } as never, '3' as never, owed)
  assert.deepEqual(left, [], 'nothing else was asked')
  return results.map(({ state, because }) => because ?? state)
}

describe('a renewal that has no number there', () => {
  test('is told to a card that is as it was priced', async () =>
    assert.deepEqual(await told([end, ok(null)]), ['done']))
  test('is not told to one that has it', async () => assert.deepEqual(await told([longer]), ['done']))
  test('is not told to one that has become another', async () =>
    assert.deepEqual(await told([end + 1]), ['card-changed']))
  test('that is refused is had, where the card has it after all', async () =>
    assert.deepEqual(await told([end, refused, longer]), ['done']))
  test('that is refused is refused, where the card is as it was', async () =>
    assert.deepEqual(await told([end, refused, end]), ['card-refused']))
  test('that is refused has no end yet, where nobody says how the card is', async () =>
    assert.deepEqual(await told([end, refused, err({ kind: 'offline' })]), []))
  test('is told again when the telling before is over, whichever process tells it', async () => {
    const steps: number[] = []
    const outbox = { tell: async (_: unknown, __: unknown, said: Settled) => void steps.push(...said.repeatSeconds) }
    const paid = { payment: '3', key: 'K', permit: owed.renewed, plate: '粤B12345', amountFen: 1 }
    const database = { of: () => ({ query: async () => [] }) }
    await calledPermits({ outbox, database } as never).cards.tell({ bucket: 1, lotId: 2 }, paid as never)
    // Three calls of eleven seconds at most, and five until another has logged in (call.ts, logged-in.ts).
    assert.ok(Math.min(...steps) > 3 * 11 + 5, String(steps))
    assert.ok(steps.reduce((sum, step) => sum + step) > 23 * 3600)
  })
})
