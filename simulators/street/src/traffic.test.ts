import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Car,
  emptyRoad,
  freeBays,
  type LaneEffect,
  type LaneSide,
  move,
  nextTick,
  resume,
  slots,
  type Traffic,
  type TrafficEvent,
  usualTiming as t,
} from './traffic.ts'

/** A road that keeps what its lanes were told. */
class Road {
  traffic: Traffic = emptyRoad
  now = 1_000_000
  told: string[] = []
  do(event: TrafficEvent): string {
    const moved = move(this.traffic, event, this.now)
    if (!moved.ok) return moved.error
    this.traffic = moved.value.traffic
    this.told.push(...moved.value.effects.map(shown))
    return 'ok'
  }
  after(ms: number): this {
    this.now += ms
    this.do({ kind: 'tick' })
    return this
  }
  send(plate: string | null, bay = freeBays(this.traffic, 8)[0]!): string {
    return this.do({ kind: 'send', plate, colour: 'blue', look: 0, bay })
  }
  arm(lane: LaneSide, up: boolean): this {
    this.do({ kind: 'arm', lane, up })
    return this
  }
  car(plate: string): Car {
    return this.traffic.cars.find((car) => car.plate === plate)!
  }
  where(plate: string): string {
    const place = this.car(plate)?.place
    return place ? `${place.at}${'slot' in place ? ` ${place.slot}` : ''}` : 'gone'
  }
}
const shown = (effect: LaneEffect): string =>
  `${effect.lane} ${effect.tell}${effect.tell === 'arrives' ? ` ${effect.plate}` : ''}`

const A = '粤B12345'
const B = '京A88888'

describe('one car', () => {
  test('comes, is seen, waits for the arm, parks, is seen again at the exit, waits, leaves', () => {
    const road = new Road()
    road.send(A)
    road.after(t.fromRoadMs - 1)
    assert.deepEqual(road.told, [], 'the camera sees it only when it stands on the loop')
    road.after(1)
    assert.deepEqual(road.told, [`entry arrives ${A}`])
    road.after(3_600_000)
    assert.equal(road.where(A), 'entry 0', 'nobody drives through a closed arm')
    road.arm('entry', true).after(t.reactsMs)
    assert.equal(road.where(A), 'entering')
    road.after(t.enteringMs).arm('entry', false)
    assert.equal(road.where(A), 'bay')
    assert.equal(road.do({ kind: 'drive-out', car: road.car(A).id }), 'ok')
    road.after(t.toExitMs)
    assert.equal(road.where(A), 'exit 0')
    road.arm('exit', true).after(t.reactsMs)
    assert.equal(road.where(A), 'leaving')
    road.after(t.leavingMs)
    assert.deepEqual(road.told, [
      `entry arrives ${A}`,
      'entry drives-through',
      `exit arrives ${A}`,
      'exit drives-through',
    ])
    assert.deepEqual(road.traffic.cars, [])
  })

  test('turned back at the entry it is gone, at the exit it stands in its bay again', () => {
    const road = new Road()
    road.send(A)
    road.after(t.fromRoadMs)
    road.do({ kind: 'turn-back', car: road.car(A).id })
    road.after(t.turningAwayMs)
    assert.equal(road.where(A), 'gone')
    road.send(B, 5)
    road.after(t.fromRoadMs).arm('entry', true).after(t.reactsMs).arm('entry', false).after(t.enteringMs)
    road.do({ kind: 'drive-out', car: road.car(B).id })
    road.after(t.toExitMs)
    road.do({ kind: 'turn-back', car: road.car(B).id })
    road.after(t.backingMs)
    assert.equal(road.where(B), 'bay')
    assert.equal(road.car(B).bay, 5)
    assert.deepEqual(
      road.told.filter((told) => told.includes('turns-back')),
      ['entry turns-back', 'exit turns-back'],
    )
  })
})

describe('two cars in a lane', () => {
  const queued = () => {
    const road = new Road()
    road.send(A)
    road.send(B)
    return road.after(t.fromRoadMs)
  }

  test('the second waits behind, unseen, until the first has passed and the arm is down again', () => {
    const road = queued()
    assert.equal(road.where(B), 'entry 1')
    road.arm('entry', true).after(t.reactsMs)
    assert.equal(road.where(A), 'entering')
    road.after(t.passesArmMs + 100)
    assert.equal(road.where(B), 'entry 1', 'the arm is still up')
    road.arm('entry', false)
    assert.equal(road.where(B), 'entry 0')
    road.after(t.slotMs)
    assert.deepEqual(road.told, [`entry arrives ${A}`, 'entry drives-through', `entry arrives ${B}`])
  })

  test('behind an arm that never falls it comes on after a while, and is seen before it passes', () => {
    const road = queued().arm('entry', true)
    road.after(t.reactsMs + t.passesArmMs + t.patienceMs + t.slotMs + t.reactsMs)
    assert.deepEqual(road.told, [
      `entry arrives ${A}`,
      'entry drives-through',
      `entry arrives ${B}`,
      'entry drives-through',
    ])
  })

  test('when the first turns back the second comes forward', () => {
    const road = queued()
    road.do({ kind: 'turn-back', car: road.car(A).id })
    road.after(t.passesArmMs + t.slotMs)
    assert.deepEqual(road.told, [`entry arrives ${A}`, 'entry turns-back', `entry arrives ${B}`])
  })
})

