import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clearance, correction, minute, openGate, type TestLot, testLot, voiding } from './fixtures.ts'

const plates = ['粤B11111', '粤B22222', '粤B33333']
const lane = fc.constantFrom(1, 2)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('read' as const), lane, plate: fc.constantFrom(...plates, null) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('input' as const),
      lane,
      input: fc.constantFrom(1, 2, 3),
      on: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('gate' as const), lane, opens: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      plate: fc.constantFrom(...plates),
      inLane: fc.boolean(),
      twice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('command' as const), lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('admit' as const), lane, request: fc.constantFrom('a', 'b') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 0, max: 90 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('lists' as const),
      spaces: fc.integer({ min: 1, max: 2 }),
      onCard: fc.subarray(plates),
      free: fc.subarray(plates, { maxLength: 1 }),
      capacity: fc.constantFrom(null, 1, 2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('person' as const),
      what: fc.constantFrom('cash' as const, 'open' as const, 'correct' as const, 'void' as const),
      lane,
      plate: fc.constantFrom(...plates),
      to: fc.constantFrom(...plates),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

function take(lot: TestLot, one: Step): void {
  const { store } = lot.lot
  switch (one.do) {
    case 'read':
      lot.read(one.lane, one.plate)
      return
    case 'input':
      lot.input(one.lane, one.input, one.on)
      return
    case 'gate': {
      const waiting = store.waitingOpening(one.lane)
      if (!waiting) return
      lot.tells(waiting)
      if (one.opens) lot.input(one.lane, 3, true)
      else lot.silent(waiting)
      return
    }
    case 'pay': {
      const [session] = store.openSessions(one.plate as never)
      if (!session) return
      const at = store.occupancyOf(session.id)
      const gate = one.inLane && at ? { gate: { lane: at.lane, occupancy: at.number } } : {}
      const command = clearance(lot, { session: session.id, paidFen: 500, ...gate })
      lot.command(command)
      if (one.twice) lot.command(command)
      return
    }
    case 'command': {
      const at = store.occupancy(one.lane)
      if (at) lot.command(openGate(lot, one.lane, at.number))
      return
    }
    case 'admit':
      lot.admit(one.request, one.lane, '3AC4DEF')
      return
    case 'pass':
      lot.pass(one.minutes * minute)
      return
    case 'restart':
      lot.restart()
      return
    case 'lists': {
      const card = { card: 'A', plates: one.onCard, spaces: one.spaces, from: 0, until: lot.now() + 1000 * minute }
      const free = one.free.map((plate) => ({ plate }))
      lot.lists({ cards: one.onCard.length > 0 ? [card] : [], free, capacity: one.capacity })
      return
    }
    case 'person': {
      const [session] = store.openSessions(one.plate as never)
      if (one.what === 'open') lot.openByHand(one.lane)
      else if (!session) return
      else if (one.what === 'void') lot.command(voiding(lot, session.id))
      else if (one.what === 'correct') lot.command(correction(lot, { session: session.id, plate: one.to }))
      else {
        const quote = lot.quote({ session: session.id })
        if ('quote' in quote) lot.cash(session.id, quote.quote.owedFen)
      }
    }
  }
}

test('whatever happens in whatever order: one opening a vehicle, one cause an opening, no stay lost, no hole in the log', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
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
