import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { testLot } from './fixtures.ts'
import { anyStep, plates, take } from './steps.fixtures.ts'

test('whatever happens in whatever order: a coupon is used by one stay, and the log tells each that was used', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40, size: 'max' }), (steps) => {
      const lot = testLot()
      try {
        for (const one of steps) take(lot, one)
        const told = new Map<string, Set<string | null>>()
        const tell = (coupons: readonly string[] | undefined, session: string | null) => {
          for (const name of coupons ?? []) told.set(name, new Set(told.get(name)).add(session))
        }
        for (const event of lot.events()) {
          if (event.kind === 'cleared' || event.kind === 'cash-taken' || event.kind === 'left')
            tell(event.coupons, event.session)
          if (event.kind === 'gate-opened' && event.cause.kind === 'nothing-owed')
            tell(event.cause.coupons, event.session)
        }
        for (const [name, sessions] of told) {
          assert.equal(sessions.size, 1, `coupon ${name} is used by one stay`)
          assert.deepEqual([...sessions], [lot.lot.store.coupon(name)?.usedBy])
        }
        const isOver = (name: string) => {
          const usedBy = lot.lot.store.coupon(name)?.usedBy
          return usedBy != null && !lot.lot.store.isOpen(usedBy)
        }
        const left = new Set(lot.events().flatMap((event) => (event.kind === 'left' ? [event.session] : [])))
        for (const name of ['A', 'B', 'C'])
          if (isOver(name) && left.has(lot.lot.store.coupon(name)!.usedBy!))
            assert.ok(told.has(name), `${name} is told`)
      } finally {
        lot.close()
      }
    }),
    {
      numRuns: 150,
      examples: [
        [
          // The other lane ends its stay while it stands at an exit whose gate stayed shut.
          [
            { do: 'read', lane: 1, plate: '粤B33333' },
            { do: 'coupon', name: 'A', plate: '粤B33333', worth: { kind: 'whole' }, forStay: false, minutes: 16 },
            { do: 'read', lane: 2, plate: '粤B33333' },
            { do: 'pass', minutes: 16 },
            { do: 'gate', lane: 2, opens: false },
            { do: 'read', lane: 1, plate: '粤B11111' },
            { do: 'read', lane: 2, plate: '粤B33333' },
          ],
        ],
      ],
    },
  )
})

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