describe('refused, and nothing changes', () => {
  const full = () => {
    const road = new Road()
    for (let n = 0; n < slots; n++) road.send(`粤B1234${n}`)
    return road
  }
  const cases: [string, Road, TrafficEvent, string][] = [
    ['a bay somebody has taken', full(), { kind: 'send', plate: A, colour: 'blue', look: 0, bay: 0 }, 'bay-taken'],
    ['a fourth in the lane', full(), { kind: 'send', plate: A, colour: 'blue', look: 0, bay: 7 }, 'lane-full'],
    ['a car that is not there', full(), { kind: 'drive-out', car: 99 }, 'car-unknown'],
    ['driving out of no bay', full(), { kind: 'drive-out', car: 1 }, 'not-from-here'],
    ['turning back before it has come', full(), { kind: 'turn-back', car: 1 }, 'not-from-here'],
  ]
  for (const [name, road, event, refusal] of cases)
    test(name, () => {
      const before = road.traffic
      assert.equal(road.do(event), refusal)
      assert.equal(road.traffic, before)
    })
})

describe('found again after the machine was off', () => {
  test('who stood before an arm is seen anew, who was past it has arrived, who was leaving has gone', () => {
    const road = new Road()
    road.send('A1')
    road.after(t.fromRoadMs).arm('entry', true).after(t.reactsMs).arm('entry', false)
    assert.equal(road.where('A1'), 'entering')
    road.send('A2')
    road.after(t.fromRoadMs)
    assert.equal(road.where('A2'), 'entry 0')
    const later = road.now + 86_400_000
    const found = new Road()
    found.traffic = resume(JSON.parse(JSON.stringify(road.traffic)), later)
    found.now = later
    assert.equal(found.where('A1'), 'bay')
    assert.equal(found.car('A1').bay, road.car('A1').bay)
    found.after(t.fromRoadMs)
    assert.deepEqual(found.told, ['entry arrives A2'])
    assert.equal(found.send('A3'), 'ok', 'numbers go on')
    assert.equal(new Set(found.traffic.cars.map(({ id }) => id)).size, 3)
  })
})

describe('laws', () => {
  const anySide = fc.constantFrom<LaneSide>('entry', 'exit')
  const anyEvent: fc.Arbitrary<TrafficEvent> = fc.oneof(
    fc.record({
      kind: fc.constant('send' as const),
      plate: fc.constantFrom(A, B, null),
      colour: fc.constant('blue' as const),
      look: fc.nat(9),
      bay: fc.nat(7),
    }),
    fc.record({ kind: fc.constant('drive-out' as const), car: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('turn-back' as const), car: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('arm' as const), lane: anySide, up: fc.boolean() }),
  )
  const anyStory = fc.array(fc.tuple(fc.integer({ min: 0, max: 9_000 }), anyEvent), { maxLength: 60 })
  const play = (story: readonly [number, TrafficEvent][], between: (road: Road, ms: number) => void): Road => {
    const road = new Road()
    for (const [ms, event] of story) {
      between(road, ms)
      road.do(event)
    }
    return road.after(60_000)
  }

  test('no two cars in one bay or one place of a lane; a lane hears of one vehicle at a time', () =>
    fc.assert(
      fc.property(anyStory, (story) => {
        const road = play(story, (road, ms) => {
          road.after(ms)
          const { cars } = road.traffic
          assert.equal(new Set(cars.map(({ bay }) => bay)).size, cars.length)
          const places = cars.flatMap(({ place: p }) =>
            p.at === 'entry' || p.at === 'exit' ? [`${p.at} ${p.slot}`] : [],
          )
          assert.equal(new Set(places).size, places.length)
        })
        for (const side of ['entry', 'exit']) {
          const told = road.told.filter((one) => one.startsWith(side)).map((one) => one.split(' ')[1])
          for (const [i, one] of told.entries())
            assert.equal(one === 'arrives', i % 2 === 0, `arrives, then goes one way or the other: ${told}`)
        }
      }),
    ))

  test('a tick that comes late gives what ticks in time would have given', () =>
    fc.assert(
      fc.property(anyStory, (story) => {
        const late = play(story, (road, ms) => road.after(ms))
        const inTime = play(story, (road, ms) => {
          const until = road.now + ms
          for (let due = nextTick(road.traffic); due !== null && due <= until; due = nextTick(road.traffic))
            road.after(Math.max(0, due - road.now))
          road.after(until - road.now)
        })
        assert.deepEqual(inTime.traffic, late.traffic)
        assert.deepEqual(inTime.told, late.told)
      }),
    ))
})
