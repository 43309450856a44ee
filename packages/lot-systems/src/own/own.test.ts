import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { type Ability, type AskBy, abilities } from '../lot-system.ts'
import type { Answer } from './api.ts'
import { ownAbilities, ownLotSystem, type Question } from './own.ts'

const lot = { bucket: 7, lotId: 42 }
const id = '3'.repeat(32)
const quote: Extract<Answer, { kind: 'quote'; ok: true }> = {
  ...{
    id,
    kind: 'quote',
    ok: true,
    stay: 'R1',
    plate: '粤B12345',
    enteredAt: 0,
    priceFen: 800,
    paidFen: 300,
    leaveMinutes: 15,
  },
}
/** A lot that answers so, and what it was asked. */
function answering(answer: Answer | null, cannot: readonly Ability[] = []) {
  const asked: Question[] = []
  const system = ownLotSystem({
    clock: new SimulatedClock(),
    isOnline: () => true,
    cannot: async () => cannot,
    ask: async (_, question) => {
      asked.push(question)
      return answer === null ? err({ kind: 'offline' }) : ok(answer)
    },
    stays: {
      sessionOf: async (_, { stay }) => (stay === 'R1' ? ('7' as Id) : null),
      nameOf: async (_, session) => (session === '7' ? 'R1' : null),
    },
  })
  return { asked, system }
}

describe('a price', () => {
  const cases: readonly (readonly [what: string, by: AskBy, answer: Answer | null, outcome: string])[] = [
    ['by lane', { lane: 2 }, quote, 'owes 500 in lane 2'],
    ['by plate, however it is spelt', { plate: '粤b·12345' }, quote, 'owes 500'],
    ['by session', { session: '7' }, quote, 'owes 500'],
    ['by a session that the lot never had', { session: '8' }, quote, 'no-session'],
    ['more is paid than it costs', { lane: 2 }, { ...quote, paidFen: 900 }, 'owes 0 in lane 2'],
    [
      'with lines that are the price',
      { lane: 2 },
      { ...quote, lines: [{ text: '一', amountFen: 800 }] },
      'owes 500 in lane 2',
    ],
    ['with lines that are not', { lane: 2 }, { ...quote, lines: [{ text: '一', amountFen: 801 }] }, 'unreadable'],
    ['of another plate than was asked', { plate: '粤B99999' }, quote, 'unreadable'],
    ['of another stay than was asked', { session: '7' }, { ...quote, stay: 'R2' }, 'unreadable'],
    ['of a stay that cannot be', { lane: 2 }, { ...quote, stay: 'R2' }, 'no-session'],
    ['refused', { lane: 2 }, { id, kind: 'quote', ok: false, because: 'lane-empty' }, 'lane-empty'],
    ['no answer', { lane: 2 }, null, 'offline'],
    ['another kind of answer', { lane: 2 }, { id, kind: 'admit', ok: true, gate: 'opened' }, 'unreadable'],
  ]
  for (const [what, by, answer, outcome] of cases)
    test(`${what}: ${outcome}`, async () => {
      const { system } = answering(answer)
      const said = await system.quote(lot, by)
      const lane = said.ok && said.value.lane !== undefined ? ` in lane ${said.value.lane}` : ''
      const because = said.ok ? '' : said.error.kind === 'refused' ? said.error.because : said.error.kind
      assert.equal(said.ok ? `owes ${said.value.owedFen}${lane}` : because, outcome)
      if (said.ok && lane !== '') assert.equal(said.value.occupancy, '7', 'the stay is the occupancy')
    })
  test('a session is asked for by the name that the lot has for it', async () => {
    const { asked, system } = answering(quote)
    await system.quote(lot, { session: '7' })
    assert.deepEqual(asked, [{ kind: 'quote', by: { stay: 'R1' } }])
  })
})

test('a vehicle without plate is let in, or not, by the lot alone', async () => {
  const admission = { lane: 1, pass: '3ACDEFG', requestId: 'r' }
  const outcome = async (answer: Answer | null) => {
    const said = await answering(answer).system.admitUnplated(lot, admission)
    return said.ok ? said.value.gate : said.error
  }
  assert.equal(await outcome({ id, kind: 'admit', ok: true, gate: 'silent' }), 'silent')
  assert.deepEqual(await outcome({ id, kind: 'admit', ok: false, because: 'lot-full' }), {
    kind: 'refused',
    because: 'lot-full',
  })
  assert.deepEqual(await outcome(null), { kind: 'offline' })
})

test('what it cannot do is known beforehand', () =>
  assert.deepEqual(
    abilities.filter((ability) => !ownAbilities.includes(ability)),
    [
      ...['closes-gate', 'holds-gate-open', 'reports-occupancy', 'lists', 'asks-before-entry', 'tariff', 'coupons'],
      ...['locks-vehicle', 'permits', 'renews-permits', 'corrects', 'closes', 'shows', 'pictures'],
      ...['lists-lanes', 'reports-devices', 'reports-spaces', 'lists-inside', 'lists-passages'],
    ],
  ))

test('software that does not know who stands at an exit says so, and can all else', async () => {
  const { system } = answering(null, ['quotes-by-lane'])
  assert.deepEqual(
    await system.abilitiesOf(lot),
    ownAbilities.filter((one) => one !== 'quotes-by-lane'),
  )
})
