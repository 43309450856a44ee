import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticketOf } from './ticket.ts'

const hour = 3_600_000
test('a coupon in the words of the protocol: its kind, its worth, and for how many hours begun it is good', () => {
  const of = (worth: Parameters<typeof ticketOf>[0]['worth']) =>
    ticketOf({ worth, validUntil: 1.5 * hour }, 0, 'untold')
  const usual = { discount: '0', time_range: 2 }
  assert.deepEqual(of({ kind: 'amount', fen: 500 }), { ...usual, ticket_type: 0, money: 500 })
  assert.deepEqual(of({ kind: 'minutes', minutes: 90 }), { ...usual, ticket_type: 1, duration: 90, ticket_unit: 1 })
  assert.deepEqual(of({ kind: 'whole' }), { ...usual, ticket_type: 2 })
  assert.deepEqual(of({ kind: 'until', at: 7 * hour }), { ...usual, ticket_type: 5, time_range: 25_200 })
  assert.equal(of({ kind: 'percent', pay: 80 }), null)
})

for (const [rate, pay, discount] of [
  ['tenths-paid', 80, '8'],
  ['tenths-paid', 85, '8.5'],
  ['fraction-paid', 85, '0.85'],
  ['percent-paid', 80, '80'],
  ['percent-off', 85, '15'],
] as const)
  test(`a coupon by which ${pay} in 100 are paid, where the lot reads ${rate}: ${discount}`, () =>
    assert.deepEqual(ticketOf({ worth: { kind: 'percent', pay }, validUntil: hour }, 0, rate), {
      ...{ ticket_type: 3, discount, time_range: 1 },
    }))
