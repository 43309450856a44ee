import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticketOf } from './ticket.ts'

const hour = 3_600_000
test('a coupon in the words of the protocol: its kind, its worth, and for how many hours begun it is good', () => {
  const of = (worth: Parameters<typeof ticketOf>[0]['worth']) => ticketOf({ worth, validUntil: 1.5 * hour }, 0)
  const usual = { discount: '0', time_range: 2 }
  assert.deepEqual(of({ kind: 'amount', fen: 500 }), { ...usual, ticket_type: 0, money: 500 })
  assert.deepEqual(of({ kind: 'minutes', minutes: 90 }), { ...usual, ticket_type: 1, duration: 90, ticket_unit: 1 })
  assert.deepEqual(of({ kind: 'whole' }), { ...usual, ticket_type: 2 })
  assert.deepEqual(of({ kind: 'until', at: 7 * hour }), { ...usual, ticket_type: 5, time_range: 25_200 })
  assert.equal(of({ kind: 'percent', pay: 80 }), null)
})
