import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, hour, later, minute, priceOf, tariffFor } from './generators.fixtures.ts'
import { quoteStay, simpleTariff } from './tariff.ts'

const yuan = (amount: number): number => amount * 100
const tariff = tariffFor(
  simpleTariff({
    freeMinutes: 15,
    firstHoursFen: [yuan(5), yuan(4)],
    hourFen: yuan(3),
    dailyCapFen: yuan(30),
    leaveMinutes: 20,
  }),
)
const noon = at('2025-03-05T12:00+08:00')

const table: readonly (readonly [stay: string, seconds: number, owed: number, why: string])[] = [
  ['0h00m', 0, 0, 'nothing for no time'],
  ['0h15m', 15 * minute, 0, 'the free time includes its last minute'],
  ['0h15m01s', 15 * minute + 1, yuan(5), 'once over, the free time is not deducted'],
  ['1h00m', hour, yuan(5), 'exactly an hour is one hour'],
  ['1h00m01s', hour + 1, yuan(9), 'a started hour is a whole hour'],
  ['2h30m', 2.5 * hour, yuan(12), 'the third hour costs what all later ones do'],
  ['9h00m', 9 * hour, yuan(30), 'as many hours as the cap covers'],
  ['23h59m', 24 * hour - minute, yuan(30), 'no day costs more than the cap'],
  ['24h00m', 24 * hour, yuan(30), '24 hours are one day'],
  ['24h01m', 24 * hour + minute, yuan(35), 'the second day begins with a first hour, and no free time'],
  ['10 days', 240 * hour, yuan(300), 'ten caps'],
]
for (const [stay, seconds, owed, why] of table)
  test(`${stay} costs ${owed} fen: ${why}`, () => assert.equal(priceOf(tariff, noon, seconds), owed))

test('the time to leave after paying is the one that was told', () => {
  assert.equal(tariff.leaveMinutes, 20)
  const paidAt = later(noon, hour)
  const quote = quoteStay(tariff, { enteredAt: noon, at: paidAt, payments: [{ paidAt, amountFen: yuan(5) }] })
  assert.deepEqual([quote.dueFen, quote.leaveBy], [0, later(paidAt, 20 * minute)])
})

test('without free time, ladder and cap every hour costs the same', () => {
  const plain = tariffFor(simpleTariff({ hourFen: yuan(2) }))
  assert.deepEqual(
    [1, hour, 30 * hour].map((seconds) => priceOf(plain, noon, seconds)),
    [yuan(2), yuan(2), yuan(60)],
  )
})
