import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { both, channelsOf, hoursOf, noTally, slotsOfDay, sumOf, tallied } from './decide.ts'

const aRow = fc.record({
  channel: fc.constantFrom('wechatpay', 'alipay', 'cash', ''),
  slot: fc.integer({ min: 0, max: slotsOfDay - 1 }),
  fen: fc.integer({ min: 0, max: 100_000 }),
  payments: fc.integer({ min: 0, max: 50 }),
  entries: fc.integer({ min: 0, max: 50 }),
})
const rows = fc.array(aRow, { maxLength: 40 })

describe('what a day came to', () => {
  test('is the same, however it was cut before it was counted', () =>
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const together = tallied(noTally, [...a, ...b])
        const apart = both(tallied(noTally, a), tallied(noTally, b))
        assert.deepEqual(sumOf(apart), sumOf(together))
        assert.deepEqual(hoursOf(apart), hoursOf(together))
      }),
    ))
  test('is the sum of its hours', () =>
    fc.assert(
      fc.property(rows, (all) => {
        const tally = tallied(noTally, all)
        const sum = hoursOf(tally).reduce((fen, hour) => fen + hour.fen, 0)
        assert.equal(sum, sumOf(tally).fen)
      }),
    ))
  test('is the sum of its channels', () =>
    fc.assert(
      fc.property(rows, rows, fc.integer({ min: 0, max: slotsOfDay }), (a, b, until) => {
        const paid = a.filter(({ channel }) => channel !== '')
        const then = b.filter(({ channel }) => channel !== '')
        const [today, before] = [tallied(noTally, paid), tallied(noTally, then)]
        const channels = channelsOf(today, before, until)
        const sum = (of: 'fen' | 'beforeFen') => channels.reduce((all, one) => all + one[of], 0)
        assert.equal(sum('fen'), sumOf(today).fen)
        assert.equal(sum('beforeFen'), sumOf(before, until).fen)
      }),
    ))
  test('until a quarter of an hour is what was before it', () => {
    const one = { channel: 'cash', payments: 1, entries: 0 }
    const tally = tallied(noTally, [
      { ...one, slot: 39, fen: 100 },
      { ...one, slot: 40, fen: 10 },
    ])
    assert.deepEqual(sumOf(tally, 40), { fen: 100, payments: 1, entries: 0 })
    assert.equal(hoursOf(tally)[9]!.fen, 100)
    assert.equal(hoursOf(tally)[10]!.fen, 10)
  })
})
