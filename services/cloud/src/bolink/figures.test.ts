import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayHtml } from './day-page.ts'
import { type BookedStay, type ExitMoney, figuresOf, receivableOf, sumsOf } from './figures.ts'

const stay = (more: Partial<BookedStay> = {}): BookedStay => ({
  ...{ order_id: 'R1', plate: '粤B12345', entered_at: 0, left_at: 3_600_000, paid_fen: 0, owed_when_left_fen: null },
  ...{ exit_how: null, receivable_fen: null, cash_fen: null, reduced_fen: null, ...more },
})

describe('what an exit says of money', () => {
  const exits: readonly (readonly [what: string, ExitMoney, receivable: number, cash: number, reduced: number])[] = [
    ['cash', { pay_type: 'cash', total: 500, amount_receivable: 500 }, 500, 500, 0],
    ['cash after a prepayment in cash', { pay_type: 'cash', total: 300, cash_prepay: 200 }, 500, 500, 0],
    ['its own word for the cash', { pay_type: 'cash', total: 500, cash_pay: 400 }, 500, 400, 0],
    [
      'by phone, less a coupon',
      { pay_type: 'scancode', total: 0, amount_receivable: 900, reduce_amount: 400 },
      900,
      0,
      400,
    ],
    ['a slip of the software', { pay_type: 'cash', total: 999_999_999_999 }, 2_000_000_000, 2_000_000_000, 0],
  ]
  for (const [what, exit, receivableFen, cashFen, reducedFen] of exits)
    test(what, () => assert.deepEqual(figuresOf(exit), { how: exit.pay_type, receivableFen, cashFen, reducedFen }))
})

describe('what records come to', () => {
  test('one that has not told its gross amount is counted with what is known of it', () => {
    assert.equal(receivableOf(stay({ paid_fen: 500, cash_fen: 200, owed_when_left_fen: 100 })), 800)
    assert.equal(receivableOf(stay({ paid_fen: 500, receivable_fen: 500 })), 500)
  })
  test('sums of all', () => {
    const stays = [
      stay({ paid_fen: 500, receivable_fen: 900, reduced_fen: 400, cash_fen: 0 }),
      stay({ cash_fen: 300, receivable_fen: 300, reduced_fen: 0 }),
      stay({ owed_when_left_fen: 700, receivable_fen: 700 }),
    ]
    assert.deepEqual(sumsOf(stays), {
      ...{ count: 3, receivableFen: 1900, paidFen: 500, cashFen: 300, reducedFen: 400, owedFen: 700 },
    })
  })
})

describe('the page of a day', () => {
  const figures = {
    ...{
      lotName: '<b>阳光',
      fromMs: Date.parse('2026-11-01T00:00:00+08:00'),
      untilMs: Date.parse('2026-11-02T00:00:00+08:00'),
    },
    ...{ entries: 2, ended: [stay({ exit_how: '<i>', receivable_fen: 500 })] },
    byPhone: { count: 1, ele_pay_total: '5.00', ele_refund: '0.00' },
  }
  test('says the same in both languages, by China’s clock', () => {
    for (const [language, entries] of [
      ['zh', '入场（辆）'],
      ['en', 'Entries'],
    ] as const) {
      const page = dayHtml(figures, language)
      assert.ok(page.includes(`<td>${entries}</td><td>2</td>`))
      assert.ok(page.includes('2026-11-01 00:00:00'))
    }
  })
  test('what others typed is text and nothing else', () => assert.doesNotMatch(dayHtml(figures, 'zh'), /<b>|<i>/))
})
