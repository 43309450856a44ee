import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usual as settings } from './settings.ts'
import { ticketOf } from './ticket.ts'

const hour = 3_600_000
test('a coupon in the words of the protocol: its kind, its worth, and for how many hours begun it is good', () => {
  const of = (worth: Parameters<typeof ticketOf>[0]['worth']) =>
    ticketOf({ worth, validUntil: 1.5 * hour }, 0, settings)
  const usual = { discount: '0', limit_day: 5_400, time_range: 2 }
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
    assert.deepEqual(
      ticketOf({ worth: { kind: 'percent', pay }, validUntil: hour }, 0, { ...settings, ticketRate: rate }),
      {
        ...{ ticket_type: 3, discount, limit_day: 3_600, time_range: 1 },
      },
    ))

// The last second of New Year's Eve, at Beijing.
const lastSecond = Date.parse('2026-12-31T23:59:59+08:00')
for (const [ticketLimitDay, limit_day] of [
  ['seconds', 1_798_732_799],
  ['days', 2],
  ['date', 20_261_231],
] as const)
  test(`the last day of a coupon, where the lot reads ${ticketLimitDay}: ${limit_day}`, () => {
    const told = { ...settings, ticketLimitDay, ticketTimeRange: 'zero' } as const
    const of = (worth: Parameters<typeof ticketOf>[0]['worth']) =>
      ticketOf({ worth, validUntil: lastSecond }, lastSecond - 25 * hour, told)
    assert.deepEqual(of({ kind: 'whole' }), { discount: '0', limit_day, time_range: 0, ticket_type: 2 })
    assert.equal(of({ kind: 'until', at: 7 * hour })!.time_range, 25_200, 'that is no hours')
  })
