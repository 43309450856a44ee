import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyDocument, anyEntry, anyLength, day, later, priceOf, tariffFor } from './generators.fixtures.ts'
import { literalPrice } from './literal.fixtures.ts'
import { NotPriceable, quoteStay } from './tariff.ts'

/** Whole days are multiplied, pieces are divided: none of it may show. */
test('the engine prices every stay as the units of tariffs.md 5.3 walked one by one', () => {
  fc.assert(
    fc.property(anyDocument(), anyEntry, anyLength(), (document, enteredAt, seconds) => {
      const entryS = Math.floor(enteredAt / 1000)
      const exitS = Math.floor(later(enteredAt, seconds) / 1000)
      const literal = literalPrice(document, document.plans.p!, entryS, exitS)
      assert.equal(priceOf(tariffFor(document), enteredAt, seconds), literal)
    }),
    { numRuns: 600 },
  )
})

test('the price of up to three years, asked without lines, is what the lines of every unit add up to', () => {
  fc.assert(
    fc.property(anyDocument(), anyEntry, anyLength(1100 * day), (document, enteredAt, seconds) => {
      const tariff = tariffFor(document)
      const quote = quoteStay(tariff, { enteredAt, at: later(enteredAt, seconds) })
      const linesFen = quote.lines.reduce((total, { amountFen }) => total + amountFen, 0)
      assert.deepEqual([linesFen, quote.priceFen], [priceOf(tariff, enteredAt, seconds), linesFen])
    }),
    { numRuns: 200 },
  )
})

test('a ladder that ends prices no stay beyond its end, and says so', () => {
  const tariff = tariffFor({
    timeZone: 'Asia/Shanghai',
    choose: [{ plan: 'p' }],
    plans: { p: { bands: [{ steps: [{ to: 120, every: 60, fen: 100 }] }] } },
  })
  assert.equal(priceOf(tariff, 0 as never, 7200), 200)
  assert.throws(() => priceOf(tariff, 0 as never, 7201), NotPriceable)
})
