import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QuoteAnswer } from '@lanepay/lot-link/messages.ts'
import { judge } from './decide.ts'

const minute = 60_000
const line = (amountFen: number) => ({ kind: 'unit', text: { 'zh-CN': '停车', en: 'Parking' }, amountFen })
const answer = (priceFen: number, paidFen = 0, leaveBy?: number): QuoteAnswer => ({
  session: '1',
  plate: '粤B12345',
  pass: false,
  enteredAt: 0,
  quotedAt: 0,
  expiresAt: minute,
  priceFen,
  paidFen,
  owedFen: Math.max(0, priceFen - paidFen),
  lines: priceFen === 0 ? [] : [line(priceFen)],
  leaveMinutes: 15,
  ...(leaveBy === undefined ? {} : { leaveBy }),
})

// now = minute 60 throughout
const cases: [string, QuoteAnswer, { paidFen: number; leaveBy: number | null }, string, number, number][] = [
  ['free so far', answer(0), { paidFen: 0, leaveBy: null }, 'nothing-owed', 0, 0],
  ['owes the whole price', answer(1000), { paidFen: 0, leaveBy: null }, 'owed', 1000, 0],
  [
    'paid, and the lot knows',
    answer(1000, 1000, 70 * minute),
    { paidFen: 1000, leaveBy: 70 * minute },
    'already-paid',
    0,
    1000,
  ],
  [
    'paid, and the lot does not know yet',
    answer(1000),
    { paidFen: 1000, leaveBy: 70 * minute },
    'already-paid',
    0,
    1000,
  ],
  [
    'the price went up inside the time to leave',
    answer(1500, 1000, 70 * minute),
    { paidFen: 1000, leaveBy: 70 * minute },
    'already-paid',
    0,
    1000,
  ],
  [
    'to the very instant',
    answer(1500, 1000, 60 * minute),
    { paidFen: 1000, leaveBy: 60 * minute },
    'already-paid',
    0,
    1000,
  ],
  [
    'stayed on and owes the difference',
    answer(1500, 1000, 50 * minute),
    { paidFen: 1000, leaveBy: 50 * minute },
    'overdue',
    500,
    1000,
  ],
  [
    'stayed on, but the price did not rise',
    answer(1000, 1000, 50 * minute),
    { paidFen: 1000, leaveBy: 50 * minute },
    'nothing-owed',
    0,
    1000,
  ],
  ['paid in cash at the lot only', answer(1000, 400, 50 * minute), { paidFen: 0, leaveBy: null }, 'overdue', 600, 400],
]
for (const [name, given, known, state, owedFen, paidFen] of cases) {
  test(name, () => {
    const judged = judge(given, known, 60 * minute)
    assert.deepEqual(
      { state: judged.state, owedFen: judged.owedFen, paidFen: judged.paidFen },
      { state, owedFen, paidFen },
    )
    const sum = judged.lines.reduce((total, { amountFen }) => total + amountFen, 0)
    assert.equal(sum, given.priceFen - paidFen, 'the lines add up to price less paid')
  })
}
