import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { doesNotAddUp, linesOf } from './made.ts'

const price = (total: number, discount: number, paid: number, owed: number) => ({
  made: { totalFen: fen(total), discountFen: fen(discount) },
  paidFen: fen(paid),
  owedFen: fen(owed),
})
const shown = (...[quoted, known]: Parameters<typeof linesOf>) =>
  linesOf(quoted, known).map(({ kind, amountFen }) => `${kind} ${amountFen}`)

describe('what a price of a called system is made of', () => {
  const rows: [
    why: string,
    ReturnType<typeof price>,
    told: number,
    lowered: number,
    lines: readonly string[],
    isWrong: boolean,
  ][] = [
    ['nothing taken off, nothing paid', price(500, 0, 0, 500), 0, 0, ['unit 500'], false],
    ['taken off by the lot', price(500, 200, 0, 300), 0, 0, ['unit 500', 'discount -200'], false],
    ['paid at a kiosk of the lot', price(900, 0, 500, 400), 0, 0, ['unit 900', 'paid-elsewhere -500'], false],
    ['paid here, which is shown as paid', price(900, 0, 500, 400), 500, 0, ['unit 900'], false],
    ['of it only a part here', price(900, 0, 500, 400), 300, 0, ['unit 900', 'paid-elsewhere -200'], false],
    [
      'our coupon is a part of what is taken off',
      price(900, 300, 0, 600),
      0,
      200,
      ['unit 900', 'coupon -200', 'discount -100'],
      false,
    ],
    ['paid here and not heard of there', price(900, 0, 0, 900), 500, 0, ['unit 1400'], false],
    ['figures that leave another sum: the system’s counts', price(900, 0, 0, 500), 0, 0, ['unit 500'], true],
    ['more taken off than there is leaves nothing', price(500, 900, 0, 0), 0, 0, ['unit 0'], false],
  ]
  for (const [why, quoted, toldFen, loweredFen, lines, isWrong] of rows)
    test(why, () => {
      assert.deepEqual(shown(quoted, { toldFen, loweredFen }), lines)
      assert.equal(doesNotAddUp(quoted), isWrong)
    })

  test('lines add up to what is owed and what was told before, whatever the figures are', () => {
    for (const [, quoted, toldFen, loweredFen] of rows) {
      const sum = linesOf(quoted, { toldFen, loweredFen }).reduce((all, { amountFen }) => all + amountFen, 0)
      assert.equal(sum, quoted.owedFen + toldFen)
    }
  })

  test('a system that says none of them is shown as one sum, less our coupon', () =>
    assert.deepEqual(shown({ owedFen: fen(300) }, { toldFen: 100, loweredFen: 200 }), ['unit 600', 'coupon -200']))
})
