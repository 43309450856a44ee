import fc from 'fast-check'
import { aCoupon, clearance, correction, minute, openGate, type TestLot, voiding } from './fixtures.ts'

export const plates = ['粤B11111', '粤B22222', '粤B33333']
/** Those of `innerPlan`. */
const lane = fc.constantFrom(1, 2, 3, 4)
/** One thing that may happen at a lot with an area inside, or be told it, in any order: sensible or not. */
export const anyStep = fc.oneof(
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
  { weight: 2, arbitrary: fc.record({ do: fc.constant('line' as const), lane, reached: fc.boolean() }) },
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
      do: fc.constant('coupon' as const),
      name: fc.constantFrom('A', 'B', 'C'),
      plate: fc.constantFrom(...plates),
      worth: fc.constantFrom({ kind: 'whole' } as const, { kind: 'amount', fen: 300 } as const),
      forStay: fc.boolean(),
      minutes: fc.integer({ min: 1, max: 200 }),
    }),
  },
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
export type Step = typeof anyStep extends fc.Arbitrary<infer S> ? S : never

/** Does it, where it can be done. */
export function take(lot: TestLot, one: Step): void {
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
    case 'line': {
      const waiting = store.waitingOpening(one.lane)
      if (!waiting) return
      if (one.reached || waiting.state === 'ordered') lot.tells(waiting)
      else lot.neverReached(waiting)
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
    case 'coupon': {
      const [session] = store.openSessions(one.plate as never)
      const whose = one.forStay && session ? { session: session.id } : { plate: one.plate }
      lot.command(aCoupon(lot, { coupon: one.name, for: whose, worth: one.worth, validMs: one.minutes * minute }))
      return
    }
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
