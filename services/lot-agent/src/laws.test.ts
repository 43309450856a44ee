import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { testLot } from './fixtures.ts'
import { anyStep, plates, take } from './steps.fixtures.ts'

test('whatever happens in whatever order: one opening a vehicle, one cause an opening, no stay lost, no hole in the log', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40, size: 'max' }), (steps) => {
      const lot = testLot()
      try {
        for (const one of steps) take(lot, one)
        const events = lot.events()
        assert.deepEqual(
          events.map((event) => event.seq),
          events.map((_, index) => index + 1),
          'the log has no hole',
        )
        const opened = events.filter((event) => event.kind === 'gate-opened')
        assert.equal(
          new Set(opened.map((event) => event.occupancy)).size,
          opened.length,
          'a vehicle is let through once',
        )
        const causes = opened
          .filter((event) => ['clearance', 'command', 'unplated-admission'].includes(event.cause.kind))
          .map((event) => JSON.stringify([event.cause, event.occupancy]))
        assert.equal(new Set(causes).size, causes.length)
        const entered = events.filter((event) => event.kind === 'entered').map((event) => event.session)
        const ended = [
          ...events.filter((event) => event.kind === 'left').map((event) => event.session),
          ...events.filter((event) => event.kind === 'voided').map((event) => event.session),
          ...events.flatMap((event) => (event.kind === 'entered' && event.supersedes ? [event.supersedes] : [])),
        ]
        assert.equal(new Set(ended).size, ended.length, 'a stay ends once')
        assert.equal(entered.length - ended.length, lot.lot.store.inside(), 'who came and did not go is inside')
        for (const event of events.filter(({ kind }) => kind === 'left')) {
          if (event.kind !== 'left' || event.how === 'left') continue
          assert.equal(event.lane, 2, 'only who goes out owing has escaped or was released')
        }
        const { cards } = lot.lot.store.book().lists
        for (const { card, spaces } of cards)
          assert.ok(lot.lot.store.holders(card).length <= Math.max(2, spaces), 'no more on a card than it has spaces')
        for (const plate of plates) assert.ok(lot.lot.store.openSessions(plate as never).length <= 1)
        for (const event of opened)
          if (event.cause.kind === 'nothing-owed' || event.cause.kind === 'month-card') assert.equal(event.lane, 2)
          else if (event.cause.kind === 'entry' || event.cause.kind === 'unplated-admission')
            assert.equal(event.lane, 1)
      } finally {
        lot.close()
      }
    }),
    { numRuns: 150 },
  )
})
