import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import fc from 'fast-check'

import { innerPlan, testLot } from './fixtures.ts'
import { anyStep, plates, take } from './steps.fixtures.ts'

const aLot = (collects: boolean) => ({ ...innerPlan, areas: [{ name: '地库', tariff: {}, capacity: 2, collects }] })

test('whatever happens in whatever order: a coupon is used by one stay, and the log tells each that was used', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40, size: 'max' }), fc.boolean(), (steps, collects) => {
      const lot = testLot(aLot(collects))
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
          false,
        ],
      ],
    },
  )
})

test('whatever happens in whatever order: one opening a vehicle, one cause an opening, no stay lost, no hole in the log', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40, size: 'max' }), fc.boolean(), (steps, collects) => {
      const lot = testLot(aLot(collects))
      try {
        for (const one of steps) {
          take(lot, one)
          for (const { id } of lot.lot.plan.lanes) {
            const waiting = lot.lot.store.waitingOpening(id)
            if (waiting) assert.equal(waiting.occupancy, lot.lot.store.occupancy(id)?.number, 'for who stands there')
          }
        }
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
          .map((event) => JSON.stringify(event.cause))
        assert.equal(new Set(causes).size, causes.length, 'a cause opens once')
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
          if (event.cause.kind === 'nothing-owed' || event.cause.kind === 'month-card')
            assert.ok(event.lane === 2 || (collects && event.lane === 4))
          else if (event.cause.kind === 'entry') assert.equal(event.lane, 1)
          else if (event.cause.kind === 'unplated-admission') assert.ok([1, 3].includes(event.lane))
          else if (event.cause.kind === 'area') assert.ok(event.lane === 3 || (!collects && event.lane === 4))
      } finally {
        lot.close()
      }
    }),
    { numRuns: 150 },
  )
})

test('whatever happens in whatever order: who is in an area is inside the lot, one part at a time, and the log tells all of it', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60, size: 'max' }), fc.boolean(), (steps, collects) => {
      const lot = testLot(aLot(collects))
      try {
        for (const one of steps) take(lot, one)
        const { store } = lot.lot
        const told = partsTold(lot.events())
        for (const session of lot.events().flatMap((event) => (event.kind === 'entered' ? [event.session] : []))) {
          const parts = store.parts(session as never)
          assert.deepEqual(
            parts.map(({ enteredAt, leftAt }) => [enteredAt, leftAt]),
            told.get(session) ?? [],
          )
          parts.forEach(({ enteredAt, leftAt }, index) => {
            assert.ok(leftAt === null || leftAt >= enteredAt)
            const before = parts[index - 1]
            assert.ok(!before || (before.leftAt !== null && before.leftAt <= enteredAt), 'one after the other')
          })
          if (!store.isOpen(session as never)) assert.ok(parts.every(({ leftAt }) => leftAt !== null))
        }
        const inArea = store.allOpen().filter(({ id }) => store.parts(id).at(-1)?.leftAt === null)
        assert.equal(store.insideArea('地库'), inArea.length)
      } finally {
        lot.close()
      }
    }),
    { numRuns: 150 },
  )
})

/** The parts of each stay, by what the lot wrote: a stay that has ended is in no area. */
function partsTold(events: readonly LotEvent[]): ReadonlyMap<string, [number, number | null][]> {
  const told = new Map<string, [number, number | null][]>()
  const ends = (session: string, at: number) => {
    const last = told.get(session)?.at(-1)
    if (last && last[1] === null) last[1] = at
  }
  for (const event of events) {
    if (event.kind === 'area-entered') {
      const parts = told.get(event.session) ?? []
      if (event.back) parts.pop()
      told.set(event.session, [...parts, [event.enteredAt, null]])
    }
    if (event.kind === 'area-left') {
      if (event.back) told.get(event.session)?.pop()
      else ends(event.session, event.at)
    }
    if (event.kind === 'left') ends(event.session, event.at)
    if (event.kind === 'voided') ends(event.session, event.at)
    if (event.kind === 'entered' && event.supersedes) ends(event.supersedes, event.at)
  }
  return told
}
