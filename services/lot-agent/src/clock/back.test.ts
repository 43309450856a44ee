import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { hour, minute, type TestLot, testLot } from '../fixtures.ts'

/* The clock of the lot's box is set back while cars are inside: by a person, by the network, by an empty battery. */
let lot: TestLot
describe('a clock that goes back', () => {
  beforeEach(() => {
    lot = testLot()
  })
  afterEach(() => lot.close())

  const car = '粤B12345'
  const ids = () =>
    lot
      .events()
      .flatMap((event) => [
        ...('session' in event && event.session ? [event.session] : []),
        ...('occupancy' in event && event.occupancy ? [event.occupancy] : []),
      ])

  for (const [what, back] of [
    ['an hour', hour],
    ['8 hours', 8 * hour],
  ] as const)
    for (const restarts of [false, true])
      describe(`set back by ${what}, ${restarts ? 'while it was off' : 'while it ran'}`, () => {
        const setBack = () => {
          lot.pass(-back)
          if (restarts) lot.restart()
        }
        test('a car that came before owes nothing, is let out, and its stay is no shorter than nothing', () => {
          lot.opens(lot.read(1, car).opening)
          lot.drivesThrough(1)
          const entered = lot.lot.store.openSessions(car as never)[0]!
          lot.pass(5 * minute)
          setBack()
          const { opening } = lot.read(2, car)
          assert.ok(opening, 'the gate opens: its time inside is nothing')
          const quote = lot.quote({ session: entered.id })
          assert.ok('quote' in quote && quote.quote.owedFen === 0 && quote.quote.priceFen === 0)
          lot.opens(opening)
          lot.drivesThrough(2)
          assert.equal(lot.lot.store.isOpen(entered.id), false)
          const left = lot.events().findLast((event) => event.kind === 'left')
          assert.ok(left?.kind === 'left' && left.owedFen === 0)
        })
        test('cars come and go as before; numbers of the log and of vehicles only rise', () => {
          lot.opens(lot.read(1, car).opening)
          lot.drivesThrough(1)
          const before = ids()
          setBack()
          const plate = '粤B67890'
          lot.opens(lot.read(1, plate).opening)
          lot.drivesThrough(1)
          lot.pass(2 * hour)
          const quote = lot.quote({ plate })
          assert.ok(
            'quote' in quote && quote.quote.priceFen === 1_000,
            'what came after is charged by the clock as it is',
          )
          assert.deepEqual(
            lot.events().map((event) => event.seq),
            lot.events().map((_, at) => at + 1),
          )
          const newest = before.reduce((most, id) => (BigInt(id) > BigInt(most) ? id : most))
          const after = ids().slice(before.length)
          assert.ok(after.length > 0 && after.every((id) => BigInt(id) > BigInt(newest)))
        })
      })
})
