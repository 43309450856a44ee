import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Car, type Place, slots } from '../traffic.ts'
import { part, poseAt, reversed } from './path.ts'
import { armY, bayX, bayY, carPose, entryStopY, entryX, exitStopY, exitX, streetY, wayOf, width } from './ways.ts'

const bays = 8
const car = (place: Place, bay = 3): Car => ({
  id: 1,
  plate: null,
  colour: 'blue',
  look: 0,
  bay,
  place,
  since: 1000,
  takesMs: 2000,
})
const down = 90
const up = 270
const right = 0
const begin = (one: Car) => carPose(one, bays, 1000)
const end = (one: Car) => carPose(one, bays, 3000)
const rounded = ({ x, y, heading }: { x: number; y: number; heading: number }) =>
  [x, y, heading].map((value) => (Math.round(value) % 360 === 0 && value > 359 ? 0 : Math.round(value)))

describe('where a way ends', () => {
  const cases: [string, Car, number[]][] = [
    [
      'at the entry: on the loop, nose to the arm',
      car({ at: 'entry', slot: 0, from: 'road', seen: false }),
      [entryX, entryStopY, down],
    ],
    ['in the bay: nose to the wall', car({ at: 'entering' }), [bayX(3, bays), bayY, down]],
    ['parked: the same', car({ at: 'bay' }), [bayX(3, bays), bayY, down]],
    [
      'at the exit: on the loop, nose to the arm',
      car({ at: 'exit', slot: 0, from: 'bay', seen: false }),
      [exitX, exitStopY, up],
    ],
    ['gone: out of the picture on the right', car({ at: 'leaving' }), [width + 90, streetY, right]],
    ['turned away: past the lot on the street', car({ at: 'turning-away', slot: 0 }), [width + 90, streetY, right]],
    ['backed off: in its bay again', car({ at: 'backing', slot: 0 }), [bayX(3, bays), bayY, down]],
  ]
  for (const [name, one, pose] of cases) test(name, () => assert.deepEqual(rounded(end(one)), pose))
})

test('both loops are before the arm', () => {
  assert.ok(entryStopY < armY && exitStopY > armY)
})

test('every way begins where the one before it ended, in every bay of every lot', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(11), fc.nat(slots - 1), (bays, at, slot) => {
      const bay = at % bays
      const meet = (first: Place, second: Place) => {
        const from = carPose(car(first, bay), bays, 3000)
        const to = carPose(car(second, bay), bays, 1000)
        const off = Math.hypot(from.x - to.x, from.y - to.y)
        assert.ok(off < 2, `${first.at} -> ${second.at}: ${off.toFixed(1)} apart`)
        const swing = Math.abs(((from.heading - to.heading + 540) % 360) - 180)
        assert.ok(swing < 12, `${first.at} -> ${second.at}: turns ${swing.toFixed(0)} degrees on the spot`)
      }
      const seen = false
      meet({ at: 'entry', slot: 0, from: 'road', seen }, { at: 'entering' })
      meet({ at: 'entry', slot, from: 'road', seen }, { at: 'turning-away', slot })
      meet({ at: 'entry', slot: slot + 1, from: 'road', seen }, { at: 'entry', slot, from: slot + 1, seen })
      meet({ at: 'entering' }, { at: 'bay' })
      meet({ at: 'bay' }, { at: 'exit', slot: 0, from: 'bay', seen })
      meet({ at: 'exit', slot: slot + 1, from: 'bay', seen }, { at: 'exit', slot, from: slot + 1, seen })
      meet({ at: 'exit', slot: 0, from: 'bay', seen }, { at: 'leaving' })
      meet({ at: 'exit', slot, from: 'bay', seen }, { at: 'backing', slot })
      meet({ at: 'backing', slot }, { at: 'bay' })
    }),
  ))

test('a car never turns faster than it can: no jump of the nose on the way', () => {
  const places: Place[] = [
    { at: 'entry', slot: 0, from: 'road', seen: false },
    { at: 'entering' },
    { at: 'exit', slot: 0, from: 'bay', seen: false },
    { at: 'leaving' },
    { at: 'turning-away', slot: 0 },
    { at: 'backing', slot: 0 },
  ]
  for (const place of places)
    for (let bay = 0; bay < bays; bay++) {
      const way = wayOf(car(place, bay), bays)
      for (let at = 2; at <= way.length; at += 2) {
        const swing = Math.abs(((poseAt(way, at).heading - poseAt(way, at - 2).heading + 540) % 360) - 180)
        assert.ok(swing < 25, `${place.at} from bay ${bay}: ${swing.toFixed(0)} degrees at ${at}`)
      }
    }
})

test('a way driven in reverse passes the same places, nose as before', () => {
  const way = wayOf(car({ at: 'exit', slot: 0, from: 'bay', seen: false }), bays)
  const back = reversed(way)
  assert.equal(Math.round(back.length), Math.round(way.length))
  for (let at = 5; at < way.length; at += 37) {
    const [there, again] = [poseAt(way, at), poseAt(back, way.length - at)]
    assert.ok(Math.hypot(there.x - again.x, there.y - again.y) < 0.01)
    assert.ok(Math.abs(((there.heading - again.heading + 540) % 360) - 180) < 20)
  }
})

test('a part of a way is as long as asked, and no longer than the way', () => {
  const way = wayOf(car({ at: 'leaving' }), bays)
  assert.equal(Math.round(part(way, 10, 60).length), 50)
  assert.equal(part(way, 0, 1e9).length, way.length)
})

test('a clock that differs a little shows no car before it set out or after it arrived', () => {
  const one = car({ at: 'entering' })
  assert.deepEqual(carPose(one, bays, 0), begin(one))
  assert.deepEqual(carPose(one, bays, 99_999), end(one))
})
