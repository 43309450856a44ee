import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insideDifferences, leftBy } from './inside.ts'

const hour = 3_600_000
const askedAt = 1_800_000_000_000
const ours = (session: string, plate: string, stay: string | null = null, enteredAt = askedAt - hour) => ({
  ...{ session, plate, stay, enteredAt },
})
const theirs = (plate: string, stay: string, enteredAt = askedAt - hour) => ({
  ...{ plate, stay, enteredAt },
  lane: null,
})
const found = (here: ReturnType<typeof ours>[], there: ReturnType<typeof theirs>[]) => {
  const { onlyOurs, onlyTheirs } = insideDifferences(here, there, askedAt)
  return [onlyOurs.map(({ session }) => session), onlyTheirs.map(({ plate }) => plate)]
}

test('a vehicle is the same by the name of its record, or by its plate however it is written', () => {
  assert.deepEqual(found([ours('1', '粤B11111', 'r1')], [theirs('粤B1111I', 'r1')]), [[], []])
  assert.deepEqual(found([ours('1', '粤B11111', 'another')], [theirs('粤B·11111', 'r1')]), [[], []])
})

test('who is inside here alone, and by the software alone', () => {
  assert.deepEqual(
    found([ours('1', '粤B11111'), ours('2', '粤B22222')], [theirs('粤B22222', 'r2'), theirs('粤B33333', 'r3')]),
    [['1'], ['粤B33333']],
  )
})

test('who has just come in may be on the way to either', () => {
  const now = askedAt - 60_000
  assert.deepEqual(found([ours('1', '粤B11111', null, now)], [theirs('粤B22222', 'r2', now)]), [[], []])
})

test('when it left is the last time that its plate went out after it came in', () => {
  const passage = (way: 'in' | 'out', at: number, plate = '粤B11111') => ({ plate, way, at, lane: 'B1', stay: null })
  const stay = { plate: '粤B11111', enteredAt: askedAt - hour }
  const before = passage('out', askedAt - 2 * hour)
  assert.equal(leftBy(stay, [before, passage('in', askedAt - hour / 2), passage('out', askedAt, '粤B22222')]), null)
  assert.deepEqual(leftBy(stay, [before, passage('out', askedAt - 2), passage('out', askedAt - 1)]), {
    at: askedAt - 1,
    lane: 'B1',
  })
})
