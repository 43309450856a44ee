import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeptMessage } from './feed.ts'
import { type TourFacts, tour, tourPlate } from './tour.ts'
import type { Car, Place } from './traffic.ts'

const plate = '粤B8D602'
const facts = (place: Place | null, ...said: [KeptMessage['wire'], string][]): TourFacts => ({
  plate,
  view: {
    cars:
      place === null
        ? []
        : [{ id: 7, plate, colour: 'green', look: 0, bay: 0, place, since: 0, takesMs: 0 } satisfies Car],
  },
  messages: said.map(([wire, title], n) => ({ n, at: 0, wire, from: 'a', to: 'b', title })),
})
const entry = (seen: boolean): Place => ({ at: 'entry', slot: 0, from: 'road', seen })
const exit = (seen: boolean): Place => ({ at: 'exit', slot: 0, from: 'bay', seen })

// Step by step: what is not enough, and what is.
const table: [TourFacts | null, TourFacts][] = [
  [null, facts(null)],
  [facts(entry(false)), facts(entry(true))],
  [facts({ at: 'entering' }), facts({ at: 'bay' })],
  [null, facts({ at: 'bay' })],
  [facts(exit(false)), facts(exit(true))],
  [
    facts(exit(true), ['driver', 'GET /p/0H2…  → 302']),
    facts(exit(true), ['driver', 'POST /api/driver/codes/0H2…/quote  → 200']),
  ],
  [
    facts(exit(true), ['driver', 'POST /api/driver/codes/0H2…/pay  → 409']),
    facts(exit(true), ['driver', 'POST /api/driver/codes/0H2…/pay  → 200']),
  ],
  [
    facts(exit(true), ['wallet', 'sheet closed by the driver  → cancel']),
    facts(exit(true), ['wallet', 'pay in the wallet  → ok']),
  ],
  [facts(exit(true)), facts({ at: 'leaving' })],
  [facts({ at: 'leaving' }), facts(null)],
]

test('a step is over when the street shows that it happened, and not before', () => {
  assert.equal(table.length, tour.length)
  for (const [index, [notYet, over]] of table.entries()) {
    const step = tour[index]!
    if (notYet) assert.equal(step.done(notYet), false, step.title.en)
    assert.equal(step.done(over), true, step.title.en)
  }
})

test('a visit that owes nothing leaves the exit by itself: the tour goes on', () => {
  assert.equal(tour[4]!.done(facts({ at: 'leaving' })), true)
})

test('the tour drives its own car, never somebody else’s', () => {
  assert.deepEqual(tour[4]!.doing!(facts({ at: 'bay' })), { kind: 'act', act: { do: 'drive-out', car: 7 } })
  assert.equal(tour[4]!.doing!(facts(null)), null)
  assert.notEqual(tourPlate([plate, null]), plate)
  assert.equal(tourPlate(['粤B8D602', '粤B12345', '京A88A88', '沪A66B66', '浙A5C520']), null)
})

test('every step speaks both languages', () => {
  for (const { title, body } of tour)
    for (const text of [title, body]) {
      assert.match(text['zh-CN'], /[一-龥]/)
      assert.doesNotMatch(text.en, /[一-龥]/)
    }
})
